"""What a profile remembers of its customer's events."""

import itertools
from datetime import timedelta
from typing import Any

import pytest

from ingestion.sanitize import storable
from ingestion.traits import joined, update_traits
from tests.ingestion.factories import NOW

DAY = timedelta(days=1)


def after(*events: tuple[str, dict[str, Any], Any]) -> dict[str, Any]:
    traits: dict[str, Any] = {}
    for name, properties, at in events:
        update_traits(traits, name, properties, at)
    return traits


def order(revenue: object, at=NOW, **product: str):
    return ("Order Completed", {"order_id": f"o{at:%d}", "revenue": revenue, "products": [product]}, at)


ORDERS = [
    order(10, NOW - 20 * DAY, name="Scarf", brand="Aurora", category="Winter"),
    order(20.5, NOW - 10 * DAY, name="Hat", brand="Borealis", category="Winter"),
    order(30, NOW, name="Shoe", brand="Borealis", category="Feet"),
]


def test_orders_add_up_in_whatever_order_they_come():
    for sequence in itertools.permutations(ORDERS):
        traits = after(*sequence)
        assert (traits["orders"], traits["revenue"], traits["average_order"]) == (3, 60.5, 20.17)
        assert traits["first_order_at"] == (NOW - 20 * DAY).isoformat()
        assert traits["last_order_at"] == NOW.isoformat()
        assert traits["days_between_orders"] == 10.0
        assert (traits["last_product"], traits["last_category"]) == ("Shoe", "Feet")
        assert (traits["preferred_brand"], traits["preferred_category"]) == ("Borealis", "Winter")
        assert traits["last_order"]["revenue"] == 30


@pytest.mark.parametrize("revenue", [None, "ten", True, [], 1e308, float("nan")])
def test_revenue_that_is_no_amount_counts_nothing(revenue):
    assert after(order(revenue))["revenue"] == 0


@pytest.mark.parametrize(
    "products", [None, "x", [None], [{}], [{"brand": 5}], {"a": 1}, [{"brand": "", "category": None}]]
)
def test_odd_products_do_no_harm(products):
    traits = after(("Order Completed", {"revenue": 1, "products": products}, NOW))
    assert traits["orders"] == 1
    assert "preferred_brand" not in traits


def test_browsing_keeps_the_last_twenty_products_once_each():
    views = [("Product Viewed", {"product_id": str(n % 25), "name": f"P{n % 25}"}, NOW + n * DAY) for n in range(50)]
    traits = after(*views)
    assert [view["name"] for view in traits["browsed"]] == [f"P{n}" for n in range(24, 4, -1)]
    assert traits["last_viewed_product"] == "P24"


def test_an_earlier_event_that_comes_late_does_not_undo_a_later_one():
    traits = after(
        ("Cart Updated", {"cart_id": "c2"}, NOW),
        ("Cart Updated", {"cart_id": "c1"}, NOW - DAY),
        ("Signed In", {}, NOW),
        ("Signed In", {}, NOW - DAY),
    )
    assert traits == {"last_cart_at": NOW.isoformat(), "cart_id": "c2", "last_sign_in_at": NOW.isoformat()}


def test_engagement_counts_by_channel():
    traits = after(
        ("message_delivered", {"channel": "email", "first": True}, NOW),
        ("message_opened", {"channel": "email", "first": True}, NOW),
        ("message_opened", {"channel": "email", "first": False}, NOW + DAY),
        ("message_clicked", {"channel": "push"}, NOW),
        ("message_opened", {}, NOW),
    )
    assert traits["engagement"] == {
        "email": {"delivered": 1, "opened": 1, "last_opened_at": (NOW + DAY).isoformat()},
        "push": {"clicked": 1, "last_clicked_at": NOW.isoformat()},
    }


def test_events_that_mean_nothing_leave_no_trace():
    assert after(("Signed Up", {"plan": "gold"}, NOW)) == {}


HISTORY = [
    *ORDERS,
    ("Product Viewed", {"product_id": "p1", "name": "Scarf"}, NOW - 3 * DAY),
    ("Product Viewed", {"product_id": "p2", "name": "Hat"}, NOW - 2 * DAY),
    ("Cart Updated", {"cart_id": "c1"}, NOW - 3 * DAY),
    ("Cart Updated", {"cart_id": "c2"}, NOW - 2 * DAY),
    ("message_opened", {"channel": "email"}, NOW - 3 * DAY),
    ("message_opened", {"channel": "email"}, NOW - 2 * DAY),
]


@pytest.mark.parametrize("split", range(2 ** len(HISTORY))[:: 2 ** len(HISTORY) // 64])
def test_two_profiles_joined_remember_what_one_would_have(split):
    mine = after(*(event for index, event in enumerate(HISTORY) if split >> index & 1))
    theirs = after(*(event for index, event in enumerate(HISTORY) if not split >> index & 1))
    assert joined(mine, theirs) == after(*HISTORY)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("a\x00b", "a\ufffdb"),
        ({"\x00": ["\ud800", 1, None, True]}, {"\ufffd": ["\ufffd", 1, None, True]}),
        (1.5, 1.5),
    ],
)
def test_what_the_database_cannot_keep_is_replaced(value, kept):
    assert storable(value) == kept


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 10**400, nested(33)])
def test_what_cannot_be_kept_at_all_is_refused(value):
    with pytest.raises(ValueError, match=r"large|deep"):
        storable({"a": value} if not isinstance(value, list) else value)
