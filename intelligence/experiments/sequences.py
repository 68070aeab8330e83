"""Intervals and p-values that hold at every look together.

Asymptotic confidence sequences: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and
asymptotic confidence sequences", arXiv 2103.06476, equation 9 (two-sided), 134 (one-sided) and 155 (e-value). Assumed:
independent customers with finite variance, estimated from the data; from `sums.ENOUGH` customers an arm on. A sequence
is tightest around `planned` customers, which is settled before the start and never changed while it runs.

Bernoulli: the beta mixture of Howard, Ramdas, McAuliffe & Sekhon, "Time-uniform, nonparametric, nonasymptotic
confidence sequences", arXiv 1810.08240; exact at every size.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaln, ndtr, ndtri, xlog1py, xlogy

from intelligence.experiments.sums import MeanEstimate, Values


@dataclass(frozen=True)
class Bounds:
    """Lower and upper end of an interval."""

    low: Values
    high: Values


def tuning(alpha: float, planned: float) -> float:
    """The square of rho that makes the two-sided sequence tightest at `planned` customers."""
    return float((-2 * np.log(alpha) + np.log(1 - 2 * np.log(alpha))) / planned)


def multiplier(n: Values, alpha: float, planned: float) -> Values:
    """Standard errors on each side of a two-sided sequence with `n` customers; 1.96 where there is one look only."""
    mixed = np.asarray(n) * tuning(alpha, planned)
    return np.asarray(np.sqrt(2 * (mixed + 1) / mixed * np.log(np.sqrt(mixed + 1) / alpha)))


def one_sided_multiplier(n: Values, alpha: float, planned: float) -> Values:
    """Standard errors below (or above) an estimate, for a bound on that side only."""
    mixed = np.asarray(n) * tuning(2 * alpha, planned)
    return np.sqrt(2 * (mixed + 1) / mixed * np.log(1 + np.sqrt(mixed + 1) / (2 * alpha)))


def interval(estimate: MeanEstimate, alpha: float, planned: float) -> Bounds:
    """The two-sided sequence at this look."""
    half = np.sqrt(estimate.variance) * multiplier(estimate.n, alpha, planned)
    return Bounds(estimate.value - half, estimate.value + half)


def lower_bound(estimate: MeanEstimate, alpha: float, planned: float) -> Values:
    """What the true value is above, at every look together."""
    return estimate.value - np.sqrt(estimate.variance) * one_sided_multiplier(estimate.n, alpha, planned)


def upper_bound(estimate: MeanEstimate, alpha: float, planned: float) -> Values:
    """What the true value is below, at every look together."""
    return estimate.value + np.sqrt(estimate.variance) * one_sided_multiplier(estimate.n, alpha, planned)


def p_value(estimate: MeanEstimate, alpha: float, planned: float, *, expected: float = 0.0) -> Values:
    """Always-valid p of "the true value is `expected`": the reciprocal of the e-value, at most 1.

    It is `alpha` exactly where the interval of that `alpha` ends at `expected`.
    """
    mixed = np.asarray(estimate.n) * tuning(alpha, planned)
    exponent = np.minimum(_z(estimate, expected) ** 2 * mixed / (2 * (mixed + 1)), 700)
    return np.asarray(np.minimum(np.sqrt(mixed + 1) * np.exp(-exponent), 1.0))


def one_sided_p(estimate: MeanEstimate, alpha: float, planned: float, *, expected: float = 0.0) -> Values:
    """Always-valid p of "the true value is at most `expected`"; `alpha` where `lower_bound` ends at `expected`."""
    mixed = np.asarray(estimate.n) * tuning(2 * alpha, planned)
    z = np.maximum(_z(estimate, expected), 0.0)
    exponent = np.minimum(z**2 * mixed / (2 * (mixed + 1)), 700)
    grown = np.maximum(np.expm1(exponent), 1e-300)
    return np.asarray(np.minimum(np.sqrt(mixed + 1) / (2 * grown), 1.0))


def fixed_interval(estimate: MeanEstimate, alpha: float) -> Bounds:
    """The usual interval, which holds at one look that was settled before; offered beside, never instead."""
    half = np.sqrt(estimate.variance) * ndtri(1 - alpha / 2)
    return Bounds(estimate.value - half, estimate.value + half)


def fixed_p(estimate: MeanEstimate, *, one_sided: bool = False) -> Values:
    """The usual p-value by the normal distribution; for one look."""
    z = _z(estimate, 0.0)
    return np.asarray(ndtr(-z) if one_sided else 2 * ndtr(-np.abs(z)))


def bernoulli_interval(successes: int, n: int, alpha: float = 0.05, planned: float = 1_000) -> Bounds:
    """A proportion, exact at every look: the values of p that the mixture does not refute."""
    if n == 0:
        return Bounds(0.0, 1.0)
    seen, limit = successes / n, float(-np.log(alpha))

    def refuted(p: float) -> float:
        return bernoulli_evidence(successes, n, p, planned) - limit

    edge = 1e-12
    low = 0.0 if successes == 0 or refuted(edge) <= 0 else brentq(refuted, edge, max(seen, 2 * edge))
    high = 1.0 if successes == n or refuted(1 - edge) <= 0 else brentq(refuted, min(seen, 1 - 2 * edge), 1 - edge)
    return Bounds(float(low), float(high))


def bernoulli_evidence(successes: int, n: int, p: float, planned: float, tuned_alpha: float = 0.05) -> float:
    """Logarithm of the e-value against "the proportion is p"."""
    spread = p * (1 - p)
    weight = max(spread * planned * tuning(tuned_alpha, 1) ** -1 - spread, 1e-3 * spread)
    up, down = weight / (1 - p), weight / p
    mixed = betaln(up + successes, down + n - successes) - betaln(up, down)
    return float(mixed - xlogy(successes, p) - xlog1py(n - successes, -p))


def _z(estimate: MeanEstimate, expected: float) -> Values:
    error = np.sqrt(np.asarray(estimate.variance, dtype=np.float64))
    gap = np.asarray(estimate.value, dtype=np.float64) - expected
    return np.divide(gap, error, out=np.zeros_like(gap + error), where=error > 0)
