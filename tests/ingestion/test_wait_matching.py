"""Which open journeys an event ends or wakes."""

from datetime import timedelta

import pytest

from tests.ingestion.factories import NOW, flow, is_, on, publish, track, waiting_journey

GOAL = {"on": on("Order Completed"), "window": {"days": 7}}
CART = {"kind": "event", "on": {"event": "Cart Updated"}, "key": "cart_id", "customer": None}


@pytest.fixture
async def ada(take):
    [answer] = await take(track("Signed Up"))
    return answer.customer_id


async def told(query):
    return [row.payload for row in await query("SELECT payload FROM outbox WHERE kind = 'signal_journey' ORDER BY id")]


async def ended(query):
    return await query("SELECT exit_signal->>'reason' FROM journeys WHERE exit_signal IS NOT NULL")


async def test_the_goal_ends_a_journey_and_its_workflow_is_told(database, take, query, ada):
    await waiting_journey(database, await publish(database, flow(goal=GOAL)), ada)
    order = track("Order Completed")
    await take(order)
    said = {"code": "did_event", "params": {"event": "Order Completed"}}
    assert await query("SELECT exit_signal FROM journeys") == [
        ({"reason": "goal", "event_id": str(order.id), "why": "did Order Completed", "said": said},)
    ]
    assert await told(query) == [{"id": str(order.id), "event_id": str(order.id)}]


@pytest.mark.parametrize(
    ("journey", "event"),
    [
        ({"goal_deadline": NOW - timedelta(minutes=1)}, {}),
        ({"state": "ended"}, {}),
        ({}, {"at": NOW - timedelta(hours=2)}),
        ({"exit_signal": {"reason": "exit_event", "event_id": "x"}}, {}),
    ],
    ids=["after its window", "ended journey", "before the journey", "already interrupted"],
)
async def test_what_is_no_goal(database, take, query, ada, journey, event):
    await waiting_journey(database, await publish(database, flow(goal=GOAL)), ada, **journey)
    await take(track("Order Completed", **event))
    assert await told(query) == []
    assert ("goal",) not in await ended(query)


@pytest.mark.parametrize(("coupon", "hit"), [("FASHION-1", True), ("OTHER", False), (None, False)])
async def test_a_goal_with_coupon_wants_a_code_of_this_journey(database, take, query, ada, coupon, hit):
    version = await publish(database, flow(goal={**GOAL, "require_coupon": True}))
    await waiting_journey(database, version, ada, coupons={"FASHION": "FASHION-1"})
    await take(track("Order Completed", coupon=coupon))
    assert await ended(query) == ([("goal",)] if hit else [])


@pytest.mark.parametrize(("cart", "hit"), [("c1", True), ("c2", False), (None, False)])
async def test_same_key(database, take, query, ada, cart, hit):
    exits = [{"on": on("Order Completed"), "match_entry_key": True}]
    version = await publish(database, flow(CART, exit_events=exits))
    await waiting_journey(database, version, ada, entry_key="c1")
    await take(track("Order Completed", cart_id=cart))
    assert await ended(query) == ([("exit_event",)] if hit else [])


async def test_a_filter_may_refer_to_the_trigger(database, take, query, ada):
    same_order = {"property": "order_id", "op": "eq", "value": {"ref": "trigger.order_id"}}
    version = await publish(database, flow(exit_events=[{"on": on("Order Cancelled", same_order)}]))
    await waiting_journey(database, version, ada, trigger={"order_id": "o1"})
    await take(track("Order Cancelled", order_id="o2"))
    assert await ended(query) == []
    await take(track("Order Cancelled", order_id="o1"))
    assert await ended(query) == [("exit_event",)]


BRANCHES = [
    {"id": "milan", "on": on("Order Completed", is_("storeCode", "MIL"))},
    {"id": "any", "on": on("Order Completed")},
    {"id": "opened", "on": on("message_opened", is_("node_id", "mail"))},
]


@pytest.mark.parametrize(("store", "branch"), [("MIL", "milan"), ("ROM", "any")])
async def test_a_wait_is_answered_by_its_first_matching_branch(database, take, query, ada, store, branch):
    await waiting_journey(database, await publish(database, flow(branches=BRANCHES)), ada)
    order = track("Order Completed", storeCode=store)
    await take(order, track("Order Completed", storeCode=store, at=NOW + timedelta(seconds=1)))
    assert await told(query) == [{"id": str(order.id), "event_id": str(order.id), "seq": 3, "branch": branch}]
    assert await ended(query) == []


@pytest.mark.parametrize(
    "step",
    [None, {"kind": "send", "node": "wait_event", "seq": 3}, {"kind": "wait", "node": "other", "seq": 3}],
)
async def test_only_a_journey_that_waits_there_is_woken(database, take, query, ada, step):
    await waiting_journey(database, await publish(database, flow(branches=BRANCHES)), ada, step=step)
    await take(track("Order Completed"))
    assert await told(query) == []


async def test_a_message_of_an_earlier_journey_does_not_answer_this_ones_wait(database, take, query, ada):
    journey = await waiting_journey(database, await publish(database, flow(branches=BRANCHES)), ada)
    other = track("message_opened", node_id="mail", journey_id="11111111-1111-1111-1111-111111111111")
    await take(other)
    assert await told(query) == []
    await take(track("message_opened", node_id="mail", journey_id=str(journey.id)))
    assert [payload["branch"] for payload in await told(query)] == ["opened"]


async def test_events_of_others_and_of_other_names_wake_nobody(database, take, query, ada):
    await waiting_journey(database, await publish(database, flow(goal=GOAL, branches=BRANCHES)), ada)
    await take(track("Order Completed", "bob"), track("Order Cancelled"))
    assert await told(query) == []


async def test_a_batch_that_starts_a_journey_can_end_it_before_its_workflow_starts(database, take, query):
    exits = [{"on": on("Order Completed"), "match_entry_key": True}]
    await publish(database, flow(CART, exit_events=exits))
    await take(
        track("Cart Updated", at=NOW - timedelta(seconds=9), cart_id="c1"),
        track("Order Completed", at=NOW - timedelta(seconds=5), cart_id="c1"),
    )
    assert await ended(query) == [("exit_event",)]
    assert await query("SELECT kind FROM outbox") == [("start_journey",)]


async def test_the_event_that_starts_a_journey_is_not_its_goal(database, take, query):
    await publish(database, flow({"kind": "event", "on": {"event": "Order Completed"}}, goal=GOAL))
    await take(track("Order Completed"))
    assert await ended(query) == []
