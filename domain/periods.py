"""The stretches of time that figures are compared over."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum


class PeriodDays(IntEnum):
    """How long a period may be, in days."""

    WEEK = 7
    MONTH = 30
    QUARTER = 90


@dataclass(frozen=True)
class Period:
    """So many days of UTC up to now, today among them, and as many before, up to the same time of day."""

    since: datetime
    until: datetime
    before_since: datetime
    before_until: datetime


def period(days: int, now: datetime) -> Period:
    """The period of so many days that ends now, and the one before it."""
    length = timedelta(days=days)
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight - length + timedelta(days=1)
    return Period(since, now, since - length, now - length)
