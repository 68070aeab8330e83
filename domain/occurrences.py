"""When a campaign's schedule launches it: the one calculator behind previews, Temporal's schedules and launches.

A recurrence has at most one run a local day. A time that a clock change leaves out runs at the first moment after the
change; one that it shows twice runs the first time. A day that its zone has no moment of has no run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from domain.flow import CampaignSchedule, Recurrence
from domain.scheduling import instant, local_instant

_DAY = timedelta(days=1)
_END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Occurrence:
    """One run that is due.

    Attributes:
        at: the instant, in UTC.
        day: the day of the schedule's zone that it is the run of. Where midnight falls into a clock change, the
            instant itself can be on the day after.

    """

    at: datetime
    day: date


def occurrences(schedule: CampaignSchedule, after: datetime, n: int) -> list[datetime]:
    """The next runs of a campaign, at most `n`, as UTC instants later than `after`.

    None is before the schedule's start or after its end; a start or end without an offset is on the schedule's clock.
    """
    return [each.at for each in islice(_all(schedule, after), n)]


def occurrences_until(schedule: CampaignSchedule, after: datetime, before: datetime) -> Iterator[Occurrence]:
    """The runs later than `after` and not later than `before`, in order."""
    for each in _all(schedule, after):
        if each.at > before:
            return
        yield each


def scheduled_launch(schedule: CampaignSchedule, at: datetime) -> str | None:
    """The key of the launch that a schedule's tick at this instant stands for: two ticks of one day are one launch.

    None when the schedule has no run then: somebody triggered it by hand, and that is a launch of its own.
    """
    if schedule.recurrence is None:
        start = instant(schedule.start, schedule.timezone) if schedule.start else None
        return f"scheduled/{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at == start else None
    day = _day_of(schedule.recurrence, schedule.timezone, at)
    return f"scheduled/{day.isoformat()}" if day else None


def _day_of(recurrence: Recurrence, zone: str, at: datetime) -> date | None:
    local = at.astimezone(ZoneInfo(zone))
    # the second showing of a time that a clock change repeats is that day's run too
    if local.replace(tzinfo=None, fold=0).time() == _clock(recurrence):
        return local.date() if _falls_on(recurrence, local.date()) else None
    for day in (local.date(), local.date() - _DAY):
        if _falls_on(recurrence, day) and local_instant(day, _clock(recurrence), zone) == at:
            return day
    return None


def _all(schedule: CampaignSchedule, after: datetime) -> Iterator[Occurrence]:
    zone = schedule.timezone
    start = instant(schedule.start, zone) if schedule.start else None
    end = instant(schedule.end, zone) if schedule.end else _END
    if schedule.recurrence is None:
        if start and after < start <= end:
            yield Occurrence(start, start.astimezone(ZoneInfo(zone)).date())
        return
    # A run due at the very start takes place, hence the step back.
    begin = max(after, start - timedelta(microseconds=1)) if start else after
    for each in _recurring(schedule.recurrence, zone, begin):
        if each.at > end:
            return
        yield each


def _recurring(recurrence: Recurrence, zone: str, after: datetime) -> Iterator[Occurrence]:
    try:
        for day in _days(recurrence, after.astimezone(ZoneInfo(zone)).date() - _DAY):
            at = local_instant(day, _clock(recurrence), zone)
            if at > after and _exists(day, zone):
                yield Occurrence(at, day)
    except OverflowError:  # the end of the calendar
        return


def _clock(recurrence: Recurrence) -> time:
    return recurrence.time.replace(microsecond=0, tzinfo=None)


def _days(recurrence: Recurrence, first: date) -> Iterator[date]:
    day = first
    while day < date.max - _DAY:
        if _falls_on(recurrence, day):
            yield day
        day += _DAY


def _falls_on(recurrence: Recurrence, day: date) -> bool:
    match recurrence.frequency:
        case "daily":
            return True
        case "weekly":
            return day.weekday() in recurrence.weekdays
        case "monthly":
            return day.day == recurrence.day_of_month


def _exists(day: date, zone: str) -> bool:
    return local_instant(day, time(), zone).astimezone(ZoneInfo(zone)).date() == day
