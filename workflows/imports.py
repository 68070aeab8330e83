"""A file's way in: take its rows, let profiles learn from them, close."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import (
        FINISH_IMPORT,
        IMPORT_ROWS,
        IMPORT_WORKFLOW,
        QUERY_PROGRESS,
        UPDATE_PROFILES,
        FinishImportInput,
        ImportInput,
        ImportProgress,
    )


@workflow.defn(name=IMPORT_WORKFLOW)
class ImportWorkflow:
    """Sequence of an import. Each activity commits its cursor with its rows: a repeat goes on where they stopped."""

    def __init__(self) -> None:
        self._progress = ImportProgress()

    @workflow.run
    async def run(self, input: ImportInput) -> ImportProgress:
        """Import, and return how it went."""
        error = None
        try:
            await self._repeat(IMPORT_ROWS, input)
        except ActivityError as failure:
            if not isinstance(failure.cause, ApplicationError):
                raise
            error = failure.cause.message
        # What was taken before the file broke stays, so that profiles must learn from it all the same.
        await self._repeat(UPDATE_PROFILES, input)
        self._progress = await workflow.execute_activity(
            FINISH_IMPORT,
            FinishImportInput(import_id=input.import_id, error=error),
            result_type=ImportProgress,
            start_to_close_timeout=policies.DECIDE_TIMEOUT,
            retry_policy=policies.RUN_RETRY,
        )
        return self._progress

    @workflow.query(name=QUERY_PROGRESS)
    def progress(self) -> ImportProgress:
        """How far it was when the last stretch ended; the import's row says it batch by batch."""
        return self._progress

    async def _repeat(self, activity: str, input: ImportInput) -> None:
        """Run an activity, stretch by stretch, until it says that it is done."""
        done = False
        while not done:
            self._progress = await workflow.execute_activity(
                activity,
                input,
                result_type=ImportProgress,
                start_to_close_timeout=policies.IMPORT_TIMEOUT,
                heartbeat_timeout=policies.IMPORT_HEARTBEAT,
                retry_policy=policies.RUN_RETRY,
                summary=f"{self._progress.read} rows read",
            )
            done = self._progress.done
