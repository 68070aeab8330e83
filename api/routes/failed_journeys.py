"""Failed journeys: which, and what an operator does about them. Every act is a change of rows and an audit entry."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from api.dependencies import Operator, ServicesDep, Transaction, Viewer
from api.paging import Page, PageQuery, decode, paged
from api.problems import responses
from api.routes.journeys import journey_fields
from api.schemas.base import SlugPath, View
from api.schemas.journeys import JourneySummary
from api.strict_json import StrictRoute
from domain.errors import ConflictError
from domain.i18n import sentence
from domain.vocabulary import ExitReason, JourneyState
from store.access import audit
from store.campaigns import campaigns, failures, journey_queries
from store.campaigns.journey_queries import JourneyFilter

router = APIRouter(tags=["journeys"], route_class=StrictRoute)
_READ = responses(401, 403, 404, 422)
_ACT = responses(401, 403, 404, 409, 422)


class FailedQuery(PageQuery):
    """Which journeys."""

    state: Literal["failed"] = Field(description="The one state that journeys of all campaigns are listed by.")


class RetriedView(View):
    """What a retry or an end concerns."""

    journeys: int = Field(description="How many failed journeys there were.")


@router.get("/journeys", dependencies=[Viewer], responses=_READ)
async def list_failed_journeys(
    session: Transaction, services: ServicesDep, query: Annotated[FailedQuery, Query()]
) -> Page[JourneySummary]:
    """The failed journeys of all campaigns, newest first."""
    narrow = JourneyFilter(state=JourneyState(query.state))
    rows = await journey_queries.page(session, narrow, decode(query.cursor, tuple[datetime, UUID]), query.limit + 1)
    return paged(
        rows,
        query.limit,
        lambda row: JourneySummary.model_validate(journey_fields(row, services.settings)),
        lambda row: (row.journey.created_at, row.journey.id),
    )


@router.post("/journeys/{journey_id}/retry", status_code=202, dependencies=[Operator], responses=_ACT)
async def retry_journey(journey_id: UUID, session: Transaction) -> RetriedView:
    """Let a failed journey go on from the step it failed at. Nothing is sent twice."""
    row = await journey_queries.require(session, journey_id)
    if not await failures.retry(session, row.journey.campaign_id, journey_id, datetime.now(UTC)):
        raise ConflictError(sentence("journey_not_failed"), state=row.journey.state)
    await audit.note(session, "journey retried", "journey", str(journey_id), {"campaign": row.campaign_slug})
    return RetriedView(journeys=1)


@router.post("/journeys/{journey_id}/end", dependencies=[Operator], responses=_ACT)
async def end_journey(journey_id: UUID, session: Transaction) -> RetriedView:
    """End a failed journey, with exit reason `failed`."""
    row = await journey_queries.require(session, journey_id)
    if not await failures.end(session, ExitReason.FAILED, sentence("ended_by_operator"), journey_id=journey_id):
        raise ConflictError(sentence("journey_not_failed"), state=row.journey.state)
    await audit.note(session, "journey ended", "journey", str(journey_id), {"campaign": row.campaign_slug})
    return RetriedView(journeys=1)


@router.post("/campaigns/{slug}/journeys/retry", status_code=202, dependencies=[Operator], responses=_ACT)
async def retry_journeys(slug: SlugPath, session: Transaction) -> RetriedView:
    """Let all failed journeys of a campaign go on; the relay starts them, a thousand at a time."""
    campaign = await campaigns.require(session, slug)
    found = await failures.count(session, campaign.id)
    if found:
        await failures.retry_all(session, campaign.id, datetime.now(UTC))
        await audit.note(session, "journeys retried", "campaign", slug, {"journeys": found})
    return RetriedView(journeys=found)


@router.post("/campaigns/{slug}/journeys/end", dependencies=[Operator], responses=_ACT)
async def end_journeys(slug: SlugPath, session: Transaction) -> RetriedView:
    """End all failed journeys of a campaign, with exit reason `failed`."""
    campaign = await campaigns.require(session, slug, lock=True)
    found = await failures.end(session, ExitReason.FAILED, sentence("ended_by_operator"), campaign_id=campaign.id)
    if found:
        await audit.note(session, "journeys ended", "campaign", slug, {"journeys": found})
    return RetriedView(journeys=found)
