"""The best hour of a week: whose hours count, time zones, quiet hours."""

import math
from datetime import UTC, datetime, time, timedelta

import pytest

from domain.contact import QuietHours
from domain.i18n import as_written, sentence
from domain.send_time import (
    HOURS,
    NOTHING,
    HourlyProfile,
    Week,
    best_hour,
    counted,
    hour_of_week,
    shrink,
    shrinkage,
    week_of,
)

FLAT = [1 / HOURS] * HOURS
NOON = datetime(2026, 6, 10, 12, 20, tzinfo=UTC)  # a Wednesday


def peaked(*slots, share=0.2):
    rest = (1 - share * len(slots)) / (HOURS - len(slots))
    return [share if slot in slots else rest for slot in range(HOURS)]


def week(shares):
    return Week(shares, as_written("a test's words"), "own")


@pytest.mark.parametrize(
    ("zone", "local", "expected"),
    [
        ("UTC", (2, 19), datetime(2026, 6, 10, 19, tzinfo=UTC)),
        ("America/New_York", (2, 19), datetime(2026, 6, 10, 23, tzinfo=UTC)),
        ("Asia/Kolkata", (3, 8), datetime(2026, 6, 11, 3, tzinfo=UTC)),
    ],
)
def test_the_hour_is_of_the_customers_own_clock(zone, local, expected):
    day, hour = local
    found = best_hour(24, now=NOON, zone=zone, week=week(peaked(day * 24 + hour)))
    assert found.at == expected
    assert not found.late
    assert "their best hour of the next 24" in str(found.why)


def test_it_lies_within_the_hours_asked_for():
    far, near = 4 * 24 + 9, 2 * 24 + 15
    shares = peaked(far, share=0.5)
    shares[near] = 0.1
    assert best_hour(24, now=NOON, zone="UTC", week=week(shares)).at == NOON.replace(hour=15, minute=0)
    assert best_hour(48, now=NOON, zone="UTC", week=week(shares)).at == datetime(2026, 6, 12, 9, tzinfo=UTC)


def test_the_present_hour_can_be_the_best():
    found = best_hour(24, now=NOON, zone="UTC", week=week(peaked(2 * 24 + 12)))
    assert (found.at, found.late) == (NOON, True)


def test_quiet_hours_are_left_out():
    late, second = 2 * 24 + 23, 2 * 24 + 18
    shares = peaked(late, share=0.5)
    shares[second] = 0.1
    quiet = QuietHours(start=time(21), end=time(8))
    found = best_hour(12, now=NOON, zone="UTC", week=week(shares), quiet=[quiet])
    assert found.at == NOON.replace(hour=18, minute=0)


def test_where_every_hour_is_quiet_or_nothing_is_known_it_goes_on_at_once():
    quiet = QuietHours(start=time(9), end=time(8, 59))
    assert best_hour(3, now=NOON, zone="UTC", week=week(FLAT), quiet=[quiet]).late
    unknown = week_of(NOTHING, [0] * HOURS, None)
    assert unknown.by == "nobody"
    found = best_hour(24, now=NOON, zone="UTC", week=unknown)
    assert (found.at, found.late) == (NOON, True)


def test_own_visits_outweigh_people_alike_as_they_grow():
    habits = HourlyProfile(FLAT, {"1": peaked(10)}, day_strengths=[(10, 1.0)], week_strength=50, personal=True)
    nobody = week_of(habits, [0] * HOURS, "1")
    assert (nobody.by, max(range(HOURS), key=nobody.shares.__getitem__)) == ("alike", 10)
    visits = [0] * HOURS
    for day in range(7):
        visits[day * 24 + 21] = 6
    own = week_of(habits, visits, "1")
    assert own.by == "own"
    assert sum(own.shares) == pytest.approx(1)
    assert max(range(HOURS), key=own.shares.__getitem__) % 24 == 21
    assert week_of(habits, visits, "7").words == sentence("visits", visits=42, whose=sentence("everybody"))


def test_what_somebody_did_says_how_strongly_they_are_shrunk():
    strengths = [(2.0, 0.2), (1e5, 0.8)]
    spread, kept = [1] * 24, [0] * 9 + [24] + [0] * 14
    prior = [1 / 24] * 24
    assert shrinkage(spread, prior, strengths) > 1_000
    assert shrinkage(kept, prior, strengths) == pytest.approx(2, rel=0.01)
    assert shrinkage([0] * 9 + [1] + [0] * 14, prior, strengths) > 4  # one visit says little
    assert shrinkage([0] * 24, prior, strengths) > 0
    assert shrink([0] * HOURS, FLAT, strengths, 50) == pytest.approx(FLAT)
    assert shrinkage(kept, [0.0] + [1 / 23] * 23, strengths) < 3
    assert math.isfinite(shrinkage([24] + [0] * 23, [0.0] + [1 / 23] * 23, strengths))


def test_hours_that_foretell_nothing_leave_everybodys():
    habits = HourlyProfile(peaked(33), {}, [(10, 1.0)], 50, personal=False, why=sentence("no_model_yet"))
    found = week_of(habits, [9] + [0] * (HOURS - 1), "1")
    assert found.by == "everyone"
    assert "no model has been learned yet" in str(found.words)
    assert hour_of_week(best_hour(168, now=NOON, zone="UTC", week=found).at, "UTC") == 33


def test_visits_are_counted_on_local_clocks():
    sunday_late = datetime(2026, 6, 14, 23, 30, tzinfo=UTC)
    assert counted([sunday_late], "UTC")[6 * 24 + 23] == 1
    assert counted([sunday_late], "Europe/Rome")[1] == 1  # Monday 1:30
    hour = [sunday_late + timedelta(minutes=each) for each in range(25)]
    assert sum(counted([*hour, sunday_late + timedelta(days=7)], "UTC")) == 2  # one long evening, and another
