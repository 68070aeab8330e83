"""An order in one spelling: its id as a text, amounts as numbers, `revenue` for `total`, the currency's code."""

from collections.abc import Mapping
from typing import Any

from domain.events import ORDER_COMPLETED, ORDER_REFUNDED
from domain.external_ids import clean, is_placeholder
from domain.field_values import currency_by_sign, money_of, text_of
from domain.orders import MAX_ORDER_ID

_AMOUNTS = ("revenue", "total", "value", "subtotal", "shipping", "tax", "discount")
_TOLD = ("revenue", "total")
"""Words of notes that say already why an order has no amount."""
_PAID = ("total", "value")
"""What says how much an order brought where `revenue` does not."""
_ORDER_IDS = ("order_id", "orderId", "transaction_id")


def with_amounts(properties: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    """The properties of an order with its amounts as numbers; what can't be one is noted and left out.

    Args:
        properties: of the event.
        notes: what could not be used is added, in words.

    """
    order = dict(properties)
    _read_id(order, notes)
    for name in _AMOUNTS:
        if order.get(name) is None:
            continue
        try:
            order[name] = _plain(name, order, notes)
        except ValueError as error:
            notes.append(f"{name} {error}: the order counts without it")
            order[f"invalid_{name}"] = order.pop(name)
    if order.get("revenue") is None:
        paid = next((order[name] for name in _PAID if order.get(name) is not None), None)
        if paid is not None:
            order["revenue"] = paid
    if order.get("currency") is not None:
        _read_currency(order, notes)
    return order


def kind_of(name: str, order: dict[str, Any], notes: list[str]) -> str:
    """The event's name: an order of less than nothing is a refund. Its amount becomes what is given back.

    Args:
        name: as it was sent.
        order: what `with_amounts` answered; changed.
        notes: what was changed is added, in words.

    """
    revenue = order.get("revenue")
    if isinstance(revenue, bool) or not isinstance(revenue, int | float) or revenue >= 0:
        return name
    order["revenue"] = -revenue
    if name == ORDER_COMPLETED:
        notes.append(f"revenue is below zero: taken as {ORDER_REFUNDED!r}")
        return ORDER_REFUNDED
    return name


def note_missing_amount(name: str, order: Mapping[str, Any], notes: list[str]) -> None:
    """Tell of an order that says nowhere what was paid, unless a note says already why its amount can't be used.

    Args:
        name: of the event, as `kind_of` answered.
        order: its properties.
        notes: added to, in words.

    """
    told = any(word in note for note in notes for word in _TOLD)
    if name == ORDER_COMPLETED and order.get("revenue") is None and not told:
        notes.append("the order names no amount: it counts without one")


def _read_id(order: dict[str, Any], notes: list[str]) -> None:
    name = next((name for name in _ORDER_IDS if order.get(name) not in (None, "")), None)
    if name is None:
        return
    try:
        text = text_of(order[name])
        if is_placeholder(text):
            raise ValueError(f"is {text[:40]!r}, which stands for no id")
        if len(text) >= MAX_ORDER_ID:
            raise ValueError(f"is not shorter than {MAX_ORDER_ID} characters")
    except ValueError as error:
        notes.append(f"{name} {error}: repeats of this order can't be recognised")
        order[f"invalid_{name}"] = order.pop(name)
    else:
        order["order_id"] = text


def _plain(name: str, order: dict[str, Any], notes: list[str]) -> int | float:
    """The amount: as it is, where it is a number already. The currency that it names is the order's."""
    value = order[name]
    money = money_of(value)
    if isinstance(value, int | float):
        return value
    if money.currency is not None and order.get("currency") in (None, ""):
        order["currency"] = money.currency
    elif money.currency is not None and str(order.get("currency")).strip().upper() != money.currency:
        raise ValueError("names another currency than the order")
    if not money.plain:
        notes.append(f"{name} is no plain number: it is read as {money.amount:g}")
    return money.amount


def _read_currency(order: dict[str, Any], notes: list[str]) -> None:
    code = order["currency"]
    text = clean(code).upper() if isinstance(code, str) else ""
    text = currency_by_sign(text) or text
    if len(text) == 3 and text.isascii() and text.isalpha():
        order["currency"] = text
    else:
        notes.append("currency is not an ISO 4217 code: it is left out")
        order["invalid_currency"] = order.pop("currency")
