"""Pause, resume and stop as an operator calls them: the state in Postgres, then one batch of Temporal's."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from temporalio.client import Client

from steering import states
from tests.walking import END, ENTRY, World, flow, push, steps_of, wait


def campaign(**settings: Any):
    return flow(ENTRY, push("first"), wait("pause", seconds=1.5), push("second"), END, settings=settings)


async def until_shown(client: Client, campaign_id: UUID, count: int) -> None:
    """The server's index, which a batch goes by, is a moment behind."""
    async with asyncio.timeout(30):
        while (await client.count_workflows(f"CampaignId = '{campaign_id}'")).count < count:
            await asyncio.sleep(0.05)


async def until_state(world: World, journey_id: UUID, state: str) -> None:
    async with asyncio.timeout(60):
        while (await world.read_journey(journey_id)).state != state:
            await asyncio.sleep(0.05)


async def until_at(world: World, journey_id: UUID, node: str) -> None:
    async with asyncio.timeout(30):
        while (await world.read_journey(journey_id)).node_id != node:
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("chosen", "second"),
    [
        ({}, "second:next"),
        ({"max_lateness": {"days": 1}}, "second:next"),
        ({"max_lateness": {"seconds": 0.001}}, "second:not_sent"),
    ],
)
async def test_resume_goes_on_and_leaves_out_what_is_too_late(
    world: World, temporal_client: Client, chosen: dict[str, Any], second: str
):
    campaign_id, customer_id = await world.campaign(campaign(**chosen)), await world.customer()
    journey_id = await world.journey(campaign_id, customer_id)
    async with world.workers(temporal_client):
        handle = await world.start(temporal_client, journey_id)
        await until_at(world, journey_id, "pause")
        await until_shown(temporal_client, campaign_id, 1)
        for _ in range(2):
            await states.pause(world.database, temporal_client, "test")
        await until_state(world, journey_id, "paused")
        due = (await world.read_journey(journey_id)).waiting_until
        assert due is not None
        await asyncio.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()) + 0.05)
        for _ in range(2):
            await states.resume(world.database, temporal_client, "test")
        assert (await handle.result()).reason == "completed"
    log = await world.steps(journey_id)
    assert steps_of(log)[-2:] == [second, "end:"]
    if second == "second:not_sent":
        assert "a pause made it more than" in log[-2].why


async def test_a_message_held_too_long_is_withheld_in_the_ledger(world: World, temporal_client: Client):
    drawn = flow(ENTRY, push("first"), END, settings={"max_lateness": {"seconds": 0.001}})
    campaign_id, customer_id = await world.campaign(drawn), await world.customer()
    journey_id = await world.journey(campaign_id, customer_id)
    async with world.workers(temporal_client, sending=False):
        handle = await world.start(temporal_client, journey_id)
        await until_shown(temporal_client, campaign_id, 1)
        await until_at(world, journey_id, "first")
        await states.pause(world.database, temporal_client, "test")
    async with world.workers(temporal_client):
        await until_state(world, journey_id, "paused")
        await states.resume(world.database, temporal_client, "test")
        assert (await handle.result()).reason == "completed"
    [message] = await world.messages()
    assert (message.state, "a pause made it" in (message.reason or "")) == ("skipped", True)
    assert world.sent == []


async def test_a_stop_reaches_everybody_inside_by_one_batch(world: World, temporal_client: Client):
    """Thirty who wait for days, told by the server itself: no relay runs."""
    campaign_id = await world.campaign(flow(ENTRY, wait("pause", days=3), push("second"), END))
    journeys = [await world.journey(campaign_id, await world.customer(f"c-{number}")) for number in range(30)]
    async with world.workers(temporal_client):
        handles = [await world.start(temporal_client, journey_id) for journey_id in journeys]
        await until_shown(temporal_client, campaign_id, len(journeys))
        await states.stop(world.database, temporal_client, "test")
        assert {(await handle.result()).reason for handle in handles} == {"stopped"}
    assert {(await world.read_journey(journey_id)).exit_reason for journey_id in journeys} == {"stopped"}
