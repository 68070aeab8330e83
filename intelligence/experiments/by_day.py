"""The effect by day since exposure: whether it wears off (novelty) or grows."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.experiments import ExperimentPlan
from intelligence.experiments import sequences
from intelligence.experiments.sums import ENOUGH, Sums, difference, mean


@dataclass(frozen=True)
class DayEffect:
    """An arm over the control on one day since exposure; the interval is 95 % at every look, for this day alone."""

    day: int
    arm: str
    n: int
    effect: float
    low: float
    high: float


def effects_by_day(plan: ExperimentPlan, cells: Mapping[tuple[str, int], Sums]) -> list[DayEffect]:
    """The effects of the primary metric by day; days with few customers are left out.

    Args:
        plan: of the experiment.
        cells: sums by arm and day, of the customers for whom that day is over.

    """
    found = []
    arms = sorted({arm for arm, _ in cells})
    planned = 2 * plan.planned_customers / max(len(arms), 2)
    for day in sorted({day for _, day in cells}):
        base = cells.get((plan.control, day))
        for arm in arms:
            other = cells.get((arm, day))
            if arm == plan.control or base is None or other is None or min(base.n, other.n) < ENOUGH:
                continue
            effect = difference(mean(base), mean(other))
            if not float(effect.variance) > 0:
                continue
            bounds = sequences.interval(effect, 0.05, planned)
            low, high = float(bounds.low), float(bounds.high)
            found.append(DayEffect(day, arm, int(float(other.n)), float(effect.value), low, high))
    return found
