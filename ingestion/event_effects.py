"""What events lead to: journeys that they end, wake or start, written with the outbox in the events' transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.entry_rejections import EntryRejection
from domain.triggers import MAX_TRIGGER_AGE
from ingestion import entry_triggers as starting
from ingestion import segment_membership, wait_matching
from ingestion.entry_triggers import EntryCandidate, EntryChecker, EventStart
from ingestion.segment_membership import ProfileChange
from ingestion.version_cache import listening
from ingestion.wait_matching import JourneyMatcher
from store.campaigns import outbox, triggers
from store.campaigns.outbox import OutboxMessage
from store.campaigns.triggers import ActiveTrigger, OpenJourney
from store.customers import customers
from store.customers.customers import Profile
from store.database import driver
from store.database.driver import Statement
from store.events.events import NewEvent, insert_events
from store.segments import memberships as watching


@dataclass
class _Consequences:
    """What a batch leads to, gathered before it is written."""

    now: datetime
    watchers: dict[UUID, list[JourneyMatcher]]
    starts: list[EventStart] = field(default_factory=list)
    refusals: list[Mapping[str, Any]] = field(default_factory=list)
    signals: list[OutboxMessage] = field(default_factory=list)


@dataclass(frozen=True)
class Listeners:
    """Whom events may concern."""

    inside: Sequence[OpenJourney]
    """Open journeys of their customers, of versions that listen to events of these names."""
    starting: Sequence[ActiveTrigger]
    """Campaigns that events of these names start journeys of."""


def finding_listeners(
    customers: Iterable[UUID], names: Iterable[str]
) -> tuple[Statement[list[OpenJourney]], Statement[list[ActiveTrigger]]]:
    """What to ask for `Listeners`, in a transaction that holds the customers' locks."""
    heard = sorted(names)
    return triggers.finding_open_journeys(customers, heard), triggers.finding_triggers(heard)


async def apply_effects(
    session: AsyncSession,
    events: Sequence[NewEvent],
    profiles: Mapping[UUID, Profile],
    listeners: Listeners | None = None,
    *,
    now: datetime,
    time_scale: float,
) -> None:
    """Let these events, which are written already, concern the journeys that they concern, and start new ones.

    Args:
        session: the transaction; it holds the locks of their customers.
        events: as they happened, oldest first.
        profiles: of their customers.
        listeners: to events of all these names, where somebody asked for them already.
        now: the present instant, UTC.
        time_scale: real seconds per business second, for re-entry gaps.

    """
    if not events:
        return
    if listeners is None:
        asking = finding_listeners({event.customer_id for event in events}, {event.name for event in events})
        listeners = Listeners(*await driver.pipelined(session, *asking))
    result = _Consequences(now, await _watchers(session, listeners.inside))
    recent = [event for event in events if now - event.occurred_at <= MAX_TRIGGER_AGE]
    found = await starting.candidates(session, listeners.starting, recent, now=now, time_scale=time_scale)
    every = [candidate for group in found.values() for candidate in group]
    door = await EntryChecker.read(session, every, now=now, time_scale=time_scale) if every else None
    _walk(result, events, found, door, profiles)
    await _tell(session, result)


async def profile_changed(session: AsyncSession, customer_id: UUID, *, now: datetime, time_scale: float) -> None:
    """Let a change of a profile that no event brought concern watched segments, and what listens to them.

    The customer's row is locked and written by this transaction.
    """
    touched = {customer_id: ProfileChange(frozenset(), profile=True)}
    moved = await segment_membership.react(session, await watching.watched(session), touched, now=now)
    if moved:
        await insert_events(session, moved)
        profiles = await customers.lock_profiles(session, [customer_id])
        await apply_effects(session, moved, profiles, now=now, time_scale=time_scale)


def _walk(
    result: _Consequences,
    events: Sequence[NewEvent],
    found: Mapping[UUID, Sequence[EntryCandidate]],
    door: EntryChecker | None,
    profiles: Mapping[UUID, Profile],
) -> None:
    """Walk through the events as they happened: each may end or wake open journeys, then start new ones."""
    for event in events:
        for watcher in result.watchers.get(event.customer_id, []):
            note = watcher.see(event)
            if note is not None:
                result.signals.append(note)
        for candidate in found.get(event.id, []):
            assert door is not None
            _enter(result, candidate, door.admit(candidate, profiles[event.customer_id]))


_CLOCK_TOLERANCE = timedelta(seconds=2)
"""How far the clock of whoever took an event in may be behind the database's."""


def _since(journey: OpenJourney) -> datetime | None:
    """From when on events concern it. The journey was there before they came in, whatever their clock says."""
    if journey.started_at is None or journey.by_event:
        return journey.started_at
    return journey.started_at - _CLOCK_TOLERANCE


async def _watchers(session: AsyncSession, journeys: Sequence[OpenJourney]) -> dict[UUID, list[JourneyMatcher]]:
    parsed = await listening(session, {journey.version_id for journey in journeys}) if journeys else {}
    found: dict[UUID, list[JourneyMatcher]] = {}
    for journey in journeys:
        watcher = JourneyMatcher(journey, parsed[journey.version_id], since=_since(journey))
        found.setdefault(journey.customer_id, []).append(watcher)
    return found


def _enter(result: _Consequences, candidate: EntryCandidate, admitted: EventStart | EntryRejection) -> None:
    event = candidate.event
    if isinstance(admitted, EntryRejection):
        refusal = {"campaign_id": candidate.campaign.campaign_id, "customer_id": event.customer_id}
        result.refusals.append(refusal | admitted.row() | {"event_id": event.id, "at": result.now})
        return
    result.starts.append(admitted)
    result.watchers.setdefault(event.customer_id, []).append(admitted.watcher)


async def _tell(session: AsyncSession, result: _Consequences) -> None:
    """Write what follows: new journeys, ended ones, refusals, and what Temporal must be told."""
    ends = wait_matching.interrupted(watcher for group in result.watchers.values() for watcher in group)
    rows = [{**start.journey.row(), "exit_signal": ends.pop(start.journey.id, None)} for start in result.starts]
    written = await triggers.insert_journeys(session, rows)
    await triggers.record_exit_signals(session, ends)
    await triggers.refuse(session, result.refusals)
    notes = [outbox.starting(start.journey) for start in result.starts if start.journey.id in written]
    await outbox.add(session, notes + result.signals)
