"""Orders as they come in: each counts once, and refunds are taken off it. The rules are in `domain.orders`.

The customers are locked: two ways by which one order comes wait for each other here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import ORDER_CANCELLED, ORDER_COMPLETED, ORDER_REFUNDED, IncomingEvent
from domain.orders import CombinedOrder, OrderEvent, combine, order_id_of
from ingestion import traits
from store.customers.customers import Learner, Profile
from store.database import driver
from store.events import orders
from store.events.imports import PastEvent
from store.events.orders import Correction, OrderKey, StoredOrderEvent

_PUBLIC = ":browser"
"""How the source of an event ends that came by a key that anybody can read."""
_NO_ORDER_ID = "the refund names no order_id: nothing is taken off an order"
_NO_ORDER = "no order with this order_id is known yet: the refund is taken off when it comes"
_CORRECTED = "the order came from a page before: it says now what the server says"


@dataclass
class OrderChanges:
    """What became of a batch's events of orders."""

    repeats: set[UUID] = field(default_factory=set)
    """Events that say nothing new: they are not stored."""
    replaced: set[UUID] = field(default_factory=set)
    """Events that a stored one now speaks for: they are not stored either."""
    notes: dict[UUID, str] = field(default_factory=dict)
    corrected: set[UUID] = field(default_factory=set)
    """Customers of whose orders one has changed."""


async def combine_incoming(
    session: AsyncSession,
    events: Sequence[IncomingEvent],
    customers: Mapping[UUID, UUID],
    profiles: Mapping[UUID, Profile],
    currency: str | None = None,
) -> OrderChanges:
    """See what the orders come to with these events; what was stored of them before is corrected, and its traits.

    Args:
        session: the transaction.
        events: as they happened; properties of orders among them change.
        customers: event -> customer.
        profiles: of the customers, locked; their traits change.
        currency: the shop's.

    """
    incoming: dict[OrderKey, list[IncomingEvent]] = {}
    result = OrderChanges()
    for event in events:
        order_id = order_id_of(event.name, event.properties) if event.kind == "track" else None
        if order_id is not None:
            incoming.setdefault(OrderKey(customers[event.id], order_id), []).append(event)
        elif event.name in (ORDER_REFUNDED, ORDER_CANCELLED):
            result.notes[event.id] = _NO_ORDER_ID
    if not incoming:
        return result
    stored = _by_key(await driver.run(session, orders.finding(incoming)))
    corrections: list[Correction] = []
    for key, theirs in incoming.items():
        before = stored.get(key, [])
        found = combine([*map(_stored, before), *map(_incoming, theirs)])
        changed = _settle(found, before, theirs, result)
        if changed is not None:
            row, correction = changed
            corrections.append(correction)
            result.corrected.add(key.customer_id)
            if not row.unlearned:
                kept = profiles[key.customer_id].traits
                traits.correct_order(kept, row.occurred_at, row.properties, correction.properties, currency)
    await orders.correct(session, corrections)
    return result


def _settle(
    found: CombinedOrder, before: Sequence[StoredOrderEvent], theirs: Sequence[IncomingEvent], result: OrderChanges
) -> tuple[StoredOrderEvent, Correction] | None:
    """What changes in what was stored; the incoming events' share goes to `result`."""
    new = {event.id: event for event in theirs}
    result.notes.update({id_: note for id_, note in found.notes.items() if id_ in new})
    result.repeats |= found.repeats & set(new)
    if found.order is None:
        result.notes.update(dict.fromkeys(set(new) - result.repeats, _NO_ORDER))
        return None
    rows = [event for event in before if event.name == ORDER_COMPLETED]
    row = next((event for event in rows if event.id == found.order.id), rows[0] if rows else None)
    if row is None:
        new[found.order.id].properties = found.properties
        return None
    source = row.source
    if found.order.id in new:
        source = new[found.order.id].source
        result.replaced.add(found.order.id)
        result.notes[found.order.id] = _CORRECTED
    if row.properties == found.properties and row.source == source:
        return None
    return row, Correction(row.id, row.occurred_at, found.properties, source)


async def combine_past(
    session: AsyncSession,
    learners: Iterable[Learner],
    past: Mapping[UUID, Sequence[PastEvent]],
    currency: str | None = None,
    *,
    source: str,
) -> tuple[dict[UUID, Sequence[PastEvent]], int]:
    """The same of events that an import has stored, before profiles learn from them.

    Returns:
        What the profiles have to learn, and how many orders of the import were known before.

    """
    keys = {
        OrderKey(learner.id, order_id)
        for learner in learners
        for event in past.get(learner.id, ())
        if (order_id := order_id_of(event.name, event.properties)) is not None
    }
    if not keys:
        return dict(past), 0
    kept = {learner.id: learner.traits for learner in learners}
    corrections: list[Correction] = []
    repeats: list[StoredOrderEvent] = []
    learnt: dict[UUID, list[PastEvent]] = {}
    for key, theirs in _by_key(await driver.run(session, orders.finding(keys))).items():
        found = combine([*map(_stored, theirs)])
        rows = [event for event in theirs if event.name == ORDER_COMPLETED]
        if found.order is None:
            continue
        words = next(event for event in rows if event.id == found.order.id)
        row = rows[0] if words.source == source else words
        repeats += [event for event in rows if event is not row and event.source == source]
        if row.properties != found.properties or row.source != words.source:
            # what this import told stays marked with it, or it would be learnt again with the next one
            corrections.append(Correction(row.id, row.occurred_at, found.properties, words.source))
        if row.source == source:
            learnt.setdefault(key.customer_id, []).append(PastEvent(row.name, found.properties, row.occurred_at))
        elif not row.unlearned and row.properties != found.properties:
            traits.correct_order(kept[key.customer_id], row.occurred_at, row.properties, found.properties, currency)
    await orders.correct(session, corrections)
    await orders.delete(session, repeats)
    return {customer: _with_orders(events, learnt.get(customer, [])) for customer, events in past.items()}, len(repeats)


def _with_orders(events: Sequence[PastEvent], combined: Sequence[PastEvent]) -> list[PastEvent]:
    """The events with their orders as they were combined."""
    others = [e for e in events if e.name != ORDER_COMPLETED or order_id_of(e.name, e.properties) is None]
    return sorted([*others, *combined], key=lambda event: event.occurred_at)


async def combine_merged(session: AsyncSession, customer: UUID, kept: dict[str, Any], order_ids: Iterable[str]) -> None:
    """Two customers are one, and all is theirs: what both had of one order counts once.

    Args:
        session: the transaction.
        customer: who stays, locked.
        kept: their traits, with the sums of both; they change.
        order_ids: of the one who went.

    """
    corrections: list[Correction] = []
    aside: list[StoredOrderEvent] = []
    keys = [OrderKey(customer, order_id) for order_id in order_ids]
    for theirs in _by_key(await driver.run(session, orders.finding(keys)) if keys else []).values():
        found = combine([*map(_stored, theirs)])
        rows = [event for event in theirs if event.name == ORDER_COMPLETED]
        if found.order is None:
            continue
        row, words = rows[0], next(event for event in rows if event.id == found.order.id)
        for repeat in rows[1:]:
            if not repeat.unlearned:
                traits.correct_order(kept, repeat.occurred_at, repeat.properties, None)
        aside += rows[1:]
        if row.properties != found.properties:
            corrections.append(Correction(row.id, row.occurred_at, found.properties, words.source))
            if not row.unlearned:
                traits.correct_order(kept, row.occurred_at, row.properties, found.properties)
    await orders.correct(session, corrections)
    await orders.set_aside(session, aside)


def _by_key(events: Iterable[StoredOrderEvent]) -> dict[OrderKey, list[StoredOrderEvent]]:
    found: dict[OrderKey, list[StoredOrderEvent]] = {}
    for event in events:
        found.setdefault(event.key, []).append(event)
    return found


def _stored(event: StoredOrderEvent) -> OrderEvent:
    return OrderEvent(event.id, event.name, event.occurred_at, event.properties, event.source.endswith(_PUBLIC))


def _incoming(event: IncomingEvent) -> OrderEvent:
    public = event.authority.is_public
    return OrderEvent(event.id, event.name, event.occurred_at, event.properties, public)
