"""Purchases by a mixture whose shape the data chooses.

As in Pareto/NBD (Schmittlein, Morrison & Colombo, "Counting Your Customers", Management Science 33(1), 1987) a customer
buys at a rate of their own until they leave, after an exponential lifetime of their own. Nothing is assumed of how
rates and lifetimes are distributed among customers: the weights of a grid of them are the nonparametric maximum
likelihood estimate (Kiefer & Wolfowitz, 1956), found by EM and stopped where customers left out say so. Customers who
never leave are a column of the grid.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaln

from intelligence.lifetime.history import Numbers, PurchaseHistory

RATES, HAZARDS = 36, 28
NEVER = 1e-9
MAX_STEPS, CHECK_EVERY = 200, 10
MANY = 200
"""Purchases in one horizon beyond which a distribution is cut."""


@dataclass(frozen=True)
class PurchaseMixture:
    """A fitted model.

    Attributes:
        rates: purchases per unit of time at each of the k grid points.
        hazards: chance to leave per unit of time there.
        weights: share of customers there; sums to 1.
        steps: EM steps taken.
        log_likelihood: of the data it was fitted to.

    """

    rates: Numbers
    hazards: Numbers
    weights: Numbers
    steps: int
    log_likelihood: float

    @classmethod
    def fit(cls, history: PurchaseHistory, *, seed: int = 0) -> "PurchaseMixture":
        """Choose the number of EM steps on customers left out, then fit everyone.

        Args:
            history: of at least a few hundred customers.
            seed: of the split in two halves.

        """
        rates, hazards = _grid(history)
        distinct, counts, _ = history.distinct()
        fit = _Em(_log_likelihoods(rates, hazards, distinct))
        steps = _best_steps(fit, counts, seed)
        weights = fit.weights(counts, steps)
        return cls(rates, hazards, weights, steps, float(counts @ fit.log_likelihoods(weights[:, None])[:, 0]))

    def alive(self, history: PurchaseHistory) -> Numbers:
        """Probability that each customer has not left."""
        return self._over_distinct(history, lambda posterior: posterior.sum(axis=1))

    def expected(self, history: PurchaseHistory, horizon: float) -> Numbers:
        """Expected purchases of each customer within `horizon` from now."""
        ahead = self.rates / self.hazards * -np.expm1(-self.hazards * horizon)
        return self._over_distinct(history, lambda posterior: posterior @ ahead)

    def distribution(self, history: PurchaseHistory, horizon: float, most: int = 60) -> Numbers:
        """Probability of 0, 1, ... `most` purchases within `horizon`: one row a customer.

        Args:
            history: of the customers asked about.
            horizon: in the unit of the history.
            most: the last column's number; more purchases than that are left out of the sum.

        """
        counts = np.arange(min(most, MANY) + 1)[None, :]
        rate, hazard = self.rates[:, None], self.hazards[:, None]
        both = rate + hazard
        staying = np.exp(-both * horizon + counts * np.log(rate * horizon) - gammaln(counts + 1))
        leaving = np.exp(np.log(hazard / both) + counts * np.log(rate / both)) * gammainc(counts + 1, both * horizon)
        table = staying + leaving
        result = self._over_distinct(history, lambda posterior: posterior @ table)
        result[:, 0] += 1.0 - self.alive(history)
        return result

    def _over_distinct(self, history: PurchaseHistory, measure: Callable[[Numbers], Numbers]) -> Numbers:
        """Apply `measure` to P(grid point and alive | history), once for each distinct history."""
        distinct, _, which = history.distinct()
        parts = []
        for start in range(0, len(distinct), 20_000):
            some = distinct.take(np.arange(start, min(start + 20_000, len(distinct))))
            logs = _log_likelihoods(self.rates, self.hazards, some)
            top = logs.max(axis=1, keepdims=True)
            total = np.exp(logs - top) @ self.weights
            posterior = np.exp(_log_alive(self.rates, self.hazards, some) - top) * self.weights / total[:, None]
            parts.append(measure(posterior))
        return np.asarray(np.concatenate(parts)[which], dtype=np.float64)


class _Em:
    """EM over the weights of a fixed grid, for several samples of the same customers at once (one a column)."""

    def __init__(self, logs: Numbers) -> None:
        self._top = logs.max(axis=1, keepdims=True)
        self._kernel = np.exp(logs - self._top)

    def start(self, columns: int) -> Numbers:
        size = self._kernel.shape[1]
        return np.full((size, columns), 1.0 / size)

    def step(self, weights: Numbers, counts: Numbers) -> Numbers:
        share = counts / (self._kernel @ weights)
        result: Numbers = weights * (self._kernel.T @ share) / counts.sum(axis=0)
        return result

    def weights(self, counts: Numbers, steps: int) -> Numbers:
        weights, column = self.start(1), counts[:, None]
        for _ in range(steps):
            weights = self.step(weights, column)
        return weights[:, 0]

    def log_likelihoods(self, weights: Numbers) -> Numbers:
        result: Numbers = np.log(self._kernel @ weights) + self._top
        return result


def _best_steps(fit: _Em, counts: Numbers, seed: int) -> int:
    """The number of steps at which two halves of the customers best foretell each other."""
    half = np.random.default_rng(seed).binomial(counts.astype(np.int64), 0.5).astype(np.float64)
    learn, ask = np.column_stack([half, counts - half]), np.column_stack([counts - half, half])
    weights, best, chosen = fit.start(2), -np.inf, CHECK_EVERY
    for steps in range(1, MAX_STEPS + 1):
        weights = fit.step(weights, learn)
        if steps % CHECK_EVERY == 0:
            score = float((ask * fit.log_likelihoods(weights)).sum())
            if score <= best:
                break
            best, chosen = score, steps
    return chosen


def _grid(history: PurchaseHistory) -> tuple[Numbers, Numbers]:
    """Rates and hazards from "a fiftieth in the longest history" to "several times what anyone did"."""
    longest = float(history.age.max())
    busiest = 4.0 * (float(history.repeats.max()) + 1.0)
    rates = np.geomspace(0.02, busiest, RATES) / longest
    hazards = np.concatenate([[NEVER], np.geomspace(0.02, 200.0, HAZARDS - 1)]) / longest
    rate, hazard = np.meshgrid(rates, hazards, indexing="ij")
    return rate.ravel(), hazard.ravel()


def _log_alive(rates: Numbers, hazards: Numbers, history: PurchaseHistory) -> Numbers:
    x, age = history.repeats[:, None], history.age[:, None]
    return np.asarray(x * np.log(rates) - (rates + hazards) * age, dtype=np.float64)


def _log_likelihoods(rates: Numbers, hazards: Numbers, history: PurchaseHistory) -> Numbers:
    """Log-likelihood of each distinct history at each grid point."""
    x, recency, age = history.repeats[:, None], history.recency[:, None], history.age[:, None]
    both = rates + hazards
    left = np.log(hazards / both) - both * recency
    still = np.log(rates / both) - both * age
    return np.asarray(x * np.log(rates) + np.logaddexp(left, still), dtype=np.float64)
