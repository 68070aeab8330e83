"""What is decided at a look: alpha budgets of harm and of win are kept apart, so that neither costs the other power.

Harm is looked for always, with a one-sided sequence. A win is looked for at the planned end with the usual test
(nothing is lost against a fixed experiment), or at any look with a sequence, as settled before the start.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from intelligence.experiments import sequences
from intelligence.experiments.sums import ENOUGH, MeanEstimate, Values


class WinRule(StrEnum):
    """When an arm may win."""

    AT_END = "at_end"
    ANY_LOOK = "any_look"


@dataclass(frozen=True)
class ErrorBudget:
    """Settled before the start.

    Attributes:
        planned: customers of both arms of a comparison together at the planned end.
        win: when an arm may win.
        win_alpha, harm_alpha: one-sided false alarm rates, over all looks together.

    """

    planned: float
    win: WinRule = WinRule.AT_END
    win_alpha: float = 0.025
    harm_alpha: float = 0.025

    @property
    def alpha(self) -> float:
        """Of the two-sided interval that is shown."""
        return self.win_alpha + self.harm_alpha

    def shared_by(self, comparisons: int) -> "ErrorBudget":
        """The budget of each of several arms that are compared with one control (Bonferroni)."""
        several = max(comparisons, 1)
        return ErrorBudget(self.planned, self.win, self.win_alpha / several, self.harm_alpha / several)


def win_p(effect: MeanEstimate, budget: ErrorBudget) -> Values:
    """One-sided p of "not better than the control" at this look; 1 where a win is not looked for yet."""
    enough = np.asarray(effect.n) >= 2 * ENOUGH
    if budget.win is WinRule.ANY_LOOK:
        return np.where(enough, sequences.one_sided_p(effect, budget.win_alpha, budget.planned), 1.0)
    over = np.asarray(effect.n) >= budget.planned
    return np.where(enough & over, sequences.fixed_p(effect, one_sided=True), 1.0)


def harm_p(effect: MeanEstimate, budget: ErrorBudget, *, margin: float = 0.0) -> Values:
    """One-sided always-valid p of "not worse than the control by more than `margin`", at any look.

    Args:
        effect: of the arm over the control, on a scale where more is better.
        budget: settled before the start.
        margin: by how much it may be worse, at least 0.

    """
    worse = MeanEstimate(-np.asarray(effect.value), effect.variance, effect.n)
    enough = np.asarray(effect.n) >= 2 * ENOUGH
    return np.where(enough, sequences.one_sided_p(worse, budget.harm_alpha, budget.planned, expected=margin), 1.0)
