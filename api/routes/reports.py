"""Reports: funnels."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter

from api.dependencies import Marketer, Patient, ServicesDep, Viewer
from api.paging import decode, encode
from api.problems import responses
from api.schemas.customers import CustomerView
from api.schemas.reports import (
    FunnelQuestion,
    FunnelView,
    StoppedPage,
    StoppedPageQuestion,
    StoppedQuestion,
    StoppedSegment,
    StoppedSegmentView,
)
from api.strict_json import StrictRoute
from domain.errors import InvalidError
from domain.i18n import sentence
from store.conditions.scope import Scope
from store.reports import funnels

router = APIRouter(prefix="/reports", tags=["analytics"], route_class=StrictRoute)
_READ = responses(401, 403, 413, 422, 503)
_CHANGE = responses(401, 403, 409, 413, 422, 503)


def _checked(body: StoppedQuestion) -> int:
    if body.step >= len(body.funnel.steps):
        raise InvalidError(sentence("no_funnel_step", step=body.step + 1, steps=len(body.funnel.steps)))
    return body.step


@router.post("/funnel", dependencies=[Viewer], responses=_READ)
async def ask_funnel(body: FunnelQuestion, session: Patient, services: ServicesDep) -> FunnelView:
    """How many customers came to each step, how many may yet, and how long it took."""
    scope = Scope(now=datetime.now(UTC))
    scale = services.settings.time_scale
    found = await funnels.answer(session, body.funnel, body.period, scope, time_scale=scale)
    return FunnelView.model_validate(found)


@router.post("/funnel/stopped", dependencies=[Viewer], responses=_READ)
async def list_stopped(body: StoppedPageQuestion, session: Patient, services: ServicesDep) -> StoppedPage:
    """Customers who came to a step and not to the next, by their id."""
    found = await funnels.stopped(
        session,
        body.funnel,
        body.period,
        Scope(now=datetime.now(UTC)),
        step=_checked(body),
        after=(decode(body.cursor, tuple[UUID]) or (None,))[0],
        limit=body.limit + 1,
        time_scale=services.settings.time_scale,
    )
    return StoppedPage(
        items=[CustomerView.model_validate(row) for row in found[: body.limit]],
        next_cursor=encode([found[body.limit - 1].id]) if len(found) > body.limit else None,
    )


@router.post("/funnel/segment", status_code=201, dependencies=[Marketer], responses=_CHANGE)
async def keep_stopped(body: StoppedSegment, session: Patient, services: ServicesDep) -> StoppedSegmentView:
    """Tag those who came to a step and not to the next, and save a segment of that tag. Who is in it stays in it."""
    segment, customers = await funnels.keep_stopped(
        session,
        body.funnel,
        body.period,
        Scope(now=datetime.now(UTC)),
        step=_checked(body),
        name=body.name,
        time_scale=services.settings.time_scale,
    )
    return StoppedSegmentView(segment_id=segment.id, name=segment.name, customers=customers)
