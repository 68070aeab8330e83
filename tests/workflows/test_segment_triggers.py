"""Campaigns that segments, silences and dates start: the sweep and the journeys on the real workflows, days skipped."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from temporalio import workflow
from temporalio.client import Client, WorkflowFailureError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from store.events import partitions
from tests.examples.seed import put
from tests.journey_driver import END, ENTRY, World, flow, push
from tests.workflows.test_examples import at, ended, journeys, said
from workflows.contracts import SWEEP_WORKFLOW, UPKEEP_QUEUE, UPKEEP_WORKFLOW, SweepResult, SweepWatch, UpkeepResult


async def sweep(world: World, environment: WorkflowEnvironment) -> SweepResult:
    now = await world.services.clock.now()
    with environment.auto_time_skipping_disabled():  # a workflow without a timer would be waited for ten years
        result: SweepResult = await environment.client.execute_workflow(
            SWEEP_WORKFLOW,
            SweepWatch(lasts=timedelta(0)),
            id=f"upkeep/sweep-{now.timestamp()}",
            task_queue=UPKEEP_QUEUE,
            result_type=SweepResult,
        )
    return result


def subjects(world: World, customer_id: UUID) -> list[str]:
    return [said(message) for message in world.sent if message.customer_id == customer_id]


async def test_a_newcomer_is_welcomed_and_nudged(world: World, skipping: WorkflowEnvironment):
    await put(world, "welcome")
    customer_id = await world.customer("ada", first_name="Ada")
    async with world.workers(skipping.client, relay=True):
        await sweep(world, skipping)
        await world.happen(customer_id, "Signed Up")
        await at(world, customer_id, "pause")
        await world.happen(customer_id, "Signed Up")
        await skipping.sleep(timedelta(days=4))
        journey = await ended(world, customer_id)
    assert journey.exit_reason == "welcomed"
    assert subjects(world, customer_id) == ["Welcome, Ada!", "Shipping is on us until Sunday."]


async def test_a_birthday_is_kept_on_the_customers_own_morning(world: World, skipping: WorkflowEnvironment):
    await put(world, "birthday")
    now = await world.services.clock.now()
    tomorrow = (now + timedelta(days=1)).date().replace(year=1980)
    theirs = await world.customer("ada", first_name="Ada", birth_date=tomorrow, timezone="UTC")
    another = await world.customer("bob", birth_date=tomorrow.replace(year=1981) + timedelta(days=40), timezone="UTC")
    morning = (now + timedelta(days=1)).replace(hour=10, minute=1)
    async with world.workers(skipping.client, relay=True):
        await sweep(world, skipping)
        await skipping.sleep(morning - timedelta(hours=1) - now)
        await sweep(world, skipping)
        assert await journeys(world, theirs) == []
        await skipping.sleep(timedelta(hours=1))
        assert (await sweep(world, skipping)).changes == 1
        journey = await ended(world, theirs)
        await sweep(world, skipping)
    assert journey.exit_reason == "congratulated"
    assert len(await journeys(world, theirs)) == 1
    assert await journeys(world, another) == []
    assert subjects(world, theirs) == ["Happy birthday, Ada!"]


async def test_a_run_of_the_sweep_goes_on_until_its_watch_is_over(world: World, skipping: WorkflowEnvironment):
    await put(world, "birthday")
    now = await world.services.clock.now()
    tomorrow = (now + timedelta(days=1)).date().replace(year=1980)
    customer_id = await world.customer("ada", first_name="Ada", birth_date=tomorrow, timezone="UTC")
    morning = (now + timedelta(days=1)).replace(hour=10, minute=0, second=0)
    async with world.workers(skipping.client, relay=True):
        await sweep(world, skipping)
        await skipping.sleep(morning - timedelta(minutes=5) - now)
        result: SweepResult = await skipping.client.execute_workflow(
            SWEEP_WORKFLOW,
            SweepWatch(lasts=timedelta(minutes=10)),
            id="upkeep/sweep",
            task_queue=UPKEEP_QUEUE,
            result_type=SweepResult,
        )
        journey = await ended(world, customer_id)
    assert result.segments >= 20
    assert (result.changes, result.failed) == (1, 0)
    assert journey.exit_reason == "congratulated"


@workflow.defn(name=SWEEP_WORKFLOW, sandboxed=False)
class AnotherBuildsSweep:
    """Does something else first."""

    @workflow.run
    async def run(self) -> None:
        """Wait."""
        await workflow.wait_condition(lambda: False, timeout=timedelta(hours=1))


async def test_a_run_of_a_build_that_sweeps_otherwise_makes_way(world: World, temporal_client: Client):
    other = Worker(temporal_client, task_queue=UPKEEP_QUEUE, workflows=[AnotherBuildsSweep])
    async with other:
        run = await temporal_client.start_workflow(SWEEP_WORKFLOW, id="upkeep/sweep", task_queue=UPKEEP_QUEUE)
        while (await run.describe()).history_length < 5:
            await asyncio.sleep(0.05)
    async with world.workers(temporal_client):
        await run.signal("notify")  # whatever wakes it
        with pytest.raises(WorkflowFailureError) as failure:
            await asyncio.wait_for(run.result(), 60)
    assert "Nondeterminism" in repr(failure.value.cause) or "nondeterminism" in str(failure.value.cause).lower()


async def test_the_order_that_makes_a_vip_starts_at_once_and_silence_is_asked_about(
    world: World, skipping: WorkflowEnvironment
):
    await put(world, "vip")
    customer_id = await world.customer("ada", first_name="Ada")
    async with world.workers(skipping.client, relay=True):
        await sweep(world, skipping)
        await world.happen(customer_id, "Order Completed", {"revenue": 600})
        await world.happen(customer_id, "Order Completed", {"revenue": 600})
        await at(world, customer_id, "silence")
        await skipping.sleep(timedelta(days=61))
        journey = await ended(world, customer_id)
    assert journey.exit_reason == "asked"
    assert len(subjects(world, customer_id)) == 2


async def test_a_profile_changed_by_a_journey_brings_the_customer_into_a_segment(
    world: World, skipping: WorkflowEnvironment
):
    tagging = {"id": "tag", "type": "update_profile", "data": {"add_tags": ["vip"]}}
    first = await world.campaign(flow(ENTRY, tagging, END))
    segment_id = await world.segment("tagged", {"kind": "tag", "tag": "vip"})
    entry = {"id": "entry", "type": "entry"}
    trigger = {"kind": "segment_change", "segment_id": str(segment_id)}
    await world.campaign(flow({**entry, "data": {"trigger": trigger}}, push("hello"), END), slug="second")
    customer_id = await world.customer("ada")
    async with world.workers(skipping.client, relay=True):
        await sweep(world, skipping)
        await world.start(skipping.client, await world.journey(first, customer_id))
        await ended(world, customer_id)
        while len(await journeys(world, customer_id)) < 2:
            await skipping.sleep(timedelta(seconds=1))
        await ended(world, customer_id)
    assert subjects(world, customer_id) == ["Hello"]


async def test_the_tables_are_kept(world: World, skipping: WorkflowEnvironment):
    this_quarter = partitions.name_of(partitions.quarter_of((await world.services.clock.now()).date()))
    async with world.database.transaction() as session:
        await session.execute(text(f"DROP TABLE {this_quarter}"))
    async with world.workers(skipping.client):
        with skipping.auto_time_skipping_disabled():
            results = [
                await skipping.client.execute_workflow(
                    UPKEEP_WORKFLOW, id=f"upkeep/{n}", task_queue=UPKEEP_QUEUE, result_type=UpkeepResult
                )
                for n in range(2)
            ]
    assert results[0].partitions_made > 0
    assert results[1] == UpkeepResult(partitions_made=0, partitions_dropped=[], receipts_forgotten=0)
