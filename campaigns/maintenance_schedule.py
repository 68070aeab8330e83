"""The schedules that the installation itself keeps.

A run of the sweep lasts an hour. Its schedule ticks far more often, and a tick that finds one running does nothing:
whatever ended a run, the next begins within half a minute.
"""

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
from temporalio.service import RPCError, RPCStatusCode

from workflows.contracts import RECONCILE_WORKFLOW, RENEWAL_WORKFLOW, SWEEP_WORKFLOW, UPKEEP_QUEUE, UPKEEP_WORKFLOW
from workflows.policies import SWEEP_EVERY

UPKEEP_EVERY = timedelta(days=1)
RECONCILE_EVERY = timedelta(hours=1)
_LATE = timedelta(minutes=1)
"""A run that is missed is not made up for: the next one does all."""
_LONGEST_RUN = timedelta(hours=2)
"""A run that no worker can carry on ends by itself: under the overlap policy `skip` it would keep all others away."""
_STUCK_ATTEMPTS = 3
"""So many failed attempts of one workflow task mean that the code can't carry the run on."""

log = structlog.get_logger()


async def keep_schedules(client: Client) -> None:
    """Create the schedules, or bring what they start up to date. A schedule's times and pause stay as they are.

    A run that got stuck under an earlier release is terminated: the schedule's next tick starts a new one.
    """
    kept = (
        (SWEEP_WORKFLOW, SWEEP_EVERY),
        (UPKEEP_WORKFLOW, UPKEEP_EVERY),
        (RENEWAL_WORKFLOW, UPKEEP_EVERY),
        (RECONCILE_WORKFLOW, RECONCILE_EVERY),
    )
    for name, every in kept:
        schedule = Schedule(
            action=ScheduleActionStartWorkflow(
                name, id=f"upkeep/{name}", task_queue=UPKEEP_QUEUE, run_timeout=_LONGEST_RUN
            ),
            spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_LATE),
        )
        try:
            # at once, too: what a release before this one handed to Temporal is put right by the first renewal
            await client.create_schedule(f"upkeep/{name}", schedule, trigger_immediately=name == RENEWAL_WORKFLOW)
        except ScheduleAlreadyRunningError:
            await _renew(client, f"upkeep/{name}", schedule)


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
