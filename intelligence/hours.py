"""When a customer is there: activity by slot of the week, shrunk towards people alike and everyone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from intelligence.measures import Numbers

Labels = NDArray[np.intp]
_RANGE = (-2.0, 12.0)
"""Logarithm of how many observations a prior counts for: from "hardly any" to "nothing personal at all"."""


@dataclass(frozen=True)
class Hours:
    """A fitted model: Dirichlet priors around each group's shares, themselves around everyone's.

    Attributes:
        shares: of activity in each slot, one row a group.
        strength: how many observations of a customer weigh as much as their group.

    """

    shares: Numbers
    strength: float

    @classmethod
    def fit(cls, counts: Numbers, groups: Labels) -> "Hours":
        """Learn both priors' strengths by maximum marginal likelihood.

        Args:
            counts: activity of each customer in each slot.
            groups: each customer's group, from 0.

        """
        everyone = (counts.sum(axis=0) + 1) / (counts.sum() + counts.shape[1])
        totals = np.zeros((int(groups.max()) + 1, counts.shape[1]))
        np.add.at(totals, groups, counts)
        shares = _posterior(totals, everyone[None, :], strength(totals, np.broadcast_to(everyone, totals.shape)))
        active = counts.sum(axis=1) > 1
        return cls(shares, strength(counts[active], shares[groups[active]]))

    def expected(self, counts: Numbers, groups: Labels) -> Numbers:
        """Share of each customer's activity that falls in each slot; rows sum to 1."""
        return _posterior(counts, self.shares[groups], self.strength)


def _posterior(counts: Numbers, prior: Numbers, strength: float) -> Numbers:
    return np.asarray((counts + strength * prior) / (counts.sum(axis=1, keepdims=True) + strength), dtype=np.float64)


def strength(counts: Numbers, prior: Numbers) -> float:
    """The Dirichlet-multinomial's concentration that makes the counts likeliest."""
    total = counts.sum(axis=1)

    def loss(log_strength: float) -> float:
        strength = np.exp(log_strength)
        slots = (gammaln(counts + strength * prior) - gammaln(strength * prior)).sum()
        return -float((gammaln(strength) - gammaln(total + strength)).sum() + slots)

    return float(np.exp(minimize_scalar(loss, bounds=_RANGE, method="bounded").x))
