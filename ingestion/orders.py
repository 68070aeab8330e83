"""The money of an order in one spelling: amounts as numbers, `revenue` for `total`, the currency's code."""

from collections.abc import Mapping
from typing import Any

from domain.external_ids import clean
from domain.field_values import amount_of

_AMOUNTS = ("revenue", "total", "subtotal", "shipping", "tax", "discount")


def with_amounts(properties: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    """The properties of an order with its amounts as numbers; what can't be one is noted and left out.

    Args:
        properties: of the event.
        notes: what could not be used is added, in words.

    """
    order = dict(properties)
    for name in _AMOUNTS:
        if order.get(name) is None:
            continue
        try:
            order[name] = _plain(order[name])
        except ValueError as error:
            notes.append(f"{name} {error}: the order counts without it")
            order[f"invalid_{name}"] = order.pop(name)
    if order.get("revenue") is None and order.get("total") is not None:
        order["revenue"] = order["total"]
    if order.get("currency") is not None:
        _read_currency(order, notes)
    return order


def _plain(value: object) -> int | float:
    """As it is, where it is a number already."""
    amount = amount_of(value)
    return value if isinstance(value, int | float) else amount


def _read_currency(order: dict[str, Any], notes: list[str]) -> None:
    code = order["currency"]
    text = clean(code).upper() if isinstance(code, str) else ""
    if len(text) == 3 and text.isascii() and text.isalpha():
        order["currency"] = text
    else:
        notes.append("currency is not an ISO 4217 code: it is left out")
        order["invalid_currency"] = order.pop("currency")
