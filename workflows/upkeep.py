"""What the clock starts: the sweep of watched segments, every minute, and the upkeep of the event tables, daily."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import (
        DUE_SEGMENTS,
        SWEEP_SEGMENT,
        SWEEP_WORKFLOW,
        UPKEEP_TABLES,
        UPKEEP_WORKFLOW,
        DueSegments,
        SweepInput,
        SweepResult,
        UpkeepResult,
    )


@workflow.defn(name=SWEEP_WORKFLOW)
class SegmentSweepWorkflow:
    """One segment after the other. One that can't be swept keeps none of the others waiting."""

    @workflow.run
    async def run(self) -> SweepResult:
        """Sweep what is due."""
        due: DueSegments = await workflow.execute_activity(
            DUE_SEGMENTS,
            result_type=DueSegments,
            start_to_close_timeout=policies.DECIDE_TIMEOUT,
            retry_policy=policies.SWEEP_RETRY,
        )
        changes = failed = 0
        for segment_id in due.segment_ids:
            try:
                changes += await workflow.execute_activity(
                    SWEEP_SEGMENT,
                    SweepInput(segment_id=segment_id),
                    result_type=int,
                    start_to_close_timeout=policies.SWEEP_TIMEOUT,
                    heartbeat_timeout=policies.SWEEP_HEARTBEAT,
                    retry_policy=policies.SWEEP_RETRY,
                )
            except ActivityError as error:
                workflow.logger.warning("segment %s was not swept: %s", segment_id, error.cause)
                failed += 1
        return SweepResult(segments=len(due.segment_ids) - failed, changes=changes, failed=failed)


@workflow.defn(name=UPKEEP_WORKFLOW)
class TableUpkeepWorkflow:
    """Partitions ahead of time, and the end of what is kept no longer."""

    @workflow.run
    async def run(self) -> UpkeepResult:
        """Do it once."""
        result: UpkeepResult = await workflow.execute_activity(
            UPKEEP_TABLES,
            result_type=UpkeepResult,
            start_to_close_timeout=policies.SWEEP_TIMEOUT,
            heartbeat_timeout=policies.SWEEP_HEARTBEAT,
            retry_policy=policies.RUN_RETRY,
        )
        return result
