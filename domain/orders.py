"""One order is one order, whichever way it came; what is given back reduces it. Pure: what is stored is the caller's.

An order is known by its customer and `order_id`. What belongs to it may come in any order and more than once:

| event | counts as |
|---|---|
| `Order Completed` | the order; again under the same id: a repeat |
| the same from a server after a page's | the order: its words replace the page's |
| `Order Refunded` with an amount | a part given back; again with the same `refund_id`, or amount and time: a repeat |
| `Order Refunded` without one, `Order Cancelled` | all of it given back |

What a public key says takes nothing from an order that a server told of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.events import ORDER_CANCELLED, ORDER_COMPLETED, ORDER_EVENTS
from domain.field_values import amount_of

MAX_ORDER_ID = 255
MONEY = frozenset({"revenue", "total", "subtotal", "value", "price", "tax", "shipping", "discount", "amount"})
"""Names of properties whose numbers are money."""


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """An event of an order."""

    id: UUID
    name: str
    occurred_at: datetime
    properties: Mapping[str, Any]
    public: bool
    """Whether a key told it that anybody can read."""


@dataclass
class CombinedOrder:
    """What the events of one order come to."""

    order: OrderEvent | None = None
    """Whose words count; None where only refunds are known."""
    properties: dict[str, Any] = field(default_factory=dict)
    """Of the order, with what was given back taken off."""
    repeats: set[UUID] = field(default_factory=set)
    """Events that say nothing new."""
    notes: dict[UUID, str] = field(default_factory=dict)
    """Event -> why it changes nothing, or differs."""


def order_id_of(name: str, properties: Mapping[str, Any]) -> str | None:
    """The shop's id of the order that an event is about; None where it is about none, or does not say."""
    if name not in ORDER_EVENTS:
        return None
    given = properties.get("order_id")
    if isinstance(given, bool) or not isinstance(given, str | int):
        return None
    text = str(given)
    return text if 0 < len(text) <= MAX_ORDER_ID else None


def is_money(path: str) -> bool:
    """Whether a property of events, such as `products.price`, holds money."""
    return path.rpartition(".")[2] in MONEY


def decimal_of(value: object) -> Decimal | None:
    """An amount, exactly as it was written; None for what is none."""
    try:
        return Decimal(str(amount_of(value)))
    except ValueError:
        return None


def combine(events: Sequence[OrderEvent]) -> CombinedOrder:
    """Put the events of one order together; they are given in the order in which they were taken."""
    found = CombinedOrder()
    orders = [event for event in events if event.name == ORDER_COMPLETED]
    refunds = _distinct([event for event in events if event.name != ORDER_COMPLETED], found)
    if not orders:
        return found
    found.order = order = next((event for event in orders if not event.public), orders[0])
    for other in orders:
        if other is not order:
            found.repeats.add(other.id)
            if _gross(other.properties) != _gross(order.properties):
                found.notes[other.id] = "an order with this order_id and another amount is known: it counts once"
    found.properties = _reduced(order, refunds, found)
    return found


def _gross(properties: Mapping[str, Any]) -> Decimal | None:
    return decimal_of(properties.get("revenue_before_refunds", properties.get("revenue")))


def _distinct(refunds: Sequence[OrderEvent], found: CombinedOrder) -> list[OrderEvent]:
    """Each refund once."""
    kept: dict[object, OrderEvent] = {}
    for refund in refunds:
        key = _refund_key(refund)
        if key in kept:
            found.repeats.add(refund.id)
        else:
            kept[key] = refund
    return list(kept.values())


def _refund_key(refund: OrderEvent) -> object:
    given = refund.properties.get("refund_id")
    if isinstance(given, str | int):
        return str(given)
    if refund.name == ORDER_CANCELLED:
        return ORDER_CANCELLED
    amount = decimal_of(refund.properties.get("revenue"))
    return amount, refund.occurred_at if amount is not None else None


def _reduced(order: OrderEvent, refunds: Sequence[OrderEvent], found: CombinedOrder) -> dict[str, Any]:
    gross = _gross(order.properties)
    properties = {
        name: value
        for name, value in order.properties.items()
        if name not in ("revenue_before_refunds", "revenue_refunded")
    }
    if gross is None:
        return properties
    given_back = Decimal(0)
    for refund in refunds:
        why = _refusal(refund, order)
        if why:
            found.notes[refund.id] = why
            continue
        amount = None if refund.name == ORDER_CANCELLED else decimal_of(refund.properties.get("revenue"))
        given_back += gross if amount is None else abs(amount)
    given_back = min(given_back, max(gross, Decimal(0)))
    if "revenue_before_refunds" in order.properties:
        properties["revenue"] = plain(gross)
    if given_back:
        reduced = {
            "revenue": plain(gross - given_back),
            "revenue_before_refunds": plain(gross),
            "revenue_refunded": plain(given_back),
        }
        properties |= reduced
    return properties


def _refusal(refund: OrderEvent, order: OrderEvent) -> str:
    """Why a refund takes nothing off; empty where it does."""
    if refund.public and not order.public:
        return "only a server key may refund an order that a server told of: its revenue stays"
    currency, its = refund.properties.get("currency"), order.properties.get("currency")
    if currency is not None and its is not None and currency != its:
        return f"the refund is in {currency}, the order in {its}: its revenue stays"
    return ""


def plain(amount: Decimal) -> int | float:
    """As JSON has it."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def added(*amounts: float) -> float:
    """A sum of amounts without the drift of floats: each counts as it is written."""
    return float(sum((Decimal(str(amount)) for amount in amounts), Decimal(0)))
