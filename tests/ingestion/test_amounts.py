"""Amounts and moments as tools send them: read alike by profiles and by sums over events, or noted."""

from datetime import datetime, timedelta

import pytest

from ingestion import ga4
from ingestion.segment import read_call
from tests.ingestion.factories import NOW


def order(**properties: object):
    call = {"userId": "ada", "event": "Order Completed", "properties": properties}
    return read_call(call, kind="track", sent_at=None, received=NOW)


READ = {
    "a text": ({"revenue": "59.90"}, 59.9),
    "thousands": ({"revenue": "1,299.00"}, 1299),
    "spaces": ({"revenue": " 59.90 "}, 59.9),
    "null, and a total": ({"revenue": None, "total": 12}, 12),
    "no revenue, and a total": ({"total": 12.5}, 12.5),
    "a total as a text": ({"total": "12"}, 12),
    "both": ({"revenue": 10, "total": 12}, 10),
    "nothing": ({"revenue": 0}, 0),
}


@pytest.mark.parametrize(("given", "revenue"), READ.values(), ids=READ)
async def test_an_amount_counts_everywhere_alike(take, query, given, revenue):
    event = order(**given)
    assert event.notes == []
    await take(event)
    found = await query(
        "SELECT (traits->'revenue')::float, revenue::float FROM events JOIN customers c ON c.id = customer_id"
    )
    assert found == [(revenue, revenue)]


UNUSABLE = {"too large": 1e24, "not finite": float("inf"), "a word": "free", "two points": "59.90.1", "a boolean": True}


@pytest.mark.parametrize("given", UNUSABLE.values(), ids=UNUSABLE)
async def test_what_is_no_amount_is_noted_and_the_order_counts(take, query, given):
    event = order(order_id="o-1", revenue=given)
    assert len(event.notes) == 1
    [answer] = await take(event)
    assert answer.problems == event.notes
    assert await query("SELECT traits->'orders', (traits->'revenue')::float FROM customers") == [(1, 0)]
    assert await query("SELECT revenue FROM events") == [(None,)]


@pytest.mark.parametrize(("name", "event"), [("purchase", "Order Completed"), ("refund", "Order Refunded")])
def test_ga4_tells_of_orders_and_refunds(name: str, event: str):
    params = {"transaction_id": 77, "value": "25.42", "currency": "eur"}
    [read] = ga4.read_events({"client_id": "a.1", "events": [{"name": name, "params": params}]}, received=NOW)
    assert not isinstance(read, str)
    assert (read.name, read.properties["order_id"], read.properties["revenue"]) == (event, "77", 25.42)
    assert (read.properties["currency"], read.notes) == ("EUR", [])


@pytest.mark.parametrize("field", ["order_id", "orderId", "transaction_id"])
def test_an_orders_id_by_its_names(field: str):
    assert order(**{field: " o-1 "}).properties["order_id"] == "o-1"


@pytest.mark.parametrize("given", [["o-1"], {"id": 1}, "x" * 300, 1.5])
def test_an_order_id_that_is_none_is_noted(given: object):
    event = order(order_id=given, revenue=1)
    assert "order_id" not in event.properties
    assert "repeats of this order can't be recognised" in event.notes[0]


def test_an_order_below_zero_is_a_refund():
    event = order(order_id="o-1", total="-30.50")
    assert (event.name, event.properties["revenue"]) == ("Order Refunded", 30.5)
    assert "below zero" in event.notes[0]


@pytest.mark.parametrize(
    "said",
    ["2030-01-01T00:00:00Z", "2126-11-22T12:00:00Z", "9999-12-31T23:59:59Z", (NOW + timedelta(days=2)).isoformat()],
)
def test_an_event_of_the_future_happened_now_and_is_noted(said: str):
    call = {"userId": "ada", "event": "Order Completed", "timestamp": said}
    event = read_call(call, kind="track", sent_at=None, received=NOW)
    assert event.occurred_at == NOW
    assert "in the future" in event.notes[0]
    assert datetime.fromisoformat(said) > NOW
