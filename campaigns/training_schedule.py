"""When models are learned and customers scored: every week, every night, and when somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
)
from temporalio.common import WorkflowIDConflictPolicy

from campaigns.temporal_errors import translate_rpc_errors
from workflows.intelligence_contracts import (
    INTELLIGENCE_QUEUE,
    LESSONS,
    SCORING_WORKFLOW,
    TRAINING_WORKFLOW,
    ScoringInput,
    TrainingInput,
)

TRAINING, SCORING = "intelligence/training", "intelligence/scoring"
_CATCH_UP = timedelta(hours=12)
_SUNDAY = 0


@dataclass(frozen=True)
class Started:
    """A training or scoring that runs."""

    workflow_id: str
    run_id: str | None


async def keep_learning(client: Client) -> None:
    """See to it that both schedules are there: scoring at 2:00, training on Sundays at 0:00 (UTC).

    Schedules that are there stay as they are, paused or moved ones too.
    """
    weekly = ScheduleCalendarSpec(hour=[ScheduleRange(0)], day_of_week=[ScheduleRange(_SUNDAY)])
    nightly = ScheduleCalendarSpec(hour=[ScheduleRange(2)])
    train = ScheduleActionStartWorkflow(
        TRAINING_WORKFLOW, TrainingInput(names=list(LESSONS)), id=TRAINING, task_queue=INTELLIGENCE_QUEUE
    )
    score = ScheduleActionStartWorkflow(SCORING_WORKFLOW, ScoringInput(), id=SCORING, task_queue=INTELLIGENCE_QUEUE)
    for name, action, when in ((TRAINING, train, weekly), (SCORING, score, nightly)):
        schedule = Schedule(
            action=action,
            spec=ScheduleSpec(calendars=[when]),
            policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=_CATCH_UP),
        )
        try:
            await client.create_schedule(name, schedule)
        except ScheduleAlreadyRunningError:
            continue


async def train_now(client: Client, names: Sequence[str]) -> Started:
    """Learn these scores now, then score everyone; a training that runs already is the answer.

    Raises:
        UnavailableError: Temporal can't be reached.

    """
    with translate_rpc_errors():
        handle = await client.start_workflow(
            TRAINING_WORKFLOW,
            TrainingInput(names=list(names)),
            id=f"{TRAINING}/now",
            task_queue=INTELLIGENCE_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
    return Started(handle.id, handle.first_execution_run_id)


async def learn_uplift_now(client: Client, score: str) -> Started:
    """Learn one campaign's uplift now, then score everyone; a learning of it that runs already is the answer.

    Raises:
        UnavailableError: Temporal can't be reached.

    """
    with translate_rpc_errors():
        handle = await client.start_workflow(
            TRAINING_WORKFLOW,
            TrainingInput(names=[score]),
            id=f"{TRAINING}/{score}",
            task_queue=INTELLIGENCE_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
    return Started(handle.id, handle.first_execution_run_id)


async def score_now(client: Client) -> Started:
    """Score everyone now; a scoring that runs already is the answer.

    Raises:
        UnavailableError: Temporal can't be reached.

    """
    with translate_rpc_errors():
        handle = await client.start_workflow(
            SCORING_WORKFLOW,
            ScoringInput(),
            id=f"{SCORING}/now",
            task_queue=INTELLIGENCE_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
    return Started(handle.id, handle.first_execution_run_id)
