"""Sudden drops and jumps of hourly counts, with a model of what makes such counts vary.

An hour is expected to be as the same hour of the same weekday was in the weeks before, moved by how the last week was
(the trend). Two kinds of noise are learned from the past: of whole days (a good or bad day moves all of its hours
alike) and of hours. A change is called when two usable hours after each other lie on one side, both together by
`THRESHOLD` standard deviations, each by `EACH`. Hours of which too little is expected are passed over.

A holiday is held against its weekday and against Sundays: only what fits neither is a change.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

WEEKS = 8
"""Weeks of the past that the same hour is looked up in."""
WARM_UP_HOURS = 3 * 7 * 24
THRESHOLD = 4.0
EACH = 2.0
LEAST_EXPECTED = 30.0
"""Of an hour with less nothing is said."""
LEAST_CHANGE = 0.1
"""A smaller relative change is no news, however sure."""
LONGEST_GAP = 3
"""Hours: two usable ones further apart do not follow each other."""
_DECAY = 0.85
_TREND_HOURS = 7 * 24
_SUNDAY = 6
_SLOTS = 7 * 24


@dataclass(frozen=True)
class HourlySeries:
    """A series of complete hours, without gaps.

    Attributes:
        happened: how often it happened, shape (n,).
        chances: out of so many; None for a volume, which is out of nothing.
        slots: hour of the week on the shop's clock, Monday 0:00 is 0.
        holidays: whether the hour lies on a holiday.

    """

    happened: Numbers
    chances: Numbers | None
    slots: NDArray[np.int64]
    holidays: Flags


@dataclass(frozen=True)
class RateChange:
    """The last two usable hours differ from what was expected.

    Attributes:
        score: standard deviations, negative for a drop.
        happened, expected: of both hours together.
        first: index of the first of them.

    """

    score: float
    happened: float
    expected: float
    first: int


@dataclass(frozen=True)
class _Expected:
    mean: Numbers
    spread: Numbers
    """What one unit on the log or logit scale moves the count by."""
    noise: Numbers
    """Variance of a count by chance alone."""


def latest_change(hours: HourlySeries, threshold: float = THRESHOLD) -> RateChange | None:
    """Whether the last hour, with the usable one before it, is a change; None if not, or if too little is known.

    Args:
        hours: up to the hour that is asked about.
        threshold: the least score of both hours together.

    """
    return changes(hours, len(hours.happened) - 1, threshold).get(len(hours.happened) - 1)


def changes(hours: HourlySeries, since: int, threshold: float = THRESHOLD) -> dict[int, RateChange]:
    """Hours from index `since` on that are changes, each with the usable one before it: judged by its past alone.

    Args:
        hours: complete ones.
        since: the first that is asked about.
        threshold: the least score of both hours together.

    """
    count = len(hours.happened)
    first = max(since - WEEKS * _SLOTS, 0)
    asked = range(max(since, WARM_UP_HOURS), count)
    if not asked:
        return {}
    recent = HourlySeries(
        hours.happened[first:],
        None if hours.chances is None else hours.chances[first:],
        hours.slots[first:],
        hours.holidays[first:],
    )
    ends = [index - first for index in asked]
    found = _judged(recent, recent.slots, ends, threshold)
    if recent.holidays[min(ends) - LONGEST_GAP :].any():
        as_sunday = np.where(recent.holidays, _SUNDAY * 24 + recent.slots % 24, recent.slots)
        other = _judged(recent, as_sunday, ends, threshold)
        found = {end: _agreed(change, other.get(end), recent.holidays) for end, change in found.items()}
    return {
        end + first: RateChange(change.score, change.happened, change.expected, change.first + first)
        for end, change in found.items()
        if change is not None
    }


def _agreed(change: RateChange | None, other: RateChange | None, holidays: Flags) -> RateChange | None:
    """Of a change on a holiday, what both days that it is held against say."""
    if change is None or not holidays[change.first : change.first + LONGEST_GAP + 1].any():
        return change
    if other is None or np.sign(other.score) != np.sign(change.score):
        return None
    return min(change, other, key=lambda each: abs(each.score))


def _judged(
    hours: HourlySeries, slots: NDArray[np.int64], ends: Sequence[int], threshold: float
) -> dict[int, RateChange | None]:
    learn = ~hours.holidays
    expected = _expected(HourlySeries(hours.happened, hours.chances, slots, hours.holidays), learn)
    found: dict[int, RateChange | None] = {}
    for end in ends:
        pair = _pair(expected.mean, end)
        if pair is not None:
            change = _change(hours, expected, _noise(hours, expected, learn, end), pair, threshold)
            if change is not None:
                found[end] = change
    return found


def _change(
    hours: HourlySeries, expected: _Expected, noise: tuple[float, float], pair: tuple[int, int], threshold: float
) -> RateChange | None:
    both = np.array(pair)
    hour_noise, day_noise = noise
    gaps = hours.happened[both] - expected.mean[both]
    each = gaps / np.sqrt(expected.noise[both] * hour_noise + (expected.spread[both] ** 2) * day_noise)
    variance = (expected.noise[both] * hour_noise).sum() + expected.spread[both].sum() ** 2 * day_noise
    score = gaps.sum() / np.sqrt(variance)
    wanted = float(expected.mean[both].sum())
    sure = abs(score) >= threshold and (np.sign(each) == np.sign(score)).all() and (np.abs(each) >= EACH).all()
    if not sure or abs(gaps.sum()) < LEAST_CHANGE * wanted:
        return None
    return RateChange(float(score), float(hours.happened[both].sum()), wanted, pair[0])


def _pair(mean: Numbers, last: int) -> tuple[int, int] | None:
    """The last hour and the usable one before it."""
    if mean[last] < LEAST_EXPECTED:
        return None
    for index in range(last - 1, max(last - 1 - LONGEST_GAP, -1), -1):
        if mean[index] >= LEAST_EXPECTED:
            return index, last
    return None


def _expected(hours: HourlySeries, learn: Flags) -> _Expected:
    """What each hour should be by those of the same slot before it, moved by the trend of the week before it."""
    count = len(hours.happened)
    chances = np.ones(count) if hours.chances is None else hours.chances
    usual = np.zeros(count)
    totals, sums = np.zeros(_SLOTS), np.zeros(_SLOTS)
    known = hours.happened[learn].sum() / max(chances[learn].sum(), 1e-9)
    prior = 0.5 if hours.chances is None else 20.0
    for index in range(count):
        slot = hours.slots[index]
        usual[index] = (sums[slot] + prior * known) / (totals[slot] + prior)
        if learn[index]:
            sums[slot] = _DECAY * sums[slot] + hours.happened[index]
            totals[slot] = _DECAY * totals[slot] + chances[index]
    plain = usual * chances
    moved = plain * _trend(hours.happened, plain, learn)
    if hours.chances is None:
        return _Expected(moved, moved, np.maximum(moved, 1.0))
    share = np.clip(np.divide(moved, chances, out=np.zeros(count), where=chances > 0), 1e-6, 1 - 1e-6)
    noise = chances * share * (1 - share)
    return _Expected(chances * share, noise, np.maximum(noise, 1e-9))


def _trend(happened: Numbers, plain: Numbers, learn: Flags) -> Numbers:
    """By how much the week up to the day before differed from what its slots said; near 1 where little is known."""
    seen, wanted = (np.concatenate([[0.0], np.cumsum(np.where(learn, each, 0.0))]) for each in (happened, plain))
    ends = np.maximum(np.arange(len(happened)) - 24, 0)
    begins = np.maximum(ends - _TREND_HOURS, 0)
    prior = 200.0
    return np.asarray((seen[ends] - seen[begins] + prior) / (wanted[ends] - wanted[begins] + prior))


def _noise(hours: HourlySeries, expected: _Expected, learn: Flags, last: int) -> tuple[float, float]:
    """How much more than by chance hours vary (a factor, 1 at least), and the variance of whole days (log scale)."""
    usable = learn & (expected.mean >= LEAST_EXPECTED)
    usable[:_SLOTS] = False
    usable[max(last - 1, 0) :] = False
    usable[: max(last - WEEKS * _SLOTS, 0)] = False
    gaps = hours.happened - expected.mean
    days = (np.arange(len(gaps)) - last) // 24
    shifts, chance = [], []
    hourly: list[Numbers] = []
    for day in np.unique(days[usable]):
        of_day = usable & (days == day)
        if of_day.sum() < 4:
            continue
        spread = expected.spread[of_day]
        shift = gaps[of_day].sum() / spread.sum()
        shifts.append(shift)
        chance.append(expected.noise[of_day].sum() / spread.sum() ** 2)
        hourly.append((gaps[of_day] - shift * spread) / np.sqrt(expected.noise[of_day]))
    if len(shifts) < 7:
        return 2.0, 0.03
    scaled = np.concatenate(hourly)
    factor = max(_robust_variance(scaled), 1.0)
    day = _robust_variance(np.array(shifts)) - factor * float(np.median(chance))
    # a handful of days says little of how far they may differ: never less than two per cent
    return factor, max(day * (1 + 4 / len(shifts)), 0.02**2)


def _robust_variance(values: Numbers) -> float:
    """The larger of what the middle half and what nine tenths of the values say: heavy tails count."""
    middle = np.median(values)
    half, most = np.quantile(np.abs(values - middle), [0.5, 0.9])
    return float(max(half / 0.6745, most / 1.6449) ** 2)


@dataclass(frozen=True)
class RateSlice:
    """A part of the series: those of one value of one dimension."""

    dimension: str
    value: str
    happened: float
    expected: float

    @property
    def gap(self) -> float:
        """What is missing, negative, or too much."""
        return self.happened - self.expected


@dataclass(frozen=True)
class Cause:
    """A slice and the share of the whole change that lies in it."""

    dimension: str
    value: str
    share: float
    happened: float
    expected: float


def cause_of(slices: Sequence[RateSlice], happened: float, expected: float) -> Cause | None:
    """The smallest slice that explains most of a change: it changed far more than what lies outside it did.

    A slice that holds everything explains nothing; of two that hold the same, the first dimension's is taken.
    """
    whole = happened - expected
    best: tuple[float, Cause] | None = None
    for each in slices:
        outside = expected - each.expected
        if each.expected <= 0 or outside < 0.05 * expected or whole == 0 or each.gap * whole <= 0:
            continue
        inside_change = each.gap / each.expected
        outside_change = (whole - each.gap) / outside
        share = min(each.gap / whole, 1.0)
        # how much better two rates explain the hour than one: the likelihood ratio of Poisson counts
        rest = happened - each.happened
        gained = (
            _likelihood(each.happened, each.expected) + _likelihood(rest, outside) - _likelihood(happened, expected)
        )
        if share < 0.5 or abs(inside_change) < 1.5 * abs(outside_change):
            continue
        if best is None or gained > best[0] * 1.02 + 1e-9:
            best = gained, Cause(each.dimension, each.value, share, each.happened, each.expected)
    return best[1] if best else None


def _likelihood(happened: float, expected: float) -> float:
    """Log-likelihood ratio of a Poisson count with its own rate against the expected one."""
    if expected <= 0:
        return 0.0
    return happened * float(np.log(max(happened, 1e-9) / expected)) - (happened - expected)
