"""Pause, resume and stop as an operator calls them: the state in Postgres, and signals by the outbox."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.campaign import CampaignActivities
from campaigns import lifecycle
from store.campaigns import wakeups
from tests.journey_driver import END, ENTRY, World, flow, push, steps_of, wait
from workflows.contracts import EnrolInput, SnapshotInput


def campaign(**settings: Any):
    return flow(ENTRY, push("first"), wait("pause", seconds=1.5), push("second"), END, settings=settings)


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
    async with world.workers(temporal_client, relay=True):
        handle = await world.start(temporal_client, journey_id)
        await until_at(world, journey_id, "pause")
        for _ in range(2):
            await lifecycle.pause(world.database, "test")
        assert (await world.read_journey(journey_id)).state == "active"  # it sleeps on: a pause wakes nobody
        await until_state(world, journey_id, "paused")
        due = (await world.read_journey(journey_id)).waiting_until
        assert due is not None
        assert due <= datetime.now(UTC)
        for _ in range(2):
            await lifecycle.resume(world.database, temporal_client, "test")
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
        await until_at(world, journey_id, "first")
        await lifecycle.pause(world.database, "test")
    async with world.workers(temporal_client, relay=True):
        await until_state(world, journey_id, "paused")
        await lifecycle.resume(world.database, temporal_client, "test")
        assert (await handle.result()).reason == "completed"
    [message] = await world.messages()
    assert (message.state, "a pause made it" in (message.reason or "")) == ("skipped", True)
    assert world.sent == []


async def test_a_stop_reaches_everybody_inside_however_soon_the_process_dies(
    world: World, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
):
    """Thirty who wait for days. Whoever called `stop` is gone right after its commit; signals go out by pages."""
    monkeypatch.setattr(wakeups.expand, "__kwdefaults__", {"limit": 7})
    campaign_id = await world.campaign(flow(ENTRY, wait("pause", days=3), push("second"), END))
    journeys = [await world.journey(campaign_id, await world.customer(f"c-{number}")) for number in range(30)]
    async with world.workers(temporal_client):
        handles = [await world.start(temporal_client, journey_id) for journey_id in journeys]
        for journey_id in journeys:
            await until_at(world, journey_id, "pause")
        await lifecycle.stop(world.database, temporal_client, "test")
    async with world.workers(temporal_client, relay=True):
        assert {(await handle.result()).reason for handle in handles} == {"stopped"}
    assert {(await world.read_journey(journey_id)).exit_reason for journey_id in journeys} == {"stopped"}


async def test_a_held_journey_goes_on_though_its_signal_was_lost(world: World, temporal_client: Client):
    """The outbox is emptied, as when a signal is lost: the held journey looks again by itself."""
    world.settings.time_scale = 1 / 3600  # it looks after an hour, which is a second here
    campaign_id, customer_id = await world.campaign(flow(ENTRY, push("first"), END)), await world.customer()
    journey_id = await world.journey(campaign_id, customer_id)
    async with world.workers(temporal_client):
        await lifecycle.pause(world.database, "test")
        handle = await world.start(temporal_client, journey_id)
        await until_state(world, journey_id, "paused")
        await lifecycle.resume(world.database, temporal_client, "test")
        async with world.database.transaction() as session:
            await session.execute(text("DELETE FROM outbox"))
        assert (await handle.result()).reason == "completed"


async def test_a_launch_waits_while_its_campaign_is_paused(world: World, temporal_client: Client):
    campaign_id = await world.campaign(flow(ENTRY, wait("pause", days=3), END))
    customers = [await world.customer(f"c-{number}") for number in range(3)]
    activities = CampaignActivities(world.services, temporal_client)
    environment = ActivityEnvironment()
    opened = await environment.run(
        activities.snapshot_audience,
        SnapshotInput(campaign_id=campaign_id, launch="one", workflow_id="campaign/test/one", customer_ids=customers),
    )
    assert opened.run_id is not None
    stretch = EnrolInput(run_id=opened.run_id, position=0, limit=10)
    await lifecycle.pause(world.database, "test")
    waiting = await environment.run(activities.enrol, stretch)
    assert (waiting.paused, waiting.position, waiting.started) == (True, 0, 0)
    await lifecycle.resume(world.database, temporal_client, "test")
    assert (await environment.run(activities.enrol, stretch)).started == 3
