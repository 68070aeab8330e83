"""The schedules that the house itself keeps.

A run of the sweep lasts an hour. Its schedule ticks far more often, and a tick that finds one running does nothing:
whatever ended a run, the next begins within half a minute.
"""

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from workflows.contracts import RENEWAL_WORKFLOW, SWEEP_WORKFLOW, UPKEEP_QUEUE, UPKEEP_WORKFLOW
from workflows.policies import SWEEP_EVERY

UPKEEP_EVERY = timedelta(days=1)
_LATE = timedelta(minutes=1)
"""A run that is missed is not made up for: the next one does all."""


async def keep_schedules(client: Client) -> None:
    """See to it that the schedules are there. Those that are stay as they are, paused ones too."""
    kept = ((SWEEP_WORKFLOW, SWEEP_EVERY), (UPKEEP_WORKFLOW, UPKEEP_EVERY), (RENEWAL_WORKFLOW, UPKEEP_EVERY))
    for name, every in kept:
        schedule = Schedule(
            action=ScheduleActionStartWorkflow(name, id=f"upkeep/{name}", task_queue=UPKEEP_QUEUE),
            spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_LATE),
        )
        try:
            # at once, too: what a release before this one handed to Temporal is put right by the first renewal
            await client.create_schedule(f"upkeep/{name}", schedule, trigger_immediately=name == RENEWAL_WORKFLOW)
        except ScheduleAlreadyRunningError:
            continue
