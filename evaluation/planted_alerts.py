"""Alerts on simulated campaigns: planted drops, planted causes, and nothing at all.

Hours follow weekday and hour on a shop's clock that changes twice a year; holidays are quiet and read later; days are
better and worse than each other, hours too, counts are binomial on top. Sending grows or shrinks slowly.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from evaluation.figures import Figure
from intelligence.evaluation_metrics import Interval
from intelligence.rate_alerts import WARM_UP_HOURS, Cause, HourlySeries, RateChange, RateSlice, cause_of, changes

ZONE = ZoneInfo("Europe/Rome")
START = datetime(2026, 1, 5, tzinfo=UTC)
HOLIDAYS = frozenset(
    date(2026, *day) for day in ((1, 6), (4, 5), (4, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8))
)
DAYS = 300
QUIET_SERIES, DROPS, CAUSES = 12, 300, 300
BUSINESS = range(9, 18)
DAY_NOISE, HOUR_NOISE = 0.05, 0.04
DIMENSIONS = {"provider": (0.6, 0.4), "domain": (0.5, 0.3, 0.15, 0.05), "campaign": (0.4, 0.3, 0.2, 0.1)}


@dataclass(frozen=True)
class World:
    """A shop's opens: what is sent in each hour, and the true rate of opens."""

    sent: NDArray[np.float64]
    rate: NDArray[np.float64]
    slots: NDArray[np.int64]
    holidays: NDArray[np.bool_]
    local_hours: NDArray[np.int64]


def world(seed: int, days: int = DAYS) -> World:
    """A shop; sizes differ by seed."""
    draws = np.random.default_rng([18, seed])
    local = [(START + timedelta(hours=hour)).astimezone(ZONE) for hour in range(days * 24)]
    hours = np.array([moment.hour for moment in local])
    weekdays = np.array([moment.weekday() for moment in local])
    holidays = np.array([moment.date() in HOLIDAYS for moment in local])
    size = np.exp(draws.uniform(np.log(1_500), np.log(8_000)))
    shape = 0.15 + np.exp(-(((hours - 10.5) / 3.5) ** 2)) + 0.7 * np.exp(-(((hours - 17) / 2.5) ** 2))
    week = np.array([1.0, 1.05, 1.0, 1.1, 0.9, 0.5, 0.4])[weekdays]
    growth = np.exp(draws.normal(0, 0.15) * np.arange(len(hours)) / len(hours))
    sending = size * shape * week * growth * np.where(holidays, 0.35, 1.0)
    sent = draws.poisson(sending * np.exp(draws.normal(0, 0.15, len(hours)))).astype(float)
    logit = -1.1 + 0.25 * np.sin((hours - 6) / 24 * 2 * np.pi) + np.array([0, 0, 0.05, 0, -0.05, 0.15, 0.2])[weekdays]
    logit += np.where(holidays, 0.2 + 0.1 * np.sin(hours), 0.0)
    logit += np.repeat(draws.normal(0, DAY_NOISE, days), 24) + draws.normal(0, HOUR_NOISE, len(hours))
    return World(sent, 1 / (1 + np.exp(-logit)), weekdays * 24 + hours, holidays, hours)


def _changes(opened: NDArray[np.float64], shop: World, since: int, until: int) -> dict[int, RateChange]:
    """As the product looks: a day's hours at a time, each judged by its past alone."""
    found: dict[int, RateChange] = {}
    for first in range(since, until, 24):
        end = min(first + 24, until)
        found |= changes(HourlySeries(opened[:end], shop.sent[:end], shop.slots[:end], shop.holidays[:end]), first)
    return found


def quiet(seed: int) -> tuple[int, int]:
    """False alarms of a series in which nothing is planted (one a day at most), and its days."""
    shop = world(seed)
    opened = np.random.default_rng([19, seed]).binomial(shop.sent.astype(int), shop.rate).astype(float)
    days = {hour // 24 for hour in _changes(opened, shop, WARM_UP_HOURS + 24, len(opened))}
    return len(days), DAYS - WARM_UP_HOURS // 24 - 1


def _onset(shop: World, draws: np.random.Generator) -> int:
    while True:
        hour = int(draws.integers(8 * 168, len(shop.sent) - 48))
        if shop.local_hours[hour] in BUSINESS and shop.slots[hour] < 5 * 24 and not shop.holidays[hour]:
            return hour


def found(seed: int) -> bool:
    """Whether 30 % fewer opens are found by two complete hours."""
    shop, draws = world(seed, 120), np.random.default_rng([20, seed])
    onset = _onset(shop, draws)
    rate = shop.rate.copy()
    rate[onset:] *= 0.7
    opened = draws.binomial(shop.sent.astype(int), rate).astype(float)
    return any(change.score < 0 for change in _changes(opened, shop, onset, onset + 2).values())


def right(seed: int) -> bool:
    """Whether the slice is named in which opens fell to between a fifth and a half."""
    draws = np.random.default_rng([21, seed])
    dimension = str(draws.choice(list(DIMENSIONS)))
    broken = int(draws.integers(3 if dimension != "provider" else 2))
    left = draws.uniform(0.2, 0.5)
    sent = draws.uniform(2_000, 8_000)
    sizes = list(np.meshgrid(*DIMENSIONS.values(), indexing="ij"))
    cells = draws.poisson(sent * np.prod(sizes, axis=0) * np.exp(draws.normal(0, 0.3, sizes[0].shape)))
    rates = 0.25 * np.exp(draws.normal(0, 0.25, cells.shape))
    expected = cells * rates
    axis = list(DIMENSIONS).index(dimension)
    moved = rates * np.exp(draws.normal(0, DAY_NOISE) + draws.normal(0, HOUR_NOISE, cells.shape))
    place = [slice(None)] * 3
    place[axis] = broken  # type: ignore[call-overload]
    moved[tuple(place)] *= left
    opened = draws.binomial(cells, np.clip(moved, 0, 1))
    slices = []
    for at, (name, shares) in enumerate(DIMENSIONS.items()):
        others = tuple(other for other in range(3) if other != at)
        happened, wanted = opened.sum(axis=others), expected.sum(axis=others)
        slices += [RateSlice(name, str(value), happened[value], wanted[value]) for value in range(len(shares))]
    said: Cause | None = cause_of(slices, float(opened.sum()), float(expected.sum()))
    return said is not None and (said.dimension, said.value) == (dimension, str(broken))


def figures() -> dict[str, Figure]:
    """The three figures of alerts."""
    with ProcessPoolExecutor(2) as pool:
        alarms = list(pool.map(quiet, range(QUIET_SERIES)))
        drops = sum(pool.map(found, range(1_000, 1_000 + DROPS)))
        causes = sum(map(right, range(CAUSES)))
    false, days = (sum(column) for column in zip(*alarms, strict=True))
    return {
        "planted_drop_found": Figure.of(
            f"30 % fewer opens in business hours: found by two complete hours ({DROPS} drops)",
            _share(drops, DROPS),
            least=0.95,
        ),
        "false_per_1000_series_days": Figure(
            f"nothing planted: days with a false alarm by 1,000 series-days ({days:,} days)",
            1_000 * false / days,
            most=1.0,
        ),
        "cause_right": Figure.of(
            f"opens of one provider, domain or campaign fall: it is named ({CAUSES} causes)",
            _share(causes, CAUSES),
            least=0.9,
        ),
    }


def _share(part: int, whole: int) -> Interval:
    interval = binomtest(part, whole).proportion_ci(method="wilson")
    return Interval(part / whole, float(interval.low), float(interval.high))
