"""Sums over windows: right at every moment, whatever order events came in."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import rolling_windows
from ingestion import traits

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ORDERS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 100)), max_size=30)


def after(orders):
    kept: dict[str, Any] = {}
    for days_ago, revenue in orders:
        traits.update_traits(kept, "Order Completed", {"revenue": revenue}, NOW - timedelta(days=days_ago))
    return kept


@given(orders=ORDERS, later=st.integers(0, 400))
def test_orders_are_summed_over_the_last_days_of_the_moment_that_asks(orders, later):
    found = rolling_windows.read(after(orders), now=NOW + timedelta(days=later))
    for days in (30, 90, 365):
        inside = [revenue for ago, revenue in orders if ago + later < days]
        if orders:
            assert found[f"orders_{days}d"] == len(inside)
            assert found[f"revenue_{days}d"] == sum(inside)


@given(one=ORDERS, other=ORDERS)
def test_two_profiles_together_are_one_that_had_it_all(one, other):
    both = rolling_windows.read(traits.joined(after(one), after(other)), now=NOW)
    whole = rolling_windows.read(after([*one, *other]), now=NOW)
    sums = [name for name in whole if name.endswith("d")]
    assert {name: both[name] for name in sums} == pytest.approx({name: whole[name] for name in sums})


def test_what_no_window_holds_is_forgotten():
    kept = after([(400, 1), (0, 1), (370, 1)])
    assert len(kept["order_days"]) == 1


def test_engagement_and_the_best_hour_on_the_customers_clock():
    kept: dict[str, Any] = {}
    for name, days_ago, hour in (("sent", 1, 9), ("opened", 1, 18), ("opened", 40, 18), ("clicked", 80, 7)):
        at = (NOW - timedelta(days=days_ago)).replace(hour=hour)
        traits.update_traits(kept, f"message_{name}", {"channel": "email"}, at)
    found = rolling_windows.read(kept, now=NOW, zone="Europe/Istanbul")
    assert found["engagement_30d"] == {"email": {"sent": 1, "opened": 1}}
    assert found["engagement_90d"] == {"email": {"sent": 1, "opened": 2, "clicked": 1}}
    assert found["best_hour"] == 21
    assert rolling_windows.read(kept, now=NOW, zone="Nowhere/Known")["best_hour"] == 18
    assert not set(found) & {"engagement_days", "active_hours"}
