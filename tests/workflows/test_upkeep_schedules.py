"""The installation's own schedules: created once, brought up to date, and freed of a run that got stuck."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest_asyncio
from temporalio import workflow
from temporalio.client import (
    Client,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleUpdate,
    ScheduleUpdateInput,
    WorkflowExecutionStatus,
    WorkflowHandle,
)
from temporalio.worker import Worker

import worker
from campaigns.maintenance_schedule import keep_schedules
from config.temporal import deployment
from stack import temporal
from stack.ports import Ports
from tests.journey_driver import World
from workflows.contracts import SWEEP_WORKFLOW, UPKEEP_QUEUE

EVENTS_OF_A_SWEEP = 8
SWEEP = f"upkeep/{SWEEP_WORKFLOW}"


@workflow.defn(name=SWEEP_WORKFLOW, sandboxed=False)
class BrokenSweep:
    """What no task of ever completes, as under a release that had a defect."""

    @workflow.run
    async def run(self) -> None:
        raise RuntimeError("no task completes")


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    """A server of this test's own: the schedules' ids are the installation's."""
    port = Ports().claim(["upkeep"])["upkeep"]
    address = f"127.0.0.1:{port}"
    async with temporal.running(temporal.arguments(port=port, ui_port=None), address) as found:
        yield found


async def running(client: Client) -> WorkflowHandle[Any, Any]:
    """The run that the schedule has started."""
    async with asyncio.timeout(60):
        while not (found := (await client.get_schedule_handle(SWEEP).describe()).info.running_actions):
            await asyncio.sleep(0.1)
    assert isinstance(found[0], ScheduleActionExecutionStartWorkflow)
    return client.get_workflow_handle(found[0].workflow_id)


async def test_a_stuck_run_of_an_earlier_release_makes_way(world: World, client: Client):
    await keep_schedules(client)
    schedule = client.get_schedule_handle(SWEEP)
    await schedule.trigger()
    stuck = await running(client)
    async with Worker(client, task_queue=UPKEEP_QUEUE, workflows=[BrokenSweep]), asyncio.timeout(60):
        while (await stuck.describe()).raw_description.pending_workflow_task.attempt < 3:
            await asyncio.sleep(0.2)

    await keep_schedules(client)
    assert (await stuck.describe()).status is WorkflowExecutionStatus.TERMINATED
    await schedule.trigger()
    parts = worker.Parts(world.settings, client, world.services)
    [upkeep] = [made for made in worker.campaigns(parts) if made.task_queue == UPKEEP_QUEUE]
    assert deployment(world.settings) is None
    next_run = await running(client)
    async with upkeep, asyncio.timeout(60):
        while (await next_run.describe()).history_length <= EVENTS_OF_A_SWEEP:
            await asyncio.sleep(0.2)
    assert (await next_run.describe()).status is WorkflowExecutionStatus.RUNNING


async def test_a_schedule_keeps_its_pause_and_takes_what_it_starts(client: Client):
    await keep_schedules(client)
    schedule = client.get_schedule_handle(SWEEP)

    def older(found: ScheduleUpdateInput) -> ScheduleUpdate:
        action = found.description.schedule.action
        assert isinstance(action, ScheduleActionStartWorkflow)
        action.run_timeout = None
        return ScheduleUpdate(found.description.schedule)

    await schedule.update(older)
    await schedule.pause(note="by an operator")
    await keep_schedules(client)
    kept = (await schedule.describe()).schedule
    assert (kept.state.paused, kept.state.note) == (True, "by an operator")
    assert isinstance(kept.action, ScheduleActionStartWorkflow)
    assert kept.action.run_timeout == timedelta(hours=2)
