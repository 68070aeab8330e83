"""What promotions become to journeys, segments and reports: events of the customer.

Told by the outbox, at least once: an event's id is made of what happened, so that a repeat is none.
"""

from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.authority import Authority
from domain.events import PROMOTION_CANCELLED, PROMOTION_REDEEMED, PROMOTION_RETURNED, IncomingEvent
from domain.ids import event_id
from domain.promotions.codes import written as written_code
from domain.promotions.money import written as written_amount
from ingestion.pipeline import ingest
from store.campaigns.outbox import OutboxMessage
from store.database.engine import Database

What = Literal["redeemed", "returned", "cancelled"]
_NAMES = {"redeemed": PROMOTION_REDEEMED, "returned": PROMOTION_RETURNED, "cancelled": PROMOTION_CANCELLED}
_ROWS = text("""
    SELECT r.id, r.promotion_id, p.name, r.code, r.amount, r.returned, o.customer_id, o.order_id, o.redeemed_at,
           o.request -> 'cart' AS cart
      FROM promotion_orders o
      JOIN promotion_redemptions r ON r.order_key = o.id
      JOIN promotions p ON p.id = r.promotion_id
      JOIN customers c ON c.id = o.customer_id AND c.erased_at IS NULL
     WHERE o.id = :key AND r.state <> 'expired' ORDER BY r.position
""")


def note(order_key: UUID, workflow_id: str, what: What, key: str = "") -> OutboxMessage:
    """What the relay is to tell of; `key` tells returns of one order apart."""
    payload = {"what": what, "key": key, "at": datetime.now(UTC).isoformat()}
    return OutboxMessage("promotion_event", order_key, workflow_id, payload)


async def tell(database: Database, told: OutboxMessage, *, time_scale: float = 1.0) -> None:
    """Make the events of what happened to an order's promotions."""
    async with database.transaction() as session:
        events = await _events(session, told)
        if events:
            await ingest(session, events, now=datetime.now(UTC), time_scale=time_scale)


async def _events(session: AsyncSession, told: OutboxMessage) -> list[IncomingEvent]:
    what: What = told.payload["what"]
    rows = (await session.execute(_ROWS, {"key": told.journey_id})).all()
    return [
        IncomingEvent(
            id=event_id("promotions", f"{row.id}/{what}/{told.payload['key']}"),
            name=_NAMES[what],
            customer_id=row.customer_id,
            occurred_at=datetime.fromisoformat(told.payload["at"]),
            properties=_properties(row),
            source="promotions",
            authority=Authority.INTERNAL,
        )
        for row in rows
    ]


def _properties(row: Any) -> dict[str, Any]:
    cart = row.cart
    said = {
        "promotion_id": str(row.promotion_id),
        "promotion": row.name,
        "code": written_code(row.code) if row.code else None,
        "order_id": row.order_id,
        "shop": cart.get("shop"),
        "city": cart.get("city"),
        "channel": cart.get("channel"),
        "currency": cart["currency"],
        "discount": float(written_amount(row.amount, cart["currency"])),
        "returned": float(written_amount(row.returned, cart["currency"])) or None,
    }
    return {name: value for name, value in said.items() if value is not None}
