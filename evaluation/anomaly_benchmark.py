"""The Numenta Anomaly Benchmark: its series, and its standard profile's score.

The rules are NAB's (Lavin and Ahmad, 2015, arXiv 1510.03336): what counts is the earliest alarm in a labelled window,
the earlier the better; an alarm outside costs, a window without one costs.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intelligence.anomaly_detection import Numbers

WARM_UP_SHARE, LONGEST_WARM_UP = 0.15, 750
FALSE_ALARM_COST, MISS_COST = 0.11, 1.0
FARTHEST = 3.0
"""An alarm more than so many windows after a window's end costs in full."""
_SECONDS_PER_DAY = 86_400


@dataclass(frozen=True)
class LabelledSeries:
    """One series of the benchmark.

    Attributes:
        values: shape (n,).
        seconds: when each was measured, shape (n,).
        windows: first and last index of each labelled anomaly, ascending, not overlapping.

    """

    values: Numbers
    seconds: Numbers
    windows: list[tuple[int, int]]

    @property
    def warm_up(self) -> int:
        """Points at the beginning in which nothing counts."""
        return min(int(WARM_UP_SHARE * len(self.values)), LONGEST_WARM_UP)

    @property
    def points_per_day(self) -> int:
        """As the warm-up shows it."""
        distance = float(np.median(np.diff(self.seconds[: self.warm_up])))
        return max(round(_SECONDS_PER_DAY / distance), 1)


def benchmark_score(series: list[LabelledSeries], alarms: list[list[int]]) -> float:
    """Return the normalised score over all series: 0 for a detector that says nothing, 100 for a perfect one."""
    windows = sum(len(one.windows) for one in series)
    gained = sum(_series_score(one, found) for one, found in zip(series, alarms, strict=True))
    nothing = -MISS_COST * windows
    return 100 * (gained - nothing) / (windows - nothing)


def _series_score(series: LabelledSeries, alarms: list[int]) -> float:
    worth = _worth(series)
    of_window = np.full(len(series.values), -1)
    for number, (first, last) in enumerate(series.windows):
        of_window[first : last + 1] = number
    counted = [index for index in sorted(alarms) if index >= series.warm_up]
    earliest: dict[int, int] = {}
    for index in counted:
        earliest.setdefault(int(of_window[index]), index)
    found = {number: index for number, index in earliest.items() if number >= 0}
    outside = sum(float(worth[index]) for index in counted if of_window[index] < 0)
    inside = sum(float(worth[index]) for index in found.values())
    return inside + FALSE_ALARM_COST * outside - MISS_COST * (len(series.windows) - len(found))


def _worth(series: LabelledSeries) -> Numbers:
    """Return what an alarm at each index earns: up to 1 inside a window, down to -1 outside."""
    worth = np.full(len(series.values), -1.0)
    for number, (first, last) in enumerate(series.windows):
        width = last - first + 1
        inside = np.arange(first, last + 1)
        worth[inside] = _sigmoid(-(last - inside + 1) / width) / _sigmoid(np.array(-1.0))
        following = series.windows[number + 1][0] if number + 1 < len(series.windows) else len(worth)
        after = np.arange(last + 1, following)
        distance = (after - last) / max(width - 1, 1)
        worth[after] = np.where(distance > FARTHEST, -1.0, _sigmoid(np.minimum(distance, FARTHEST)))
    return worth


def _sigmoid(position: NDArray[np.float64]) -> Numbers:
    return np.asarray(2 / (1 + np.exp(5 * position)) - 1)
