"""Events of the past, in bulk: stored as the pipeline stores them, but nobody is woken and no journey starts.

Profiles learn afterwards (`learn`), a page of customers at a time, so that a batch of thousands locks nobody's
profile: live events go on being taken while a file is. Until then the touched customers are remembered in a table.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import IncomingEvent, is_activity
from ingestion import identity, shop_currency, traits
from ingestion.identity import Named
from ingestion.order_events import combine_past
from ingestion.pipeline import Ingested, ingest
from store.customers import customers, merges
from store.database import driver
from store.events import event_copy, events
from store.events.event_copy import Spelt
from store.events.imports import PastEvent


@dataclass
class Stored:
    """What became of a batch."""

    taken: int = 0
    repeated: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    """Event -> why."""
    notes: dict[str, str] = field(default_factory=dict)
    """Event -> the part of it that could not be used; the rest was."""
    owners: dict[str, UUID] = field(default_factory=dict)
    """Event -> customer, of the calls about profiles that were taken."""
    learners: set[str] = field(default_factory=set)
    """Customers who were remembered as those who have to learn."""
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
    noted: AbstractSet[str] = frozenset()
    """Customers who are remembered already."""


_NOBODY = "it is about a customer who was erased"


class HistoricalRow(Protocol):
    """An event of the past, or a call about a profile."""

    id: str
    """The event's."""
    external_id: str | None
    """The customer's, where nothing else is said of them."""
    moment: int
    """When it happened: microseconds since 1970, UTC."""
    spelt: Spelt | None
    """None for a call about a profile."""

    @property
    def named(self) -> Named:
        """Whom it is about."""

    @property
    def event(self) -> IncomingEvent:
        """The whole of it. May take long: few are asked for."""


@dataclass(frozen=True)
class DedupedBatch:
    """Past events whose receipts are taken."""

    repeats: AbstractSet[str] = frozenset()
    """Those that somebody took before."""
    known: Mapping[str, str] = field(default_factory=dict)
    """External id -> customer: who was known then, of those whom the events name."""


def stands_alone(pasts: Sequence[HistoricalRow]) -> bool:
    """Whether storing them takes no receipts but those of `take_receipts`: no call about a profile is among them."""
    return all(past.spelt is not None for past in pasts)


async def take_receipts(session: AsyncSession, pasts: Sequence[HistoricalRow], *, now: datetime) -> DedupedBatch:
    """Take the receipts of what happened. Waits for whoever is just taking one of them.

    Until the commit nobody else joins customers or erases one: who is known now stays the one.
    """
    happened = {past.id: past for past in pasts if past.spelt is not None}
    if not happened:
        return DedupedBatch()
    names = {past.external_id for past in happened.values() if past.external_id is not None}
    finding = events.finding_repeats(happened, now=now), customers.finding_named(names)
    return DedupedBatch(
        *await driver.pipelined(session, *finding, after=[merges.keeping_everybody(but_mine=not stands_alone(pasts))])
    )


async def store(session: AsyncSession, pasts: Sequence[HistoricalRow], receipted: DedupedBatch, batch: Batch) -> Stored:
    """Store past events; profiles don't learn from them yet. The caller commits.

    Args:
        session: the transaction.
        pasts: of all kinds: calls about identity are taken as the pipeline takes them, before the others.
        receipted: what `take_receipts` answered in this transaction.
        batch: what they are part of.

    """
    result = Stored()
    profile_calls = [past.event for past in pasts if past.spelt is None]
    if profile_calls:
        count(result, await ingest(session, profile_calls, now=batch.now))
    happened = {past.id: past for past in pasts if past.spelt is not None}
    result.repeated += len(pasts) - len(profile_calls) - len(happened) + len(receipted.repeats)
    fresh = [past for past in happened.values() if past.id not in receipted.repeats]
    if fresh:
        await _store_events(session, fresh, receipted.known, result, batch)
    return result


def count(result: Stored, answers: Sequence[Ingested]) -> None:
    """Add what the pipeline answered."""
    for answer in answers:
        if answer.status == "repeat":
            result.repeated += 1
        elif answer.status == "no_customer":
            result.refused[str(answer.id)] = answer.reason
        else:
            result.taken += 1
            if answer.customer_id is not None:
                result.owners[str(answer.id)] = answer.customer_id
            if answer.problems:
                result.notes[str(answer.id)] = "; ".join(answer.problems)


async def _store_events(
    session: AsyncSession, fresh: Sequence[HistoricalRow], known: Mapping[str, str], result: Stored, batch: Batch
) -> None:
    """Copy them; only those about people who are new, or named otherwise, are looked at one by one."""
    strangers = [past for past in fresh if past.external_id not in known]
    owners = await _owners(session, [past.named for past in strangers], now=batch.now) if strangers else {}
    nobody = [past.id for past in strangers if past.id not in owners]
    if nobody:
        await events.give_back_receipts(session, nobody)
        result.refused.update(dict.fromkeys(nobody, _NOBODY))
    owned = [(past, owners.get(past.id) or known.get(past.external_id or "")) for past in fresh]
    written = [(past, owner) for past, owner in owned if owner is not None]
    people = {owner for _, owner in written}
    lines = [(past.spelt, owner) for past, owner in written if past.spelt is not None]
    # before anybody sees the events: a sum may only leave their currencies out of account while there is one
    await shop_currency.learn(session, shop_currency.used_in_text(spelt.after for spelt, _ in lines))
    await event_copy.copy_events(session, lines, source=batch.source, received_at=batch.now)
    result.learners = people - batch.noted
    await event_copy.note_learners(session, batch.import_id, result.learners)
    result.taken += len(written)
    if written:
        moments = [past.moment for past, _ in written]
        result.first_at, result.last_at = _instant(min(moments)), _instant(max(moments))


async def _owners(session: AsyncSession, strangers: Sequence[Named], *, now: datetime) -> dict[str, str]:
    """Event -> customer, newcomers made."""
    known = await driver.run(session, identity.looking_up(strangers))
    owners = await identity.resolve_owners(session, strangers, known, now=now)
    return {str(event): str(customer) for event, customer in owners.items()}


def _instant(moment: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=moment)


async def learn(session: AsyncSession, past: Mapping[UUID, Sequence[PastEvent]], *, source: str, now: datetime) -> int:
    """Let these customers' profiles learn from the past events of an import, oldest first.

    Returns:
        How many of its orders were known before: they are taken out again.

    """
    learners = await customers.lock_learners(session, past)
    happened = [(event.properties, False) for theirs in past.values() for event in theirs]
    currency = await shop_currency.learn(session, shop_currency.used_by(happened))
    past, repeats = await combine_past(session, learners, past, currency, source=source)
    for learner in learners:
        theirs = past.get(learner.id, ())
        traits.update_traits_bulk(learner.traits, theirs, currency)
        seen = next((event.occurred_at for event in reversed(theirs) if is_activity(event.name)), None)
        if seen is not None:
            learner.last_seen_at = max(learner.last_seen_at or seen, seen)
    await customers.save_learners(session, learners, now=now)
    return repeats
