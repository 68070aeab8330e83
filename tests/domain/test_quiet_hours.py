"""Quiet hours, in every zone of the world and through every jump of its clocks."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.contact import QuietHours
from domain.quiet_hours import end_of_quiet, is_quiet

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2035, 12, 31, tzinfo=UTC)
moments = st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC))
minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
hours = st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1])


def at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "start", "end", "now", "expected"),
    [
        ("Europe/Rome", time(21), time(8), "2026-11-22 12:00", "2026-11-22 12:00"),
        ("Europe/Rome", time(21), time(8), "2026-11-22 21:00", "2026-11-23 08:00"),
        ("Europe/Rome", time(21), time(8), "2026-11-23 03:00", "2026-11-23 08:00"),
        ("Europe/Rome", time(21), time(8), "2026-11-23 08:00", "2026-11-23 08:00"),
        ("Europe/Rome", time(12), time(14), "2026-11-22 13:59", "2026-11-22 14:00"),
        # the end is left out by the jump forward: the first instant after it
        ("Europe/Rome", time(21), time(2, 30), "2026-03-29 01:00", "2026-03-29 03:00"),
        # the night is an hour shorter, and an hour longer
        ("America/New_York", time(21), time(8), "2026-03-07 23:00", "2026-03-08 08:00"),
        ("America/New_York", time(21), time(8), "2026-10-31 23:00", "2026-11-01 08:00"),
        # half an hour's jump
        ("Australia/Lord_Howe", time(21), time(2, 15), "2026-10-03 23:00", "2026-10-04 02:30"),
    ],
)
def test_the_end_of_the_quiet(zone: str, start: time, end: time, now: str, expected: str):
    assert end_of_quiet(QuietHours(start=start, end=end), at(now, zone), zone) == at(expected, zone)


def test_an_hour_that_is_shown_twice_is_quiet_twice():
    zone, quiet = "Europe/Rome", QuietHours(start=time(22), end=time(2, 30))
    first = at("2026-10-25 02:15", zone)
    second = first + timedelta(hours=1)
    assert end_of_quiet(quiet, first, zone) == at("2026-10-25 02:30", zone)
    assert end_of_quiet(quiet, second, zone) == at("2026-10-25 02:30", zone) + timedelta(hours=1)


@lru_cache(maxsize=1)
def jumps(zone: str) -> list[datetime]:
    """Moments, to the fortnight, at which the zone's clocks jumped."""
    tz, fortnight = ZoneInfo(zone), timedelta(days=14)
    days = [FIRST + fortnight * n for n in range((LAST - FIRST) // fortnight)]
    jumped = [day for day in days if day.astimezone(tz).utcoffset() != (day + fortnight).astimezone(tz).utcoffset()]
    return [to_the_minute(day, day + fortnight, tz) for day in jumped]


def to_the_minute(low: datetime, high: datetime, tz: ZoneInfo) -> datetime:
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        if middle.astimezone(tz).utcoffset() == low.astimezone(tz).utcoffset():
            low = middle
        else:
            high = middle
    return high


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=5, deadline=None)
@given(data=st.data(), pair=hours)
def test_in_every_zone_the_end_is_the_first_moment_that_is_not_quiet(
    zone: str, data: st.DataObject, pair: tuple[time, time]
):
    near = jumps(zone)
    around = st.builds(add, st.sampled_from(near), st.integers(-1800, 1800)) if near else moments
    now = data.draw(moments | around)
    quiet = QuietHours(start=pair[0], end=pair[1])
    end = end_of_quiet(quiet, now, zone)
    assert end >= now
    assert not is_quiet(quiet, end, zone)
    assert (end == now) == (not is_quiet(quiet, now, zone))
    if end > now:
        between = [now + (end - now) * n / 24 for n in range(24)]
        assert all(is_quiet(quiet, moment, zone) for moment in [*between, end - timedelta(microseconds=1)])


def test_a_clock_set_back_to_before_the_quiet_time_is_loud_at_once():
    """Troll, 2020: at 01:00 UTC the clocks go from 03:00 back to 01:00, five minutes before the quiet time's start."""
    quiet = QuietHours(start=time(1, 5), end=time(3, 0))
    end = end_of_quiet(quiet, datetime(2020, 10, 25, 0, 59, tzinfo=UTC), "Antarctica/Troll")
    assert end == datetime(2020, 10, 25, 1, 0, tzinfo=UTC)


def add(moment: datetime, minutes: int) -> datetime:
    return moment + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "wrong", [{"start": "08:00", "end": "08:00"}, {"start": "21:00+01:00", "end": "08:00"}, {"start": "21:00"}]
)
def test_hours_that_mean_nothing_are_refused(wrong: dict[str, str]):
    with pytest.raises(ValidationError):
        QuietHours.model_validate(wrong)
