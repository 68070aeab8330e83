"""Gamma-gamma: what a customer spends a purchase, shrunk towards everyone's.

Fader, Hardie & Lee, "RFM and CLV: Using Iso-Value Curves for Customer Base Analysis", Journal of Marketing Research
42(4), 2005; the likelihood is (1a) of Fader & Hardie's note "The Gamma-Gamma Model of Monetary Value", 2013.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from intelligence.lifetime.history import Numbers

_FINITE_MEAN = float(np.log(1.05))
"""For a shape of 1 or less nobody's expected amount is finite."""


@dataclass(frozen=True)
class GammaGamma:
    """A fitted model; `scale` is in money. A purchase's amount is gamma(p, v), and v is gamma(q, scale)."""

    p: float
    q: float
    scale: float

    @classmethod
    def fit(cls, purchases: Numbers, mean: Numbers) -> "GammaGamma":
        """Maximum likelihood.

        Args:
            purchases: how many purchases each mean is of; those without any are left out.
            mean: their mean amount; must be above 0 to count.

        Raises:
            ValueError: none of them counts.

        """
        known = (purchases > 0) & (mean > 0) & np.isfinite(mean)
        if not known.any():
            raise ValueError("no order has an amount that can be used")
        x, typical = purchases[known], float(np.median(mean[known]))
        m = mean[known] / typical

        def loss(logs: Numbers) -> float:
            p, q, g = np.exp(logs)
            terms = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(g)
            terms += (p * x - 1) * np.log(m) + p * x * np.log(x) - (p * x + q) * np.log(g + m * x)
            return -float(terms.mean())

        best = minimize(loss, np.log([2.0, 3.0, 1.0]), method="L-BFGS-B", bounds=[(-8, 8), (_FINITE_MEAN, 8), (-8, 8)])
        p, q, scale = (float(value) for value in np.exp(best.x))
        return cls(p, q, scale * typical)

    def expected(self, purchases: Numbers, mean: Numbers) -> Numbers:
        """Each customer's expected amount a purchase; without purchases, everyone's."""
        weight = self.p * purchases
        spent = np.where(purchases > 0, mean, 0.0)
        return (self.p * self.scale + weight * spent) / np.maximum(weight + self.q - 1, 1e-9)
