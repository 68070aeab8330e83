"""What the clock starts: the sweep of watched segments twice a minute, and the upkeep of the event tables daily."""

from datetime import timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import (
        LIST_DUE_SEGMENTS,
        MAINTAIN_TABLES,
        REFRESH_SEGMENT,
        SWEEP_WORKFLOW,
        UPKEEP_WORKFLOW,
        DueSegments,
        SweepInput,
        SweepResult,
        SweepWatch,
        UpkeepResult,
    )


# A run has no value of its own: on a new build it goes on or, where that build sweeps differently, fails for the next.
# Danger: no versioning behaviour here. A server refuses one from a worker without a build id; the worker sets it.
@workflow.defn(name=SWEEP_WORKFLOW, failure_exception_types=[Exception])
class SegmentSweepWorkflow:
    """Sweep after sweep for an hour; then, when one fails or the history is long, the next tick begins a new run.

    One segment after the other: one that can't be swept keeps none of the others waiting. Whom time moves must be told
    at most a minute late, so that comes first, and takes moments. Comparing everybody takes seconds a segment: as many
    as fit into a while, the rest in the next sweeps.
    """

    def __init__(self) -> None:
        self._result = SweepResult()

    @workflow.run
    async def run(self, watch: SweepWatch | None = None) -> SweepResult:
        """Sweep what is due, until the watch is over."""
        over = workflow.now() + (watch or SweepWatch()).lasts
        while True:
            began = workflow.now()
            await self._sweep_due()
            done = self._result
            workflow.set_current_details(
                f"{done.segments} comparisons, {done.changes} came or left, {done.failed} failed"
            )
            following = began + policies.SWEEP_EVERY
            # many segments fill a history within the hour
            if following >= over or workflow.info().is_continue_as_new_suggested():
                return self._result
            await workflow.sleep(max(following - workflow.now(), timedelta(0)), summary="until the next sweep")

    async def _sweep_due(self) -> None:
        began = workflow.now()
        due: DueSegments = await workflow.execute_activity(
            LIST_DUE_SEGMENTS,
            result_type=DueSegments,
            start_to_close_timeout=policies.DECIDE_TIMEOUT,
            retry_policy=policies.SWEEP_RETRY,
        )
        for segment_id in due.segment_ids:
            await self._sweep(segment_id, whole=False)
        for segment_id in due.whole_ids:
            await self._sweep(segment_id, whole=True)
            if workflow.now() - began > policies.SWEEP_WHILE:
                break

    async def _sweep(self, segment_id: UUID, *, whole: bool) -> None:
        known = self._result
        try:
            changes: int = await workflow.execute_activity(
                REFRESH_SEGMENT,
                SweepInput(segment_id=segment_id, whole=whole),
                result_type=int,
                start_to_close_timeout=policies.SWEEP_TIMEOUT,
                heartbeat_timeout=policies.SWEEP_HEARTBEAT,
                retry_policy=policies.SWEEP_RETRY,
            )
            self._result = known.model_copy(update={"segments": known.segments + 1, "changes": known.changes + changes})
        except ActivityError as error:
            workflow.logger.warning("segment %s was not swept: %s", segment_id, error.cause)
            self._result = known.model_copy(update={"failed": known.failed + 1})


@workflow.defn(name=UPKEEP_WORKFLOW)
class TableUpkeepWorkflow:
    """Partitions ahead of time, and the end of what is kept no longer."""

    @workflow.run
    async def run(self) -> UpkeepResult:
        """Do it once."""
        result: UpkeepResult = await workflow.execute_activity(
            MAINTAIN_TABLES,
            result_type=UpkeepResult,
            start_to_close_timeout=policies.SWEEP_TIMEOUT,
            heartbeat_timeout=policies.SWEEP_HEARTBEAT,
            retry_policy=policies.RUN_RETRY,
        )
        return result
