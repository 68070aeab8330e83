"""The comparison of what should run with what does, each hour: sequence only."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import RECONCILE, RECONCILE_WORKFLOW, Reconciled, ReconcileInput


@workflow.defn(name=RECONCILE_WORKFLOW)
class ReconcileWorkflow:
    """Stretch after stretch, until every open row was checked."""

    @workflow.run
    async def run(self, input: ReconcileInput | None = None) -> Reconciled:
        """Check once; returns what was started again."""
        # at three in the morning everybody, at other hours what is overdue
        asked = input or ReconcileInput(everybody=workflow.now().hour == policies.RECONCILE_ALL_HOUR)
        found = Reconciled()
        while True:
            stretch: Reconciled = await workflow.execute_activity(
                RECONCILE,
                asked,
                result_type=Reconciled,
                start_to_close_timeout=policies.SWEEP_TIMEOUT,
                heartbeat_timeout=policies.SWEEP_HEARTBEAT,
                retry_policy=policies.RUN_RETRY,
                summary=f"after {found.checked} rows",
            )
            found = found.plus(stretch)
            workflow.set_current_details(f"{found.checked} checked, {found.healed} started again")
            if stretch.after is None:
                return found
            asked = asked.model_copy(update={"after": stretch.after})
