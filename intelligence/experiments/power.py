"""How many customers an experiment needs, before it starts."""

from dataclasses import dataclass
from math import ceil

from scipy.special import ndtri

from intelligence.experiments.sequences import one_sided_multiplier
from intelligence.experiments.verdicts import WinRule

_MOST = 10**10


@dataclass(frozen=True)
class SamplePlan:
    """Customers and days.

    Attributes:
        per_arm: exposed customers of each arm.
        total: of all arms together.
        days: at the traffic given; None without traffic.

    """

    per_arm: int
    total: int
    days: int | None


def detectable(per_arm: float, variance: float, *, alpha: float, power: float, win: WinRule = WinRule.AT_END) -> float:
    """The smallest difference that is found with this power (one-sided `alpha`), on the metric's own scale."""
    return float((_wanted(2 * per_arm, alpha, win) + float(ndtri(power))) * (2 * variance / per_arm) ** 0.5)


def customers_needed(
    variance: float, effect: float, *, alpha: float = 0.025, power: float = 0.8, win: WinRule = WinRule.AT_END
) -> int:
    """Exposed customers of each arm, so that a difference of `effect` is found with this power.

    Args:
        variance: of the metric between customers: p(1-p) for a proportion p.
        effect: the smallest difference worth finding, on the metric's own scale; not 0.
        alpha: one-sided, after division by the number of comparisons.
        power: the chance to find it.
        win: at the planned end (the usual sample size), or at any look (its sequence is tuned to this size; the chance
            is that of the last look, so it is a little higher in truth).

    """
    if effect == 0 or variance < 0:
        raise ValueError("an effect to be found is not 0, a variance not below it")
    # the root first: a tiny effect's square is 0, a large ratio's square has no number
    root = (_wanted(1, alpha, win) + float(ndtri(power))) * (2 * variance) ** 0.5 / abs(effect)
    return ceil(root**2) if root < _MOST**0.5 else _MOST


def plan(per_arm: int, arms: int, daily: float, *, share: float = 1.0) -> SamplePlan:
    """How long it takes.

    Args:
        per_arm: of `customers_needed`.
        arms: how many, the control included.
        daily: customers a day that come to the split.
        share: of them that take part.

    """
    total = per_arm * arms
    traffic = daily * share
    return SamplePlan(per_arm, total, ceil(min(total / traffic, _MOST)) if traffic > 0 else None)


def _wanted(n: float, alpha: float, win: WinRule) -> float:
    """Standard errors that a win takes at the planned end."""
    return float(ndtri(1 - alpha)) if win is WinRule.AT_END else float(one_sided_multiplier(n, alpha, n))
