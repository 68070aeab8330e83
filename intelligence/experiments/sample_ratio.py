"""Whether arms hold the shares of customers that they should (sample ratio mismatch)."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, gammaln, xlogy

MISMATCH = 0.001
"""At this p an alarm is raised: by chance in fewer than one of a thousand experiments, over its whole life."""
CONCENTRATION = 10_000.0
"""Customers' worth of belief that a wrong split is close to the planned one."""


def log_evidence(counts: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of the e-value against the planned shares: Lindon, Malek & Semmens, arXiv 2011.01808.

    The Bayes factor of a Dirichlet prior around the planned shares over these very shares. It is a function of the
    counts alone, so looks may come at any time. Assumed: customers are assigned one by one, independently.

    Args:
        counts: customers by arm, shape (..., arms); cumulative.
        shares: planned, shape (arms,), summing to 1.

    """
    counts = np.asarray(counts, dtype=np.float64)
    prior = np.asarray(shares, dtype=np.float64) * CONCENTRATION
    total = counts.sum(axis=-1)
    mixed = gammaln(CONCENTRATION) - gammaln(CONCENTRATION + total)
    mixed = mixed + (gammaln(prior + counts) - gammaln(prior)).sum(axis=-1)
    return np.asarray(mixed - xlogy(counts, shares).sum(axis=-1), dtype=np.float64)


def sequential_p(counts: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Always-valid p at one look; over several looks the smallest one counts."""
    return np.minimum(np.exp(np.minimum(-log_evidence(counts, shares), 0.0)), 1.0)


def chi_square(counts: NDArray[np.float64], shares: NDArray[np.float64]) -> tuple[float, float]:
    """The usual statistic and its p-value, for a single look; shown beside."""
    expected = counts.sum() * np.asarray(shares)
    statistic = float(((counts - expected) ** 2 / expected).sum())
    return statistic, float(chdtrc(len(counts) - 1, statistic))
