"""Where one customer stands: their journeys, and the segments they are in."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter

from api.dependencies import ServicesDep, Transaction, Viewer
from api.paging import Page, PageQuery, decode, paged
from api.problems import responses
from api.routes.journeys import journey_fields
from api.schemas.base import CustomerRef
from api.schemas.customers import Membership
from api.schemas.journeys import JourneySummary
from domain.conditions import Condition
from domain.vocabulary import JourneyState
from store.campaigns import journey_queries
from store.campaigns.journey_queries import JourneyFilter
from store.conditions.scope import Scope
from store.customers import customer_queries
from store.segments import saved_segments, segments

router = APIRouter(prefix="/customers", tags=["customers"], dependencies=[Viewer])
_READ = responses(401, 403, 404, 422)
_SEGMENTS_ASKED = 200
_condition: TypeAdapter[Condition] = TypeAdapter(Condition)


class StandingQuery(PageQuery):
    """Which of the customer's journeys."""

    state: JourneyState | None = None


@router.get("/{customer:path}/journeys", responses=_READ)
async def list_customer_journeys(
    customer: CustomerRef, session: Transaction, services: ServicesDep, query: Annotated[StandingQuery, Query()]
) -> Page[JourneySummary]:
    """The customer's journeys in all campaigns, newest first."""
    found = await customer_queries.require(session, customer)
    narrow = JourneyFilter(customer_id=found.id, state=query.state)
    rows = await journey_queries.page(session, narrow, decode(query.cursor, tuple[datetime, UUID]), query.limit + 1)
    return paged(
        rows,
        query.limit,
        lambda row: JourneySummary.model_validate(journey_fields(row, services.settings)),
        lambda row: (row.journey.created_at, row.journey.id),
    )


@router.get("/{customer:path}/segments", responses=_READ)
async def list_customer_segments(customer: CustomerRef, session: Transaction) -> list[Membership]:
    """Each saved segment (the first 200 by name), and whether the customer is in it now."""
    found = await customer_queries.require(session, customer)
    rows = await saved_segments.page(session, None, _SEGMENTS_ASKED)
    held = await segments.matching(
        session, [_condition.validate_python(row.condition) for row in rows], [found.id], Scope(now=datetime.now(UTC))
    )
    # an erased customer is in none
    answers = held.get(found.id) or [False] * len(rows)
    return [
        Membership.model_validate({**row.model_dump(), "member": member})
        for row, member in zip(rows, answers, strict=True)
    ]
