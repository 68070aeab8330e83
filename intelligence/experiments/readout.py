"""What an experiment says at a look: arms, effects with intervals, sample ratio, guardrails. From sums alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from domain.experiments import ExperimentMetric, ExperimentPlan
from intelligence.experiments import sample_ratio, sequences
from intelligence.experiments.multiplicity import benjamini_hochberg, holm
from intelligence.experiments.sums import (
    ENOUGH,
    MeanEstimate,
    Sums,
    adjusted_difference,
    difference,
    mean,
    relative,
)
from intelligence.experiments.verdicts import ErrorBudget, WinRule, harm_p, win_p


@dataclass(frozen=True)
class EffectReading:
    """One arm over the control on one metric. Intervals hold at every look together.

    Attributes:
        arm, metric: whose, and the number of the metric in `ExperimentPlan.metrics`.
        effect, low, high: on the metric's own scale; None before there are enough customers.
        lift: the effect as a share of the control's mean.
        fixed_low, fixed_high: the usual interval, right at one look only.
        win_p, harm_p: one-sided, adjusted for several arms (primary) or metrics (others).
        better, worse: what may be said.
        cut: share of the variance that was removed by what was known before exposure.

    """

    arm: str
    metric: int
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    lift: float | None = None
    fixed_low: float | None = None
    fixed_high: float | None = None
    win_p: float = 1.0
    harm_p: float = 1.0
    better: bool = False
    worse: bool = False
    cut: float = 0.0


@dataclass(frozen=True)
class ArmReading:
    """An arm at a look: exposed customers, and the mean of each metric."""

    arm: str
    exposed: int
    means: list[float]


@dataclass(frozen=True)
class ExperimentReading:
    """All that is said of an experiment at a look.

    Attributes:
        arms: in the split's order.
        effects: of every arm but the control, on every metric.
        exposed: customers of all arms.
        progress: exposed over planned customers.
        sample_ratio_p: always-valid p of "arms hold their shares"; the smallest of all looks counts.
        sample_ratio_ok: whether it is above the alarm.

    """

    arms: list[ArmReading]
    effects: list[EffectReading]
    exposed: int
    progress: float
    sample_ratio_p: float
    sample_ratio_ok: bool


Cells = Mapping[tuple[int, str], Sums]
"""Sums by metric and arm."""


def read_out(
    plan: ExperimentPlan,
    shares: Mapping[str, float],
    counts: Mapping[str, int],
    cells: Cells,
    *,
    retired: Sequence[str] = (),
    earlier_ratio_p: float = 1.0,
) -> ExperimentReading:
    """The reading of a look.

    Args:
        plan: as frozen at the start.
        shares: of each arm.
        counts: exposed customers by arm.
        cells: sums of those who did something; a missing one is 0.
        retired: arms that get nobody any more: their share is not compared.
        earlier_ratio_p: the smallest of earlier looks.

    """
    exposed = sum(counts.values())
    budget = ErrorBudget(2 * plan.planned_customers / len(shares), WinRule(plan.win))
    others = [arm for arm in shares if arm != plan.control]
    first_guardrail = 1 + len(plan.secondary)
    effects: list[EffectReading] = []
    for i, metric in enumerate(plan.metrics):
        several = len(others) if i < first_guardrail else len(others) * len(plan.guardrails)
        base = _sums(metric, i, plan.control, counts, cells)
        found = [
            _effect(i, metric, arm, [base, _sums(metric, i, arm, counts, cells)], budget.shared_by(several))
            for arm in others
        ]
        effects += _judged(found, budget, guardrail=i >= first_guardrail, several=several, primary=i == 0)
    effects = _secondary_adjusted(effects, first_guardrail, budget)
    p = min(earlier_ratio_p, _ratio_p({arm: share for arm, share in shares.items() if arm not in retired}, counts))
    return ExperimentReading(
        arms=[_arm(arm, plan, counts, cells) for arm in shares],
        effects=effects,
        exposed=exposed,
        progress=exposed / plan.planned_customers,
        sample_ratio_p=p,
        sample_ratio_ok=p > sample_ratio.MISMATCH,
    )


@dataclass(frozen=True)
class _Found:
    reading: EffectReading
    win: float
    harm: float


def _sums(metric: ExperimentMetric, i: int, arm: str, counts: Mapping[str, int], cells: Cells) -> Sums:
    n, found = counts.get(arm, 0), cells.get((i, arm))
    if found is None:
        return Sums(n, 0.0, 0.0)
    return Sums.proportion(n, found.y) if metric.value == "any" else found


def _arm(arm: str, plan: ExperimentPlan, counts: Mapping[str, int], cells: Cells) -> ArmReading:
    means = [float(mean(_sums(metric, i, arm, counts, cells)).value) for i, metric in enumerate(plan.metrics)]
    return ArmReading(arm, counts.get(arm, 0), means)


def _effect(
    i: int,
    metric: ExperimentMetric,
    arm: str,
    both: list[Sums],
    budget: ErrorBudget,
) -> _Found:
    if min(float(each.n) for each in both) < ENOUGH:
        return _Found(EffectReading(arm, i), 1.0, 1.0)
    base, other = (mean(each, binary=metric.value == "any") for each in both)
    effect, cut = difference(base, other), 0.0
    if metric.value != "any":
        effect, reduced = adjusted_difference(*both)
        cut = float(reduced)
    if not float(effect.variance) > 0:
        return _Found(EffectReading(arm, i, effect=float(effect.value)), 1.0, 1.0)
    bounds, fixed = sequences.interval(effect, budget.alpha, budget.planned), sequences.fixed_interval(effect, 0.05)
    lift = relative(base, other)
    sign = 1.0 if metric.better == "more" else -1.0
    good = MeanEstimate(sign * np.asarray(effect.value), effect.variance, effect.n)
    reading = EffectReading(
        arm,
        i,
        effect=float(effect.value),
        low=float(bounds.low),
        high=float(bounds.high),
        lift=float(lift.value) if np.isfinite(float(lift.variance)) else None,
        fixed_low=float(fixed.low),
        fixed_high=float(fixed.high),
        cut=cut,
    )
    return _Found(reading, float(win_p(good, budget)), float(harm_p(good, budget, margin=metric.margin)))


def _judged(
    found: list[_Found], budget: ErrorBudget, *, guardrail: bool, several: int, primary: bool
) -> list[EffectReading]:
    """Holm over the arms on the primary metric; a guardrail has a share of the budget of harm."""
    wins = holm(np.array([each.win for each in found])) if primary else np.array([each.win for each in found])
    harms = holm(np.array([each.harm for each in found])) if primary else np.array([each.harm for each in found])
    if guardrail:
        harms = np.minimum(harms * several, 1.0)
    return [
        EffectReading(
            **{
                **vars(each.reading),
                "win_p": float(win),
                "harm_p": float(harm),
                "better": bool(primary and win <= budget.win_alpha),
                "worse": bool((primary or guardrail) and harm <= budget.harm_alpha),
            }
        )
        for each, win, harm in zip(found, wins, harms, strict=True)
    ]


def _secondary_adjusted(effects: list[EffectReading], first_guardrail: int, budget: ErrorBudget) -> list[EffectReading]:
    """Benjamini-Hochberg over all arms and secondary metrics."""
    places = [place for place, each in enumerate(effects) if 0 < each.metric < first_guardrail]
    if not places:
        return effects
    wins = benjamini_hochberg(np.array([effects[place].win_p for place in places]))
    harms = benjamini_hochberg(np.array([effects[place].harm_p for place in places]))
    adjusted = list(effects)
    for place, win, harm in zip(places, wins, harms, strict=True):
        said = {"win_p": float(win), "harm_p": float(harm)}
        said |= {"better": bool(win <= budget.win_alpha), "worse": bool(harm <= budget.harm_alpha)}
        adjusted[place] = EffectReading(**{**vars(effects[place]), **said})
    return adjusted


def _ratio_p(shares: Mapping[str, float], counts: Mapping[str, int]) -> float:
    if len(shares) < 2:
        return 1.0
    total = sum(shares.values())
    expected = np.array([share / total for share in shares.values()])
    return float(sample_ratio.sequential_p(np.array([float(counts.get(arm, 0)) for arm in shares]), expected))
