"""What follows from a reading. Pure: the same row and reading give the same step, so any step can be recomputed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from domain.experiments import RAMP, DecisionKind, ExperimentPlan, ExperimentState
from intelligence.experiments.readout import EffectReading, ExperimentReading


@dataclass(frozen=True)
class ExperimentStanding:
    """What the row says before a step.

    Attributes:
        state: of the experiment.
        retired: arms that get nobody any more.
        winner, ramp: what is rolled out, and to what share of new customers.
        stepped_at: when the last step was taken.
        found: whether a winner was found already and waits for somebody to roll it out.

    """

    state: ExperimentState
    retired: Sequence[str]
    winner: str | None
    ramp: float
    stepped_at: datetime
    found: bool = False


@dataclass(frozen=True)
class ExperimentStep:
    """The next step, and the metric that it rests on."""

    kind: DecisionKind
    arm: str | None = None
    ramp: float | None = None
    reason: str = ""


def next_step(
    plan: ExperimentPlan, standing: ExperimentStanding, reading: ExperimentReading, *, now: datetime, time_scale: float
) -> ExperimentStep | None:
    """The step to take now, or None. At most one: what follows from it is seen at the next look."""
    if not standing.state.looks:
        return None
    first_guardrail = 1 + len(plan.secondary)
    crossed = [e for e in reading.effects if e.metric >= first_guardrail and e.worse and e.arm not in standing.retired]
    if crossed and (standing.winner is None or any(e.arm == standing.winner for e in crossed)):
        return ExperimentStep(DecisionKind.ROLLED_BACK, crossed[0].arm, 0.0, _name(plan, crossed[0]))
    primary = {each.arm: each for each in reading.effects if each.metric == 0}
    if standing.winner is not None and standing.state is ExperimentState.RAMPING:
        if primary[standing.winner].worse:
            return ExperimentStep(DecisionKind.ROLLED_BACK, standing.winner, 0.0, plan.primary.event)
        return _ramped(plan, standing, now, time_scale)
    lost = next((e for e in primary.values() if e.worse and e.arm not in standing.retired), None)
    if lost is not None:
        return ExperimentStep(DecisionKind.ARM_RETIRED, lost.arm, reason=plan.primary.event)
    if not reading.sample_ratio_ok or standing.found:
        return None  # nothing is won on wrong shares
    return _won(plan, standing, primary, reading)


def _won(
    plan: ExperimentPlan, standing: ExperimentStanding, primary: dict[str, EffectReading], reading: ExperimentReading
) -> ExperimentStep | None:
    better = [e for e in primary.values() if e.better and e.arm not in standing.retired]
    if better:
        sign = 1 if plan.primary.better == "more" else -1
        best = max(better, key=lambda e: sign * (e.effect or 0.0))
        return ExperimentStep(DecisionKind.WINNER_FOUND, best.arm, reason=plan.primary.event)
    if reading.progress >= 1 and (plan.win == "at_end" or reading.progress >= 2):
        return ExperimentStep(DecisionKind.INCONCLUSIVE, reason=plan.primary.event)
    return None


def _ramped(
    plan: ExperimentPlan, standing: ExperimentStanding, now: datetime, time_scale: float
) -> ExperimentStep | None:
    if now < standing.stepped_at + timedelta(hours=plan.ramp_hours) * time_scale:
        return None
    share = next((share for share in RAMP if share > standing.ramp), None)
    return ExperimentStep(DecisionKind.RAMPED, standing.winner, share) if share is not None else None


def after(
    standing: ExperimentStanding, step: ExperimentStep, *, automatic: bool
) -> tuple[ExperimentState, str | None, float]:
    """State, winner and ramp once the step is taken."""
    match step.kind:
        case DecisionKind.ROLLED_BACK:
            return ExperimentState.ROLLED_BACK, None, 0.0
        case DecisionKind.WINNER_FOUND if automatic:
            return ExperimentState.RAMPING, step.arm, 0.0
        case DecisionKind.RAMPED:
            over = step.ramp == RAMP[-1]
            return (ExperimentState.DECIDED if over else ExperimentState.RAMPING), standing.winner, step.ramp or 0.0
        case DecisionKind.INCONCLUSIVE | DecisionKind.STOPPED:
            return ExperimentState.STOPPED, None, 0.0
        case DecisionKind.STARTED | DecisionKind.WINNER_FOUND | DecisionKind.ARM_RETIRED:
            return standing.state, standing.winner, standing.ramp
        case _:
            assert_never(step.kind)


def _name(plan: ExperimentPlan, effect: EffectReading) -> str:
    return plan.metrics[effect.metric].event
