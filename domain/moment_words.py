"""Moments and durations as an operator reads them. English, whatever the machine's locale."""

from datetime import datetime
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
_UNITS = ("weeks", "days", "hours", "minutes", "seconds")


def say_moment(at: datetime, zone: str, now: datetime) -> str:
    """E.g. `until Monday 23 November 10:00, Europe/Istanbul`; with the year when it is not that of `now`."""
    tz = ZoneInfo(zone)
    local = at.astimezone(tz)
    year = "" if local.year == now.astimezone(tz).year else f" {local.year}"
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"until {_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}{year} {clock}, {zone}"


def say_duration(duration: Duration) -> str:
    """E.g. `2 days 12 hours`."""
    parts = []
    for unit in _UNITS:
        amount = getattr(duration, unit)
        if amount:
            parts.append(f"{amount:g} {unit.removesuffix('s') if amount == 1 else unit}")
    return " ".join(parts)
