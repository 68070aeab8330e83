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
from store import customers, driver, staging
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
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True)
class Batch:
    """What past events are part of."""

    import_id: UUID
    """The customers who did something are remembered under it, as those who have to learn."""
    source: str
    """What the events are marked with: `learn` finds them by it."""
    now: datetime


_NOBODY = "it is about a customer who was erased"


async def store(session: AsyncSession, events: Sequence[IncomingEvent], batch: Batch) -> Stored:
    """Store past events; profiles don't learn from them yet. The caller commits.

    Args:
        session: the transaction.
        events: of all kinds: calls about identity are taken as the pipeline takes them, before the others.
        batch: what they are part of.

    """
    result = Stored()
    profile_calls = [event for event in events if event.kind != "track"]
    if profile_calls:
        count(result, await ingest(session, profile_calls, now=batch.now))
    happened = [event for event in events if event.kind == "track"]
    if happened:
        await _store_events(session, happened, result, batch)
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


async def _store_events(session: AsyncSession, events: Sequence[IncomingEvent], result: Stored, batch: Batch) -> None:
    """Stage them, and move them as a set; only those about people who are new, or named otherwise, are looked at."""
    once = {event.id: event for event in events}
    await staging.stage(session, once.values())
    repeated, strange = await driver.together(
        session, staging.taking_staged_receipts(now=batch.now), staging.finding_strangers()
    )
    fresh = len(once) - repeated
    if strange:
        strangers = [event for event in once.values() if event.id in strange]
        names = await driver.run(session, identity.looking_up(strangers))
        owners = await identity.resolve_owners(session, strangers, names, now=batch.now)
        await staging.settle_strangers(session, owners)
        nobody = strange - owners.keys()
        if nobody:
            await staging.forget_staged(session, nobody)
            result.refused.update(dict.fromkeys(nobody, _NOBODY))
            fresh -= len(nobody)
    moved = await staging.move_staged(session, fresh, import_id=batch.import_id, source=batch.source, now=batch.now)
    result.taken += moved.count
    result.repeated += len(events) - len(once) + repeated
    result.first_at, result.last_at = moved.first_at, moved.last_at


async def learn(session: AsyncSession, past: Mapping[UUID, Sequence[PastEvent]], *, now: datetime) -> None:
    """Let these customers' profiles learn from their past events, oldest first."""
    profiles = await customers.lock_profiles(session, past)
    for customer in profiles.values():
        events = past.get(customer.id, ())
        traits.learn_all(customer.traits, [(e.name, e.properties, e.occurred_at) for e in events])
        for event in events:
            if is_activity(event.name):
                customer.last_seen_at = max(customer.last_seen_at or event.occurred_at, event.occurred_at)
    await customers.save_profiles(session, list(profiles.values()), now=now)
