"""BG/NBD: Poisson purchases whose rate is gamma-distributed, and a beta-distributed chance to leave after each.

Fader, Hardie & Lee, "Counting Your Customers the Easy Way", Marketing Science 24(2), 2005: its equations (6) and (10).
No maintained package offers it without a probabilistic-programming stack.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1

from intelligence.lifetime.history import Numbers, PurchaseHistory

_START = np.log([0.5, 1.0, 1.0, 2.5])


@dataclass(frozen=True)
class BgNbd:
    """A fitted model.

    Attributes:
        r: shape of the purchase rate.
        alpha: its scale, in the history's unit of time.
        a: first parameter of the chance to leave.
        b: second parameter of the chance to leave.
        log_likelihood: of the data it was fitted to.

    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float

    @classmethod
    def fit(cls, history: PurchaseHistory) -> "BgNbd":
        """Maximum likelihood."""
        distinct, counts, _ = history.distinct()
        unit = float(distinct.age.max()) / 10 or 1.0
        scaled = PurchaseHistory(distinct.repeats, distinct.recency / unit, distinct.age / unit)

        def loss(logs: Numbers) -> float:
            return -float(counts @ _log_likelihood(np.exp(logs), scaled)) / float(counts.sum())

        best = minimize(loss, _START, method="L-BFGS-B", bounds=[(-12, 12)] * 4)
        r, alpha, a, b = (float(value) for value in np.exp(best.x))
        found = np.array([r, alpha * unit, a, b])
        return cls(r, alpha * unit, a, b, float(counts @ _log_likelihood(found, distinct)))

    def alive(self, history: PurchaseHistory) -> Numbers:
        """Probability that each customer has not left."""
        odds = self._gone_odds(history)
        return 1.0 / (1.0 + odds)

    def expected(self, history: PurchaseHistory, horizon: float) -> Numbers:
        """Expected purchases of each customer within `horizon` from now."""
        x, age = history.repeats, history.age
        z = horizon / (self.alpha + age + horizon)
        series = hyp2f1(self.r + x, self.b + x, self.a + self.b + x - 1, z)
        shrink = ((self.alpha + age) / (self.alpha + age + horizon)) ** (self.r + x)
        ahead = (self.a + self.b + x - 1) / (self.a - 1) * (1 - shrink * series)
        return np.asarray(ahead / (1.0 + self._gone_odds(history)), dtype=np.float64)

    def _gone_odds(self, history: PurchaseHistory) -> Numbers:
        x = history.repeats
        ratio = (self.alpha + history.age) / (self.alpha + history.recency)
        return np.where(x > 0, self.a / (self.b + np.maximum(x, 1) - 1) * ratio ** (self.r + x), 0.0)


def _log_likelihood(parameters: Numbers, history: PurchaseHistory) -> Numbers:
    r, alpha, a, b = parameters
    x = history.repeats
    buying = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    staying = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    alive = -(r + x) * np.log(alpha + history.age)
    left = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + history.recency)
    either = np.logaddexp(alive, np.where(x > 0, left, -np.inf))
    return np.asarray(buying + staying + either, dtype=np.float64)
