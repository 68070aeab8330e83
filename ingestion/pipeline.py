"""What happens, in one pipeline and one transaction: event -> profile -> journeys it starts, ends or wakes -> outbox.

Whatever road an event came by, it goes through `ingest`. The caller commits; until then nothing has happened, after it
nothing can be lost. A batch costs a fixed number of statements, whatever its size. Locks are taken in one order
everywhere: receipts, names (of newcomers), customers by id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import IMPORT, IncomingEvent
from ingestion import identity, profile, traits, wakes
from ingestion import triggers as starting
from ingestion.triggers import Candidate, Doorkeeper, Start
from ingestion.versions import listening
from ingestion.wakes import Watcher
from store import customers, outbox, triggers
from store import events as event_store
from store.customers import DeviceToken, Profile
from store.events import NewEvent
from store.outbox import Note


@dataclass
class Ingested:
    """What became of one event."""

    id: UUID
    status: Literal["taken", "repeat", "no_customer"]
    """`no_customer`: it names a customer who does not exist or was erased, or nobody at all."""
    customer_id: UUID | None = None
    problems: list[str] = field(default_factory=list)
    """Parts that could not be used, in words; the rest was."""


@dataclass
class _Consequences:
    """What a batch leads to, gathered before it is written."""

    watchers: dict[UUID, list[Watcher]]
    starts: list[Start] = field(default_factory=list)
    refusals: list[Mapping[str, Any]] = field(default_factory=list)
    signals: list[Note] = field(default_factory=list)


async def ingest(
    session: AsyncSession, events: Sequence[IncomingEvent], *, now: datetime, time_scale: float = 1.0, wake: bool = True
) -> list[Ingested]:
    """Take events in; one answer for each, in the order given. A repeat of an event changes nothing.

    Args:
        session: the transaction; the caller commits.
        events: in any order; they count in the order in which they happened.
        now: the present instant, UTC.
        time_scale: real seconds per business second, for re-entry gaps.
        wake: whether journeys may start, end and wake; not for what happened long ago.

    """
    taken = await event_store.take_receipts(session, [event.id for event in events], now=now)
    fresh = sorted({event.id: event for event in events if event.id in taken}.values(), key=lambda e: e.occurred_at)
    resolved = await identity.resolve(session, fresh, now=now) if fresh else identity.Resolved({}, {})
    nobody = taken - set(resolved.customers)
    if nobody:
        await event_store.give_back_receipts(session, nobody)
    known = [event for event in fresh if event.id in resolved.customers]
    problems = await _update_profiles(session, known, resolved, now=now)
    happened = [_stored(event, resolved.customers[event.id], now) for event in known if event.kind == "track"]
    if happened:
        await event_store.insert_events(session, happened)
    if happened and wake:
        await _tell(session, await _follow(session, happened, resolved.profiles, now=now, time_scale=time_scale))
    return _answers(events, taken, resolved.customers, problems)


def _answers(
    events: Sequence[IncomingEvent],
    taken: set[UUID],
    owners: Mapping[UUID, UUID],
    problems: Mapping[UUID, list[str]],
) -> list[Ingested]:
    answers: list[Ingested] = []
    seen: set[UUID] = set()
    for event in events:
        if event.id not in taken or event.id in seen:
            answers.append(Ingested(event.id, "repeat"))
        elif event.id not in owners:
            answers.append(Ingested(event.id, "no_customer"))
        else:
            answers.append(Ingested(event.id, "taken", owners[event.id], problems.get(event.id, [])))
        seen.add(event.id)
    return answers


def _stored(event: IncomingEvent, customer_id: UUID, now: datetime) -> NewEvent:
    return NewEvent(
        id=event.id,
        occurred_at=event.occurred_at,
        customer_id=customer_id,
        name=event.name,
        properties=event.properties,
        source=event.source,
        received_at=now,
    )


SIGNS_OF_LIFE = ("message_opened", "message_clicked", "message_replied")


def _is_sign_of_life(event: IncomingEvent) -> bool:
    if event.kind != "track" and event.source == IMPORT:
        return False
    return not event.name.startswith("message_") or event.name in SIGNS_OF_LIFE


async def _update_profiles(
    session: AsyncSession, events: Sequence[IncomingEvent], resolved: identity.Resolved, *, now: datetime
) -> dict[UUID, list[str]]:
    """Let the profiles learn from the events; by event, what could not be used."""
    problems: dict[UUID, list[str]] = {}
    touched: dict[UUID, Profile] = {}
    tokens: list[DeviceToken] = []
    for event in events:
        customer = resolved.profiles[resolved.customers[event.id]]
        touched[customer.id] = customer
        if event.kind == "identify":
            problems[event.id] = profile.identify(customer, event.properties)
        elif event.kind == "track":
            traits.learn(customer.traits, event.name, event.properties, event.occurred_at)
        if event.context is not None:
            profile.notice(customer, event.context)
        tokens += profile.devices(customer, event.properties if event.kind == "identify" else {}, event.context)
        if _is_sign_of_life(event):
            seen = min(event.occurred_at, now)
            customer.last_seen_at = max(customer.last_seen_at or seen, seen)
    await customers.save_profiles(session, list(touched.values()), now=now)
    await customers.save_devices(session, tokens, now=now)
    return problems


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
    found = await starting.candidates(session, events, now=now)
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
