"""Which events start journeys, and which are refused and why."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from ingestion.pipeline import ingest
from tests.ingestion.factories import NOW, flow, identify, is_, on, publish, track

CART = {"kind": "event", "on": {"event": "Cart Updated"}, "key": "cart_id"}
ORDER = {"kind": "event", "on": {"event": "Order Completed"}}


def journeys(query):
    return query("SELECT state, entry, entry_key, trigger_event_id, trigger FROM journeys ORDER BY created_at, id")


def refusals(query):
    return query("SELECT reason FROM entry_rejections ORDER BY id")


async def test_a_matching_event_starts_a_journey_and_tells_temporal(database, take, query):
    version = await publish(database, flow(ORDER, priority=2), slug="thanks")
    order = track("Order Completed", order_id="o1")
    [answer] = await take(order)
    [row] = await journeys(query)
    assert row == ("starting", f"event:{order.id}", None, order.id, {"order_id": "o1"})
    [note] = await query("SELECT o.kind, o.workflow_id, o.payload FROM outbox o JOIN journeys j ON j.id = o.journey_id")
    assert note[:2] == ("start_journey", note.workflow_id)
    assert note.workflow_id.startswith(f"journey/thanks/{answer.customer_id}/")
    assert note.payload["customer_id"] == str(answer.customer_id)
    assert (note.payload["version_number"], note.payload["priority"]) == (1, 2)
    assert await query("SELECT version_id FROM journeys") == [(version,)]


@pytest.mark.parametrize(
    ("event", "starts"),
    [
        (track("Order Completed", storeCode="MIL"), 1),
        (track("Order Completed", storeCode="ROM"), 0),
        (track("Order Cancelled", storeCode="MIL"), 0),
    ],
)
async def test_the_filter_on_properties_decides(database, take, query, event, starts):
    await publish(database, flow({"kind": "event", "on": on("Order Completed", is_("storeCode", "MIL"))}))
    await take(event)
    assert len(await journeys(query)) == starts
    assert await refusals(query) == []


async def test_the_condition_on_the_customer_sees_what_the_batch_says(database, take, query):
    condition = {"kind": "tag", "tag": "vip"}
    await publish(database, flow({**ORDER, "customer": condition}))
    await take(identify("ada", tags=["vip"]), track("Order Completed"), track("Order Completed", "bob"))
    assert await query("SELECT c.external_id FROM journeys j JOIN customers c ON c.id = j.customer_id") == [("ada",)]


async def test_a_condition_that_cannot_be_asked_does_not_keep_events_out(database, take, query):
    gone = {"kind": "segment", "segment_id": str(uuid4())}
    await publish(database, flow({**ORDER, "customer": gone}))
    await publish(database, flow(ORDER))
    assert [a.status for a in await take(track("Order Completed"))] == ["taken"]
    assert len(await journeys(query)) == 1


@pytest.mark.parametrize(
    ("state", "reasons"), [("paused", ["paused"]), ("retired", []), ("stopped", []), ("draft", [])]
)
async def test_only_active_campaigns_take_people_in(database, take, query, state, reasons):
    await publish(database, flow(ORDER), state=state)
    await take(track("Order Completed"))
    assert await journeys(query) == []
    assert await refusals(query) == [(reason,) for reason in reasons]


@pytest.mark.parametrize(
    ("reentry", "between", "second_cart", "reason"),
    [
        ({"mode": "after_exit"}, "same batch", "c1", "re-entry: is still inside"),
        ({"mode": "after_exit"}, "inside", "c1", "re-entry: is still inside"),
        ({"mode": "after_exit"}, "ended", "c1", None),
        ({"mode": "after_exit"}, "same batch", "c2", None),
        ({"mode": "after_exit"}, "inside", "c2", None),
        ({"mode": "always"}, "same batch", "c1", None),
        ({"mode": "always"}, "inside", "c1", None),
        ({"mode": "per_key"}, "same batch", "c1", "re-entry: has been in this campaign before with the same cart_id"),
        ({"mode": "per_key"}, "ended", "c1", "re-entry: has been in this campaign before with the same cart_id"),
        ({"mode": "per_key"}, "inside", "c2", None),
        ({"mode": "never"}, "ended", "c1", "re-entry: has been in this campaign before with the same cart_id"),
        ({"mode": "always", "min_gap": {"hours": 1}}, "same batch", "c2", "re-entry: entered too short a time ago"),
        ({"mode": "always", "min_gap": {"hours": 1}}, "ended", "c2", "re-entry: entered too short a time ago"),
        ({"mode": "per_key", "min_gap": {"hours": 1}}, "ended", "c2", None),
    ],
)
async def test_reentry(database, take, query, reentry, between, second_cart, reason):
    await publish(database, flow(CART, reentry=reentry))
    first = track("Cart Updated", cart_id="c1")
    second = track("Cart Updated", at=NOW + timedelta(seconds=1), cart_id=second_cart)
    if between == "same batch":
        await take(first, second)
    else:
        await take(first)
        if between == "ended":
            await query("UPDATE journeys SET state = 'ended' RETURNING id")
        await take(second)
    assert len(await journeys(query)) == (1 if reason else 2)
    assert await refusals(query) == ([(reason,)] if reason else [])


async def test_a_journey_that_its_goal_has_ended_keeps_nobody_out(database, take, query):
    goal = {"on": on("Order Completed"), "window": {"days": 7}, "match_entry_key": True}
    await publish(database, flow(CART, goal=goal))
    minute = timedelta(minutes=1)
    await take(
        track("Cart Updated", at=NOW - 3 * minute, cart_id="c1"),
        track("Order Completed", at=NOW - 2 * minute, cart_id="c1"),
        track("Cart Updated", at=NOW - minute, cart_id="c1"),
    )
    rows = await query(
        "SELECT exit_signal->>'reason' FROM journeys ORDER BY trigger_event_id IS NULL, exit_signal NULLS LAST"
    )
    assert rows == [("goal",), (None,)]


@pytest.mark.parametrize("properties", [{}, {"cart_id": None}, {"cart_id": {"a": 1}}, {"cart_id": True}])
async def test_an_event_without_its_key_starts_nothing(database, take, query, properties):
    await publish(database, flow(CART))
    await take(track("Cart Updated", **properties))
    assert await journeys(query) == []
    assert await refusals(query) == [("missing key: the event has no cart_id",)]


async def test_a_min_gap_is_business_time(database, query):
    await publish(database, flow(ORDER, reentry={"mode": "always", "min_gap": {"days": 1}}))
    for moment in (NOW, NOW + timedelta(seconds=2)):
        async with database.transaction() as session:
            await ingest(session, [track("Order Completed", at=moment)], now=moment, time_scale=1 / 86400)
    assert len(await journeys(query)) == 2


async def test_two_events_that_race_for_one_entry_start_one_journey(database, query):
    await publish(database, flow(ORDER, reentry={"mode": "after_exit"}))

    async def buy(n: int):
        async with database.transaction() as session:
            await ingest(session, [track("Order Completed", order_id=n)], now=NOW)

    await asyncio.gather(*(buy(n) for n in range(5)))
    assert len(await journeys(query)) == 1
    assert await refusals(query) == [("re-entry: is still inside",)] * 4
    assert await query("SELECT count(*) FROM outbox") == [(1,)]


async def test_one_event_may_start_several_campaigns(database, take, query):
    for _ in range(3):
        await publish(database, flow(ORDER))
    await take(track("Order Completed"))
    assert len(await journeys(query)) == 3


async def test_personal_ids_stay_out_of_workflow_ids(database, take, query):
    await publish(database, flow(ORDER))
    [answer] = await take(track("Order Completed", "ada@shop.example"))
    [row] = await query("SELECT workflow_id FROM journeys")
    assert str(answer.customer_id) in row.workflow_id
    assert "@" not in row.workflow_id
