"""What a policy would have earned, from what another one did: off-policy evaluation with logged propensities.

Doubly robust: Dudik, Langford & Li, "Doubly Robust Policy Evaluation and Learning", ICML 2011.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intelligence.evaluation_metrics import Interval, Numbers, bootstrap

Choices = NDArray[np.intp]


@dataclass(frozen=True)
class Log:
    """What was chosen and what it earned, one row a decision.

    Attributes:
        action: what was chosen.
        propensity: the probability with which it was.
        reward: what it earned.
        who: the customer, as a number from 0; decisions about one customer are resampled together.

    """

    action: Choices
    propensity: Numbers
    reward: Numbers
    who: Choices


def inverse_propensity(log: Log, chosen: Choices) -> Numbers:
    """Each decision's contribution to the reward of a policy that chooses `chosen`; their mean is its estimate."""
    return np.asarray((log.action == chosen) * log.reward / log.propensity, dtype=np.float64)


def doubly_robust(log: Log, chosen: Choices, expected: Numbers) -> Numbers:
    """As `inverse_propensity`, of what the model did not expect only.

    Args:
        log: the decisions.
        chosen: what the policy chooses in each.
        expected: a model's reward of every action, one column an action; not learned from these decisions.

    """
    rows = np.arange(len(chosen))
    surprise = (log.reward - expected[rows, log.action]) / log.propensity
    return np.asarray(expected[rows, chosen] + (log.action == chosen) * surprise, dtype=np.float64)


def mean_by_customer(values: Numbers, who: Choices, *, seed: int = 0) -> Interval:
    """Mean of contributions, with a 95 % interval from resampling customers."""
    totals = np.bincount(who, weights=values)
    counts = np.bincount(who).astype(float)
    return bootstrap(lambda rows: float(totals[rows].sum() / counts[rows].sum()), len(totals), rounds=500, seed=seed)
