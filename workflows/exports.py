"""Files of the views for BI: the recent facts every hour, all of them every night."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import EXPORT_VIEWS, EXPORT_WORKFLOW, ExportInput, ExportResult


@workflow.defn(name=EXPORT_WORKFLOW)
class ExportWorkflow:
    """Write the files once."""

    @workflow.run
    async def run(self, input: ExportInput | None = None) -> ExportResult:
        """Write them: the recent ones, unless told otherwise."""
        result: ExportResult = await workflow.execute_activity(
            EXPORT_VIEWS,
            input or ExportInput(),
            result_type=ExportResult,
            start_to_close_timeout=policies.EXPORT_TIMEOUT,
            heartbeat_timeout=policies.EXPORT_HEARTBEAT,
            retry_policy=policies.RUN_RETRY,
        )
        return result
