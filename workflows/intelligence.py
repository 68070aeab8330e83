"""Learning and scoring: sequence only. What is learned, and how right it is, is the activities' business."""

import contextlib
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from workflows import policies
    from workflows.contracts import QUERY_PROGRESS
    from workflows.intelligence_contracts import (
        RANK,
        SCORE,
        SCORING_WORKFLOW,
        TRAIN,
        TRAINING_WORKFLOW,
        RankInput,
        ScoreInput,
        ScoringInput,
        ScoringProgress,
        TrainingInput,
        TrainingResult,
        TrainInput,
        TrainResult,
    )

LONG = timedelta(hours=2)
HEARTBEAT = timedelta(seconds=30)
TRAIN_RETRY = RetryPolicy(initial_interval=timedelta(seconds=5), backoff_coefficient=2, maximum_attempts=4)
"""A model that fails four times is left as it is until the next training; the others don't wait for it."""


@workflow.defn(name=TRAINING_WORKFLOW)
class TrainingWorkflow:
    """Learn one score after the other, then score everyone with what won."""

    def __init__(self) -> None:
        self._results: list[TrainResult] = []

    @workflow.run
    async def run(self, input: TrainingInput) -> TrainingResult:
        """Train, and return what came of each score."""
        moment = input.moment or workflow.now()
        for name in input.names:
            self._results.append(await self._train(name, moment))
            workflow.set_current_details("\n\n".join(f"{each.name}: {each.words}" for each in self._results))
        if input.then_score and any(result.model_id for result in self._results):
            await self._score_everyone()
        return TrainingResult(results=self._results)

    @workflow.query(name=QUERY_PROGRESS)
    def progress(self) -> TrainingResult:
        """What came of the scores learned so far."""
        return TrainingResult(results=self._results)

    async def _score_everyone(self) -> None:
        # one that still runs from an earlier training may have begun with the models before: the nightly one follows
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                SCORING_WORKFLOW,
                ScoringInput(),
                id=f"{workflow.info().workflow_id}:scoring",
                parent_close_policy=ParentClosePolicy.ABANDON,
            )

    async def _train(self, name: str, moment: datetime) -> TrainResult:
        try:
            result: TrainResult = await workflow.execute_activity(
                TRAIN,
                TrainInput(name=name, moment=moment),
                result_type=TrainResult,
                start_to_close_timeout=LONG,
                heartbeat_timeout=HEARTBEAT,
                retry_policy=TRAIN_RETRY,
                summary=name,
            )
        except ActivityError as failure:
            cause = failure.cause
            said = cause.message if isinstance(cause, ApplicationError) else str(cause)
            return TrainResult(name=name, words=f"failed, the model in use stays: {said}")
        return result


@workflow.defn(name=SCORING_WORKFLOW)
class ScoringWorkflow:
    """Score everyone, stretch by stretch; a repeat of a stretch writes the same scores again."""

    def __init__(self) -> None:
        self._progress = ScoringProgress()

    @workflow.run
    async def run(self, input: ScoringInput) -> ScoringProgress:
        """Score, and return how it went."""
        moment = input.moment or workflow.now()
        while not self._progress.done:
            step: ScoringProgress = await workflow.execute_activity(
                SCORE,
                ScoreInput(
                    moment=moment,
                    cursor=self._progress.cursor,
                    models=self._progress.models,
                    failed=self._progress.failed,
                ),
                result_type=ScoringProgress,
                start_to_close_timeout=LONG,
                heartbeat_timeout=HEARTBEAT,
                retry_policy=policies.RUN_RETRY,
                summary=f"{self._progress.customers} customers scored",
            )
            self._progress = step.model_copy(
                update={
                    "customers": self._progress.customers + step.customers,
                    "scores": self._progress.scores + step.scores,
                    "seconds": _sums(self._progress.seconds, step.seconds),
                }
            )
        seconds: dict[str, float] = await workflow.execute_activity(
            RANK,
            RankInput(moment=moment, models=self._progress.models, failed=sorted(self._progress.failed)),
            result_type=dict[str, float],
            start_to_close_timeout=LONG,
            heartbeat_timeout=HEARTBEAT,
            retry_policy=policies.RUN_RETRY,
            summary=f"{self._progress.scores} scores ranked and written",
        )
        self._progress = self._progress.model_copy(update={"seconds": _sums(self._progress.seconds, seconds)})
        return self._progress

    @workflow.query(name=QUERY_PROGRESS)
    def progress(self) -> ScoringProgress:
        """How far it was when the last stretch ended."""
        return self._progress


def _sums(spent: dict[str, float], more: dict[str, float]) -> dict[str, float]:
    return {part: round(spent.get(part, 0.0) + more.get(part, 0.0), 3) for part in sorted({*spent, *more})}
