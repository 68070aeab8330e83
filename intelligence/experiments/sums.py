"""What one SQL statement says of an arm, and the estimates that follow from it.

Every function takes numbers or numpy arrays of one shape, so that a page computes one experiment and a simulation ten
thousand at once. Assumed throughout: customers are independent, each is counted once, and the counts are large enough
for the central limit theorem (`ENOUGH`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = float | NDArray[np.float64]
ENOUGH = 100
"""Exposed customers of an arm from which on an interval is said at all."""


@dataclass(frozen=True)
class Sums:
    """Of one arm and one metric, over exposed customers.

    Attributes:
        n: customers.
        y, yy: sum and sum of squares of the metric (0 or 1 for a proportion, money for revenue).
        x, xx, xy: the same of a second quantity of the customer, and the cross product: the denominator of a ratio
            metric, or the covariate known before exposure.

    """

    n: Values
    y: Values
    yy: Values
    x: Values = 0.0
    xx: Values = 0.0
    xy: Values = 0.0

    @classmethod
    def of(cls, y: NDArray[np.float64], x: NDArray[np.float64] | None = None) -> "Sums":
        """Sums of one value a customer, shape (n,)."""
        x = np.zeros(len(y)) if x is None else x
        return cls(len(y), float(y.sum()), float(y @ y), float(x.sum()), float(x @ x), float(x @ y))

    @classmethod
    def proportion(cls, n: Values, successes: Values) -> "Sums":
        """Of a metric that is 0 or 1."""
        return cls(n, successes, successes)


@dataclass(frozen=True)
class MeanEstimate:
    """A mean, the variance of that mean, and how many customers it rests on."""

    value: Values
    variance: Values
    n: Values


def mean(sums: Sums, *, binary: bool = False) -> MeanEstimate:
    """Mean per exposed customer; the variance of a 0/1 metric is p(1-p), of others has n-1 below the line."""
    n = np.maximum(sums.n, 1)
    value = sums.y / n
    if binary:
        return MeanEstimate(value, value * (1 - value) / n, n)
    return MeanEstimate(value, _variance(n, sums.y, sums.yy) / n, n)


def ratio(sums: Sums) -> MeanEstimate:
    """Sum of y over sum of x (clicks per message, say), its variance by the delta method over customers."""
    n = np.maximum(sums.n, 1)
    value = np.divide(sums.y, sums.x, out=np.zeros_like(np.asarray(sums.y, dtype=np.float64)), where=sums.x != 0)
    above, below = _variance(n, sums.y, sums.yy), _variance(n, sums.x, sums.xx)
    both = _covariance(n, sums.x, sums.y, sums.xy)
    average = np.maximum(np.abs(sums.x / n), np.finfo(np.float64).tiny)
    return MeanEstimate(value, np.maximum(above - 2 * value * both + value**2 * below, 0) / average**2 / n, n)


def difference(control: MeanEstimate, arm: MeanEstimate) -> MeanEstimate:
    """How much more the arm has than the control."""
    return MeanEstimate(arm.value - control.value, arm.variance + control.variance, arm.n + control.n)


def relative(control: MeanEstimate, arm: MeanEstimate) -> MeanEstimate:
    """The same as a share of the control's mean, by the delta method; infinite variance where that mean is 0."""
    base = np.asarray(control.value, dtype=np.float64)
    known = base != 0
    safe = np.where(known, base, 1.0)
    lift = np.where(known, (arm.value - base) / safe, 0.0)
    variance = arm.variance / safe**2 + control.variance * np.asarray(arm.value) ** 2 / safe**4
    return MeanEstimate(lift, np.where(known, variance, np.inf), arm.n + control.n)


def adjusted_difference(control: Sums, arm: Sums) -> tuple[MeanEstimate, Values]:
    """Difference of means, less what the covariate `x` foretold (CUPED: Deng, Xu, Kohavi & Walker, WSDM 2013).

    The weight of the covariate is the one that makes the variance of this very difference smallest, so it is never
    wider than without. `x` must be known before exposure: then its expectation is the same in both arms.

    Returns:
        The difference, and the share of its variance that the covariate removed (0 to 1).

    """
    plain = difference(mean(control), mean(arm))
    parts = [(np.maximum(each.n, 1), each) for each in (control, arm)]
    below = sum(_variance(n, each.x, each.xx) / n for n, each in parts)
    both = sum(_covariance(n, each.x, each.y, each.xy) / n for n, each in parts)
    weight = np.where(np.asarray(below) > 0, both / np.where(np.asarray(below) > 0, below, 1.0), 0.0)
    shift = arm.x / np.maximum(arm.n, 1) - control.x / np.maximum(control.n, 1)
    variance = np.maximum(plain.variance - weight * both, 0)
    cut = np.where(np.asarray(plain.variance) > 0, 1 - variance / np.where(plain.variance, plain.variance, 1.0), 0.0)
    return MeanEstimate(plain.value - weight * shift, variance, plain.n), cut


def _variance(n: Values, total: Values, squares: Values) -> Values:
    spread = squares - total * total / n
    return np.where(np.asarray(n) > 1, np.maximum(spread, 0) / np.maximum(np.asarray(n) - 1, 1), 0.0)


def _covariance(n: Values, x: Values, y: Values, xy: Values) -> Values:
    return np.where(np.asarray(n) > 1, (xy - x * y / n) / np.maximum(np.asarray(n) - 1, 1), 0.0)
