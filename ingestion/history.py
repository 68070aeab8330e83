"""Events of the past, in bulk: stored as the pipeline stores them, but nobody is woken and no journey starts.

Profiles learn afterwards (`learn`), a page of customers at a time, so that a batch of thousands locks nobody's
profile: live events go on being taken while a file is. Until then the touched customers are remembered in a table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import IncomingEvent, is_activity
from ingestion import identity, traits
from ingestion.pipeline import Ingested, ingest
from store import customers, driver
from store import events as event_store
from store.events import NewEvent
from store.imports import PastEvent


@dataclass
class Stored:
    """What became of a batch."""

    taken: int = 0
    repeated: int = 0
    refused: dict[UUID, str] = field(default_factory=dict)
    """Event -> why."""
    notes: dict[UUID, str] = field(default_factory=dict)
    """Event -> the part of it that could not be used; the rest was."""
    customers: set[UUID] = field(default_factory=set)
    """Who did something."""
    first_at: datetime | None = None
    last_at: datetime | None = None


_NOBODY = "it is about a customer who was erased"


async def store(session: AsyncSession, events: Sequence[IncomingEvent], *, source: str, now: datetime) -> Stored:
    """Store past events; profiles don't learn from them yet. The caller commits.

    Args:
        session: the transaction.
        events: of all kinds: calls about identity are taken as the pipeline takes them, before the others.
        source: what the stored events are marked with; `learn` finds them by it.
        now: the present instant, UTC.

    """
    result = Stored()
    profile_calls = [event for event in events if event.kind != "track"]
    if profile_calls:
        count(result, await ingest(session, profile_calls, now=now))
    happened = [event for event in events if event.kind == "track"]
    if happened:
        await _store_events(session, happened, result, source=source, now=now)
    return result


def count(result: Stored, answers: Sequence[Ingested]) -> None:
    """Add what the pipeline answered."""
    for answer in answers:
        if answer.status == "repeat":
            result.repeated += 1
        elif answer.status == "no_customer":
            result.refused[answer.id] = _NOBODY
        else:
            result.taken += 1
            if answer.problems:
                result.notes[answer.id] = "; ".join(answer.problems)


async def _store_events(
    session: AsyncSession, events: Sequence[IncomingEvent], result: Stored, *, source: str, now: datetime
) -> None:
    taking = event_store.taking_receipts([event.id for event in events], now=now)
    taken, names = await driver.together(session, taking, identity.looking_up(events))
    fresh = {event.id: event for event in events if event.id in taken}
    owners = await identity.resolve_owners(session, list(fresh.values()), names, now=now) if fresh else {}
    nobody = fresh.keys() - owners.keys()
    if nobody:
        await event_store.give_back_receipts(session, nobody)
        result.refused.update(dict.fromkeys(nobody, _NOBODY))
    rows = [
        NewEvent(event.id, event.occurred_at, owners[event.id], event.name, event.properties, source, now)
        for event in fresh.values()
        if event.id in owners
    ]
    await event_store.copy_events(session, rows)
    result.taken += len(rows)
    result.repeated += len(events) - len(fresh)
    result.customers.update(owners.values())
    if rows:
        result.first_at = min(row.occurred_at for row in rows)
        result.last_at = max(row.occurred_at for row in rows)


async def learn(session: AsyncSession, past: Mapping[UUID, Sequence[PastEvent]], *, now: datetime) -> None:
    """Let these customers' profiles learn from their past events, oldest first."""
    profiles = await customers.lock_profiles(session, past)
    for customer in profiles.values():
        events = past.get(customer.id, ())
        taught = [(e.name, e.properties, e.occurred_at) for e in events if e.properties is not None]
        traits.learn_all(customer.traits, taught)
        for event in events:
            if is_activity(event.name):
                customer.last_seen_at = max(customer.last_seen_at or event.occurred_at, event.occurred_at)
    await customers.save_profiles(session, list(profiles.values()), now=now)
