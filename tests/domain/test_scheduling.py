from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.flow import UntilAttributeDate, UntilDate, UntilDuration, UntilLocalTime
from domain.scheduling import customer_zone, local_instant, resolve, scaled

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
WEEKDAYS = st.lists(st.integers(0, 6), unique=True, max_size=7)
MINUTE = timedelta(minutes=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- waits for a length or a date -------------------------------------------------------------------------------------


def test_a_duration_is_a_length_even_over_a_clock_change():
    moment = resolve(
        UntilDuration.model_validate({"duration": {"days": 2}}), now=utc("2026-03-28T09:00"), zone="Europe/Rome"
    )
    assert moment.at == utc("2026-03-30T09:00")
    assert str(moment.why) == "for 2 days, until Monday 30 March 11:00, Europe/Rome"
    assert not moment.late


@pytest.mark.parametrize(
    ("at", "zone", "expected", "late"),
    [
        ("2026-12-24T10:00", "Europe/Istanbul", "2026-12-24T07:00", False),
        ("2026-12-24T10:00", "America/New_York", "2026-12-24T15:00", False),
        ("2026-12-24T10:00+00:00", "America/New_York", "2026-12-24T10:00", False),
        ("2026-11-22T12:00+00:00", "UTC", "2026-11-22T12:00", True),
        ("2020-01-01T00:00", "Europe/Rome", "2026-11-22T12:00", True),
    ],
)
def test_a_date_is_local_unless_it_has_an_offset(at, zone, expected, late):
    moment = resolve(UntilDate.model_validate({"at": at}), now=SUNDAY, zone=zone)
    assert (moment.at, moment.late) == (utc(expected), late)
    assert ("goes on at once" in str(moment.why)) == late


# --- waits for a local time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "weekdays", "zone", "now", "expected"),
    [
        ("10:00", [], "Europe/Istanbul", "2026-11-22T06:00", "2026-11-22T07:00"),
        ("10:00", [], "Europe/Istanbul", "2026-11-22T07:00", "2026-11-23T07:00"),
        ("10:00", [0], "Europe/Istanbul", "2026-11-22T06:00", "2026-11-23T07:00"),
        ("10:00", [6], "Europe/Istanbul", "2026-11-22T08:00", "2026-11-29T07:00"),
        ("08:00", [1, 3], "Pacific/Auckland", "2026-11-22T12:00", "2026-11-23T19:00"),
        # Spring: 02:30 does not exist on 29 March 2026 in Rome; 03:00 is the first time after.
        ("02:30", [], "Europe/Rome", "2026-03-29T00:00", "2026-03-29T01:00"),
        # Autumn: 02:30 comes twice on 25 October 2026; the first is meant, and later it is too late for it.
        ("02:30", [], "Europe/Rome", "2026-10-24T23:00", "2026-10-25T00:30"),
        ("02:30", [], "Europe/Rome", "2026-10-25T00:45", "2026-10-26T01:30"),
        # Lord Howe moves by half an hour: 02:00 to 02:30 on 4 October 2026.
        ("02:10", [], "Australia/Lord_Howe", "2026-10-03T15:00", "2026-10-03T15:30"),
        # Cairo's clocks jump at midnight on Friday 24 April 2026: Friday 00:15 becomes 01:00.
        ("00:15", [4], "Africa/Cairo", "2026-04-23T12:00", "2026-04-23T22:00"),
    ],
)
def test_local_times(clock, weekdays, zone, now, expected):
    until = UntilLocalTime.model_validate({"time": clock, "weekdays": weekdays})
    assert resolve(until, now=utc(now), zone=zone).at == utc(expected)


def test_a_day_that_a_zone_skipped_ends_at_the_next_one():
    assert local_instant(date(2011, 12, 30), time(10, 0), "Pacific/Apia") == utc("2011-12-30T10:00")


def test_the_reason_names_day_time_and_zone():
    until = UntilLocalTime.model_validate({"time": "10:00", "weekdays": [0]})
    why = resolve(until, now=SUNDAY, zone="Europe/Istanbul").why
    assert str(why) == "until Monday 23 November 10:00, Europe/Istanbul"


@settings(deadline=None)
@given(ZONES, INSTANTS, CLOCKS, WEEKDAYS)
def test_a_local_time_is_shown_by_the_clock_or_follows_a_jump(zone, now, clock, weekdays):
    moment = resolve(UntilLocalTime(time=clock, weekdays=weekdays), now=now, zone=zone)
    local = moment.at.astimezone(ZoneInfo(zone))
    assert now < moment.at <= now + timedelta(days=9)
    assert moment.at.utcoffset() == timedelta(0)
    assert not moment.late
    if (local.hour, local.minute) != (clock.hour, clock.minute):
        just_before = (moment.at - timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
        assert just_before.replace(tzinfo=None).time() < clock or just_before.date() < local.date()
        assert local.replace(tzinfo=None) - just_before.replace(tzinfo=None) > timedelta(minutes=1)
    elif weekdays:
        assert local.weekday() in weekdays
        assert local.fold == 0


@settings(deadline=None)
@given(ZONES, INSTANTS, CLOCKS)
def test_no_earlier_moment_shows_that_time(zone, now, clock):
    at = resolve(UntilLocalTime(time=clock), now=now, zone=zone).at
    tz = ZoneInfo(zone)
    minute = now.replace(second=0, microsecond=0) + MINUTE
    while minute < at:
        local = minute.astimezone(tz)
        assert local.fold or (local.hour, local.minute) != (clock.hour, clock.minute)
        minute += MINUTE


# --- waits for a date of the profile ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "options", "expected"),
    [
        ("2026-12-24", {}, "2026-12-24T06:00"),
        (date(2026, 12, 24), {"offset_days": -3}, "2026-12-21T06:00"),
        ("2026-12-24", {"offset_days": 10, "time": "18:30"}, "2027-01-03T15:30"),
        ("2026-12-24T23:30:00Z", {}, "2026-12-25T06:00"),
        (datetime(2026, 12, 24, 23, 30), {}, "2026-12-24T06:00"),
        ("1990-11-23", {"yearly": True}, "2026-11-23T06:00"),
        ("1990-11-22", {"yearly": True}, "2027-11-22T06:00"),
        ("1990-11-22", {"yearly": True, "time": "18:00"}, "2026-11-22T15:00"),
        ("1990-11-24", {"yearly": True, "offset_days": -3}, "2027-11-21T06:00"),
        ("1990-01-02", {"yearly": True, "offset_days": -3}, "2026-12-30T06:00"),
        ("1990-12-30", {"yearly": True, "offset_days": -366}, "2026-12-29T06:00"),
        ("2024-02-29", {"yearly": True}, "2027-02-28T06:00"),
        ("2030-05-01", {"yearly": True}, "2027-05-01T06:00"),
    ],
)
def test_attribute_dates(value, options, expected):
    until = UntilAttributeDate.model_validate({"attribute": "birthday", **options})
    moment = resolve(until, now=SUNDAY, zone="Europe/Istanbul", attribute=value)
    assert moment.at == utc(expected)
    assert not moment.late


def test_a_leap_day_is_kept_on_its_own_day_in_a_leap_year():
    until = UntilAttributeDate(attribute="birthday", yearly=True)
    assert resolve(until, now=utc("2027-06-01T00:00"), zone="UTC", attribute="2000-02-29").at == utc("2028-02-29T09:00")


@pytest.mark.parametrize(
    ("value", "yearly", "reason"),
    [
        (None, False, "has no 'birthday'"),
        ("", True, "has no 'birthday'"),
        ("soon", False, "is not a date"),
        (19900101, True, "is not a date"),
        (True, False, "is not a date"),
        ("0001-01-01", False, "is not a date"),
        ("9999-12-31T23:00:00-12:00", False, "is not a date"),
        ("2026-11-21", False, "has passed"),
    ],
)
def test_without_a_coming_date_the_journey_goes_on_at_once(value, yearly, reason):
    until = UntilAttributeDate(attribute="birthday", yearly=yearly)
    moment = resolve(until, now=SUNDAY, zone="Pacific/Auckland", attribute=value)
    assert (moment.at, moment.late) == (SUNDAY, True)
    assert reason in str(moment.why)
    assert "goes on at once" in str(moment.why)


@settings(deadline=None)
@given(ZONES, INSTANTS, st.dates(date(1920, 1, 1), date(2035, 12, 31)), st.integers(-366, 366))
def test_a_yearly_date_returns_within_two_years(zone, now, day, offset):
    until = UntilAttributeDate(attribute="birthday", offset_days=offset, yearly=True)
    moment = resolve(until, now=now, zone=zone, attribute=day.isoformat())
    assert now < moment.at < now + timedelta(days=368)
    returned = (moment.at.astimezone(ZoneInfo(zone)) - timedelta(days=offset)).date()
    assert (returned.month, returned.day) == (day.month, min(day.day, 28) if day.month == 2 else day.day) or (
        (returned.month, returned.day) == (2, 29) == (day.month, day.day)
    )


# --- zones and scale ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "campaign", "expected"),
    [
        ("Europe/Rome", "Europe/Istanbul", ("Europe/Rome", "customer")),
        (None, "Europe/Istanbul", ("Europe/Istanbul", "campaign")),
        ("", "Europe/Istanbul", ("Europe/Istanbul", "campaign")),
        ("Mars/Olympus", "Europe/Istanbul", ("Europe/Istanbul", "campaign")),
        ("America", "Europe/Istanbul", ("Europe/Istanbul", "campaign")),
        ("../../etc/passwd", "Europe/Istanbul", ("Europe/Istanbul", "campaign")),
        (None, "nowhere", ("UTC", "utc")),
    ],
)
def test_zone_falls_back_and_says_to_what(own, campaign, expected):
    assert customer_zone(own, campaign) == expected


def test_scale_shortens_what_is_to_come():
    assert scaled(SUNDAY, SUNDAY + timedelta(days=2), 1) == SUNDAY + timedelta(days=2)
    assert scaled(SUNDAY, SUNDAY + timedelta(days=2), 1 / 86400) == SUNDAY + timedelta(seconds=2)


ANYTHING = st.one_of(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    st.datetimes(timezones=st.sampled_from([None, UTC])).map(datetime.isoformat) | st.dates() | st.dates().map(str),
    st.sampled_from(["0001-01-01", "9999-12-31", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"]),
    st.lists(st.integers(), max_size=2) | st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
ANY_WAIT = st.one_of(
    st.builds(UntilDate, at=st.datetimes(timezones=st.sampled_from([None, UTC]))),
    st.builds(UntilLocalTime, time=st.times(), weekdays=st.lists(st.integers(0, 6), max_size=3)),
    st.builds(
        UntilAttributeDate,
        attribute=st.just("day"),
        offset_days=st.integers(-366, 366),
        time=st.times(),
        yearly=st.booleans(),
    ),
)


@settings(max_examples=300, deadline=None)
@given(ANY_WAIT, ZONES | st.just("Nowhere/At_All"), st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1)), ANYTHING)
def test_every_wait_has_an_end_whatever_the_clock_and_the_profile(until, zone, now, attribute):
    now = now.replace(tzinfo=UTC)
    found = resolve(until, now=now, zone=customer_zone(zone, "Europe/Rome")[0], attribute=attribute)
    assert found.at >= now
    assert found.at.tzinfo is UTC
    assert found.late is (found.at == now)
    assert str(found.why)
