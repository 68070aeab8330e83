"""The detector of anomalies on the Numenta benchmark, beside what others publish there."""

import numpy as np
from numpy.typing import NDArray

from evaluation import planted_alerts
from evaluation.anomaly_benchmark import LabelledSeries, benchmark_score
from evaluation.figures import Figure, Section
from evaluation.sources import Sources
from intelligence.anomaly_detection import REST_SHARE, THRESHOLD, Numbers, alarms, anomaly_scores

LEAST = 50.0
PUBLISHED_KNN_CAD = 58.0
THRESHOLDS = np.arange(1.5, 4.01, 0.05)
SPLITS = 20


def evaluate(sources: Sources) -> Section:
    """Score all series with one setting, and say how much of it is the choice of the threshold."""
    series = sources.nab()
    scores = [anomaly_scores(one.values, one.points_per_day, one.warm_up) for one in series]
    gaussian = [_distance_from_past(one.values) for one in series]
    figures = {
        "nab_standard": Figure(
            f"standard profile, one setting for all {len(series)} series (threshold {THRESHOLD})",
            _score(series, scores, THRESHOLD),
            reference=PUBLISHED_KNN_CAD,
            reference_name="KNN-CAD as published; HTM 70.5, Twitter ADVec 47.1",
            least=LEAST,
        ),
        "nab_held_out": Figure(
            f"the same, the threshold chosen on half of the series and scored on the others (mean of {SPLITS} splits)",
            _held_out(series, scores),
        ),
        "nab_windowed_gaussian": Figure(
            "distance from the past's mean alone, no rest after an alarm, best threshold",
            max(_score(series, gaussian, threshold, rest_share=0.0) for threshold in np.arange(2.0, 10.0, 0.1)),
            reference=39.6,
            reference_name="windowed Gaussian as published: the scorer agrees",
        ),
        **planted_alerts.figures(),
    }
    return Section(
        "alerts",
        "Anomalies in time series (Numenta benchmark)",
        "the data folder",
        figures,
        [
            "The published scores choose their threshold on the whole benchmark, as the first figure does.",
            "Planted: hourly opens of simulated shops (1,500 to 8,000 messages in a busy hour), with weekday, hour, "
            "growth, clock changes and holidays that the rule is told; days vary by 5 %, hours by 4 % beyond chance. "
            "Smaller shops are told later: an hour in which fewer than 30 are expected says nothing.",
        ],
    )


def _score(
    series: list[LabelledSeries], scores: list[Numbers], threshold: float, rest_share: float = REST_SHARE
) -> float:
    found = [
        alarms(score, threshold, rest=round(rest_share * one.warm_up))
        for one, score in zip(series, scores, strict=True)
    ]
    return benchmark_score(series, found)


def _held_out(series: list[LabelledSeries], scores: list[Numbers]) -> float:
    draws = np.random.default_rng(1)
    measured = []
    for _ in range(SPLITS):
        order = draws.permutation(len(series))
        learn, judge = np.array_split(order, 2)
        chosen = max(THRESHOLDS, key=lambda level: _of(series, scores, learn, level))
        measured.append(_of(series, scores, judge, chosen))
    return float(np.mean(measured))


def _of(series: list[LabelledSeries], scores: list[Numbers], chosen: NDArray[np.intp], threshold: float) -> float:
    return _score([series[index] for index in chosen], [scores[index] for index in chosen], threshold)


def _distance_from_past(values: Numbers) -> Numbers:
    sums, squares = (np.concatenate([[0.0], np.cumsum(numbers)]) for numbers in (values, values**2))
    counts = np.arange(1, len(values))
    means = sums[1:-1] / counts
    deviations = np.sqrt(np.maximum(squares[1:-1] / counts - means**2, 1e-12))
    return np.concatenate([[0.0], np.abs(values[1:] - means) / deviations])
