"""The sweep: what no event tells. Sets are compared in SQL; who differs is asked again, in pages, under lock."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import InvalidError
from ingestion import memberships
from ingestion.consequences import follow
from store import customers, segments
from store import events as event_store
from store import memberships as kept
from store.database import Database
from store.memberships import Watched
from store.retrying import committed
from store.scope import Scope

PAGE = 500
"""Customers locked at once."""
RECONCILE = timedelta(minutes=10)
"""How often a segment is swept that only events can change, for what they did not tell (imports, scores, erasures)."""

_log = logging.getLogger(__name__)


async def due(database: Database, *, now: datetime) -> list[UUID]:
    """Watched segments to be swept: new ones, those that time moves, and others from time to time."""
    async with database.transaction() as session:
        found = []
        for segment in await kept.watched(session):
            old = segment.swept_at is None or segment.swept_at <= now - RECONCILE
            if not segment.filled or old or await memberships.moves_by_itself(session, segment):
                found.append(segment.id)
        return found


async def sweep(
    database: Database, segment_id: UUID, *, now: datetime, time_scale: float, beat: Callable[[int], None]
) -> int:
    """Bring one segment's members up to date; how many came or went. What is done stays done if it ends half way.

    Args:
        database: for short transactions.
        segment_id: a segment; one that is not watched any more is left alone.
        now: the moment of asking, UTC.
        time_scale: real seconds per business second, for re-entry gaps.
        beat: told after each page how many changes there were so far.

    """
    try:
        segment, differing = await _differing(database, segment_id, now)
    except InvalidError as error:
        _log.warning("segment %s can't be swept: %s", segment_id, error)
        return 0
    if segment is None:
        return 0
    changes = 0
    for first in range(0, len(differing), PAGE):
        settle = partial(_settle, segment=segment, who=differing[first : first + PAGE], now=now, time_scale=time_scale)
        changes += await committed(database, settle)
        beat(changes)
    async with database.transaction() as session:
        await kept.swept(session, segment_id, now=now)
    return changes


async def _settle(
    session: AsyncSession, *, segment: Watched, who: Sequence[UUID], now: datetime, time_scale: float
) -> int:
    profiles = await customers.lock_profiles(session, who)
    moved = await memberships.compare(session, segment, who, now=now)
    await event_store.insert_events(session, moved)
    await follow(session, moved, profiles, now=now, time_scale=time_scale)
    return len(moved)


async def _differing(database: Database, segment_id: UUID, now: datetime) -> tuple[Watched | None, list[UUID]]:
    """The segment, and who differs from what is written down. A new segment's first members come without events."""
    async with database.transaction() as session:
        segment = await kept.lock_segment(session, segment_id)
        if segment is None:
            return None, []
        scope = Scope(now=now, segments=await segments.load_conditions(session, segment.condition))
        if not segment.filled:
            await kept.fill(session, segment, scope)
            return segment, []
        return segment, await kept.differing(session, segment, scope)
