"""A figure, what it is held against, and whether it holds."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intelligence.evaluation_metrics import Interval, Numbers, bootstrap, count_errors

ROUNDS = 200


@dataclass(frozen=True)
class Figure:
    """One measured number.

    Attributes:
        name: what it is, in words.
        value: as measured.
        interval: its 95 % interval, where one was computed.
        reference: what others reach, or the baseline's value in the same run.
        reference_name: where the reference comes from.
        least: the figure should be at least this.
        most: the figure should be at most this.

    """

    name: str
    value: float
    interval: tuple[float, float] | None = None
    reference: float | None = None
    reference_name: str = ""
    least: float | None = None
    most: float | None = None

    @classmethod
    def of(cls, name: str, interval: Interval, **others: Any) -> "Figure":
        """A figure with its interval."""
        return cls(name, interval.value, (interval.low, interval.high), **others)

    @property
    def holds(self) -> bool | None:
        """Whether it is within its limits; None without any."""
        if self.least is None and self.most is None:
            return None
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def as_json(self) -> dict[str, Any]:
        """For the report; what is not known is left out."""
        wanted = {"at_least": self.least, "at_most": self.most, "holds": self.holds}
        kept = {
            "value": round(self.value, 6),
            "interval_95": [round(edge, 6) for edge in self.interval] if self.interval else None,
            "reference": self.reference,
            "reference_name": self.reference_name or None,
            **wanted,
        }
        return {name: value for name, value in kept.items() if value is not None}


@dataclass(frozen=True)
class Section:
    """What was measured on one data set."""

    key: str
    title: str
    origin: str
    figures: dict[str, Figure]
    notes: list[str] = field(default_factory=list)
    curves: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Skipped:
    """A data set that is not here."""

    key: str
    title: str
    why: str


def resampled(statistic: Callable[..., float], *columns: Numbers) -> Interval:
    """A statistic of columns, and its interval from resampling their rows together."""

    def of(rows: NDArray[np.intp]) -> float:
        return statistic(*(column[rows] for column in columns))

    return bootstrap(of, len(columns[0]), rounds=ROUNDS)


def count_intervals(expected: Numbers, happened: Numbers) -> dict[str, Interval]:
    """Every error of expected counts (or money), each with its 95 % interval from resampling customers."""
    draws = np.random.default_rng(0)
    picks = (draws.integers(0, len(expected), len(expected)) for _ in range(ROUNDS))
    rounds = [asdict(count_errors(expected[rows], happened[rows])) for rows in picks]
    found = {}
    for name, value in asdict(count_errors(expected, happened)).items():
        low, high = np.quantile([each[name] for each in rounds], [0.025, 0.975])
        found[name] = Interval(value, float(low), float(high))
    return found
