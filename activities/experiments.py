"""Looking at an experiment and taking the step that follows, in one transaction.

Look, step and the row that both change are committed together, and the row is locked first: killed at any instant, a
repeat finds all of it or nothing, so no step is taken twice and none is left out.
"""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.experiment_folding import fold_if_untouched
from activities.services import WorkerServices
from domain.experiments import DecisionKind, ExperimentArm, ExperimentPlan, ExperimentState, planned_shares
from intelligence.experiments.decisions import ExperimentStanding, ExperimentStep, after, next_step
from intelligence.experiments.readout import ExperimentReading, read_out
from intelligence.experiments.sums import Sums
from models import Experiment, ExperimentDecision, ExperimentLook
from store.experiments import experiments, outcomes
from workflows.contracts import LOOK_AT_EXPERIMENT, ExperimentInput, LookResult
from workflows.policies import SCALED_LOOK_PAUSE_SECONDS


class ExperimentActivities:
    """Idempotent: what was looked at lately and has seen nothing since is left alone."""

    def __init__(self, services: WorkerServices) -> None:
        self._services = services

    @activity.defn(name=LOOK_AT_EXPERIMENT)
    async def look(self, input: ExperimentInput) -> LookResult:
        """Look, where a look is due or a guardrail's event came in; says whether there is more to look at."""
        scale = self._services.settings.time_scale
        async with self._services.database.transaction() as session:
            row = await experiments.require(session, input.experiment_id, lock=True)
            if not ExperimentState(row.state).looks:
                return LookResult(done=True, state=row.state, step=row.step)
            now = await self._services.clock.now()
            if await _is_due(session, row, now, scale):
                await look_and_step(session, row, now=now, time_scale=scale)
            return LookResult(
                done=not ExperimentState(row.state).looks,
                state=row.state,
                step=row.step,
                pause_seconds=None if scale >= 1 else SCALED_LOOK_PAUSE_SECONDS,
            )


async def _is_due(session: AsyncSession, row: Experiment, now: datetime, scale: float) -> bool:
    plan = ExperimentPlan.model_validate(row.plan)
    if row.looked_at is None:
        return True
    every = min(plan.look_hours, plan.ramp_hours) if row.state == ExperimentState.RAMPING else plan.look_hours
    if now >= row.looked_at + timedelta(hours=every) * scale:
        return True
    names = [each.event for each in plan.guardrails]
    return bool(names) and await experiments.guardrail_moved(session, row.id, names, row.looked_at)


async def reading_of(
    session: AsyncSession, row: Experiment, *, now: datetime, time_scale: float
) -> tuple[ExperimentReading, list[outcomes.ArmSums]]:
    """What the experiment says now, and the sums that it rests on."""
    plan = ExperimentPlan.model_validate(row.plan)
    sums = await outcomes.sums(session, row.id, row.campaign_id, plan.metrics, now=now, time_scale=time_scale)
    newest = await experiments.newest_look(session, row.id)
    earlier = float(newest.readout["sample_ratio_p"]) if newest is not None else 1.0
    return recomputed(row, sums, earlier), sums


def recomputed(
    row: Experiment, sums: list[outcomes.ArmSums], earlier_ratio_p: float = 1.0, *, primary_only: bool = False
) -> ExperimentReading:
    """The reading that follows from sums.

    Args:
        row: the experiment, started.
        sums: of each arm and metric.
        earlier_ratio_p: of the sample ratio, the smallest of earlier looks.
        primary_only: whether the sums hold the primary metric alone.

    """
    shares = planned_shares([ExperimentArm.model_validate(arm) for arm in row.arms])
    counts = {each.arm: each.n for each in sums if each.metric == -1}
    cells = {
        (each.metric, each.arm): Sums(each.n, each.y, each.yy, each.x, each.xx, each.xy)
        for each in sums
        if each.metric >= 0
    }
    plan = ExperimentPlan.model_validate(row.plan)
    if primary_only:
        plan = plan.model_copy(update={"secondary": [], "guardrails": []})
    return read_out(plan, shares, counts, cells, retired=row.retired, earlier_ratio_p=earlier_ratio_p)


async def look_and_step(session: AsyncSession, row: Experiment, *, now: datetime, time_scale: float) -> None:
    """Keep a look at a locked experiment, and take the step that follows from it."""
    reading, sums = await reading_of(session, row, now=now, time_scale=time_scale)
    row.looks += 1
    row.looked_at = now
    readout = asdict(reading) | {"sums": [asdict(each) for each in sums]}
    await experiments.add_look(session, ExperimentLook(experiment_id=row.id, number=row.looks, at=now, readout=readout))
    plan = ExperimentPlan.model_validate(row.plan)
    standing = await standing_of(session, row)
    step = next_step(plan, standing, reading, now=now, time_scale=time_scale)
    if step is not None:
        await take(session, row, step, standing, now=now, automatic=plan.automatic)


async def standing_of(session: AsyncSession, row: Experiment) -> ExperimentStanding:
    """What the row says before a step."""
    kinds = [each.kind for each in await experiments.decisions(session, row.id)]
    return ExperimentStanding(
        ExperimentState(row.state),
        row.retired,
        row.winner,
        row.ramp,
        row.stepped_at or row.started_at or row.created_at,
        found=DecisionKind.WINNER_FOUND in kinds,
    )


async def take(
    session: AsyncSession,
    row: Experiment,
    step: ExperimentStep,
    standing: ExperimentStanding,
    *,
    now: datetime,
    automatic: bool,
) -> None:
    """Write a step down and change the row by it."""
    state, winner, ramp = after(standing, step, automatic=automatic)
    row.state, row.winner, row.ramp = state, winner, ramp
    row.step += 1
    row.revision += 1
    row.stepped_at = now
    if step.kind is DecisionKind.ARM_RETIRED and step.arm is not None:
        row.retired = [*row.retired, step.arm]
    if not state.looks:
        row.ended_at = now
    decision = ExperimentDecision(
        experiment_id=row.id, step=row.step, kind=step.kind, arm=step.arm, ramp=step.ramp,
        look=row.looks or None, reason=step.reason, at=now,
    )  # fmt: skip
    await experiments.add_decision(session, decision)
    if state is ExperimentState.DECIDED and ExperimentPlan.model_validate(row.plan).fold:
        await fold_if_untouched(session, row)
