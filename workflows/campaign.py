"""One launch of a campaign: snapshot its audience, start every journey once, close the run."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import (
        CAMPAIGN_WORKFLOW,
        ENROL,
        FINISH_RUN,
        QUERY_PROGRESS,
        SNAPSHOT,
        CampaignRunInput,
        ContinuedLaunch,
        EnrolInput,
        EnrolResult,
        FinishInput,
        RunProgress,
        SnapshotInput,
    )
    from workflows.schedules import scheduled_at

STRETCH = 5_000
"""Members that one activity enrols: long enough to cost no history, short enough that progress is fresh."""


@workflow.defn(name=CAMPAIGN_WORKFLOW)
class CampaignWorkflow:
    """Sequence of a launch. Its activities are idempotent: a repeat enrols nobody twice."""

    def __init__(self) -> None:
        self._progress = RunProgress()

    @workflow.run
    async def run(self, input: CampaignRunInput) -> RunProgress:
        """Launch, and return how it went."""
        if input.continued is not None:
            self._progress, position = input.continued.progress, input.continued.position
        else:
            self._progress, position = await self._snapshot(input), 0
        while self._progress.state == "running" and position < (self._progress.audience or 0):
            enrolled = await self._enrol(position)
            position = enrolled.position
            self._progress = self._progress.model_copy(
                update={
                    "started": self._progress.started + enrolled.started,
                    "refused": self._progress.refused + enrolled.refused,
                }
            )
            workflow.set_current_details(
                f"{position} of {self._progress.audience} members: {self._progress.started} started, "
                f"{self._progress.refused} kept out by re-entry"
                + (". The campaign is paused: the launch waits" if enrolled.paused else "")
            )
            if enrolled.paused:
                await workflow.sleep(policies.PAUSED_LAUNCH_LOOKS, summary="the campaign is paused")
            if workflow.info().is_continue_as_new_suggested():
                state = ContinuedLaunch(progress=self._progress, position=position)
                workflow.continue_as_new(input.model_copy(update={"continued": state}))
        return await self._finish()

    @workflow.query(name=QUERY_PROGRESS)
    def progress(self) -> RunProgress:
        """How far the launch is."""
        return self._progress

    async def _snapshot(self, input: CampaignRunInput) -> RunProgress:
        result: RunProgress = await workflow.execute_activity(
            SNAPSHOT,
            SnapshotInput(
                campaign_id=input.campaign_id,
                launch=input.launch or workflow.info().workflow_id,
                workflow_id=workflow.info().workflow_id,
                scheduled_at=scheduled_at(),
                customer_ids=input.customer_ids,
            ),
            result_type=RunProgress,
            start_to_close_timeout=policies.SNAPSHOT_TIMEOUT,
            heartbeat_timeout=policies.SNAPSHOT_HEARTBEAT,
            retry_policy=policies.RUN_RETRY,
            summary="who is in the audience now",
        )
        return result

    async def _enrol(self, position: int) -> EnrolResult:
        assert self._progress.run_id is not None
        result: EnrolResult = await workflow.execute_activity(
            ENROL,
            EnrolInput(run_id=self._progress.run_id, position=position, limit=STRETCH),
            result_type=EnrolResult,
            start_to_close_timeout=policies.ENROL_TIMEOUT,
            heartbeat_timeout=policies.ENROL_HEARTBEAT,
            retry_policy=policies.RUN_RETRY,
            summary=f"start journeys from member {position}",
        )
        return result

    async def _finish(self) -> RunProgress:
        if self._progress.run_id is None:
            return self._progress
        result: RunProgress = await workflow.execute_activity(
            FINISH_RUN,
            FinishInput(run_id=self._progress.run_id, started=self._progress.started, refused=self._progress.refused),
            result_type=RunProgress,
            start_to_close_timeout=policies.DECIDE_TIMEOUT,
            retry_policy=policies.RUN_RETRY,
        )
        return result
