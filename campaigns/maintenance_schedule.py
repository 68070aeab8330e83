"""The schedules that the installation itself keeps.

A run of the sweep lasts an hour. Its schedule ticks far more often, and a tick that finds one running does nothing:
whatever ended a run, the next begins within half a minute.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
    WorkflowExecutionStatus,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from workflows.contracts import (
    EXPORT_WORKFLOW,
    RECONCILE_WORKFLOW,
    RENEWAL_WORKFLOW,
    SWEEP_WORKFLOW,
    UPKEEP_QUEUE,
    UPKEEP_WORKFLOW,
    ExportInput,
    ReconcileInput,
)
from workflows.policies import SWEEP_EVERY

UPKEEP_EVERY = timedelta(days=1)
RECONCILE_EVERY = timedelta(hours=1)
EXPORT_EVERY = timedelta(hours=1)
WATCH_EVERY = timedelta(minutes=10)
"""So often workers look whether the schedules are still there."""
_LATE = timedelta(minutes=1)
"""A run that is missed is not made up for: the next one does all."""
_LONGEST_RUN = timedelta(hours=2)
"""A run that no worker can carry on ends by itself: under the overlap policy `skip` it would keep all others away."""
_STUCK_ATTEMPTS = 3
"""So many failed attempts of one workflow task mean that the code can't carry the run on."""
_KEPT = (
    (SWEEP_WORKFLOW, SWEEP_EVERY),
    (UPKEEP_WORKFLOW, UPKEEP_EVERY),
    (RENEWAL_WORKFLOW, UPKEEP_EVERY),
    (RECONCILE_WORKFLOW, RECONCILE_EVERY),
    (EXPORT_WORKFLOW, EXPORT_EVERY),
    (EXPORT_WORKFLOW, UPKEEP_EVERY, ExportInput(recent=False)),
)
"""Workflow, how often, and its input where it has one."""

log = structlog.get_logger()


async def keep_schedules(client: Client) -> None:
    """Create the schedules, or bring what they start up to date. A schedule's times and pause stay as they are.

    A run that got stuck under an earlier release is terminated: the schedule's next tick starts a new one.
    """
    for name, every, *input in _KEPT:
        # the same workflow with another input is another schedule
        schedule_id = f"upkeep/{name}" + ("/all" if input else "")
        schedule = Schedule(
            action=ScheduleActionStartWorkflow(
                name, args=input, id=schedule_id, task_queue=UPKEEP_QUEUE, run_timeout=_LONGEST_RUN
            ),
            spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_LATE),
        )
        try:
            # at once, too: what a release before this one handed to Temporal is put right by the first renewal
            await client.create_schedule(schedule_id, schedule, trigger_immediately=name == RENEWAL_WORKFLOW)
            if name == RECONCILE_WORKFLOW:
                await _reconcile_all(client)
        except ScheduleAlreadyRunningError:
            await _renew(client, schedule_id, schedule)


async def _reconcile_all(client: Client) -> None:
    """The namespace is new, or Temporal's database was lost: whatever the rows say is open is started again now."""
    await client.start_workflow(
        RECONCILE_WORKFLOW,
        ReconcileInput(everybody=True),
        id=f"upkeep/{RECONCILE_WORKFLOW}/all",
        task_queue=UPKEEP_QUEUE,
        run_timeout=_LONGEST_RUN,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def watch_schedules(
    keep: Callable[[], Awaitable[None]], stop: asyncio.Event, *, every: timedelta = WATCH_EVERY
) -> None:
    """Keep schedules again from time to time until `stop` is set: a lost namespace gets them back by itself.

    Args:
        keep: makes those that are not there; `keep_schedules`, for instance, bound to its client.
        stop: ends it.
        every: how often.

    """
    while not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every.total_seconds())
            return
        try:
            await keep()
        except (RPCError, RuntimeError) as error:  # a RuntimeError is a connection that can't be made
            log.warning("schedules not kept", error=type(error).__name__)


async def _renew(client: Client, schedule_id: str, schedule: Schedule) -> None:
    handle = client.get_schedule_handle(schedule_id)

    def replace(found: ScheduleUpdateInput) -> ScheduleUpdate:
        found.description.schedule.action = schedule.action
        return ScheduleUpdate(found.description.schedule)

    await handle.update(replace)
    for running in (await handle.describe()).info.running_actions:
        assert isinstance(running, ScheduleActionExecutionStartWorkflow)
        await _end_stuck(client, running.workflow_id, running.first_execution_run_id)


async def _end_stuck(client: Client, workflow_id: str, run_id: str) -> None:
    handle = client.get_workflow_handle(workflow_id, first_execution_run_id=run_id)
    try:
        found = await handle.describe()
        attempts = found.raw_description.pending_workflow_task.attempt
        if found.status is WorkflowExecutionStatus.RUNNING and attempts >= _STUCK_ATTEMPTS:
            await handle.terminate(reason=f"no worker could carry it on: {attempts} attempts of one task")
            log.warning("terminated a stuck run; the next tick starts a new one", workflow=workflow_id)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
