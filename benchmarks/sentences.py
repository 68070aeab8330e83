"""What marketers say, as conditions that benchmarks ask."""

from typing import Any


def _event(name: str, **parts: Any) -> dict[str, Any]:
    return {"kind": "event", "event": name, **parts}


def _last(**span: float) -> dict[str, Any]:
    return {"kind": "last", **span}


def _not(condition: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "not", "condition": condition}


def _all(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "all", "of": list(conditions)}


WIN_BACK = _all(_event("Order Completed", window=_last(days=30)), _not(_event("Signed In", window=_last(days=15))))
OTHERS = {
    "viewed over 500 three times in 30 minutes": _event(
        "Product Viewed",
        where=[{"property": "price", "op": "gt", "value": 500}],
        window=_last(minutes=30),
        count={"op": "gte", "value": 3},
    ),
    "no activity for 10 days after a purchase": _all(
        _event("Order Completed"), _not(_event("*", window=_last(days=10)))
    ),
    "revenue of 90 days over 300": _event(
        "Order Completed", window=_last(days=90), sum={"property": "revenue", "is": {"op": "gt", "value": 300}}
    ),
    "revenue passed 1,000 (VIP)": _event(
        "Order Completed", sum={"property": "revenue", "is": {"op": "gt", "value": 1000}}
    ),
    "birthday on the customer's own clock": {
        "kind": "date", "name": "birth_date", "yearly": True, "time": "09:00"
    },
    "gold, and bought in the last 30 days": _all(
        {"kind": "attribute", "name": "attributes.loyalty", "op": "eq", "value": "gold"},
        _event("Order Completed", window=_last(days=30)),
    ),
    "cart, then a sign-in within a day, no order between": {
        "kind": "sequence", "first": "Cart Updated", "then": "Signed In", "within": _last(days=1),
        "without": "Order Completed", "window": _last(days=30),
    },
}  # fmt: skip
