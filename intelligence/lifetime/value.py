"""What a customer is worth: purchases to come, times what they spend, with an interval."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from intelligence.evaluation_metrics import Interval
from intelligence.lifetime.gamma_gamma import GammaGamma
from intelligence.lifetime.history import Numbers, PurchaseHistory
from intelligence.lifetime.intervals import calibrated_level, shortest
from intelligence.lifetime.mixture import CustomerHistories, PurchaseMixture

MOST_COUNT = 120
SHARE = 0.80
MOST_FITTED = 5_000
"""Customers whose purchases are fitted."""


@dataclass(frozen=True)
class Worth:
    """Expected revenue of n customers and its interval, in the money of their orders."""

    value: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True)
class ValueModel:
    """A fitted model; times are in days.

    Attributes:
        purchases: how often, for how long.
        amounts: for how much.
        level: of the count's intervals, such that they hold what happened for 80 % of customers.

    """

    purchases: PurchaseMixture
    amounts: GammaGamma
    level: float = SHARE

    @classmethod
    def fit(
        cls, buyers: pd.DataFrame, past: Sequence[CustomerHistories] = (), *, level: float = SHARE, seed: int = 0
    ) -> "ValueModel":
        """Learn from customers who have ordered.

        Args:
            buyers: `orders`, `first_order`, `recency` (days) and `mean_order`, one row a customer.
            past: customers at an earlier moment, and what they ordered since.
            level: of intervals, where it is known from an earlier slice.
            seed: of the purchases' fit.

        """
        history, mean = _history(buyers), buyers["mean_order"].fillna(0).to_numpy(dtype=np.float64)
        some = history.take(_some(len(history), seed))
        return cls(PurchaseMixture.fit(some, past, seed=seed), GammaGamma.fit(history.repeats + 1, mean), level)

    def worth(self, buyers: pd.DataFrame, days: float) -> Worth:
        """Revenue of customers who have ordered, within `days` from now."""
        return self.worths(buyers, [days])[0]

    def worths(self, buyers: pd.DataFrame, horizons: Sequence[float]) -> list[Worth]:
        """The same for several numbers of days, for little more than the time of one."""
        history, mean = _history(buyers), buyers["mean_order"].fillna(0).to_numpy(dtype=np.float64)
        amount = self.amounts.expected(np.where(mean > 0, history.repeats + 1, 0), mean)
        result = []
        for expected, distribution in self.purchases.foretell(history, horizons, MOST_COUNT):
            low, high = shortest(distribution, self.level)
            result.append(Worth(expected * amount, low * amount, high * amount))
        return result

    def alive(self, buyers: pd.DataFrame) -> Numbers:
        """Probability that each is still a customer."""
        return self.purchases.alive(_history(buyers))

    def calibrated(self, buyers: pd.DataFrame, days: float, orders: Numbers) -> float:
        """The level that would have held the orders of a slice that is past."""
        return calibrated_level(self.purchases.distribution(_history(buyers), days, MOST_COUNT), orders, SHARE)

    def dump(self) -> str:
        """The model as JSON."""
        mixture = self.purchases
        kept = {
            "rates": mixture.rates.tolist(),
            "hazards": mixture.hazards.tolist(),
            "weights": mixture.weights.tolist(),
            "steps": mixture.steps,
            "log_likelihood": mixture.log_likelihood,
        }
        return json.dumps({"purchases": kept, "amounts": asdict(self.amounts), "level": self.level})

    @classmethod
    def load(cls, text: str) -> "ValueModel":
        """The model that `dump` wrote."""
        kept = json.loads(text)
        numbers = {name: np.array(kept["purchases"][name]) for name in ("rates", "hazards", "weights")}
        mixture = PurchaseMixture(
            **numbers, steps=kept["purchases"]["steps"], log_likelihood=kept["purchases"]["log_likelihood"]
        )
        return cls(mixture, GammaGamma(**kept["amounts"]), kept["level"])


def before(buyers: pd.DataFrame, days: float, orders: Numbers, *, seed: int = 0) -> CustomerHistories:
    """Customers at an earlier moment, and their orders within `days` after it."""
    some = _some(len(buyers), seed)
    return CustomerHistories(_history(buyers).take(some), days, orders[some])


def _some(size: int, seed: int) -> NDArray[np.intp]:
    """As many rows as teach how customers are spread; the time of a fit grows with them."""
    return np.sort(np.random.default_rng(seed).permutation(size)[:MOST_FITTED])


def spending_rate(buyers: pd.DataFrame, days: float) -> Numbers:
    """The baseline: they go on spending as they did since their first order, or over a month at least."""
    return np.asarray(buyers["spend"] / buyers["first_order"].clip(lower=30) * days, dtype=np.float64)


def typical(values: Numbers) -> Interval:
    """What somebody without history is expected to be worth, and the middle 80 % of those like them."""
    if not len(values):
        return Interval(0.0, 0.0, 0.0)
    low, high = np.quantile(values, [0.1, 0.9])
    return Interval(float(values.mean()), float(low), float(high))


def _history(buyers: pd.DataFrame) -> PurchaseHistory:
    orders, first, last = (buyers[name].to_numpy(dtype=np.float64) for name in ("orders", "first_order", "recency"))
    # a second order on the day of the first comes too soon to tell a rate by
    return PurchaseHistory(orders - 1, np.maximum(first - last, 0.0), np.maximum(first, 1.0))
