"""Experiments planted by the thousand, read out by the product's own functions at many looks. Vectorised over runs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from intelligence.experiments import sample_ratio, sequences
from intelligence.experiments.multiplicity import holm
from intelligence.experiments.sums import ENOUGH, MeanEstimate, Sums, difference, mean
from intelligence.experiments.verdicts import ErrorBudget, WinRule, harm_p, win_p

Numbers = NDArray[np.float64]
LOOKS = 60
ALPHA = 0.05
_CHUNK = 1_000


@dataclass(frozen=True)
class Metric:
    """A planted metric: how often it is not 0, and how it spreads where it is not (None: it is 1)."""

    name: str
    rate: float
    spread: float | None = None


OPENS = Metric("opens", 0.25)
CONVERSIONS = Metric("conversions", 0.03)
REVENUE = Metric("revenue", 0.06, spread=1.0)
METRICS = (OPENS, CONVERSIONS, REVENUE)


@dataclass(frozen=True)
class Shown:
    """What came up in so many runs, as shares of them.

    Attributes:
        win: some arm was called better at some look.
        harm: some arm was called worse at some look.
        fixed: the usual test would have called some arm better at some look.
        outside: the interval of the first arm missed the truth at some look.

    """

    win: float
    harm: float
    fixed: float
    outside: float


def cumulative(draws: np.random.Generator, metric: Metric, runs: int, *, arms: int, a_look: int, lift: float) -> Sums:
    """Sums by run, look and arm; the arms after the first have their rate raised by `lift`."""
    rates = np.full(arms, metric.rate)
    rates[1:] += lift
    counts = draws.binomial(a_look, rates, size=(runs, LOOKS, arms)).astype(np.float64)
    if metric.spread is None:
        total = squares = counts
    else:
        spent = draws.lognormal(3.0, metric.spread, int(counts.sum()))
        owner = np.repeat(np.arange(counts.size), counts.ravel().astype(np.int64))
        total = np.asarray(np.bincount(owner, spent, counts.size), dtype=np.float64).reshape(counts.shape)
        squares = np.asarray(np.bincount(owner, spent**2, counts.size), dtype=np.float64).reshape(counts.shape)
    n = np.broadcast_to(np.arange(1, LOOKS + 1)[None, :, None] * float(a_look), counts.shape)
    return Sums(n, total.cumsum(axis=1), squares.cumsum(axis=1))


def effects(sums: Sums, *, binary: bool) -> MeanEstimate:
    """Each arm over the control: shapes (runs, looks, arms - 1)."""
    every = mean(sums, binary=binary)
    n = np.broadcast_to(every.n, np.shape(every.value))

    def pick(part: slice) -> MeanEstimate:
        return MeanEstimate(np.asarray(every.value)[..., part], np.asarray(every.variance)[..., part], n[..., part])

    return difference(pick(slice(0, 1)), pick(slice(1, None)))


def play(metric: Metric, win: WinRule, *, runs: int, arms: int, a_look: int, lift: float = 0.0, seed: int = 0) -> Shown:
    """Runs of one kind, looked at `LOOKS` times, the last look at the planned end."""
    draws = np.random.default_rng([seed, arms, a_look])
    planned = 2.0 * a_look * LOOKS
    whole, budget = ErrorBudget(planned, win), ErrorBudget(planned, win).shared_by(arms - 1)
    seen = np.zeros(4)
    truth = lift * (1.0 if metric.spread is None else float(np.exp(3 + metric.spread**2 / 2)))
    for begun in range(0, runs, _CHUNK):
        some = min(_CHUNK, runs - begun)
        effect = effects(
            cumulative(draws, metric, some, arms=arms, a_look=a_look, lift=lift), binary=metric.spread is None
        )
        enough = np.asarray(effect.n) >= 2 * ENOUGH
        won = holm(np.asarray(win_p(effect, whole))) <= whole.win_alpha
        harmed = holm(np.asarray(harm_p(effect, whole))) <= whole.harm_alpha
        fixed = (sequences.fixed_p(effect) <= ALPHA) & enough & (np.asarray(effect.value) != 0)
        bounds = sequences.interval(effect, budget.alpha, planned)
        outside = ((bounds.low > truth) | (bounds.high < truth)) & enough & (np.asarray(effect.variance) > 0)
        seen += [kind.any(axis=(1, 2)).sum() for kind in (won, harmed, fixed, outside)]
    return Shown(*(seen / runs).tolist())


def sample_ratio_alarms(shares: Numbers, *, runs: int, looks: int, a_look: int, seed: int = 0) -> float:
    """Share of runs with an alarm of wrong shares at some look, where `shares` are true and equal ones were planned."""
    draws = np.random.default_rng(seed)
    equal = np.full(len(shares), 1 / len(shares))
    alarms = 0
    for begun in range(0, runs, _CHUNK):
        counts = draws.multinomial(a_look, shares, size=(min(_CHUNK, runs - begun), looks)).cumsum(axis=1)
        p = sample_ratio.sequential_p(counts.astype(np.float64), equal)
        alarms += int((p <= sample_ratio.MISMATCH).any(axis=1).sum())
    return alarms / runs


def power(*, runs: int, a_look: int, lift: float, seed: int = 1) -> tuple[float, float]:
    """Chance to find a lift of opens: with harm looked for always and a win at the end, and by the fixed test."""
    draws = np.random.default_rng(seed)
    budget = ErrorBudget(2.0 * a_look * LOOKS)
    found = fixed = 0
    for begun in range(0, runs, _CHUNK):
        some = min(_CHUNK, runs - begun)
        effect = effects(cumulative(draws, OPENS, some, arms=2, a_look=a_look, lift=lift), binary=True)
        stopped = (np.asarray(harm_p(effect, budget)) <= budget.harm_alpha).any(axis=(1, 2))
        won = np.asarray(win_p(effect, budget))[:, -1, 0] <= budget.win_alpha
        two_sided = np.asarray(sequences.fixed_p(effect))[:, -1, 0] <= ALPHA
        found += int((won & ~stopped).sum())
        fixed += int((two_sided & (np.asarray(effect.value)[:, -1, 0] > 0)).sum())
    return found / runs, fixed / runs
