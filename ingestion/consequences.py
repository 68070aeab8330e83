"""What events lead to: journeys that they end, wake or start, written with the outbox in the events' transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from ingestion import memberships, wakes
from ingestion import triggers as starting
from ingestion.memberships import Touch
from ingestion.triggers import Candidate, Doorkeeper, Start
from ingestion.versions import listening
from ingestion.wakes import Watcher
from store import customers, outbox, triggers
from store.customers import Profile
from store.events import NewEvent, insert_events
from store.outbox import Note


@dataclass
class _Consequences:
    """What a batch leads to, gathered before it is written."""

    watchers: dict[UUID, list[Watcher]]
    starts: list[Start] = field(default_factory=list)
    refusals: list[Mapping[str, Any]] = field(default_factory=list)
    signals: list[Note] = field(default_factory=list)


async def follow(
    session: AsyncSession,
    events: Sequence[NewEvent],
    profiles: Mapping[UUID, Profile],
    *,
    now: datetime,
    time_scale: float,
) -> None:
    """Let these events, which are written already, concern the journeys that they concern, and start new ones.

    Args:
        session: the transaction; it holds the locks of their customers.
        events: as they happened, oldest first.
        profiles: of their customers.
        now: the present instant, UTC.
        time_scale: real seconds per business second, for re-entry gaps.

    """
    if events:
        await _tell(session, await _follow(session, events, profiles, now=now, time_scale=time_scale))


async def profile_changed(session: AsyncSession, customer_id: UUID, *, now: datetime, time_scale: float) -> None:
    """Let a change of a profile that no event brought concern watched segments, and what listens to them.

    The customer's row is locked and written by this transaction.
    """
    moved = await memberships.react(session, {customer_id: Touch(frozenset(), profile=True)}, now=now)
    if moved:
        await insert_events(session, moved)
        profiles = await customers.lock_profiles(session, [customer_id])
        await follow(session, moved, profiles, now=now, time_scale=time_scale)


async def _follow(
    session: AsyncSession,
    events: Sequence[NewEvent],
    profiles: Mapping[UUID, Profile],
    *,
    now: datetime,
    time_scale: float,
) -> _Consequences:
    """Walk through the events as they happened: each may end or wake open journeys, then start new ones."""
    result = _Consequences(await _watchers(session, events))
    found = await starting.candidates(session, events, now=now, time_scale=time_scale)
    every = [candidate for group in found.values() for candidate in group]
    door = await Doorkeeper.read(session, every, now=now, time_scale=time_scale) if every else None
    for event in events:
        for watcher in result.watchers.get(event.customer_id, []):
            note = watcher.see(event)
            if note is not None:
                result.signals.append(note)
        for candidate in found.get(event.id, []):
            assert door is not None
            _enter(result, candidate, door.admit(candidate, profiles[event.customer_id]), now)
    return result


async def _watchers(session: AsyncSession, events: Sequence[NewEvent]) -> dict[UUID, list[Watcher]]:
    names = {event.name for event in events}
    journeys = await triggers.open_journeys(session, {event.customer_id for event in events}, names)
    parsed = await listening(session, {journey.version_id for journey in journeys}) if journeys else {}
    found: dict[UUID, list[Watcher]] = {}
    for journey in journeys:
        watcher = Watcher(journey, parsed[journey.version_id], since=journey.started_at)
        found.setdefault(journey.customer_id, []).append(watcher)
    return found


def _enter(result: _Consequences, candidate: Candidate, admitted: Start | str, now: datetime) -> None:
    event = candidate.event
    if isinstance(admitted, str):
        refusal = {"campaign_id": candidate.campaign.campaign_id, "customer_id": event.customer_id}
        result.refusals.append(refusal | {"event_id": event.id, "reason": admitted, "at": now})
        return
    result.starts.append(admitted)
    result.watchers.setdefault(event.customer_id, []).append(admitted.watcher)


async def _tell(session: AsyncSession, result: _Consequences) -> None:
    """Write what follows: new journeys, ended ones, refusals, and what Temporal must be told."""
    ends = wakes.interrupted(watcher for group in result.watchers.values() for watcher in group)
    rows = [{**start.row, "interrupt": ends.pop(start.row["id"], None)} for start in result.starts]
    written = await triggers.insert_journeys(session, rows)
    await triggers.interrupt(session, ends)
    await triggers.refuse(session, result.refusals)
    notes = [start.note for start in result.starts if start.row["id"] in written]
    await outbox.add(session, notes + result.signals)
