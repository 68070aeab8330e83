"""Causes and signals are hints; what a step becomes is decided by the row, read after the lock."""

import asyncio
from datetime import timedelta

from sqlalchemy import text
from temporalio.testing import ActivityEnvironment

from activities.journey import JourneyActivities
from activities.journey_run import JourneyRun
from domain.vocabulary import CampaignState
from tests.journey_driver import END, ENTRY, World, flow, push, wait
from workflows.contracts import AdvanceInput, Decision, JourneySignal


async def advance(world: World, **input) -> Decision:
    return await ActivityEnvironment().run(JourneyActivities(world.services).advance, AdvanceInput(**input))


async def in_a_wait(world: World):
    campaign_id = await world.campaign(flow(ENTRY, wait("pause", days=3), push("second"), END))
    journey_id = await world.journey(campaign_id, await world.customer())
    decision = await advance(world, journey_id=journey_id, seq=0, cause="enter")
    return campaign_id, journey_id, decision


async def test_a_repeated_timer_of_a_wait_that_a_move_has_made_longer_waits_on(world: World):
    """A worker died between the commit of a move and its marker: the local activity is repeated with its old cause."""
    _, journey_id, decision = await in_a_wait(world)
    repeated = await advance(world, journey_id=journey_id, seq=decision.next.seq, cause="timer")
    assert repeated.next == decision.next
    assert (await world.read_journey(journey_id)).node_id == "pause"


async def test_a_signal_for_a_branch_that_the_node_does_not_have_is_no_branch(world: World):
    _, journey_id, decision = await in_a_wait(world)
    signal = JourneySignal(id="s", seq=decision.next.seq, branch="gone")
    again = await advance(world, journey_id=journey_id, seq=decision.next.seq, cause="signal", signals=[signal])
    assert again.next == decision.next


async def test_a_held_wait_that_is_not_over_waits_on_whatever_the_cause(world: World):
    campaign_id, journey_id, decision = await in_a_wait(world)
    await world.set_state(campaign_id, "paused")
    held = await advance(world, journey_id=journey_id, seq=decision.next.seq, cause="timer")
    assert held.next.kind == "pause"
    again = await advance(world, journey_id=journey_id, seq=decision.next.seq, cause="signal")
    assert again.next.kind == "pause"
    assert again.next.until - held.next.until > timedelta(minutes=50)  # two hours after one
    await world.set_state(campaign_id, "active")
    taken_up = await advance(world, journey_id=journey_id, seq=decision.next.seq, cause="timer")
    assert taken_up.next == decision.next


async def test_a_pause_that_is_committed_while_the_lock_is_waited_for_is_seen(world: World):
    campaign_id, journey_id, _ = await in_a_wait(world)
    async with world.database.transaction() as holder:
        await holder.execute(text("SELECT 1 FROM customers FOR UPDATE"))

        async def begin() -> CampaignState:
            async with world.database.transaction() as session:
                return (await JourneyRun.begin(session, world.services, journey_id)).campaign_state

        waiting = asyncio.create_task(begin())
        async with asyncio.timeout(30):
            while not (await holder.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))):
                await asyncio.sleep(0.02)
        await world.set_state(campaign_id, "paused")
    assert await waiting is CampaignState.PAUSED
