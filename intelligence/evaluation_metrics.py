"""How right a prediction is, with its uncertainty, and how far the world has drifted since."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Numbers = NDArray[np.float64]
_SMALL, _SURE = 1e-4, 1e-6


@dataclass(frozen=True)
class Interval:
    """A value and where it lies with the given confidence."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class CountErrors:
    """How well expected counts match what happened.

    Attributes:
        total_ratio: everything expected over everything that happened.
        mae: mean absolute error of one customer.
        rmse: root of the mean squared error.
        correlation: Pearson's, between expected and happened.

    """

    total_ratio: float
    mae: float
    rmse: float
    correlation: float


def count_errors(expected: Numbers, happened: Numbers) -> CountErrors:
    """Compare expected counts (or money) with what happened, one entry a customer."""
    gap = expected - happened
    return CountErrors(
        total_ratio=float(expected.sum() / happened.sum()),
        mae=float(np.abs(gap).mean()),
        rmse=float(np.sqrt((gap**2).mean())),
        correlation=float(np.corrcoef(expected, happened)[0, 1]),
    )


@dataclass(frozen=True)
class CurvePoint:
    """One bin of a calibration curve: mean probability, share that happened, customers."""

    expected: float
    happened: float
    count: int


def calibration_curve(happened: Numbers, probability: Numbers, bins: int = 10) -> list[CurvePoint]:
    """Bins of equally many customers, from the least to the most likely."""
    order = np.argsort(probability, kind="stable")
    return [
        CurvePoint(float(probability[rows].mean()), float(happened[rows].mean()), len(rows))
        for rows in np.array_split(order, bins)
        if len(rows)
    ]


def calibration_error(happened: Numbers, probability: Numbers, bins: int = 10) -> float:
    """Expected calibration error: mean distance between the curve and the diagonal, each bin by its size."""
    curve = calibration_curve(happened, probability, bins)
    return sum(point.count * abs(point.expected - point.happened) for point in curve) / len(happened)


def calibration_interval(happened: Numbers, probability: Numbers, *, rounds: int = 200) -> Interval:
    """The calibration error, and its 95 % interval from resampling rows.

    Every resample adds noise that the bins mistake for error, so that plain percentiles lie above the figure that they
    are of: they are moved back by as much as the resamples' mean is too high.
    """

    def of(rows: NDArray[np.intp]) -> float:
        return calibration_error(happened[rows], probability[rows])

    draws, size = np.random.default_rng(0), len(happened)
    value, found = (
        calibration_error(happened, probability),
        np.array([of(draws.integers(0, size, size)) for _ in range(rounds)]),
    )
    low, high = np.quantile(found, [0.025, 0.975]) - (found.mean() - value)
    return Interval(value, max(float(low), 0.0), float(high))


def bootstrap(
    statistic: Callable[[NDArray[np.intp]], float], size: int, *, rounds: int = 200, level: float = 0.95, seed: int = 0
) -> Interval:
    """A statistic of rows, and its percentile bootstrap interval.

    Args:
        statistic: called with the rows to compute on, repeats among them.
        size: number of rows.
        rounds: resamples.
        level: confidence, 0 to 1.
        seed: of the resampling.

    """
    draws = np.random.default_rng(seed)
    values = [statistic(draws.integers(0, size, size)) for _ in range(rounds)]
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(statistic(np.arange(size))), float(low), float(high))


def log_losses(happened: Numbers, probability: Numbers) -> Numbers:
    """Each row's log-loss; a certainty that was wrong costs as much as one in a million."""
    sure = np.clip(probability, _SURE, 1 - _SURE)
    return np.asarray(-(happened * np.log(sure) + (1 - happened) * np.log1p(-sure)), dtype=np.float64)


def auc(happened: Numbers, probability: Numbers) -> float:
    """Chance that somebody to whom it happened is ranked above somebody to whom it did not; 0.5 if all are alike."""
    yes = float(happened.sum())
    no = len(happened) - yes
    if yes == 0 or no == 0:
        return 0.5
    return float((rankdata(probability)[happened > 0].sum() - yes * (yes + 1) / 2) / (yes * no))


@dataclass(frozen=True)
class Distribution:
    """How a feature or score was spread: edges of ten bins of equal size, and the share in each (the last: missing)."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]

    @classmethod
    def of(cls, values: Numbers, bins: int = 10) -> "Distribution":
        """The distribution of these values."""
        known = values[~np.isnan(values)]
        edges = np.unique(np.quantile(known, np.linspace(0, 1, bins + 1)[1:-1])) if len(known) else np.empty(0)
        return cls(tuple(map(float, edges)), tuple(map(float, _shares(values, edges))))

    def shift(self, values: Numbers) -> float:
        """Population stability index of other values: 0 = unchanged; above 0.25 is commonly called a shift."""
        before, now = np.array(self.shares), _shares(values, np.array(self.edges))
        return float(((now - before) * np.log(now / before)).sum())


def _shares(values: Numbers, edges: Numbers) -> Numbers:
    place = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))
    counts = np.bincount(place.astype(np.intp), minlength=len(edges) + 2)
    return np.maximum(counts / max(len(values), 1), _SMALL)
