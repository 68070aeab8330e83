"""Order events that carry a code of ours: noted as they are taken, redeemed after."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import ORDER_COMPLETED, IncomingEvent
from domain.orders import order_id_of
from domain.promotions.codes import normal
from store.campaigns import outbox
from store.campaigns.outbox import OutboxMessage
from store.database import driver
from store.promotions import codes


def code_of(event: IncomingEvent) -> str | None:
    """The code that an order was bought with, normalised; None where a public key says so, who may say anything."""
    given = event.properties.get("coupon")
    if event.name != ORDER_COMPLETED or event.authority.is_public or not isinstance(given, str):
        return None
    return normal(given)[:64] or None if order_id_of(event.name, event.properties) else None


async def note(session: AsyncSession, events: Sequence[IncomingEvent]) -> None:
    """Write down which orders are to be redeemed; asks the database only where an order carries a code."""
    given = {event.id: code for event in events if (code := code_of(event)) is not None}
    if not given:
        return
    known = await driver.run(session, codes.finding(sorted(set(given.values()))))
    notes = [
        OutboxMessage("redeem_order", event.id, f"promotion-event/{event.id}", {"at": event.occurred_at.isoformat()})
        for event in events
        if given.get(event.id) in known
    ]
    await outbox.add(session, notes)
