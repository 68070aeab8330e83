"""Intervals of counts, from whole distributions: as short as possible, and as wide as an earlier slice asks for."""

import numpy as np
from numpy.typing import NDArray

from intelligence.lifetime.history import Numbers

Counts = NDArray[np.intp]
_HELD = 0.9999
LEVELS = np.round(np.arange(0.40, 0.996, 0.01), 2)


def shortest(distribution: Numbers, level: float) -> tuple[Counts, Counts]:
    """The shortest run of counts that holds at least `level`, for each row of a distribution.

    Args:
        distribution: probability of 0, 1, 2, ... in the columns.
        level: share of the probability to hold, 0 to 1.

    Returns:
        The lowest and the highest count of each row; the last column where the row holds less than `level` in all.

    """
    cumulated = np.cumsum(distribution, axis=1)
    # counts that hardly anybody reaches cost most of the time and change nothing
    cumulated = cumulated[:, : int((cumulated < _HELD).any(axis=0).sum()) + 1]
    rows, columns = cumulated.shape
    low, high = np.zeros(rows, dtype=np.intp), np.full(rows, columns - 1, dtype=np.intp)
    for start in range(columns):
        before = cumulated[:, start - 1] if start else np.zeros(rows)
        reached = cumulated >= (before + level)[:, None] - 1e-12
        possible = reached[:, -1]
        if not possible.any():
            break
        end = reached.argmax(axis=1)
        shorter = possible & (end - start < high - low)
        low, high = np.where(shorter, start, low), np.where(shorter, end, high)
    return low, high


def coverage(distribution: Numbers, level: float, happened: Numbers) -> float:
    """Share of rows whose interval of `level` holds what happened."""
    low, high = shortest(distribution, level)
    return float(((happened >= low) & (happened <= high)).mean())


def calibrated_level(distribution: Numbers, happened: Numbers, wanted: float) -> float:
    """The level whose intervals covered `wanted` of what happened in an earlier slice, or just above.

    Counts are coarse, and a nominal 80 % often holds more; a slice that is known says by how much (split conformal
    prediction). The widest level where none reaches it.
    """
    reaching = (float(level) for level in LEVELS if coverage(distribution, float(level), happened) >= wanted)
    return next(reaching, float(LEVELS[-1]))
