"""Orders that promotions were reserved or redeemed for, and their returns."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import PromotionOrder, PromotionRedemption, PromotionRefusal, PromotionReturn
from store.database.driver import Rows, Statement, order
from store.events import json_text


@dataclass(slots=True)
class OrderRow:
    """An order as it is stored, locked by the transaction that read it."""

    id: UUID
    order_id: str
    state: str
    customer_id: UUID | None
    request: dict[str, Any]
    result: dict[str, Any]
    reserved_until: datetime | None


@dataclass(slots=True)
class RedemptionRow:
    """One promotion of an order."""

    id: UUID
    order_key: UUID
    promotion_id: UUID
    position: int
    code: str | None
    amount: int
    lines: list[int]
    counters: list[dict[str, Any]]
    state: str
    returned: int = 0
    returned_lines: list[int] = field(default_factory=list)


_COLUMNS = "id, order_id, state, customer_id, request, result, reserved_until"


def beginning(key: UUID, order_id: str, customer_id: UUID | None) -> Statement[bool]:
    """Write down an order that is new; whether it was. Waits for another transaction that does the same."""
    query = """
        INSERT INTO promotion_orders (id, order_id, state, customer_id)
        VALUES (%(id)s, %(order_id)s, 'cancelled', %(customer)s) ON CONFLICT (order_id) DO NOTHING RETURNING 1
    """
    return Statement(query, {"id": key, "order_id": order_id, "customer": customer_id}, bool)


def locking(order_id: str) -> Statement[OrderRow | None]:
    """The order, locked; None where there is none."""

    def read(rows: Rows) -> OrderRow | None:
        return OrderRow(*rows[0]) if rows else None

    query = f"SELECT {_COLUMNS} FROM promotion_orders WHERE order_id = %(order_id)s FOR UPDATE"  # noqa: S608
    return Statement(query, {"order_id": order_id}, read)


def locking_key(key: UUID) -> Statement[OrderRow | None]:
    """The same, by our id."""

    def read(rows: Rows) -> OrderRow | None:
        return OrderRow(*rows[0]) if rows else None

    query = f"SELECT {_COLUMNS} FROM promotion_orders WHERE id = %(id)s FOR UPDATE"  # noqa: S608
    return Statement(query, {"id": key}, read)


def saving(row: OrderRow, now: datetime) -> Statement[None]:
    """Write what the order is now."""
    return order(
        """
        UPDATE promotion_orders
           SET state = CAST(%(state)s AS text), customer_id = CAST(%(customer)s AS uuid),
               request = CAST(%(request)s AS jsonb), result = CAST(%(result)s AS jsonb),
               reserved_until = CAST(%(until)s AS timestamptz),
               redeemed_at = CASE WHEN CAST(%(state)s AS text) = 'redeemed'
                                  THEN coalesce(redeemed_at, CAST(%(now)s AS timestamptz)) ELSE redeemed_at END
         WHERE id = %(id)s
        """,
        id=row.id,
        state=row.state,
        customer=row.customer_id,
        request=json_text.dumps(row.request),
        result=json_text.dumps(row.result),
        until=row.reserved_until,
        now=now,
    )


def inserting(rows: Sequence[RedemptionRow], now: datetime) -> Statement[None]:
    """Write an order's promotions."""
    return order(
        """
        INSERT INTO promotion_redemptions
               (id, order_key, promotion_id, position, code, amount, returned, lines, returned_lines, counters,
                state, at)
        SELECT id, order_key, promotion_id, position, code, amount, 0, lines, '[]', counters, state,
               CAST(%(now)s AS timestamptz)
          FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb))
               AS n(id uuid, order_key uuid, promotion_id uuid, position integer, code text, amount bigint,
                    lines jsonb, counters jsonb, state text)
        """,
        rows=json_text.dumps([asdict(row) for row in rows]),
        now=now,
    )


async def redemptions(session: AsyncSession, key: UUID) -> list[RedemptionRow]:
    """The promotions of an order that count, in their order."""
    rows = await session.scalars(
        select(PromotionRedemption)
        .where(col(PromotionRedemption.order_key) == key, col(PromotionRedemption.state).in_(("reserved", "redeemed")))
        .order_by(col(PromotionRedemption.position))
    )
    return [
        RedemptionRow(
            each.id,
            each.order_key,
            each.promotion_id,
            each.position,
            each.code,
            each.amount,
            each.lines,
            each.counters,
            each.state,
            each.returned,
            each.returned_lines,
        )
        for each in rows
    ]


async def set_state(session: AsyncSession, key: UUID, state: str) -> None:
    """What an order's promotions are from now on; those that count."""
    await session.execute(
        text("""UPDATE promotion_redemptions SET state = :state
                 WHERE order_key = :key AND state IN ('reserved', 'redeemed')"""),
        {"state": state, "key": key},
    )


async def note_returned(session: AsyncSession, row: RedemptionRow) -> None:
    """Write what of a promotion came back."""
    await session.execute(
        text("""UPDATE promotion_redemptions SET returned = :returned, returned_lines = CAST(:lines AS jsonb)
                 WHERE id = :id"""),
        {"returned": row.returned, "lines": json_text.dumps(row.returned_lines), "id": row.id},
    )


async def returns(session: AsyncSession, key: UUID) -> dict[str, PromotionReturn]:
    """An order's returns, by their keys."""
    rows = await session.scalars(select(PromotionReturn).where(col(PromotionReturn.order_key) == key))
    return {row.key: row for row in rows}


async def find(session: AsyncSession, order_id: str) -> PromotionOrder | None:
    """The order, to be shown."""
    found = await session.scalars(select(PromotionOrder).where(col(PromotionOrder.order_id) == order_id))
    return found.one_or_none()


async def overdue(session: AsyncSession, limit: int) -> Sequence[UUID]:
    """Orders whose reservation is over by the database's clock and was not ended; the oldest first."""
    rows = await session.scalars(
        text("""SELECT id FROM promotion_orders WHERE state = 'reserved' AND reserved_until < now()
                 ORDER BY reserved_until LIMIT :limit"""),
        {"limit": limit},
    )
    return list(rows)


async def page_of(session: AsyncSession, promotion_id: UUID, limit: int) -> Sequence[Any]:
    """A promotion's newest redemptions with their orders."""
    rows = await session.execute(
        text("""
            SELECT r.at, o.order_id, r.code, r.amount, r.returned, r.state, o.request #>> '{cart,currency}' AS currency,
                   o.request #>> '{cart,shop}' AS shop
              FROM promotion_redemptions r JOIN promotion_orders o ON o.id = r.order_key
             WHERE r.promotion_id = :promotion ORDER BY r.at DESC, r.id DESC LIMIT :limit
        """),
        {"promotion": promotion_id, "limit": limit},
    )
    return rows.all()


async def note_refusals(session: AsyncSession, refusals: Sequence[PromotionRefusal]) -> None:
    """Keep codes that were tried and did not apply."""
    session.add_all(refusals)
    await session.flush()
