"""What a sentence can name besides texts and numbers; each is JSON of its own kind, and English."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from domain.duration import Duration

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
UNITS = ("weeks", "days", "hours", "minutes", "seconds")
By = Literal["and", "or", "nor", "comma", "semicolon", "choice"]
"""How several things are joined; `choice` is "a, b or c"."""
JOINTS: Mapping[str, str] = {"and": " and ", "or": " or ", "nor": " nor ", "comma": ", ", "semicolon": "; "}


class Param(Protocol):
    """Something with a JSON form; `str` of it is its English."""

    def said(self) -> dict[str, Any]:
        """As JSON."""
        ...


Value = str | int | float | Param
"""A text is said as it is: a name, or words that somebody wrote."""


def english(value: Value) -> str:
    """A value as the English sentence shows it."""
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)


def as_json(value: Value) -> Any:
    """A value as JSON, which knows no number that is not finite."""
    if isinstance(value, float) and not math.isfinite(value):
        return english(value)
    return value if isinstance(value, str | int | float) else value.said()


@dataclass(frozen=True)
class ListParam:
    """Several things, joined: `{"list": [...], "by": "or"}`."""

    items: Sequence[Value]
    by: By = "semicolon"

    def __str__(self) -> str:
        said = [english(item) for item in self.items]
        if self.by == "choice":
            *others, last = said
            return JOINTS["or"].join([JOINTS["comma"].join(others), last] if others else [last])
        return JOINTS[self.by].join(said)

    def said(self) -> dict[str, Any]:
        """As JSON."""
        return {"list": [as_json(item) for item in self.items], "by": self.by}


@dataclass(frozen=True)
class MomentParam:
    """An instant: on the clock of `zone`, with the year where `now` is of another; without a zone, in UTC.

    `{"at": "2026-11-23T07:00:00+00:00", "zone": "Europe/Istanbul", "year": false}`, or `at` alone.
    """

    at: datetime
    zone: str | None = None
    now: datetime | None = None
    seconds: bool = False

    def __str__(self) -> str:
        if self.zone is None:
            return f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M{':%S' if self.seconds else ''}} UTC"
        local = self.at.astimezone(ZoneInfo(self.zone))
        year = f" {local.year}" if self._with_year(self.zone) else ""
        clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
        return f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}{year} {clock}, {self.zone}"

    def said(self) -> dict[str, Any]:
        """As JSON."""
        at = self.at.astimezone(UTC).isoformat()
        if self.zone is None:
            return {"at": at}
        return {"at": at, "zone": self.zone, "year": self._with_year(self.zone)}

    def _with_year(self, zone: str) -> bool:
        tz = ZoneInfo(zone)
        return self.now is None or self.at.astimezone(tz).year != self.now.astimezone(tz).year


@dataclass(frozen=True)
class Day:
    """A date: `{"day": "2026-11-23"}`."""

    day: date

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"

    def said(self) -> dict[str, Any]:
        """As JSON."""
        return {"day": f"{self.day:%Y-%m-%d}"}


@dataclass(frozen=True)
class Length:
    """A length of time by its units: `{"length": {"days": 2, "hours": 12}}`."""

    units: Mapping[str, float]

    @classmethod
    def of(cls, duration: Duration) -> "Length":
        """That of a duration."""
        return cls(duration.model_dump(include=set(UNITS)))

    def __str__(self) -> str:
        said = [(self.units[unit], unit) for unit in UNITS if self.units.get(unit)]
        return " ".join(f"{english(amount)} {unit.removesuffix('s') if amount == 1 else unit}" for amount, unit in said)

    def said(self) -> dict[str, Any]:
        """As JSON."""
        return {"length": {unit: self.units[unit] for unit in UNITS if self.units.get(unit)}}


@dataclass(frozen=True)
class PercentParam:
    """A part of a whole, 0 to 1, said in whole per cents: `{"share": 0.23}`."""

    share: float

    def __str__(self) -> str:
        return f"{self.share:.0%}"

    def said(self) -> dict[str, Any]:
        """As JSON."""
        return {"share": round(self.share, 4)}


@dataclass(frozen=True)
class StepParam:
    """A node by its id, in quotes: whoever has the drawing knows its title. `{"step": "w1"}`."""

    node_id: str

    def __str__(self) -> str:
        return f"'{self.node_id}'"

    def said(self) -> dict[str, Any]:
        """As JSON."""
        return {"step": self.node_id}
