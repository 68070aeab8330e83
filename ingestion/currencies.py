"""A profile's revenue by currency: amounts of several currencies are never added.

`revenue` is in `revenue_currency`, the shop's own, so that customers can be compared by it; an order that names none is
taken to be in it. Orders in any other currency count in `other_revenue`.
"""

from collections.abc import Mapping
from typing import Any

from domain.orders import added

Traits = dict[str, Any]
_MOST = 20
"""Currencies kept of a customer: what a public key can add is bounded. Orders in still others count as orders alone."""


def settle(traits: Traits, shop: str | None) -> None:
    """Keep the profile's revenue in the shop's currency, where that was another when it was learned."""
    main = traits.get("revenue_currency")
    if shop is not None and main is not None and main != shop:
        kept = in_currency(traits, shop)
        traits.clear()
        traits.update(kept)


def earn(traits: Traits, currency: object, orders: int, revenue: float, shop: str | None = None) -> float:
    """Add an order's revenue, or (with -1) take it out; what of it is in the profile's own currency."""
    if isinstance(currency, str):
        main = traits.get("revenue_currency")
        if main is None:
            main = traits["revenue_currency"] = shop or currency
        if main != currency:
            _earn_abroad(traits.setdefault("other_revenue", {}), currency, orders, revenue)
            return 0.0
    traits["revenue"] = added(traits.get("revenue", 0.0), revenue)
    return revenue


def _earn_abroad(others: dict[str, Any], currency: str, orders: int, revenue: float) -> None:
    before = others.get(currency)
    if before is None and len(others) >= _MOST:
        return
    before = before or {"orders": 0, "revenue": 0.0}
    others[currency] = {"orders": before["orders"] + orders, "revenue": added(before["revenue"], revenue)}
    if others[currency]["orders"] <= 0:
        del others[currency]


def other_orders(traits: Mapping[str, Any]) -> int:
    """Orders whose revenue is not in `revenue`."""
    return sum(each["orders"] for each in traits.get("other_revenue", {}).values())


def in_currency(traits: Mapping[str, Any], currency: str | None) -> Traits:
    """The traits of a profile that is about to be joined with one whose revenue is in `currency`."""
    mine = traits.get("revenue_currency")
    if currency is None or mine is None or mine == currency:
        return dict(traits)
    others = {name: dict(each) for name, each in traits.get("other_revenue", {}).items()}
    home = others.pop(currency, {"orders": 0, "revenue": 0.0})
    orders = traits.get("orders", 0) - other_orders(traits)
    if orders:
        others[mine] = {"orders": orders, "revenue": traits.get("revenue", 0.0)}
    # of what was earned in the other currency the days are not known: windows begin anew
    days = {day: [counts[0], 0.0] for day, counts in traits.get("order_days", {}).items()}
    kept = {"revenue": home["revenue"], "revenue_currency": currency, "other_revenue": others}
    return dict(traits) | kept | ({"order_days": days} if days else {})


def join(result: Traits, traits: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    """Put what two profiles of one currency earned in others together, in `result`."""
    both: dict[str, Any] = {name: dict(each) for name, each in traits.get("other_revenue", {}).items()}
    for name, each in other.get("other_revenue", {}).items():
        _earn_abroad(both, name, each["orders"], each["revenue"])
    if both:
        result["other_revenue"] = both
    else:
        result.pop("other_revenue", None)
