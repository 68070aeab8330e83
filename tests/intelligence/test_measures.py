"""Measures against what they must say of made-up truths."""

from functools import partial

import numpy as np
import pytest

from intelligence.measures import (
    bootstrap,
    calibration_curve,
    calibration_error,
    count_errors,
    stability_index,
)


def mean_of(sample, rows):
    return float(sample[rows].mean())


def test_count_errors():
    errors = count_errors(np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 4.0]))
    assert errors.total_ratio == pytest.approx(0.75)
    assert errors.mae == pytest.approx(2 / 3)
    assert errors.rmse == pytest.approx(np.sqrt(2 / 3))


@pytest.mark.parametrize(("shift", "least", "most"), [(0.0, 0.0, 0.012), (0.1, 0.08, 0.12)])
def test_calibration_error_is_the_distance_from_the_truth(shift, least, most):
    draws = np.random.default_rng(0)
    truth = draws.uniform(0.1, 0.8, 40_000)
    happened = (draws.uniform(size=40_000) < truth).astype(float)
    assert least <= calibration_error(happened, truth + shift) <= most


def test_a_calibration_curve_has_bins_of_equal_size_in_order():
    curve = calibration_curve(np.tile([0.0, 1.0], 50), np.linspace(0, 1, 100))
    assert [point.count for point in curve] == [10] * 10
    assert [point.expected for point in curve] == sorted(point.expected for point in curve)


def test_a_bootstrap_interval_holds_the_truth_about_as_often_as_it_says():
    draws = np.random.default_rng(1)
    held = 0
    for turn in range(200):
        sample = draws.normal(5.0, 2.0, 100)
        interval = bootstrap(partial(mean_of, sample), 100, seed=turn)
        held += interval.low <= 5.0 <= interval.high
    assert 175 <= held <= 200


def test_stability_index():
    draws = np.random.default_rng(2)
    before, same, moved = draws.normal(size=5_000), draws.normal(size=5_000), draws.normal(1.0, 1.0, 5_000)
    assert stability_index(before, same) < 0.02
    assert stability_index(before, moved) > 0.25
    assert stability_index(before, np.where(np.arange(5_000) % 2, before, np.nan)) > 0.25


def test_a_constant_feature_has_not_drifted():
    assert stability_index(np.ones(100), np.ones(50)) == 0.0
