"""Anomalies in a series, and the benchmark's score by hand-worked cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.anomaly_benchmark import LabelledSeries, benchmark_score
from intelligence.anomaly_detection import alarms, anomaly_scores, find_anomalies

DAY = 24


def _days(count: int, seed: int = 3) -> np.ndarray:
    hours = np.arange(count * DAY)
    noise = np.random.default_rng(seed).normal(0, 1, len(hours))
    return 100 + 20 * np.sin(2 * np.pi * hours / DAY) + noise


def test_a_quiet_series_raises_no_alarm() -> None:
    assert find_anomalies(_days(60), DAY, warm_up=10 * DAY).alarms == []


@pytest.mark.parametrize("change", [-60.0, 60.0])
def test_a_level_that_shifts_is_found_within_a_day_and_once(change: float) -> None:
    values = _days(60)
    values[40 * DAY :] += change
    found = find_anomalies(values, DAY, warm_up=10 * DAY).alarms
    assert 40 * DAY <= found[0] < 41 * DAY
    assert len([index for index in found if index < 42 * DAY]) == 1


def test_a_day_of_a_wrong_shape_is_found() -> None:
    values = _days(60)
    values[40 * DAY : 41 * DAY] = 100
    found = find_anomalies(values, DAY, warm_up=10 * DAY, threshold=1.5).alarms
    assert any(40 * DAY <= index < 42 * DAY for index in found)


@given(st.integers(100, 700), st.integers(0, 10_000))
def test_a_score_reads_only_the_past(length: int, seed: int) -> None:
    values = np.random.default_rng(seed).normal(50, 5, 800)
    whole = anomaly_scores(values, DAY, warm_up=60)
    part = anomaly_scores(values[:length], DAY, warm_up=60)
    assert np.allclose(whole[:length], part)


@pytest.mark.parametrize("values", [np.zeros(500), np.full(500, 7.5), np.array([1.0]), np.array([])])
def test_series_without_any_change_are_silent(values: np.ndarray) -> None:
    assert find_anomalies(values, DAY, warm_up=50).alarms == []


def test_values_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="not finite"):
        find_anomalies(np.array([1.0, np.nan]), DAY, warm_up=1)


def test_no_second_alarm_within_the_rest() -> None:
    scores = np.array([0.0, 5, 5, 5, 5, 0, 5])
    assert alarms(scores, threshold=3, rest=2) == [1, 4]


def _series(windows: list[tuple[int, int]], points: int = 1_000) -> LabelledSeries:
    return LabelledSeries(np.zeros(points), np.arange(0.0, points * 3600.0, 3600.0), windows)


def test_saying_nothing_scores_nothing_and_the_window_s_first_point_everything() -> None:
    series = [_series([(400, 499)]), _series([(500, 599), (800, 899)])]
    assert benchmark_score(series, [[], []]) == pytest.approx(0)
    assert benchmark_score(series, [[400], [500, 800]]) == pytest.approx(100)


def test_a_second_alarm_in_a_window_changes_nothing_and_one_in_the_warm_up_neither() -> None:
    series = [_series([(400, 499)])]
    assert benchmark_score(series, [[10, 400, 450, 499]]) == pytest.approx(benchmark_score(series, [[400]]))


def test_an_alarm_at_the_window_s_middle_earns_what_the_sigmoid_says() -> None:
    # 50 points before the edge of a window of 100: S(-0.5) / S(-1), on the way from 0 (nothing) to 100
    s = [2 / (1 + np.exp(5 * y)) - 1 for y in (-0.5, -1.0)]
    assert benchmark_score([_series([(400, 499)])], [[450]]) == pytest.approx(100 * (s[0] / s[1] + 1) / 2)


def test_an_alarm_far_from_any_window_costs_eleven_hundredths() -> None:
    found = benchmark_score([_series([(400, 419)])], [[400, 900]])
    assert found == pytest.approx(100 * (1 - 0.11 + 1) / 2)
