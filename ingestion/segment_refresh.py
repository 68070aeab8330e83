"""The sweep: what no event tells.

Two kinds. Every half minute, those are asked whom time alone may have moved since the last sweep: who did something so
long ago that a window has just let go of it. And from time to time everybody is compared in SQL, as sets, for what came
without an event of its own. Either way those who differ are asked again, in pages, under their lock.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.errors import InvalidError
from ingestion import segment_membership
from ingestion.event_effects import apply_effects
from store.conditions.percentiles import refresh_oldest
from store.conditions.scope import Scope
from store.conditions.time_driven import moved_by_time
from store.customers import customers
from store.database.engine import Database
from store.database.retry import run_in_transaction
from store.events import events as event_store
from store.segments import memberships as kept
from store.segments import segments
from store.segments.memberships import Watched

PAGE = 500
"""Customers locked at once."""
_ASKED = 2000
"""Customers asked at once, without locks."""
RECONCILE = timedelta(minutes=10)
"""How often everybody is compared: for imports, scores, erasures, and events that retention has dropped."""
_OVERLAP = timedelta(minutes=2)
"""How far a sweep looks back behind the last one: clocks differ, and a transaction that was open then is seen now."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DueSegment:
    """Watched segments to be swept now."""

    moving: list[UUID]
    """Those that time moves: who it may have moved is asked."""
    whole: list[UUID]
    """Those to be compared for everybody, the longest ago first; new ones before all."""


async def due(database: Database, *, now: datetime) -> DueSegment:
    """What there is to sweep now."""
    moving, whole = [], []
    async with database.transaction() as session:
        for segment in await kept.watched(session):
            last = segment.reconciled_at if segment.filled else None
            if last is None or last <= now - RECONCILE:
                whole.append((last is not None, last or now, segment.id))
            if segment.filled and await segment_membership.moves_by_itself(session, segment):
                moving.append(segment.id)
        await refresh_oldest(session, now)  # for checks in journeys, which ask about one customer only
    return DueSegment(moving, [segment_id for _, _, segment_id in sorted(whole)])


async def sweep(
    database: Database,
    segment_id: UUID,
    *,
    now: datetime,
    time_scale: float,
    beat: Callable[[int], None],
    whole: bool = True,
) -> int:
    """Bring one segment's members up to date; how many came or went. What is done stays done if it ends half way.

    Args:
        database: for short transactions.
        segment_id: a segment; one that is not watched any more is left alone.
        now: the moment of asking, UTC.
        time_scale: real seconds per business second, for re-entry gaps.
        beat: told after each page how many changes there were so far.
        whole: compare everybody; else those whom time may have moved since the last sweep.

    """
    try:
        found = await _found(database, segment_id, now, whole=whole)
    except InvalidError as error:
        _log.warning("segment %s can't be swept: %s", segment_id, error)
        return 0
    if found is None:
        return 0
    changes = 0
    for first in range(0, len(found.differing), PAGE):
        who = found.differing[first : first + PAGE]
        settle = partial(_settle, segment=found.segment, who=who, now=now, time_scale=time_scale)
        changes += await run_in_transaction(database, settle)
        beat(changes)
    async with database.transaction() as session:
        await kept.swept(session, segment_id, now=now, wholly=found.wholly)
    return changes


async def _settle(
    session: AsyncSession, *, segment: Watched, who: Sequence[UUID], now: datetime, time_scale: float
) -> int:
    profiles = await customers.lock_profiles(session, who)
    moved = await segment_membership.compare(session, segment, who, now=now)
    await event_store.insert_events(session, moved)
    await apply_effects(session, moved, profiles, now=now, time_scale=time_scale)
    return len(moved)


@dataclass(frozen=True)
class _Found:
    """A segment, and who differs from what is written down of it."""

    segment: Watched
    differing: list[UUID]
    wholly: bool
    """Whether everybody was compared."""


async def _found(database: Database, segment_id: UUID, now: datetime, *, whole: bool) -> _Found | None:
    """Whom to settle. A new segment's first members come without events; None when nobody watches it any more."""
    async with database.transaction() as session:
        segment = await kept.lock_segment(session, segment_id)
        if segment is None:
            return None
        scope = await segments.ready(session, [segment.condition], Scope(now=now))
        if not segment.filled:
            await kept.fill(session, segment, scope)
            return _Found(segment, [], wholly=True)
        some = None
        if not whole and segment.refreshed_at is not None:
            some = await moved_by_time(session, segment.condition, scope, segment.refreshed_at - _OVERLAP)
        if some is None:
            return _Found(segment, await kept.differing(session, segment, scope), wholly=True)
        return _Found(segment, await _differing_of(session, segment, scope, some), wholly=False)


async def _differing_of(session: AsyncSession, segment: Watched, scope: Scope, some: Sequence[UUID]) -> list[UUID]:
    """Those of some customers who differ. Who is gone by now is left to the comparison of everybody."""
    differing = []
    for first in range(0, len(some), _ASKED):
        page = some[first : first + _ASKED]
        answers = await segments.matching(session, [segment.condition], page, scope)
        members = await kept.recorded(session, segment.id, page)
        differing += [id_ for id_, (held,) in answers.items() if held != (id_ in members)]
    return sorted(differing)
