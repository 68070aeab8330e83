"""What people do to experiments: plan, start, roll out, stop."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from activities.experiment_folding import fold
from activities.experiments import standing_of, take
from domain.errors import ConflictError, InvalidError, RevisionConflictError
from domain.experiments import (
    DecisionKind,
    ExperimentArm,
    ExperimentPlan,
    ExperimentState,
)
from domain.flow import Flow, RandomSplitNode
from domain.i18n import ListParam, sentence
from intelligence.experiments.decisions import ExperimentStep
from models import Experiment, ExperimentDecision
from store.campaigns import campaigns, outbox
from store.experiments import experiments


async def create(session: AsyncSession, slug: str, node_id: str, name: str, plan: ExperimentPlan) -> Experiment:
    """Keep a draft. What it stands on is looked up at the start."""
    campaign = await campaigns.require(session, slug)
    row = Experiment(
        id=uuid4(),
        campaign_id=campaign.id,
        node_id=node_id,
        name=name,
        plan=plan.model_dump(mode="json"),
        created_at=datetime.now(UTC),
    )
    session.add(row)
    await session.flush()
    return row


async def change(
    session: AsyncSession, experiment_id: UUID, revision: int, *, name: str | None, plan: ExperimentPlan | None
) -> Experiment:
    """Change a draft; the name may be changed always.

    Raises:
        ConflictError: it has started, and the plan was to change.
        RevisionConflictError: somebody was faster.

    """
    row = await experiments.require(session, experiment_id, lock=True)
    if row.revision != revision:
        raise RevisionConflictError(
            sentence("experiment_revised", read=revision, now=row.revision), revision=row.revision
        )
    if plan is not None and row.state != ExperimentState.DRAFT:
        raise ConflictError(sentence("experiment_started"))
    row.name = name or row.name
    row.plan = plan.model_dump(mode="json") if plan is not None else row.plan
    row.revision += 1
    await session.flush()
    return row


async def start(session: AsyncSession, experiment_id: UUID) -> Experiment:
    """Freeze the plan and the split's arms, and begin: from now on who comes to the split is assigned for good.

    Raises:
        ConflictError: it has started, no version is published, or another experiment stands on the split.
        InvalidError: the split or the control arm is not there, or its slice meets another one's.

    """
    row = await experiments.require(session, experiment_id, lock=True)
    if row.state != ExperimentState.DRAFT:
        raise ConflictError(sentence("experiment_not_running", state=row.state))
    plan = ExperimentPlan.model_validate(row.plan)
    row.arms = [arm.model_dump(mode="json") for arm in await _arms(session, row, plan)]
    await _apart(session, row, plan)
    now = datetime.now(UTC)
    row.state, row.started_at, row.stepped_at = ExperimentState.RUNNING, now, now
    row.step, row.revision = 1, row.revision + 1
    try:
        await session.flush()
    except IntegrityError as error:
        raise ConflictError(sentence("experiment_there")) from error
    await experiments.add_decision(
        session, ExperimentDecision(experiment_id=row.id, step=1, kind=DecisionKind.STARTED, at=now)
    )
    note = outbox.OutboxMessage(
        "start_experiment", row.id, f"experiment/{row.id}", {"campaign_id": str(row.campaign_id)}
    )
    await outbox.add(session, [note])
    return row


async def _arms(session: AsyncSession, row: Experiment, plan: ExperimentPlan) -> list[ExperimentArm]:
    [campaign] = await campaigns.by_ids(session, [row.campaign_id])
    version = await campaigns.current_version(session, campaign)
    if version is None:
        raise ConflictError(sentence("experiment_no_version"))
    nodes = Flow.model_validate(version.flow).nodes
    split = next((node for node in nodes if node.id == row.node_id and isinstance(node, RandomSplitNode)), None)
    if split is None or not isinstance(split, RandomSplitNode):
        raise InvalidError(sentence("experiment_no_split", version=version.number, node=row.node_id))
    arms = [ExperimentArm(id=arm.id, label=arm.label, weight=arm.weight) for arm in split.data.arms]
    if plan.control not in {arm.id for arm in arms}:
        called = ListParam([arm.id for arm in arms])
        raise InvalidError(sentence("experiment_no_control", arm=plan.control, arms=called))
    return arms


async def _apart(session: AsyncSession, row: Experiment, plan: ExperimentPlan) -> None:
    """Experiments of one exclusion group have slices that don't overlap."""
    if plan.slice is None:
        return
    for other in await experiments.running(session):
        theirs = ExperimentPlan.model_validate(other.plan).slice
        if other.id != row.id and theirs is not None and theirs.overlaps(plan.slice):
            raise InvalidError(sentence("experiment_overlaps", group=theirs.group, other=other.name))


async def promote(session: AsyncSession, experiment_id: UUID, arm: str) -> Experiment:
    """Roll an arm out by hand: the steps of the roll-out and its watch are as after a winner that was found.

    Raises:
        ConflictError: it is not running.
        InvalidError: there is no such arm, or it is the control.

    """
    row = await _looked_at(session, experiment_id)
    plan = ExperimentPlan.model_validate(row.plan)
    if arm == plan.control or arm not in {each["id"] for each in row.arms}:
        raise InvalidError(sentence("experiment_no_arm", arm=arm))
    step = ExperimentStep(DecisionKind.WINNER_FOUND, arm, reason="by hand")
    await take(session, row, step, await standing_of(session, row), now=datetime.now(UTC), automatic=True)
    return row


async def roll_back(session: AsyncSession, experiment_id: UUID) -> Experiment:
    """Give all new customers the control, by hand; after the roll-out as well.

    Raises:
        ConflictError: it does not divide, or was rolled back already.

    """
    row = await _dividing(session, experiment_id)
    if row.state == ExperimentState.ROLLED_BACK:
        raise ConflictError(sentence("experiment_not_running", state=row.state))
    step = ExperimentStep(DecisionKind.ROLLED_BACK, row.winner, 0.0, "by hand")
    await take(session, row, step, await standing_of(session, row), now=datetime.now(UTC), automatic=True)
    return row


async def archive(session: AsyncSession, experiment_id: UUID, *, away: bool) -> Experiment:
    """Put it away, or back: it is listed elsewhere, and goes on as it is.

    Raises:
        ConflictError: it is looked at still.

    """
    row = await experiments.require(session, experiment_id, lock=True)
    if away and ExperimentState(row.state).looks:
        raise ConflictError(sentence("experiment_not_running", state=row.state))
    row.archived_at = datetime.now(UTC) if away else None
    row.revision += 1
    await session.flush()
    return row


async def fold_winner(session: AsyncSession, experiment_id: UUID) -> Experiment:
    """Take the split out of the campaign's draft, so that the next version knows the winner alone.

    Raises:
        ConflictError: it is not decided, or the draft has not this split any more.

    """
    row = await experiments.require(session, experiment_id, lock=True)
    try:
        await fold(session, row)
    except LookupError as error:
        raise ConflictError(sentence("experiment_not_foldable")) from error
    return row


async def stop(session: AsyncSession, experiment_id: UUID) -> Experiment:
    """End it: the split decides as it does without, whoever was assigned keeps the arm's record.

    Raises:
        ConflictError: it does not divide.

    """
    row = await _dividing(session, experiment_id)
    step = ExperimentStep(DecisionKind.STOPPED, reason="by hand")
    await take(session, row, step, await standing_of(session, row), now=datetime.now(UTC), automatic=False)
    return row


async def _looked_at(session: AsyncSession, experiment_id: UUID) -> Experiment:
    row = await experiments.require(session, experiment_id, lock=True)
    if not ExperimentState(row.state).looks:
        raise ConflictError(sentence("experiment_not_running", state=row.state))
    return row


async def _dividing(session: AsyncSession, experiment_id: UUID) -> Experiment:
    row = await experiments.require(session, experiment_id, lock=True)
    if not ExperimentState(row.state).divides:
        raise ConflictError(sentence("experiment_not_running", state=row.state))
    return row
