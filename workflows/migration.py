"""An edit of a running campaign reaches those inside: each is told once that it is to move."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import MIGRATION_WORKFLOW, TELL_MOVE, MigrationInput, MigrationResult


@workflow.defn(name=MIGRATION_WORKFLOW)
class MigrationWorkflow:
    """Sequence only. The move itself is made by each journey, when it looks."""

    @workflow.run
    async def run(self, input: MigrationInput) -> MigrationResult:
        """Tell them all; returns how many."""
        told = 0
        while True:
            result: MigrationResult = await workflow.execute_activity(
                TELL_MOVE,
                input,
                result_type=MigrationResult,
                start_to_close_timeout=policies.ENROL_TIMEOUT,
                heartbeat_timeout=policies.ENROL_HEARTBEAT,
                retry_policy=policies.RUN_RETRY,
                summary=f"tell journeys to move, after {told}",
            )
            told += result.told
            workflow.set_current_details(f"{told} journeys told")
            if result.told == 0:
                return MigrationResult(told=told)
