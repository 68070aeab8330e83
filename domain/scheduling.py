"""When a wait ends: local times made into instants.

Clock times are those of the customer's zone. Twice a year a clock jumps:

- A time that the jump forward leaves out (02:30 where 02:00 is followed by 03:00) becomes the first instant after the
  jump (03:00).
- A time that the jump back shows twice is meant the first time.

Durations are lengths, not clock times: "2 days" is 48 hours, whatever the clocks do meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.flow import (
    FixedUntil,
    UntilAttributeDate,
    UntilDate,
    UntilDuration,
    UntilLocalTime,
)
from domain.i18n import Length, Sentence, quoted, sentence
from domain.i18n import MomentParam as Named

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ScheduledMoment:
    """The end of a wait.

    Attributes:
        at: the instant, in UTC; never before the `now` it was asked for.
        why: in words, for the journey's log.
        late: the moment had passed, or there is none: the journey goes on at once.

    """

    at: datetime
    why: Sentence
    late: bool = False


def resolve(until: FixedUntil, *, now: datetime, zone: str, attribute: object | None = None) -> ScheduledMoment:
    """When this wait ends for this customer.

    Args:
        until: what the node says.
        now: an aware instant.
        zone: IANA name, from `customer_zone`.
        attribute: the value of `until.attribute` in the customer's profile; only UntilAttributeDate looks at it.

    """
    now = now.astimezone(UTC)
    match until:
        case UntilDuration(duration=duration):
            at = now + timedelta(seconds=duration.total_seconds)
            length = Length.of(duration)
            return ScheduledMoment(at, sentence("for_until", length=length, moment=Named(at, zone, now)))
        case UntilDate(at=at):
            return _fixed(instant(at, zone), now, zone)
        case UntilLocalTime():
            at = next(_local_times(until.time, until.weekdays, zone, now))
            return ScheduledMoment(at, sentence("until", moment=Named(at, zone, now)))
        case UntilAttributeDate():
            return _attribute_date(until, attribute, now, zone)


def customer_zone(customer_zone: str | None, campaign_zone: str) -> tuple[str, str]:
    """The zone whose clock counts for a customer, and where it comes from: `customer`, `campaign` or `utc`.

    A name that is not an IANA zone is passed over, as if it were not given.
    """
    for name, link in ((customer_zone, "customer"), (campaign_zone, "campaign")):
        if name and _is_zone(name):
            return name, link
    return "UTC", "utc"


def scaled(now: datetime, at: datetime, factor: float) -> datetime:
    """The real instant for a business moment: `factor` real seconds pass for each business second (1 in production)."""
    return now + (at - now) * factor


def business_time(at: datetime, now: datetime, factor: float, *, as_of: datetime | None = None) -> datetime:
    """When a past instant was in business time, where `now` is the business moment `as_of` (in production: `at`)."""
    return (as_of or now) - (now - at) / factor


def local_instant(day: date, clock: time, zone: str) -> datetime:
    """The UTC instant at which the clocks of `zone` show this time on this day (see the module's rules for jumps)."""
    tz = ZoneInfo(zone)
    naive = datetime.combine(day, clock.replace(tzinfo=None, fold=0))
    at = naive.replace(tzinfo=tz).astimezone(UTC)
    if at.astimezone(tz).replace(tzinfo=None, fold=0) == naive:
        return at
    before = naive.replace(tzinfo=tz, fold=1).astimezone(UTC)
    return _jump_between(before, at, tz)


def _jump_between(low: datetime, high: datetime, tz: ZoneInfo) -> datetime:
    """The first whole second after `low` at which the offset from UTC is no longer that of `low`."""
    offset = low.astimezone(tz).utcoffset()
    low, high = low.replace(microsecond=0), high.replace(microsecond=0)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        if middle.astimezone(tz).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high


def instant(at: datetime | date, zone: str) -> datetime:
    """The UTC instant of a moment; one without an offset is on the clock of `zone`, a bare date is its midnight there.

    A moment so near the ends of the calendar that it can't be moved to UTC is taken as written there.
    """
    if not isinstance(at, datetime):
        at = datetime.combine(at, time())
    try:
        return local_instant(at.date(), at.time(), zone) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        return at.replace(tzinfo=UTC)


def _fixed(at: datetime, now: datetime, zone: str) -> ScheduledMoment:
    if at <= now:
        return ScheduledMoment(now, sentence("has_passed", moment=Named(at, zone, now)), late=True)
    return ScheduledMoment(at, sentence("until", moment=Named(at, zone, now)))


def _local_times(clock: time, weekdays: list[int], zone: str, after: datetime) -> Iterator[datetime]:
    day = after.astimezone(ZoneInfo(zone)).date()
    while True:
        if not weekdays or day.weekday() in weekdays:
            at = local_instant(day, clock, zone)
            if at > after:
                yield at
        day += _DAY


def _attribute_date(until: UntilAttributeDate, value: object, now: datetime, zone: str) -> ScheduledMoment:
    if value is None or value == "":
        return ScheduledMoment(now, sentence("no_date", attribute=quoted(until.attribute)), late=True)
    try:
        day = _read_day(value, zone)
        if until.yearly:
            return _fixed(_next_return(day, until, now, zone), now, zone)
        return _fixed(local_instant(day + timedelta(days=until.offset_days), until.time, zone), now, zone)
    except (ValueError, OverflowError):
        return ScheduledMoment(now, sentence("not_a_date", attribute=quoted(until.attribute)), late=True)


def _read_day(value: object, zone: str) -> date:
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if isinstance(value, datetime):
        return (value.astimezone(ZoneInfo(zone)) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    raise ValueError("not a date")


def _next_return(day: date, until: UntilAttributeDate, now: datetime, zone: str) -> datetime:
    # An offset of up to a year either way can move a return into a neighbouring year.
    year = now.astimezone(ZoneInfo(zone)).year - 1
    while True:
        at = local_instant(_return_in(year, day) + timedelta(days=until.offset_days), until.time, zone)
        if at > now:
            return at
        year += 1


def _return_in(year: int, day: date) -> date:
    if (day.month, day.day) == (2, 29) and not (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
        return date(year, 2, 28)
    return day.replace(year=year)


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
