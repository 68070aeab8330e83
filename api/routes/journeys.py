"""Campaigns and journeys: who is where, why, and what came of it."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from temporalio.client import WorkflowExecutionStatus, WorkflowQueryFailedError
from temporalio.service import RPCError

from api.dependencies import ServicesDep, TemporalDep, Transaction, Viewer
from api.paging import Page, PageQuery, Paging, decode, paged
from api.problems import responses
from api.schemas.base import SlugPath
from api.schemas.campaigns import EntryRejectionView
from api.schemas.journeys import JourneySummary, JourneyView, PositionView, StepView
from api.temporal_ui import workflow_url
from config.settings import Settings
from domain.vocabulary import JourneyState
from store.campaigns import campaigns, journey_queries
from store.campaigns.campaigns import RefusalRow
from store.campaigns.journey_queries import JourneyFilter, JourneyRow
from store.customers import customer_queries
from workflows.contracts import QUERY_POSITION, Position

router = APIRouter(dependencies=[Viewer])
_READ = responses(401, 403, 404, 422)
_OVER = (JourneyState.ENDED, JourneyState.FAILED)
_STEPS_SHOWN = 200
_QUERY_TIMEOUT = timedelta(seconds=3)


class RefusalQuery(PageQuery):
    """Which refusals."""

    customer: str | None = Field(default=None, max_length=255, description="External id, or our UUID.")


class JourneyQuery(RefusalQuery):
    """Which journeys."""

    state: JourneyState | None = None
    open: bool | None = Field(default=None, description="true: those who are inside; false: those who left.")
    node: str | None = Field(default=None, max_length=64)
    exit_reason: str | None = Field(default=None, max_length=60)
    run_id: UUID | None = None
    version: int | None = Field(default=None, ge=1, le=1_000_000)


def journey_fields(row: JourneyRow, settings: Settings) -> dict[str, object]:
    """What a `JourneySummary` is made of."""
    names = {"campaign": row.campaign_slug, "version": row.version}
    who = {"external_id": row.external_id, "customer_name": row.customer_name}
    there = {"temporal_url": workflow_url(settings, row.journey.workflow_id)}
    return {**row.journey.model_dump(), **names, **who, **there}


def refusal_view(row: RefusalRow) -> EntryRejectionView:
    """A refused trigger, with whose it was."""
    who = {"external_id": row.external_id, "customer_name": row.customer_name}
    return EntryRejectionView.model_validate({**row.refusal.model_dump(), **who})


@router.get("/campaigns/{slug}/journeys", tags=["campaigns"], responses=_READ)
async def list_campaign_journeys(
    slug: SlugPath, session: Transaction, services: ServicesDep, query: Annotated[JourneyQuery, Query()]
) -> Page[JourneySummary]:
    """The campaign's journeys, newest first."""
    campaign = await campaigns.require(session, slug)
    narrow = JourneyFilter(
        campaign_id=campaign.id,
        customer_id=(await customer_queries.require(session, query.customer)).id if query.customer else None,
        run_id=query.run_id,
        state=query.state,
        open=query.open,
        node_id=query.node,
        exit_reason=query.exit_reason,
        version=query.version,
    )
    rows = await journey_queries.page(session, narrow, decode(query.cursor, tuple[datetime, UUID]), query.limit + 1)
    return paged(
        rows,
        query.limit,
        lambda row: JourneySummary.model_validate(journey_fields(row, services.settings)),
        lambda row: (row.journey.created_at, row.journey.id),
    )


@router.get("/campaigns/{slug}/entry-rejections", tags=["campaigns"], responses=_READ)
async def list_refusals(
    slug: SlugPath, session: Transaction, query: Annotated[RefusalQuery, Query()]
) -> Page[EntryRejectionView]:
    """Triggers that started nothing, and why; newest first."""
    campaign = await campaigns.require(session, slug)
    customer_id = (await customer_queries.require(session, query.customer)).id if query.customer else None
    below = decode(query.cursor, tuple[int])
    rows = await campaigns.refusals(
        session, campaign.id, below[0] if below else None, query.limit + 1, customer_id=customer_id
    )
    return paged(
        rows,
        query.limit,
        refusal_view,
        lambda row: (row.refusal.id,),
    )


@router.get("/journeys/{journey_id}", tags=["journeys"], responses=_READ)
async def get_journey(journey_id: UUID, session: Transaction, services: ServicesDep) -> JourneyView:
    """One journey: where it is, why, until when, and the steps it took (the first 200)."""
    row = await journey_queries.require(session, journey_id)
    steps = await journey_queries.steps(session, journey_id, None, _STEPS_SHOWN)
    return JourneyView.model_validate(
        {**journey_fields(row, services.settings), "steps": [StepView.model_validate(step) for step in steps]}
    )


@router.get("/journeys/{journey_id}/steps", tags=["journeys"], responses=_READ)
async def list_steps(journey_id: UUID, session: Transaction, query: Paging) -> Page[StepView]:
    """The journey's steps in order, each with why it was left as it was."""
    await journey_queries.require(session, journey_id)
    after = decode(query.cursor, tuple[int])
    rows = await journey_queries.steps(session, journey_id, after[0] if after else None, query.limit + 1)
    return paged(rows, query.limit, StepView.model_validate, lambda row: (row.seq,))


@router.get("/journeys/{journey_id}/position", tags=["journeys"], responses=_READ)
async def get_position(journey_id: UUID, services: ServicesDep, client: TemporalDep) -> PositionView:
    """What the journey's workflow itself says, asked live; not `reachable` when nobody answers in 3 s."""
    async with services.database.transaction() as session:
        row = await journey_queries.require(session, journey_id)
    handle = client.get_workflow_handle(row.journey.workflow_id)
    try:
        # Danger: a closed workflow answers queries too, with where it was when it failed or was terminated.
        found = await handle.describe(rpc_timeout=_QUERY_TIMEOUT)
        if found.status is not WorkflowExecutionStatus.RUNNING and row.journey.state not in _OVER:
            return PositionView(reachable=False)
        position: Position = await handle.query(QUERY_POSITION, result_type=Position, rpc_timeout=_QUERY_TIMEOUT)
    except (RPCError, WorkflowQueryFailedError, RuntimeError):
        return PositionView(reachable=False)
    return PositionView(reachable=True, **position.model_dump())
