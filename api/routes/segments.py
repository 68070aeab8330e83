"""Segments: saved conditions, and who meets them."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Marketer, Patient, Transaction, Viewer
from api.paging import Page, Paging, decode, paged
from api.problems import responses
from api.schemas.base import CustomerRef
from api.schemas.customers import CustomerView
from api.schemas.segments import (
    Explanation,
    SegmentCreate,
    SegmentPreview,
    SegmentPreviewBody,
    SegmentUpdate,
    SegmentView,
)
from api.strict_json import StrictRoute
from domain.condition_text import say
from domain.conditions import Condition
from domain.i18n import Sentence
from models import Segment
from store.conditions import explanation
from store.conditions.scope import Scope
from store.customers import customer_queries
from store.events.data_dictionary import names_in
from store.segments import saved_segments, segment_members, segments
from store.segments.segment_size import exact_size, quick_size

router = APIRouter(prefix="/segments", tags=["segments"], route_class=StrictRoute)
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
_READ = responses(401, 403, 404, 422)
_COUNT = responses(401, 403, 404, 413, 422, 503)


async def _words(session: AsyncSession, condition: Condition) -> Sentence:
    return say(condition, await names_in(session, [condition]))


async def _view(session: AsyncSession, row: Segment) -> SegmentView:
    words = await _words(session, _CONDITION.validate_python(row.condition))
    return SegmentView.model_validate({**row.model_dump(), "words": words, "said": words})


@router.post("", status_code=201, dependencies=[Marketer], responses=responses(401, 403, 404, 409, 413, 422))
async def create_segment(body: SegmentCreate, session: Transaction) -> SegmentView:
    """Save a condition under a name."""
    made = await saved_segments.create(
        session, body.name, body.description, body.condition, persona=body.persona, tracked=body.tracked
    )
    return await _view(session, made)


@router.get("", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_segments(session: Transaction, query: Paging) -> Page[SegmentView]:
    """Segments by name."""
    rows = await saved_segments.page(session, decode(query.cursor, tuple[str, UUID]), query.limit + 1)
    views = {row.id: await _view(session, row) for row in rows}
    return paged(rows, query.limit, lambda row: views[row.id], lambda row: (row.name, row.id))


@router.post("/preview", dependencies=[Viewer], responses=_COUNT)
async def preview_segment(body: SegmentPreviewBody, session: Patient) -> SegmentPreview:
    """How many customers meet a condition that is not saved yet, and some of them.

    Where counting takes longer than a second the answer is an estimate, from customers taken at random, with its error:
    ask again with `exact` for the number.
    """
    scope = Scope(now=datetime.now(UTC))
    size = await (exact_size if body.exact else quick_size)(session, body.condition, scope, body.sample)
    words = await _words(session, body.condition)
    return SegmentPreview.model_validate({**vars(size), "exact": size.exact, "words": words, "said": words})


@router.get("/{segment_id}", dependencies=[Viewer], responses=_READ)
async def get_segment(segment_id: UUID, session: Transaction) -> SegmentView:
    """One segment."""
    return await _view(session, await saved_segments.require(session, segment_id))


@router.patch("/{segment_id}", dependencies=[Marketer], responses=responses(401, 403, 404, 409, 413, 422))
async def update_segment(segment_id: UUID, body: SegmentUpdate, session: Transaction) -> SegmentView:
    """Change a segment. Campaigns that name it follow at their next launch or check."""
    changed = await saved_segments.change(
        session,
        segment_id,
        name=body.name,
        description=body.description,
        condition=body.condition,
        persona=body.persona,
        tracked=body.tracked,
    )
    return await _view(session, changed)


@router.delete("/{segment_id}", status_code=204, dependencies=[Marketer], responses=responses(401, 403, 404, 409, 422))
async def delete_segment(segment_id: UUID, session: Transaction) -> Response:
    """Delete a segment that nothing uses (409 says what does)."""
    await saved_segments.remove(session, segment_id)
    return Response(status_code=204)


@router.get("/{segment_id}/members", dependencies=[Viewer], responses=responses(401, 403, 404, 422, 503))
async def list_members(segment_id: UUID, session: Patient, query: Paging) -> Page[CustomerView]:
    """Who is in the segment now."""
    condition = (await _view(session, await saved_segments.require(session, segment_id))).condition
    scope = await segments.ready(session, [condition], Scope(now=datetime.now(UTC)))
    after = decode(query.cursor, tuple[UUID])
    rows = await segment_members.page(session, condition, scope, after, query.limit + 1)
    return paged(rows, query.limit, CustomerView.model_validate, lambda row: (row.id,))


@router.get("/{segment_id}/explanations/{customer:path}", dependencies=[Viewer], responses=_READ)
async def explain_membership(segment_id: UUID, customer: CustomerRef, session: Transaction) -> Explanation:
    """Why a customer is, or is not, in the segment: each part of its condition, answered."""
    condition = (await _view(session, await saved_segments.require(session, segment_id))).condition
    found = await customer_queries.require(session, customer)
    return Explanation.model_validate(
        await explanation.explain(session, condition, found.id, Scope(now=datetime.now(UTC)))
    )
