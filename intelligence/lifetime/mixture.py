"""Purchases by a mixture whose shape the data chooses.

As in Pareto/NBD (Schmittlein, Morrison & Colombo, "Counting Your Customers", Management Science 33(1), 1987) a customer
buys at a rate of their own until they leave, after an exponential lifetime of their own. Nothing is assumed of how
rates and lifetimes are distributed among customers: the weights of a grid of them are the nonparametric maximum
likelihood estimate (Kiefer & Wolfowitz, 1956), found by EM. Customers who never leave are a column of the grid.

The estimate itself is a few spikes that follow chance; EM, stopped in time, is smoother. It stops at the step from
which an earlier moment's fit best foretold what came after that moment; without such a past, at the step at which two
halves of the customers best foretell each other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc, gammaln

from intelligence.lifetime.history import Numbers, PurchaseHistory

RATES, HAZARDS = 36, 28
NEVER = 1e-9
NOTHING = 1e-6
"""Share of customers below which a grid point is left out."""
MAX_STEPS, CHECK_EVERY = 300, 10
BLOCK = 500
"""Histories asked about at once: few enough for their grid points to stay in the processor's cache."""
MANY = 200
"""Purchases in one horizon beyond which a distribution is cut."""


@dataclass(frozen=True)
class CustomerHistories:
    """Customers as known at an earlier moment, and how often they bought within `horizon` after it."""

    history: PurchaseHistory
    horizon: float
    purchases: Numbers


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
    def fit(
        cls, history: PurchaseHistory, past: Sequence[CustomerHistories] = (), *, seed: int = 0
    ) -> "PurchaseMixture":
        """Choose the number of EM steps on what is known of an earlier time, or on customers left out; fit everyone.

        Args:
            history: of at least a few hundred customers.
            past: earlier moments; what came after each lies within the history.
            seed: of the split in two halves, where there is no past.

        """
        rates, hazards = _grid(history)
        distinct, counts, _ = history.distinct()
        fit = _Em(_log_likelihoods(rates, hazards, distinct)[0])
        steps = _steps_by_time(past) if past else _steps_by_halves(fit, counts, seed)
        weights = fit.weights(counts, steps)
        log_likelihood = float(counts @ fit.log_likelihoods(weights[:, None])[:, 0])
        # most of the grid is left with nothing; without it every customer is asked in a fraction of the time
        kept = weights > NOTHING
        return cls(rates[kept], hazards[kept], weights[kept] / weights[kept].sum(), steps, log_likelihood)

    def alive(self, history: PurchaseHistory) -> Numbers:
        """Probability that each customer has not left."""
        return self._over_distinct(history, lambda posterior: posterior.sum(axis=1))

    def expected(self, history: PurchaseHistory, horizon: float) -> Numbers:
        """Expected purchases of each customer within `horizon` from now."""
        return self._over_distinct(history, lambda posterior: posterior @ self._ahead(horizon))

    def distribution(self, history: PurchaseHistory, horizon: float, most: int = 60) -> Numbers:
        """Probability of 0, 1, ... `most` purchases within `horizon`: one row a customer.

        Args:
            history: of the customers asked about.
            horizon: in the unit of the history.
            most: the last column's number; more purchases than that are left out of the sum.

        """
        [(_, found)] = self.foretell(history, [horizon], most)
        return found

    def foretell(self, history: PurchaseHistory, horizons: Sequence[float], most: int) -> list[tuple[Numbers, Numbers]]:
        """`expected` and `distribution` within each of some horizons, for little more than the time of one of them."""
        tables = []
        for horizon in horizons:
            chances = _chances(self.rates, self.hazards, horizon, min(most, MANY))
            tables.append(np.column_stack([self._ahead(horizon), np.ones(len(self.rates)), chances]))
        every = np.column_stack(tables)
        result = []
        for found in np.split(self._over_distinct(history, lambda posterior: posterior @ every), len(tables), axis=1):
            found[:, 2] += 1.0 - found[:, 1]  # who has left buys nothing
            result.append((found[:, 0], found[:, 2:]))
        return result

    def _ahead(self, horizon: float) -> Numbers:
        """Purchases within `horizon` of somebody who has not left, at each grid point."""
        return np.asarray(self.rates / self.hazards * -np.expm1(-self.hazards * horizon), dtype=np.float64)

    def _over_distinct(self, history: PurchaseHistory, measure: Callable[[Numbers], Numbers]) -> Numbers:
        """Apply `measure` to P(grid point and alive | history), once for each distinct history."""
        distinct, _, which = history.distinct()
        parts = []
        for start in range(0, len(distinct), BLOCK):
            some = distinct.take(np.arange(start, min(start + BLOCK, len(distinct))))
            logs, alive = _log_likelihoods(self.rates, self.hazards, some)
            likelihood = np.exp(logs - logs.max(axis=1, keepdims=True))
            parts.append(measure(likelihood * alive * (self.weights / (likelihood @ self.weights)[:, None])))
        return np.asarray(np.concatenate(parts)[which], dtype=np.float64)


class _Em:
    """EM over the weights of a fixed grid, for several samples of the same customers at once (one a column)."""

    def __init__(self, logs: Numbers) -> None:
        self.top = logs.max(axis=1, keepdims=True)
        self.kernel = np.exp(logs - self.top)

    def start(self, columns: int) -> Numbers:
        size = self.kernel.shape[1]
        return np.full((size, columns), 1.0 / size)

    def step(self, weights: Numbers, counts: Numbers) -> Numbers:
        share = counts / (self.kernel @ weights)
        result: Numbers = weights * (self.kernel.T @ share) / counts.sum(axis=0)
        return result

    def weights(self, counts: Numbers, steps: int) -> Numbers:
        weights, column = self.start(1), counts[:, None]
        for _ in range(steps):
            weights = self.step(weights, column)
        return weights[:, 0]

    def log_likelihoods(self, weights: Numbers) -> Numbers:
        result: Numbers = np.log(self.kernel @ weights) + self.top
        return result


def _steps_by_time(past: Sequence[CustomerHistories]) -> int:
    """The number of steps from which fits at earlier moments best foretold what came after them."""
    scores = np.sum([_foretold(each) for each in past], axis=0)
    return CHECK_EVERY * (int(np.argmax(scores)) + 1)


def _foretold(past: CustomerHistories) -> Numbers:
    """Log-likelihood of the purchases after a moment by the fit at it, every few steps."""
    rates, hazards = _grid(past.history)
    many = np.minimum(past.purchases, MANY)
    table = np.column_stack([past.history.repeats, past.history.recency, past.history.age, many])
    rows, counts = np.unique(table, axis=0, return_counts=True)
    history, after = PurchaseHistory(*rows[:, :3].T), rows[:, 3].astype(np.intp)
    logs, share = _log_likelihoods(rates, hazards, history)
    fit = _Em(logs)
    alive = fit.kernel * share
    both = alive * _chances(rates, hazards, past.horizon, int(after.max()))[:, after].T
    both[after == 0] += (fit.kernel - alive)[after == 0]  # who has left buys nothing
    weights, learn, scores = fit.start(1), counts[:, None].astype(np.float64), []
    for step in range(1, MAX_STEPS + 1):
        weights = fit.step(weights, learn)
        if step % CHECK_EVERY == 0:
            scores.append(float(counts @ np.log((both @ weights) / (fit.kernel @ weights))[:, 0]))
    return np.array(scores)


def _steps_by_halves(fit: _Em, counts: Numbers, seed: int) -> int:
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


def _chances(rates: Numbers, hazards: Numbers, horizon: float, most: int) -> Numbers:
    """Probability of 0, 1, ... `most` purchases within `horizon` of somebody who has not left: one row a grid point."""
    counts = np.arange(most + 1)[None, :]
    rate, hazard = rates[:, None], hazards[:, None]
    both = rate + hazard
    staying = np.exp(-both * horizon + counts * np.log(rate * horizon) - gammaln(counts + 1))
    leaving = np.exp(np.log(hazard / both) + counts * np.log(rate / both)) * gammainc(counts + 1, both * horizon)
    return np.asarray(staying + leaving, dtype=np.float64)


def _log_likelihoods(rates: Numbers, hazards: Numbers, history: PurchaseHistory) -> tuple[Numbers, Numbers]:
    """Log-likelihood of each distinct history at each grid point, and the share of it of those who have not left.

    A history is likely as the sum of "left since the last purchase" and "is still there"; taken out of both, what came
    before the last purchase leaves one exponential and one logarithm, neither of which can overflow.
    """
    both = rates + hazards
    logs = np.column_stack([history.repeats, history.recency]) @ np.vstack([np.log(rates), -both])
    still = np.exp(-both * (history.age - history.recency)[:, None])
    since = hazards / both + rates / both * still
    return logs + np.log(since), still / since
