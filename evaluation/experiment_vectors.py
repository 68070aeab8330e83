"""Numbers that others published of experiments, as facts, with their sources; and ours beside them."""

import numpy as np

from intelligence.experiments import sample_ratio, sequences
from intelligence.experiments.sums import MeanEstimate, Sums, difference, mean, relative

Pair = tuple[float, float]


def compared() -> dict[str, list[Pair]]:
    """Ours and the published number, by source. Only where the method is the same."""
    return {
        "gbstats 0.8.0 (MIT), sequential tests": _gbstats(),
        "gbstats 0.8.0 (MIT), standard error of a lift": _lift_error(),
        "confseq 0.0.11 (MIT), tests of its C++ part": _confseq(),
        "Statsig's three arms: chi-square": _sample_ratio(),
    }


def _gbstats() -> list[Pair]:
    control, arm = mean(Sums(3000, 1396.87, 52377.9767)), mean(Sums(3461, 2422.7, 134698.29))
    bounds = sequences.interval(relative(control, arm), 0.05, 1_000)
    lift = relative(mean(Sums.proportion(3000, 1396), binary=True), mean(Sums.proportion(3461, 2422), binary=True))
    shares = sequences.interval(lift, 0.05, 5_000)
    return [
        (float(bounds.low), -0.55844),
        (float(bounds.high), 1.56516),
        (float(lift.value), 0.50386),
        (float(shares.low), 0.40098),
        (float(shares.high), 0.60675),
    ]


def _lift_error() -> list[Pair]:
    control, arm = MeanEstimate(0.41, 3.9**2 / 3407, 3407), MeanEstimate(0.70, 6.2**2 / 3461, 3461)
    lift = relative(control, arm)
    return [
        (float(lift.value), 0.70732),
        (float(np.sqrt(lift.variance)), 0.37879),
        (float(difference(control, arm).value), 0.29),
    ]


def _confseq() -> list[Pair]:
    scale = 100.0
    half = float(sequences.multiplier(scale, 0.05, scale)) * scale**0.5
    bounds = sequences.bernoulli_interval(700, 1000, 0.05, 100)
    return [
        (1 / sequences.tuning(0.05, scale), 12.60056),
        (half, 30.35209),
        (float(bounds.low), 0.651629),
        (float(bounds.high), 0.745949),
    ]


def _sample_ratio() -> list[Pair]:
    counts = np.array([166_080.0, 171_180.0, 166_300.0])
    return [(round(sample_ratio.chi_square(counts, np.full(3, 1 / 3))[0], 1), 99.0)]


def max_error() -> float:
    """The largest relative error, less what the published number's own rounding (half of its last digit) explains."""
    worst = 0.0
    for pairs in compared().values():
        for ours, published in pairs:
            digits = len(repr(published).partition(".")[2])
            rounding = 0.5 * 10**-digits
            worst = max(worst, max(abs(ours - published) - rounding, 0.0) / abs(published))
    return worst
