"""One run a local day, in every zone, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.flow import CampaignSchedule
from domain.occurrences import occurrences, occurrences_until, scheduled_launch

SUNDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(zone: str, clock: str | time) -> CampaignSchedule:
    return CampaignSchedule.model_validate({"recurrence": {"frequency": "daily", "time": clock}, "timezone": zone})


WEEKLY = {"frequency": "weekly", "weekdays": [0, 3], "time": "09:30"}


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({}, []),
        ({"start": "2026-11-22T11:59Z"}, []),
        ({"start": "2026-11-24T09:00Z"}, ["2026-11-24T09:00"]),
        ({"start": "2026-11-24T09:00", "timezone": "Europe/Istanbul"}, ["2026-11-24T06:00"]),
        ({"start": "2026-11-24T09:00Z", "end": "2026-11-23T09:00Z"}, []),
        ({"recurrence": {"frequency": "daily"}}, ["2026-11-23T09:00", "2026-11-24T09:00", "2026-11-25T09:00"]),
        ({"recurrence": {"frequency": "daily"}, "end": "2026-11-24T09:00Z"}, ["2026-11-23T09:00", "2026-11-24T09:00"]),
        (
            {"recurrence": WEEKLY, "timezone": "Europe/Istanbul"},
            ["2026-11-23T06:30", "2026-11-26T06:30", "2026-11-30T06:30"],
        ),
        (
            {"recurrence": WEEKLY, "start": "2026-11-26T09:30Z"},
            ["2026-11-26T09:30", "2026-11-30T09:30", "2026-12-03T09:30"],
        ),
        (
            {"recurrence": {"frequency": "monthly", "day_of_month": 28, "time": "12:00"}},
            ["2026-11-28T12:00", "2026-12-28T12:00", "2027-01-28T12:00"],
        ),
    ],
)
def test_occurrences(schedule, expected):
    found = occurrences(CampaignSchedule.model_validate(schedule), SUNDAY, 3)
    assert found == [utc(each) for each in expected]


def test_a_daily_run_keeps_its_clock_time_over_a_clock_change():
    schedule = CampaignSchedule.model_validate({"recurrence": {"frequency": "daily"}, "timezone": "Europe/Rome"})
    found = occurrences(schedule, utc("2026-10-24T00:00"), 2)
    assert found == [utc("2026-10-24T07:00"), utc("2026-10-25T08:00")]


@pytest.mark.parametrize(
    ("zone", "clock", "since", "expected"),
    [
        # a gap: the moment after it
        ("Europe/Berlin", "02:30", "2027-03-27T12:00", ["2027-03-28T01:00", "2027-03-29T00:30"]),
        ("Africa/Cairo", "00:00", "2027-04-29T12:00", ["2027-04-29T22:00", "2027-04-30T21:00"]),
        # a fold: the first of the two
        ("America/New_York", "01:30", "2027-11-06T12:00", ["2027-11-07T05:30", "2027-11-08T06:30"]),
        ("Europe/London", "01:30", "2027-10-30T12:00", ["2027-10-31T00:30", "2027-11-01T01:30"]),
        # the last hour of a Saturday is left out: its run is at Sunday's first moment, and Sunday has one of its own
        ("America/Nuuk", "23:30", "2027-03-27T12:00", ["2027-03-28T01:00", "2027-03-29T00:30"]),
        # a day that never was
        ("Pacific/Apia", "10:00", "2011-12-29T12:00", ["2011-12-29T20:00", "2011-12-30T20:00"]),
    ],
)
def test_a_clock_change_costs_no_run_and_adds_none(zone, clock, since, expected):
    assert occurrences(daily(zone, clock), utc(since), 2) == [utc(each) for each in expected]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(ZONES), CLOCKS, st.integers(2008, 2030))
def test_every_day_of_ten_years_has_one_run(zone, clock, year):
    tz, begin = ZoneInfo(zone), datetime(year, 1, 2, tzinfo=UTC)
    runs = list(occurrences_until(daily(zone, clock), begin, begin + timedelta(days=3650)))
    assert all(one.at < other.at for one, other in pairwise(runs))
    days = [run.day for run in runs]
    assert len(set(days)) == len(days)
    first, last = days[0], days[-1]
    missing = {first + timedelta(days=n) for n in range((last - first).days)} - set(days)
    for day in missing:  # left out only where no moment of the day exists
        noon = datetime.combine(day, time(12), tz).astimezone(UTC)
        assert noon.astimezone(tz).date() != day
    for run in runs:
        local = run.at.astimezone(tz)
        if (local.hour, local.minute) != (clock.hour, clock.minute):
            before = (run.at - timedelta(seconds=1)).astimezone(tz)
            assert before.utcoffset() != local.utcoffset()
        assert scheduled_launch(daily(zone, clock), run.at) == f"scheduled/{run.day}"


def test_both_showings_of_a_repeated_time_are_one_launch():
    schedule = daily("America/New_York", "01:30")
    first, second = (scheduled_launch(schedule, utc(f"2027-11-07T0{hour}:30")) for hour in (5, 6))
    assert first == second == "scheduled/2027-11-07"


def test_a_tick_by_hand_is_a_launch_of_its_own():
    assert scheduled_launch(daily("Europe/Rome", "09:00"), utc("2027-11-07T11:11")) is None


def test_a_single_start_is_told_by_its_instant():
    schedule = CampaignSchedule.model_validate({"start": "2027-03-28T02:30", "timezone": "Europe/Rome"})
    assert scheduled_launch(schedule, utc("2027-03-28T01:00")) == "scheduled/2027-03-28T01:00:00Z"
    assert scheduled_launch(schedule, utc("2027-03-28T01:30")) is None


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59", "9999-12-30T00:00:00Z"])
def test_the_end_of_the_calendar_is_no_error(end):
    schedule = daily("Pacific/Kiritimati", "09:00").model_copy(update={"start": datetime.fromisoformat(end)})
    assert occurrences(schedule, SUNDAY, 5) is not None


def test_a_monthly_run_on_a_day_of_a_clock_change_takes_place():
    schedule = CampaignSchedule.model_validate(
        {"recurrence": {"frequency": "monthly", "day_of_month": 28, "time": "02:30"}, "timezone": "Europe/Rome"}
    )
    found = list(occurrences_until(schedule, utc("2027-03-01T00:00"), utc("2027-05-01T00:00")))
    assert [(run.day, run.at) for run in found] == [
        (date(2027, 3, 28), utc("2027-03-28T01:00")),
        (date(2027, 4, 28), utc("2027-04-28T00:30")),
    ]
