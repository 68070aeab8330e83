"""An edit of a running campaign reaches those inside: each is told once that it is to move."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import (
        MIGRATION_WORKFLOW,
        SIGNAL_MIGRATIONS,
        MigrationInput,
        MigrationResult,
        MigrationStretch,
    )


@workflow.defn(name=MIGRATION_WORKFLOW)
class MigrationWorkflow:
    """Sequence only. The move itself is made by each journey, when it is signalled."""

    @workflow.run
    async def run(self, input: MigrationInput) -> MigrationResult:
        """Tell them all; returns how many."""
        told, after = input.told, input.after
        while True:
            result: MigrationResult = await workflow.execute_activity(
                SIGNAL_MIGRATIONS,
                MigrationStretch(migration_id=input.migration_id, after=after),
                result_type=MigrationResult,
                start_to_close_timeout=policies.ENROL_TIMEOUT,
                heartbeat_timeout=policies.ENROL_HEARTBEAT,
                retry_policy=policies.RUN_RETRY,
                summary=f"tell journeys to move, after {told}",
            )
            told, after = told + result.told, result.after
            workflow.set_current_details(f"{told} journeys told")
            if result.done:
                return MigrationResult(told=told, done=True)
            if after is None:
                await workflow.sleep(policies.LOCKED_AGAIN, summary="until locked journeys are free")
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(MigrationInput(migration_id=input.migration_id, told=told, after=after))
