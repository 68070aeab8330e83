"""An order event that carries a code redeems it; where it can't, an event of the customer says why."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.authority import Authority
from domain.errors import ConflictError
from domain.events import PROMOTION_REFUSED, IncomingEvent
from domain.ids import event_id
from domain.promotions.money import digits
from domain.promotions.reasons import Reason
from ingestion.pipeline import ingest
from ingestion.promotions import orders
from ingestion.promotions.answers import BudgetTakenError, CodesRefusedError
from ingestion.promotions.offers import PromotionCatalog, PromotionRequest
from store.campaigns.outbox import OutboxMessage
from store.database.engine import Database
from store.promotions import orders as order_store

_EVENT = text("""
    SELECT e.customer_id, e.properties, c.external_id FROM events e JOIN customers c ON c.id = e.customer_id
     WHERE e.id = :id AND e.occurred_at = CAST(:at AS timestamptz) AND c.erased_at IS NULL
""")
_ATTEMPTS = 5


async def redeem_event(database: Database, catalog: PromotionCatalog, told: OutboxMessage) -> None:
    """Redeem the order of an event, unless it was redeemed over HTTP already. A repeat changes nothing."""
    for _ in range(_ATTEMPTS):
        try:
            async with database.transaction() as session:
                await _redeem(session, catalog, told)
        except BudgetTakenError:
            continue
        except CodesRefusedError as error:
            await _refuse(database, told, error.extra["refused"][0]["reason"])
        except (ValueError, ValidationError, InvalidOperation):
            await _refuse(database, told, Reason.ORDER_UNREADABLE.value)
        except ConflictError:
            await _refuse(database, told, Reason.ORDER_CLOSED.value)
        return
    await _refuse(database, told, Reason.BUDGET_USED_UP.value)


async def _redeem(session: AsyncSession, catalog: PromotionCatalog, told: OutboxMessage) -> None:
    row = (await session.execute(_EVENT, {"id": told.journey_id, "at": told.payload["at"]})).first()
    if row is None:
        return
    order_id, now = str(row.properties["order_id"]), datetime.now(UTC)
    known = await order_store.find(session, order_id)
    if known is not None and known.state in ("redeemed", "returned"):
        return
    request = None
    if known is None or known.state != "reserved":
        said = {
            "cart": cart_of(row.properties),
            "customer": row.external_id,
            "codes": [row.properties["coupon"]],
        }
        request = PromotionRequest.model_validate(said)
    await orders.redeem(session, catalog, order_id, request, now=now)


def cart_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The cart of an order event: its products, or one line of its whole value.

    Raises:
        ValueError: it names no currency, or an amount is none.

    """
    currency = properties.get("currency")
    if not isinstance(currency, str):
        raise ValueError("the order names no currency")
    products = properties.get("products")
    lines = [
        {
            "id": str(at),
            "product": str(each.get("product_id") or each.get("sku") or each.get("name") or at)[:120],
            "quantity": int(each.get("quantity") or 1),
            "unit_price": _units(each.get("price"), currency),
            "categories": [str(each["category"])[:120]] if each.get("category") else [],
            "brand": str(each["brand"])[:120] if each.get("brand") else None,
        }
        for at, each in enumerate(products if isinstance(products, list) else [])
        if isinstance(each, dict)
    ]
    if not lines:
        whole = properties.get("revenue_before_refunds", properties.get("revenue"))
        lines = [{"id": "0", "product": "order", "quantity": 1, "unit_price": _units(whole, currency)}]
    shop = properties.get("storeCode") or properties.get("shop")
    said = {"currency": currency, "lines": lines, "shop": shop, "city": properties.get("city") or shop}
    return {**said, "channel": properties.get("channel")}


def _units(amount: object, currency: str) -> int:
    if amount is None or isinstance(amount, bool):
        raise ValueError("an amount is missing")
    return int(Decimal(str(amount)).scaleb(digits(currency)).quantize(Decimal(1), ROUND_HALF_UP))


async def _refuse(database: Database, told: OutboxMessage, reason: str) -> None:
    async with database.transaction() as session:
        row = (await session.execute(_EVENT, {"id": told.journey_id, "at": told.payload["at"]})).first()
        if row is None:
            return
        customer_id: UUID = row.customer_id
        event = IncomingEvent(
            id=event_id("promotions", f"{told.journey_id}/refused"),
            name=PROMOTION_REFUSED,
            customer_id=customer_id,
            occurred_at=datetime.fromisoformat(told.payload["at"]),
            properties={
                "order_id": str(row.properties["order_id"]),
                "code": row.properties["coupon"],
                "reason": reason,
            },
            source="promotions",
            authority=Authority.INTERNAL,
        )
        await ingest(session, [event], now=datetime.now(UTC))
