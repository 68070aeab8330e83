"""Broadcasts: one message to one audience, once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Marketer, Operator, ServicesDep, Transaction, Viewer
from api.paging import Page, PageQuery, decode, paged
from api.problems import responses
from api.routes.builder import review_view
from api.schemas.broadcasts import (
    BroadcastCreate,
    BroadcastItem,
    BroadcastName,
    BroadcastSend,
    BroadcastSent,
    BroadcastUpdate,
    BroadcastView,
    NonOpeners,
)
from api.schemas.builder import ReviewView
from api.strict_json import StrictRoute
from campaigns import broadcasts as sending
from campaigns.broadcasts import definition
from domain.campaign_status import status_of
from domain.vocabulary import CampaignState
from store.campaigns import broadcasts, runs, statuses
from store.campaigns.broadcasts import Found
from store.metrics import performance
from store.metrics.performance import Performance
from store.segments import saved_segments

router = APIRouter(prefix="/broadcasts", tags=["broadcasts"], route_class=StrictRoute)
BroadcastPath = Annotated[UUID, Path(description="The broadcast.")]
_READ = responses(401, 403, 404, 422)
_CHANGE = responses(401, 403, 404, 409, 413, 422)


class BroadcastQuery(PageQuery):
    """Which broadcasts."""

    search: str | None = Field(default=None, min_length=1, max_length=120, description="Part of the name.")


async def _items(session: AsyncSession, rows: Sequence[Found]) -> dict[UUID, dict[str, Any]]:
    """What a list shows of each."""
    now, ids = datetime.now(UTC), [row.campaign.id for row in rows]
    figures = await performance.of_campaigns(session, ids)
    facts = await statuses.facts(session, ids, now)
    says = {row.campaign.id: definition(row) for row in rows}
    named = {said.audience.segment_id for said in says.values() if said.audience.segment_id}
    names = await saved_segments.names(session, named)
    made: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        said, fact = says[row.campaign.id], facts[row.campaign.id]
        run = fact.run if row.row.run_id else None
        segment_id = said.audience.segment_id
        made[row.campaign.id] = {
            **vars(figures.get(row.campaign.id, Performance())),
            **{name: getattr(row.campaign, name) for name in ("id", "slug", "name", "revision")},
            **{name: getattr(row.campaign, name) for name in ("created_at", "updated_at")},
            "status": status_of(fact, now),
            "channel": said.message.channel if said.message else None,
            "segment_id": segment_id,
            "segment": names.get(segment_id) if segment_id else None,
            "audience": run.audience if run else None,
            "sends_at": run.not_before if run else None,
            "confirmed_at": row.row.confirmed_at,
            "resend_of": row.row.resend_of,
        }
    return made


async def broadcast_view(session: AsyncSession, found: Found) -> BroadcastView:
    """The broadcast with its content and figures."""
    said = definition(found)
    item = (await _items(session, [found]))[found.campaign.id]
    waiting = found.campaign.state == CampaignState.ACTIVE and found.row.run_id is not None
    left = await runs.messages_left(session, found.row.run_id) if waiting and found.row.run_id else 0
    extra = {"broadcast": said, "missing": said.missing, "run_id": found.row.run_id, "can_undo": waiting and not left}
    return BroadcastView.model_validate(item | extra)


@router.post("", status_code=201, dependencies=[Marketer], responses=responses(401, 403, 413, 422))
async def create_broadcast(body: BroadcastCreate, session: Transaction) -> BroadcastView:
    """Create a draft. It may be unfinished: sending is what validates."""
    said = body.broadcast.model_copy(update={"non_openers_of": None, "not_again": []})
    return await broadcast_view(session, await sending.create(session, body.name, said))


@router.get("", dependencies=[Viewer], responses=responses(401, 403, 422))
async def list_broadcasts(session: Transaction, query: Annotated[BroadcastQuery, Query()]) -> Page[BroadcastItem]:
    """Broadcasts, newest first, each with what it came to so far."""
    after = decode(query.cursor, tuple[datetime, UUID])
    rows = await broadcasts.page(session, after, query.limit + 1, search=query.search)
    items = await _items(session, rows)
    return paged(
        rows,
        query.limit,
        lambda row: BroadcastItem.model_validate(items[row.campaign.id]),
        lambda row: (row.campaign.created_at, row.campaign.id),
    )


@router.get("/{broadcast_id}", dependencies=[Viewer], responses=_READ)
async def get_broadcast(broadcast_id: BroadcastPath, session: Transaction) -> BroadcastView:
    """One broadcast."""
    return await broadcast_view(session, await broadcasts.require(session, broadcast_id))


@router.patch("/{broadcast_id}", dependencies=[Marketer], responses=_CHANGE)
async def update_broadcast(broadcast_id: BroadcastPath, body: BroadcastUpdate, session: Transaction) -> BroadcastView:
    """Change a draft. 409 when it was sent, and with the newest revision when somebody changed it since it was read."""
    changed = await sending.change(session, broadcast_id, body.revision, name=body.name, said=body.broadcast)
    return await broadcast_view(session, changed)


@router.delete(
    "/{broadcast_id}", status_code=204, dependencies=[Marketer], responses=responses(401, 403, 404, 409, 422)
)
async def delete_broadcast(broadcast_id: BroadcastPath, session: Transaction) -> None:
    """Delete a draft that was never confirmed."""
    await sending.delete(session, broadcast_id)


@router.get("/{broadcast_id}/review", dependencies=[Viewer], responses=_READ)
async def review_broadcast(broadcast_id: BroadcastPath, session: Transaction, services: ServicesDep) -> ReviewView:
    """What sending the draft would come to: audience, reach, exclusions, failures. Nothing is sent."""
    found = await broadcasts.require(session, broadcast_id)
    return await review_view(session, services, found.campaign)


@router.post("/{broadcast_id}/send", status_code=202, dependencies=[Operator], responses=_CHANGE)
async def send_broadcast(broadcast_id: BroadcastPath, body: BroadcastSend, services: ServicesDep) -> BroadcastSent:
    """Send it, or let it be sent at its time. The same key again is the same confirmation.

    Another key is answered with the confirmation that there is while sending has not begun, and refused afterwards
    (409, `launched_lately`, with what was sent).
    """
    confirmed = await sending.confirm(
        services.database,
        broadcast_id,
        revision=body.revision,
        key=body.key,
        hold_seconds=body.hold_seconds,
        channels=services.providers.channels,
    )
    async with services.database.transaction() as session:
        view = await broadcast_view(session, await broadcasts.require(session, broadcast_id))
    return BroadcastSent(broadcast=view, run_id=confirmed.run.id, repeated=confirmed.repeated)


@router.post("/{broadcast_id}/cancel", dependencies=[Operator], responses=responses(401, 403, 404, 409, 422))
async def cancel_broadcast(broadcast_id: BroadcastPath, services: ServicesDep) -> BroadcastView:
    """Take it back before its first message has left: it is a draft again. 409 with `left` when messages have left."""
    await sending.cancel(services.database, broadcast_id)
    async with services.database.transaction() as session:
        return await broadcast_view(session, await broadcasts.require(session, broadcast_id))


@router.post("/{broadcast_id}/copy", status_code=201, dependencies=[Marketer], responses=_CHANGE)
async def copy_broadcast(broadcast_id: BroadcastPath, body: BroadcastName, session: Transaction) -> BroadcastView:
    """A new draft with the same content and audience."""
    return await broadcast_view(session, await sending.copy(session, broadcast_id, body.name))


@router.get("/{broadcast_id}/non-openers", dependencies=[Viewer], responses=_READ)
async def count_non_openers(broadcast_id: BroadcastPath, session: Transaction) -> NonOpeners:
    """How many a resend would go to now: they got it, did not open it, and got no resend of it.

    Opens by machines do not count as opens.
    """
    return NonOpeners(count=await sending.non_opener_count(session, broadcast_id))


@router.post("/{broadcast_id}/resend", status_code=201, dependencies=[Marketer], responses=_CHANGE)
async def resend_broadcast(broadcast_id: BroadcastPath, body: BroadcastName, session: Transaction) -> BroadcastView:
    """A new draft to those who got it and did not open it."""
    return await broadcast_view(session, await sending.resend(session, broadcast_id, body.name))
