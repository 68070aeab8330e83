"""An experiment is looked at until it is decided. Each look decides by the row, in one transaction."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import EXPERIMENT_WORKFLOW, LOOK_AT_EXPERIMENT, ExperimentInput, LookResult


@workflow.defn(name=EXPERIMENT_WORKFLOW)
class ExperimentWorkflow:
    """Sequence only."""

    @workflow.run
    async def run(self, input: ExperimentInput) -> LookResult:
        """Look every few seconds, which most often finds nothing due; ends with the experiment."""
        while True:
            result: LookResult = await workflow.execute_activity(
                LOOK_AT_EXPERIMENT,
                input,
                result_type=LookResult,
                start_to_close_timeout=policies.LOOK_TIMEOUT,
                retry_policy=policies.DECIDE_RETRY,
                summary="look at the experiment",
            )
            workflow.set_current_details(f"{result.state}, {result.step} steps")
            if result.done:
                return result
            pause = timedelta(seconds=result.pause_seconds or input.pause_seconds)
            await workflow.sleep(pause, summary="until the next look may be due")
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(input)
