"""The real workflow, its real activities, a real Postgres; time is skipped where days pass."""

import asyncio
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.contact import Cap, ContactPolicy
from domain.i18n.catalog import SENTENCES
from domain.vocabulary import Channel, MessageEventKind
from store.messages import contact_policy
from tests.journey_driver import END, ENTRY, World, days, flow, push, steps_of, wait
from workflows import journey as journey_module
from workflows.contracts import Position

PURCHASE = {"event": "Order Completed"}
OPENED = {
    "kind": "engagement",
    "action": "opened",
    "node_id": "first",
}


def win_back(**settings):
    """Push, two days, opened? else push again."""
    check = {"id": "opened", "type": "check", "data": {"branches": [{"id": "yes", "condition": OPENED}]}}
    return flow(
        ENTRY,
        push("first", label="We miss you"),
        wait("two_days", days=2),
        check,
        push("second", label="Don't miss out"),
        END,
        edges=[
            "entry>first",
            "first>two_days",
            "two_days>opened",
            "opened.yes>end",
            "opened.else>second",
            "second>end",
        ],
        settings=settings,
    )


def listening(**timeout):
    """A wait for a purchase."""
    data = {"branches": [{"id": "bought", "on": PURCHASE}], "timeout": timeout}
    return flow(
        ENTRY,
        push("hello"),
        {"id": "listen", "type": "wait_event", "data": data},
        push("thanks"),
        END,
        edges=["entry>hello", "hello>listen", "listen.bought>thanks", "listen.timeout>end", "thanks>end"],
    )


async def begin(world: World, client: Client, drawn, **customer):
    """A campaign, a customer, and their journey's workflow, started."""
    campaign_id = await world.campaign(drawn)
    customer_id = await world.customer(**customer)
    journey_id = await world.journey(campaign_id, customer_id)
    return campaign_id, customer_id, journey_id, await world.start(client, journey_id)


async def reach(handle, node: str, doing: str) -> Position:
    """Ask until the journey is there. The test's own time-out ends it."""
    while True:
        position: Position = await handle.query("position", result_type=Position)
        if position.node == node and position.doing == doing:
            return position
        await asyncio.sleep(0.05)


async def test_days_pass_and_every_step_says_why(world: World, skipping: WorkflowEnvironment):
    async with world.workers(skipping.client):
        _, _, journey_id, handle = await begin(world, skipping.client, win_back())
        await skipping.sleep(days(3))
        result = await handle.result()
    log = await world.steps(journey_id)
    assert (result.reason, result.steps) == ("completed", 6)
    assert steps_of(log) == ["entry:next", "first:next", "two_days:next", "opened:else", "second:next", "end:"]
    assert log[2].left_at is not None
    assert log[2].left_at - log[2].entered_at >= days(2)
    assert all(step.why for step in log[1:])
    assert [step.node_id for step in log if step.said is None or step.said["code"] not in SENTENCES] == []
    assert [message.node_id for message in await world.messages()] == ["first", "second"]
    assert len(world.sent) == 2


async def test_a_message_opened_while_waiting_takes_the_other_branch(world: World, temporal_client: Client):
    world.settings.time_scale = 1e-5
    async with world.workers(temporal_client):
        campaign_id = await world.campaign(win_back())
        customer_id = await world.customer()
        journey_id = await world.journey(campaign_id, customer_id)
        handle = await world.start(temporal_client, journey_id)
        while not await world.messages():
            await asyncio.sleep(0.01)
        (message,) = await world.messages()
        await world.report(message, MessageEventKind.OPENED)
        assert (await handle.result()).reason == "completed"
    assert steps_of(await world.steps(journey_id))[3] == "opened:yes"
    assert len(world.sent) == 1


async def test_a_message_over_the_cap_waits_for_the_next_day(world: World, skipping: WorkflowEnvironment):
    async with world.database.transaction() as session:
        await contact_policy.save(session, ContactPolicy(caps=[Cap(per="day", limit=1)]), 0)
    async with world.workers(skipping.client):
        two = flow(ENTRY, push("first"), push("second"), END)
        _, _, journey_id, handle = await begin(world, skipping.client, two)
        await skipping.sleep(days(2))
        await handle.result()
    first, second = await world.messages()
    assert first.sent_at is not None
    assert second.sent_at is not None
    rome = ZoneInfo("Europe/Rome")
    assert second.sent_at.astimezone(rome).date() == first.sent_at.astimezone(rome).date() + days(1)
    assert (second.deferral_reason, second.attempts) == ("cap", 1)
    assert steps_of(await world.steps(journey_id)) == ["entry:next", "first:next", "second:next", "end:"]


async def test_what_is_put_off_outlives_the_workers(world: World, temporal_client: Client):
    world.settings.time_scale = 5e-5
    async with world.database.transaction() as session:
        await contact_policy.save(session, ContactPolicy(caps=[Cap(per="day", limit=1)]), 0)
    async with world.workers(temporal_client):
        _, _, journey_id, handle = await begin(world, temporal_client, flow(ENTRY, push("first"), push("second"), END))
        while (await world.read_journey(journey_id)).waiting_until is None:
            await asyncio.sleep(0.01)
    async with world.workers(temporal_client):
        assert (await handle.result()).reason == "completed"
    assert [message.deferral_reason for message in await world.messages()] == [None, "cap"]
    assert len(world.sent) == 2


async def test_an_event_wakes_the_wait_that_listens(world: World, temporal_client: Client):
    async with world.workers(temporal_client, relay=True):
        _, customer_id, journey_id, handle = await begin(world, temporal_client, listening(days=30))
        position = await reach(handle, "listen", "waiting")
        assert position.until is not None
        await world.happen(customer_id, "Cart Updated")  # not listened to
        await world.happen(customer_id, "Order Completed", {"order_id": "1"})
        assert (await handle.result()).reason == "completed"
    assert steps_of(await world.steps(journey_id)) == [
        "entry:next",
        "hello:next",
        "listen:bought",
        "thanks:next",
        "end:",
    ]


async def test_a_wait_sees_what_happened_before_it_began(world: World, temporal_client: Client):
    campaign_id = await world.campaign(listening(days=30))
    customer_id = await world.customer()
    journey_id = await world.journey(campaign_id, customer_id)
    await world.happen(customer_id, "Order Completed", {"order_id": "1"})  # no relay runs: nobody signals
    async with world.workers(temporal_client):
        handle = await world.start(temporal_client, journey_id)
        await handle.result()
    assert steps_of(await world.steps(journey_id))[2] == "listen:bought"


async def test_without_the_event_the_timeout_comes(world: World, skipping: WorkflowEnvironment):
    async with world.workers(skipping.client):
        _, _, journey_id, handle = await begin(world, skipping.client, listening(days=30))
        await skipping.sleep(days(31))
        await handle.result()
    assert steps_of(await world.steps(journey_id))[2] == "listen:timeout"


async def test_the_goal_ends_a_wait_at_once(world: World, temporal_client: Client):
    goal = {"goal": {"on": PURCHASE, "window": {"days": 7}}}
    async with world.workers(temporal_client, relay=True):
        _, customer_id, journey_id, handle = await begin(world, temporal_client, win_back(**goal))
        await reach(handle, "two_days", "waiting")
        await world.happen(customer_id, "Order Completed")
        assert (await handle.result()).reason == "goal"
    row = await world.read_journey(journey_id)
    assert (row.state, row.exit_reason) == ("ended", "goal")
    assert len(world.sent) == 1


async def test_a_purchase_before_the_send_forbids_it(world: World, temporal_client: Client):
    """The goal is in the row before the send's reservation: the offer is not made to one who has bought."""
    goal = {"goal": {"on": PURCHASE, "window": {"days": 7}}}
    campaign_id = await world.campaign(win_back(**goal))
    customer_id = await world.customer()
    journey_id = await world.journey(campaign_id, customer_id)
    await world.happen(customer_id, "Order Completed")
    async with world.workers(temporal_client):
        handle = await world.start(temporal_client, journey_id)
        assert (await handle.result()).reason == "goal"
    assert world.sent == []


@pytest.mark.parametrize("paused_before_start", [True, False])
async def test_pause_holds_and_resume_goes_on(world: World, temporal_client: Client, paused_before_start: bool):
    world.settings.time_scale = 1e-5
    campaign_id = await world.campaign(win_back())
    customer_id = await world.customer()
    journey_id = await world.journey(campaign_id, customer_id)
    if paused_before_start:
        await world.set_state(campaign_id, "paused")
    async with world.workers(temporal_client):
        handle = await world.start(temporal_client, journey_id)
        if not paused_before_start:
            while not world.sent:
                await asyncio.sleep(0.01)
            await world.set_state(campaign_id, "paused")
        while (await world.read_journey(journey_id)).state != "paused":
            await asyncio.sleep(0.02)
        held_with = len(world.sent)
        await asyncio.sleep(0.3)
        assert len(world.sent) == held_with
        await world.set_state(campaign_id, "active")
        await handle.signal("notify", {"id": "resume-1"})
        assert (await handle.result()).reason == "completed"
    assert len(world.sent) == 2


async def test_stop_ends_a_waiting_journey(world: World, temporal_client: Client):
    async with world.workers(temporal_client):
        campaign_id, _, _, handle = await begin(world, temporal_client, win_back())
        await reach(handle, "two_days", "waiting")
        await world.set_state(campaign_id, "stopped")
        await handle.signal("notify", {"id": "stop-1"})
        assert (await handle.result()).reason == "stopped"
    assert len(world.sent) == 1


async def test_who_unsubscribed_meanwhile_gets_nothing_more(world: World, temporal_client: Client):
    world.settings.time_scale = 1e-5
    async with world.workers(temporal_client):
        _, customer_id, journey_id, handle = await begin(world, temporal_client, win_back())
        while not world.sent:
            await asyncio.sleep(0.01)
        await world.unsubscribe(customer_id, Channel.PUSH)
        await handle.result()
    assert len(world.sent) == 1
    first, second = await world.messages()
    assert (first.state, second.state, second.reason) == ("accepted", "skipped", "unsubscribed")
    assert "unsubscribed" in (await world.steps(journey_id))[4].why


async def test_a_long_loop_continues_as_new_and_forgets_nothing(
    world: World, skipping: WorkflowEnvironment, monkeypatch: pytest.MonkeyPatch
):
    """The sandbox imports the workflow's module anew, so the limit itself is met: a thousand events."""
    again = {"id": "again", "type": "check", "data": {"branches": [{"id": "bought", "condition": _bought()}]}}
    drawn = flow(
        ENTRY,
        wait("day", days=1),
        again,
        END,
        edges=["entry>day", "day>again", "again.else>day", "again.bought>end"],
    )
    async with world.workers(skipping.client):
        _, customer_id, journey_id, handle = await begin(world, skipping.client, drawn)
        rounds = journey_module.HISTORY_LIMIT // 6 + 10
        await skipping.sleep(days(rounds))
        await world.happen(customer_id, "Order Completed")
        await skipping.sleep(days(2))
        assert (await handle.result()).reason == "completed"
        described = await skipping.client.get_workflow_handle(handle.id).describe()
    assert described.run_id != handle.first_execution_run_id or described.history_length < journey_module.HISTORY_LIMIT
    log = await world.steps(journey_id)
    assert [step.seq for step in log] == list(range(1, len(log) + 1))
    assert len(log) > 2 * rounds


def _bought():
    return {"kind": "event", "event": "Order Completed", "window": {"kind": "since", "anchor": "journey_start"}}


async def test_a_repeated_signal_is_dropped(world: World, temporal_client: Client):
    async with world.workers(temporal_client):
        _, _, _, handle = await begin(world, temporal_client, win_back())
        await reach(handle, "two_days", "waiting")
        for _ in range(5):
            await handle.signal("notify", {"id": "same"})
        position = await reach(handle, "two_days", "waiting")
        history = await handle.fetch_history()
        await handle.terminate()
    assert position.path[-2:] == ["We miss you", "two_days"]
    markers = [event for event in history.events if event.HasField("marker_recorded_event_attributes")]
    assert len(markers) <= 2  # entering, and one look
