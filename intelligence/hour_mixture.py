"""When a customer is there: activity by slot of the week, shrunk towards people alike and everyone.

Some people keep hours of their own and others none, so that no one strength of the prior suits both: it is a mixture of
strengths, whose shares of the customers are the nonparametric maximum likelihood estimate (Kiefer & Wolfowitz, 1956),
by EM. What somebody did then says how strongly they are shrunk (`domain.send_time.shrinkage`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from domain.send_time import Strengths
from intelligence.evaluation_metrics import Numbers

Labels = NDArray[np.intp]
_RANGE = (-2.0, 12.0)
"""Logarithm of how many observations a prior counts for: from "hardly any" to "nothing personal at all"."""
_GRID = np.exp(np.linspace(*_RANGE, 15))
_STEPS = 100
_NOBODY = 1e-4
"""Share of the customers below which a strength is left out."""


@dataclass(frozen=True)
class HourMixtureModel:
    """A fitted model: Dirichlet priors around each group's shares, themselves around everyone's.

    Attributes:
        shares: of activity in each slot, one row a group.
        strengths: how many observations of a customer weigh as much as their group, and for which share of customers.

    """

    shares: Numbers
    strengths: Strengths

    @classmethod
    def fit(cls, counts: Numbers, groups: Labels) -> "HourMixtureModel":
        """Learn both priors' strengths by maximum marginal likelihood.

        Args:
            counts: activity of each customer in each slot.
            groups: each customer's group, from 0.

        """
        shares = group_shares(counts, groups)
        active = counts.sum(axis=1) > 1
        return cls(shares, mixture(counts[active], shares[groups[active]]))

    def expected(self, counts: Numbers, groups: Labels) -> Numbers:
        """Share of each customer's activity that falls in each slot; rows sum to 1."""
        prior = self.shares[groups]
        strongly: Numbers = pulls(counts, prior, self.strengths)[:, None]
        return _posterior(counts, prior, strongly)


def group_shares(counts: Numbers, groups: Labels) -> Numbers:
    """Shares of activity in each slot, one row a group, shrunk towards everyone's."""
    everyone = (counts.sum(axis=0) + 1) / (counts.sum() + counts.shape[1])
    totals = np.zeros((int(groups.max()) + 1, counts.shape[1]))
    np.add.at(totals, groups, counts)
    return _posterior(totals, everyone[None, :], strength(totals, np.broadcast_to(everyone, totals.shape)))


def mixture(counts: Numbers, prior: Numbers) -> Strengths:
    """Strengths of the prior, each with the share of customers that it suits.

    Args:
        counts: activity of each customer in each slot.
        prior: shares of the slots, a row a customer.

    Returns:
        At least one; of no customers, that nothing is personal.

    """
    if not len(counts):
        return [(float(_GRID[-1]), 1.0)]
    logs = _log_likelihoods(counts, prior, _GRID)
    kernel = np.exp(logs - logs.max(axis=1, keepdims=True))
    shares = np.full(len(_GRID), 1 / len(_GRID))
    for _ in range(_STEPS):
        shares = shares * (kernel / (kernel @ shares)[:, None]).mean(axis=0)
    kept = shares > _NOBODY
    return list(zip(_GRID[kept].tolist(), (shares[kept] / shares[kept].sum()).tolist(), strict=True))


def pulls(counts: Numbers, prior: Numbers, strengths: Strengths) -> Numbers:
    """As `domain.send_time.shrinkage`, for many customers at once."""
    values, shares = (np.array(column) for column in zip(*strengths, strict=True))
    logs = _log_likelihoods(counts, prior, values) + np.log(shares)
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    seen = counts.sum(axis=1)
    others = (weights * values / (seen[:, None] + values)).sum(axis=1) / weights.sum(axis=1)
    found = np.where(seen > 0, seen * others / np.maximum(1 - others, 1e-12), 1.0)  # unseen, any says the same
    return np.asarray(found, dtype=np.float64)


def strength(counts: Numbers, prior: Numbers) -> float:
    """The one strength (the Dirichlet-multinomial's concentration) that makes everybody's counts likeliest."""

    def loss(log_strength: float) -> float:
        return -float(_log_likelihoods(counts, prior, np.exp([log_strength])).sum())

    return float(np.exp(minimize_scalar(loss, bounds=_RANGE, method="bounded").x))


def _posterior(counts: Numbers, prior: Numbers, strength: float | Numbers) -> Numbers:
    return np.asarray((counts + strength * prior) / (counts.sum(axis=1, keepdims=True) + strength), dtype=np.float64)


def _log_likelihoods(counts: Numbers, prior: Numbers, strengths: Numbers) -> Numbers:
    """Dirichlet-multinomial log-likelihood of each row of counts at each strength, but for what is the same at all."""
    total = counts.sum(axis=1)
    columns = []
    for value in strengths:
        slots = (gammaln(counts + value * prior) - gammaln(value * prior)).sum(axis=1)
        columns.append(gammaln(value) - gammaln(total + value) + slots)
    return np.column_stack(columns)
