"""A running campaign is edited: those inside move to the new version, on real servers."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from temporalio.client import Client, WorkflowHandle

from domain.flow import Flow
from tests.journey_driver import END, ENTRY, SlowProvider, World, days, flow, push, steps_of, wait
from workflows.contracts import CAMPAIGN_VERSION, JourneyResult

WAITING = flow(ENTRY, push("first"), wait("pause", days=2), push("second"), END)
PURCHASE = {"event": "Order Completed"}


def listen(timeout: dict[str, float]) -> dict[str, Any]:
    data = {"branches": [{"id": "bought", "on": PURCHASE}], "timeout": timeout}
    return {"id": "pause", "type": "wait_event", "data": data}


def listening(**timeout: float) -> Flow:
    chain = ["entry>first", "first>pause", "pause.bought>end", "pause.timeout>second", "second>end"]
    return flow(ENTRY, push("first"), listen(timeout), push("second"), END, edges=chain)


async def inside(
    world: World, client: Client, drawn: Flow, at: str = "pause"
) -> tuple[UUID, UUID, UUID, WorkflowHandle[Any, JourneyResult]]:
    """A customer who has come to a node: campaign, customer, journey, workflow."""
    campaign_id, customer_id = await world.campaign(drawn), await world.customer()
    journey_id = await world.journey(campaign_id, customer_id)
    handle = await world.start(client, journey_id)
    await come_to(world, journey_id, at)
    return campaign_id, customer_id, journey_id, handle


async def come_to(world: World, journey_id: UUID, node: str, *, version: UUID | None = None) -> None:
    async with asyncio.timeout(30):
        while True:
            row = await world.read_journey(journey_id)
            if row.node_id == node and row.step and version in (None, row.version_id):
                return
            await asyncio.sleep(0.02)


async def found_by_version(handle: WorkflowHandle[Any, Any], number: int) -> bool:
    """Whether operators find the journey under that version, soon."""
    async with asyncio.timeout(30):
        while (await handle.describe()).typed_search_attributes.get(CAMPAIGN_VERSION) != number:
            await asyncio.sleep(0.05)
    return True


async def test_a_shortened_wait_lets_the_overdue_go_at_once(world: World, temporal_client: Client):
    async with world.workers(temporal_client, relay=True):
        campaign_id, _, journey_id, handle = await inside(world, temporal_client, WAITING)
        await world.publish(campaign_id, flow(ENTRY, push("first"), wait("pause", seconds=0.01), push("second"), END))
        await world.migrate(temporal_client, campaign_id)
        assert (await handle.result()).reason == "completed"
    assert steps_of(await world.steps(journey_id)) == ["entry:next", "first:next", "pause:next", "second:next", "end:"]
    assert [message.node_id for message in await world.messages()] == ["first", "second"]


async def test_a_lengthened_wait_waits_longer_from_when_it_began(world: World, temporal_client: Client):
    async with world.workers(temporal_client, relay=True):
        campaign_id, _, journey_id, handle = await inside(world, temporal_client, WAITING)
        assert await found_by_version(handle, 1)
        before = await world.read_journey(journey_id)
        version = await world.publish(
            campaign_id, flow(ENTRY, push("first"), wait("pause", days=5), push("second"), END)
        )
        await world.migrate(temporal_client, campaign_id)
        await come_to(world, journey_id, "pause", version=version)
    after, log = await world.read_journey(journey_id), await world.steps(journey_id)
    assert before.waiting_until is not None
    assert after.waiting_until is not None
    assert after.waiting_until - before.waiting_until == days(3)
    assert (after.seq, log[-1].left_at) == (before.seq, None)
    assert "moved from version 1 to 2" in log[-1].why
    assert await found_by_version(handle, 2)
    assert len(world.sent) == 1


@pytest.mark.parametrize("mapping", [{}, {"pause": None}])
async def test_who_stands_at_a_removed_node_exits_with_that_reason(
    world: World, temporal_client: Client, mapping: dict[str, str | None]
):
    drawn = WAITING if mapping else flow(ENTRY, push("first"), push("second"), END)
    async with world.workers(temporal_client, relay=True):
        campaign_id, _, journey_id, handle = await inside(world, temporal_client, WAITING)
        await world.publish(campaign_id, drawn)
        await world.migrate(temporal_client, campaign_id, mapping)
        assert (await handle.result()).reason == "node_removed"
    row = await world.read_journey(journey_id)
    assert (row.state, row.exit_reason) == ("ended", "node_removed")
    assert len(world.sent) == 1


async def test_a_mapped_node_takes_the_place_of_a_removed_one(world: World, temporal_client: Client):
    async with world.workers(temporal_client, relay=True):
        campaign_id, _, journey_id, handle = await inside(world, temporal_client, WAITING)
        await world.publish(campaign_id, flow(ENTRY, push("first"), push("last", "Bye"), END))
        await world.migrate(temporal_client, campaign_id, {"pause": "last"})
        assert (await handle.result()).reason == "completed"
    assert steps_of(await world.steps(journey_id)) == ["entry:next", "first:next", "pause:", "last:next", "end:"]


@pytest.mark.parametrize("renamed", [False, True])
async def test_an_edit_that_leads_back_to_a_send_does_not_repeat_it(
    world: World, temporal_client: Client, renamed: bool
):
    name = "hello" if renamed else "first"
    async with world.workers(temporal_client, relay=True):
        campaign_id, _, journey_id, handle = await inside(world, temporal_client, WAITING)
        await world.publish(campaign_id, flow(ENTRY, wait("pause", seconds=0.01), push(name), push("second"), END))
        await world.migrate(temporal_client, campaign_id, {"first": "hello"} if renamed else {})
        await handle.result()
    assert [message.node_id for message in await world.messages()] == [name, "second"]
    skipped = (await world.steps(journey_id))[3]
    assert (skipped.node_id, skipped.why) == (name, "had this message before the campaign was edited")


async def test_a_loop_that_repeats_a_send_goes_on_repeating_it(world: World, temporal_client: Client):
    again = {"id": "again", "type": "check", "data": {"branches": [{"id": "thrice", "condition": _bought()}]}}
    chain = ["entry>first", "first>pause", "pause>again", "again.else>first", "again.thrice>end"]
    slow = flow(ENTRY, push("first"), wait("pause", days=2), again, END, edges=chain)
    fast = flow(ENTRY, push("first"), wait("pause", seconds=0.05), again, END, edges=chain)
    async with world.workers(temporal_client, relay=True):
        campaign_id, customer_id, _, handle = await inside(world, temporal_client, slow)
        await world.publish(campaign_id, fast)
        await world.migrate(temporal_client, campaign_id)
        async with asyncio.timeout(30):
            while len(world.sent) < 3:
                await asyncio.sleep(0.02)
        await world.happen(customer_id, "Order Completed")
        await handle.result()


def _bought() -> dict[str, Any]:
    return {"kind": "event", "event": "Order Completed", "window": {"kind": "since", "anchor": "journey_start"}}


@pytest.mark.parametrize(
    ("happened", "reason", "port"), [(True, "completed", "bought"), (False, "completed", "timeout")]
)
async def test_a_wait_that_begins_to_listen_sees_the_past(
    world: World, temporal_client: Client, happened: bool, reason: str, port: str
):
    async with world.workers(temporal_client, relay=True):
        campaign_id, customer_id, journey_id, handle = await inside(world, temporal_client, WAITING)
        if happened:
            await world.happen(customer_id, "Order Completed")
        await world.publish(campaign_id, listening(days=1) if happened else listening(seconds=0.01))
        await world.migrate(temporal_client, campaign_id)
        assert (await handle.result()).reason == "completed"
    assert steps_of(await world.steps(journey_id))[2] == f"pause:{port}"


async def test_an_event_wakes_a_wait_that_has_moved(world: World, temporal_client: Client):
    async with world.workers(temporal_client, relay=True):
        campaign_id, customer_id, journey_id, handle = await inside(world, temporal_client, WAITING)
        version = await world.publish(campaign_id, listening(days=9))
        await world.migrate(temporal_client, campaign_id)
        await come_to(world, journey_id, "pause", version=version)
        await world.happen(customer_id, "Order Completed")
        await handle.result()
    assert steps_of(await world.steps(journey_id))[2] == "pause:bought"


async def test_a_paused_campaign_moves_when_it_is_resumed(world: World, temporal_client: Client):
    async with world.workers(temporal_client, relay=True):
        campaign_id, _, journey_id, handle = await inside(world, temporal_client, WAITING)
        await world.set_state(campaign_id, "paused")
        await world.publish(campaign_id, flow(ENTRY, push("first"), wait("pause", seconds=0.01), push("second"), END))
        await world.migrate(temporal_client, campaign_id)
        async with asyncio.timeout(30):
            while (await world.read_journey(journey_id)).state != "paused":
                await asyncio.sleep(0.02)
        assert len(world.sent) == 1
        await world.set_state(campaign_id, "active")
        await handle.signal("notify", {"id": "resume"})
        assert (await handle.result()).reason == "completed"
    assert len(world.sent) == 2


@pytest.mark.parametrize(("mapping", "reason"), [({"first": "hello"}, "completed"), ({"first": None}, "node_removed")])
async def test_a_send_that_was_handed_over_is_finished_and_then_moves(
    world: World, temporal_client: Client, mapping: dict[str, str | None], reason: str
):
    provider = world.providers.provider = SlowProvider()
    async with world.workers(temporal_client, relay=True):
        campaign_id, customer_id = await world.campaign(WAITING), await world.customer()
        journey_id = await world.journey(campaign_id, customer_id)
        handle = await world.start(temporal_client, journey_id)
        await provider.asked.wait()
        await world.publish(campaign_id, flow(ENTRY, push("hello"), END))
        await world.migrate(temporal_client, campaign_id, mapping)
        provider.go.set()
        assert (await handle.result()).reason == reason
    assert [(message.state, message.attempts) for message in await world.messages()] == [("accepted", 1)]
    assert steps_of(await world.steps(journey_id))[1] == ("hello:next" if mapping["first"] else "first:next")


async def test_telling_twice_and_moving_back_harm_nobody(world: World, temporal_client: Client):
    async with world.workers(temporal_client, relay=True):
        campaign_id, _, journey_id, _ = await inside(world, temporal_client, WAITING)
        first = (await world.read_journey(journey_id)).version_id
        second = await world.publish(campaign_id, flow(ENTRY, push("first"), wait("pause", days=3), END))
        for _ in range(2):
            await world.migrate(temporal_client, campaign_id)
        await come_to(world, journey_id, "pause", version=second)
        await world.back_to(campaign_id, first)
        await world.migrate(temporal_client, campaign_id)
        await come_to(world, journey_id, "pause", version=first)
        await world.back_to(campaign_id, second)
        await world.migrate(temporal_client, campaign_id)
        await come_to(world, journey_id, "pause", version=second)
    assert len(await world.steps(journey_id)) == 3
    assert len(world.sent) == 1
