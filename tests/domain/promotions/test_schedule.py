from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.promotions.reasons import Reason
from domain.promotions.schedule import PromotionSchedule, end_of_day, period_start, valid_until

ROME = ZoneInfo("Europe/Rome")


def at(*local: int, zone: str = "Europe/Rome", fold: int = 0) -> datetime:
    return datetime(*local, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (at(2026, 5, 31, 23, 59), Reason.NOT_STARTED),
        (at(2026, 6, 1, 0, 0), None),
        (at(2026, 6, 30, 23, 59, 59), None),
        (at(2026, 7, 1, 0, 0), Reason.ENDED),
    ],
)
def test_first_and_last_day_are_included(moment: datetime, reason: Reason | None):
    schedule = PromotionSchedule(first_day=date(2026, 6, 1), last_day=date(2026, 6, 30), zone="Europe/Rome")
    assert schedule.refusal(moment) == reason


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (at(2026, 6, 5, 22), None),  # Friday
        (at(2026, 6, 6, 1, 59), None),  # Friday's night
        (at(2026, 6, 6, 2), Reason.OTHER_DAY),
        (at(2026, 6, 5, 1), Reason.OTHER_HOUR),  # Thursday's night
        (at(2026, 6, 5, 21, 59), Reason.OTHER_HOUR),
    ],
)
def test_hours_past_midnight_belong_to_the_day_they_begin_on(moment: datetime, reason: Reason | None):
    friday = PromotionSchedule.model_validate(
        {"weekdays": [5], "hours": [{"start": "22:00", "end": "02:00"}], "zone": "Europe/Rome"}
    )
    assert friday.refusal(moment) == reason


def test_the_hour_that_comes_twice_is_valid_twice_and_the_one_that_is_left_out_never():
    early = PromotionSchedule.model_validate({"hours": [{"start": "02:00", "end": "03:00"}], "zone": "Europe/Rome"})
    twice = [at(2026, 10, 25, 2, 30, fold=fold) for fold in (0, 1)]
    assert twice[1] - twice[0] == timedelta(hours=1)
    assert [early.refusal(moment) for moment in twice] == [None, None]
    spring = datetime(2026, 3, 29, tzinfo=UTC)
    day = [spring + timedelta(minutes=15 * n) for n in range(96)]
    assert all(early.refusal(moment) == Reason.OTHER_HOUR for moment in day[:80])


@pytest.mark.parametrize(("clock", "valid"), [("customer", False), ("shop", True), ("fixed", True)])
def test_whose_clock_counts(clock: str, valid: bool):
    schedule = PromotionSchedule.model_validate({"last_day": "2026-06-03", "clock": clock, "zone": "UTC"})
    moment = datetime(2026, 6, 3, 20, tzinfo=UTC)  # already the 4th in Tokyo
    refusal = schedule.refusal(moment, customer_zone="Asia/Tokyo", shop_zone="Europe/Rome")
    assert (refusal is None) == valid


def test_an_unknown_zone_counts_as_the_fixed_one():
    schedule = PromotionSchedule.model_validate({"last_day": "2026-06-03", "clock": "customer", "zone": "UTC"})
    assert schedule.refusal(datetime(2026, 6, 3, 23, tzinfo=UTC), customer_zone="Mars/Base") is None


@pytest.mark.parametrize(
    "said", [{"zone": "Mars/Base"}, {"first_day": "2026-06-02", "last_day": "2026-06-01"}, {"weekdays": [0]}]
)
def test_what_is_no_schedule_is_refused(said: dict):
    with pytest.raises(ValidationError):
        PromotionSchedule.model_validate(said)


def test_days_from_issue_end_with_the_last_of_them():
    issued = at(2026, 3, 28, 23, 30)
    assert valid_until(issued, 0, "Europe/Rome") == at(2026, 3, 29)
    assert valid_until(issued, 1, "Europe/Rome") == at(2026, 3, 30)
    assert end_of_day(date(2026, 3, 29), "Europe/Rome") - at(2026, 3, 29) == timedelta(hours=23)


def test_periods_start_on_their_first_day():
    wednesday = datetime(2026, 7, 15, 13)
    starts = [period_start(name, wednesday) for name in ("day", "week", "month", "year", "ever")]
    assert starts == [date(2026, 7, 15), date(2026, 7, 13), date(2026, 7, 1), date(2026, 1, 1), date(1970, 1, 1)]


@given(
    moment=st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(["Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"]),
    first=st.dates(date(2025, 6, 1), date(2027, 1, 1)),
    days=st.integers(0, 90),
)
def test_a_schedule_of_days_is_the_stretch_between_two_midnights(moment: datetime, zone: str, first: date, days: int):
    last = first + timedelta(days=days)
    schedule = PromotionSchedule(first_day=first, last_day=last, zone=zone)
    valid = end_of_day(first - timedelta(days=1), zone) <= moment < end_of_day(last, zone)
    assert (schedule.refusal(moment) is None) == valid
