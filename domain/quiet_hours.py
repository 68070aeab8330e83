"""Quiet hours on a customer's clock.

A clock that jumps is taken at its word: it is quiet while it *shows* a quiet time. An hour that is shown twice is quiet
twice; a time that a jump leaves out is never shown.
"""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from domain.contact import QuietHours
from domain.scheduling import local_instant

_DAYS = 4
"""How far ahead the end is looked for: a jump can swallow a short loud time, or (Samoa, 2011) a whole day."""


def is_quiet(quiet: QuietHours, at: datetime, zone: str) -> bool:
    """Whether the clocks of `zone` show a quiet time at this instant."""
    clock = at.astimezone(ZoneInfo(zone)).time().replace(fold=0)
    if quiet.start < quiet.end:
        return quiet.start <= clock < quiet.end
    return clock >= quiet.start or clock < quiet.end


def end_of_quiet(quiet: QuietHours, at: datetime, zone: str) -> datetime:
    """The first instant from `at` on that is not quiet, in UTC; `at` itself where it isn't."""
    at = at.astimezone(UTC)
    if not is_quiet(quiet, at, zone):
        return at
    today = at.astimezone(ZoneInfo(zone)).date()
    days = [today + timedelta(days=ahead) for ahead in range(-1, _DAYS)]
    shown = {end for day in days for end in _shown(datetime.combine(day, quiet.end), zone)}
    ends = sorted(shown | set(_jumps(at, zone)))
    loud = (end for end in ends if end > at and not is_quiet(quiet, end, zone))
    return next(loud, at + timedelta(days=1))


def _jumps(at: datetime, zone: str) -> list[datetime]:
    """When the clocks jump in the days after `at`: one set back to before the quiet time's start is loud at once."""
    tz = ZoneInfo(zone)
    hours = [int(at.timestamp()) + 3600 * ahead for ahead in range(24 * _DAYS + 1)]
    jumped = [(low, high) for low, high in pairwise(hours) if _offset(low, tz) != _offset(high, tz)]
    return [datetime.fromtimestamp(_first_after_jump(low, high, tz), UTC) for low, high in jumped]


def _first_after_jump(low: int, high: int, tz: ZoneInfo) -> int:
    """The first second past `low`, `high` at the latest, whose offset is another than that of `low`."""
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle, tz) == _offset(low, tz):
            low = middle
        else:
            high = middle
    return high


def _offset(seconds: int, tz: ZoneInfo) -> timedelta | None:
    return datetime.fromtimestamp(seconds, tz).utcoffset()


def _shown(local: datetime, zone: str) -> list[datetime]:
    """When the clocks show this time: once, twice, or (left out) at the first instant after the jump."""
    first = local_instant(local.date(), local.time(), zone)
    second = local.replace(tzinfo=ZoneInfo(zone), fold=1).astimezone(UTC)
    return [first, second] if _clock(second, zone) == local.time() else [first]


def _clock(at: datetime, zone: str) -> time:
    return at.astimezone(ZoneInfo(zone)).time().replace(fold=0)
