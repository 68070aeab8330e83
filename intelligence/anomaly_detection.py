"""Anomalies in one regular series of numbers: how far each point is from what its own past makes likely.

Three views are averaged, each in standard deviations of its own past: the level of the last day's part (a shift that
stays), the difference to the same time a day before (a wrong shape of the day), and how unusual the recent one-step
errors are (a change of noise; after the anomaly likelihood of Lavin and Ahmad, 2015, arXiv 1510.03336). Only the past
is read, so that a score never changes once it has been given.

For figures of this product (rates with counts, weekdays, holidays) a detector that knows about them comes first; this
one is for numbers of which nothing is known.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

HISTORY_POINTS = 6_400
"""Points of the past that a point is compared with."""
LEVEL_POINTS = 24
ERROR_POINTS = 10
SMOOTHING = 0.3
"""Weight of the newest value in the one-step forecast (simple exponential smoothing)."""
LARGEST_SCORE = 12.0
"""A view says at most so many standard deviations: one that is sure must not silence the others."""
THRESHOLD = 2.5
REST_SHARE = 0.2
"""After an alarm a series rests for this share of its warm-up (one alarm an incident)."""


@dataclass(frozen=True)
class SeriesAnomalies:
    """What was found in a series.

    Attributes:
        scores: for each point, in standard deviations; 0 during the warm-up.
        alarms: indices of the points that raise an alarm, ascending.

    """

    scores: Numbers
    alarms: list[int]


def find_anomalies(values: Numbers, points_per_day: int, warm_up: int, threshold: float = THRESHOLD) -> SeriesAnomalies:
    """Score a series and name its alarms.

    Args:
        values: shape (n,), finite, equally spaced in time.
        points_per_day: how many points make a day, at least 1.
        warm_up: so many points raise no alarm, at least 1.
        threshold: the least score of an alarm.

    Returns:
        Scores and alarms.

    Raises:
        ValueError: a value is not finite, or a number is out of its range.

    """
    if not np.isfinite(values).all():
        raise ValueError("a series with a value that is not finite cannot be judged")
    if points_per_day < 1 or warm_up < 1:
        raise ValueError("points_per_day and warm_up are at least 1")
    scores = anomaly_scores(values, points_per_day, warm_up)
    return SeriesAnomalies(scores, alarms(scores, threshold, rest=round(REST_SHARE * warm_up)))


def anomaly_scores(values: Numbers, points_per_day: int, warm_up: int) -> Numbers:
    """Return the mean of the three views for each point, shape (n,); 0 during the warm-up."""
    if not len(values):
        return np.zeros(0)
    level = np.abs(_standardised(_trailing_mean(values, LEVEL_POINTS), warm_up))
    errors = _trailing_mean(_one_step_errors(values), ERROR_POINTS)
    noise = np.maximum(_standardised(errors, warm_up), 0.0)
    day = np.abs(_standardised(_daily_differences(values, points_per_day), warm_up))
    day[: 2 * points_per_day] = 0.0
    views = np.stack([level, noise, day])
    scores = np.asarray(np.minimum(views, LARGEST_SCORE).mean(axis=0))
    scores[:warm_up] = 0.0
    return scores


def alarms(scores: Numbers, threshold: float, rest: int) -> list[int]:
    """Return the points at or above the threshold, none within `rest` points of the one before."""
    found: list[int] = []
    for index in np.flatnonzero(scores >= threshold):
        if not found or index - found[-1] > rest:
            found.append(int(index))
    return found


def _one_step_errors(values: Numbers) -> Numbers:
    """Return the absolute errors of simple exponential smoothing; the first is 0."""
    errors = np.zeros(len(values))
    forecast = values[0]
    for index, value in enumerate(values):
        errors[index] = abs(value - forecast)
        forecast += SMOOTHING * (value - forecast)
    return errors


def _daily_differences(values: Numbers, points_per_day: int) -> Numbers:
    differences = np.zeros(len(values))
    differences[points_per_day:] = values[points_per_day:] - values[:-points_per_day]
    return differences


def _trailing_mean(values: Numbers, points: int) -> Numbers:
    """Return the mean of the last `points` values, the present one included."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(values) + 1)
    begins = np.maximum(ends - points, 0)
    return np.asarray((sums[ends] - sums[begins]) / (ends - begins))


def _standardised(values: Numbers, warm_up: int) -> Numbers:
    """Return each value's distance from the mean of those before it, in their standard deviations.

    The deviation is never under a fiftieth of the warm-up's: a flat stretch must not make its first ripple enormous.
    """
    centred = values - values[0]
    sums, squares = (np.concatenate([[0.0], np.cumsum(numbers)]) for numbers in (centred, centred**2))
    ends = np.arange(len(values))
    begins = np.maximum(ends - HISTORY_POINTS, 0)
    counts = np.maximum(ends - begins, 1)
    means = (sums[ends] - sums[begins]) / counts
    variances = np.maximum((squares[ends] - squares[begins]) / counts - means**2, 0.0)
    least = 0.02 * float(np.std(centred[:warm_up])) + 1e-9 * max(float(np.abs(values[:warm_up]).max(initial=0.0)), 1.0)
    return np.asarray((centred - means) / np.maximum(np.sqrt(variances), least))
