"""The events of orders, found by the order's id; and their correction."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import DUPLICATE_ORDER, ORDER_COMPLETED, ORDER_EVENTS
from domain.orders import MAX_ORDER_ID
from store.database import driver
from store.database.driver import Statement, order
from store.events import json_text
from store.events.events import id_list, text_list
from store.metrics.restating import RESTATE

_NAMES = ", ".join(f"'{name}'" for name in ORDER_EVENTS)
INDEX_DEFINITION = f"(customer_id, md5(properties ->> 'order_id')) WHERE name IN ({_NAMES})"


class OrderKey(NamedTuple):
    """An order of a customer."""

    customer_id: UUID
    order_id: str


@dataclass(frozen=True, slots=True)
class StoredOrderEvent:
    """An event of an order, as it is stored."""

    key: OrderKey
    id: UUID
    occurred_at: datetime
    name: str
    properties: dict[str, Any]
    source: str
    unlearned: bool
    """Whether an import has stored it from which the profile has yet to learn."""


# Danger: the names stand in the query, or the partial index does not serve it.
_FIND = f"""
    SELECT k.customer_id, k.order_id, e.id, e.occurred_at, e.name, e.properties, e.source,
           e.source LIKE 'import:%%' AND EXISTS (
               SELECT FROM import_customers i
                WHERE i.customer_id = e.customer_id AND e.source = 'import:' || i.import_id)
      FROM unnest(CAST(%(customers)s AS uuid[]), CAST(%(orders)s AS text[])) AS k(customer_id, order_id)
      JOIN events e ON e.customer_id = k.customer_id AND md5(e.properties ->> 'order_id') = md5(k.order_id)
                   AND e.name IN ({_NAMES})
     ORDER BY e.received_at, e.occurred_at, e.id
"""  # noqa: S608 - names from above


def finding(keys: Iterable[OrderKey]) -> Statement[list[StoredOrderEvent]]:
    """What is stored of these orders, in the order in which it was taken."""
    wanted = sorted(keys)

    def read(rows: driver.Rows) -> list[StoredOrderEvent]:
        return [StoredOrderEvent(OrderKey(row[0], row[1]), *row[2:]) for row in rows]

    values = {"customers": id_list(key[0] for key in wanted), "orders": text_list(key[1] for key in wanted)}
    return Statement(_FIND, values, read)


@dataclass(frozen=True, slots=True)
class Correction:
    """What an event of an order is to say from now on."""

    id: UUID
    occurred_at: datetime
    properties: dict[str, Any]
    source: str


_CORRECT = """
    UPDATE events e SET properties = n.properties, source = n.source
      FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb)) AS n(
           id uuid, occurred_at timestamptz, properties jsonb, source text)
     WHERE e.id = n.id AND e.occurred_at = n.occurred_at
"""


async def correct(session: AsyncSession, corrections: Sequence[Correction]) -> None:
    """Write what the events say now, and count conversions by them accordingly. Their customers are locked."""
    if corrections:
        rows = json_text.dumps(corrections)
        await driver.run(session, order(RESTATE, rows=rows))
        await driver.run(session, order(_CORRECT, rows=rows))


async def delete(session: AsyncSession, events: Sequence[StoredOrderEvent]) -> None:
    """Remove repeats that nobody has seen."""
    await _each(session, "DELETE FROM events e", events)


async def set_aside(session: AsyncSession, events: Sequence[StoredOrderEvent]) -> None:
    """Keep repeats under a name that counts nowhere."""
    await _each(session, f"UPDATE events e SET name = '{DUPLICATE_ORDER}'", events)  # noqa: S608 - a constant


async def count_again(session: AsyncSession, customers: Sequence[UUID]) -> None:
    """Of customers who are parted again: an order that was set aside is one where theirs has no other of its id."""
    await session.execute(
        text("""
            UPDATE events e SET name = :name
             WHERE e.customer_id = ANY(:customers) AND e.name = :aside
               AND NOT EXISTS (
                   SELECT FROM events o
                    WHERE o.customer_id = e.customer_id AND o.name = :name
                      AND o.properties ->> 'order_id' = e.properties ->> 'order_id')
        """),
        {"name": ORDER_COMPLETED, "customers": list(customers), "aside": DUPLICATE_ORDER},
    )


async def _each(session: AsyncSession, what: str, events: Sequence[StoredOrderEvent]) -> None:
    if not events:
        return
    chosen = "(e.id, e.occurred_at) IN (SELECT n.id, n.at FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n"
    rows = json.dumps([{"id": str(event.id), "at": event.occurred_at.isoformat()} for event in events])
    # the times let partitions be left out
    first, last = min(event.occurred_at for event in events), max(event.occurred_at for event in events)
    await session.execute(
        text(f"{what} WHERE e.occurred_at BETWEEN :first AND :last AND {chosen}(id uuid, at timestamptz))"),
        {"rows": rows, "first": first, "last": last},
    )


_OF_CUSTOMER = text(f"""
    SELECT DISTINCT properties ->> 'order_id' FROM events
     WHERE customer_id = :customer AND name IN ({_NAMES}) AND length(properties ->> 'order_id') BETWEEN 1 AND :longest
     LIMIT :most
""")  # noqa: S608 - names from above


async def ids_of(session: AsyncSession, customer_id: UUID, *, most: int = 10_000) -> list[str]:
    """The ids of a customer's orders, at most so many."""
    found = await session.scalars(_OF_CUSTOMER, {"customer": customer_id, "longest": MAX_ORDER_ID, "most": most})
    return list(found)
