"""Measures against what they must say of made-up truths."""

from functools import partial

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from intelligence.evaluation_metrics import (
    Distribution,
    auc,
    bootstrap,
    calibration_curve,
    calibration_error,
    calibration_interval,
    count_errors,
    log_losses,
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


@pytest.mark.parametrize("shift", [0.0, 0.03])
def test_a_calibration_error_lies_in_its_own_interval(shift):
    draws = np.random.default_rng(1)
    truth = draws.uniform(0.1, 0.8, 2_000)
    happened = (draws.uniform(size=2_000) < truth).astype(float)
    found = calibration_interval(happened, truth + shift, rounds=100)
    assert found.value == calibration_error(happened, truth + shift)
    assert 0 <= found.low < found.value < found.high < found.value + 0.03


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


def test_shifts_of_a_distribution():
    draws = np.random.default_rng(2)
    before, same, moved = draws.normal(size=5_000), draws.normal(size=5_000), draws.normal(1.0, 1.0, 5_000)
    assert Distribution.of(before).shift(same) < 0.02
    assert Distribution.of(before).shift(moved) > 0.25
    assert Distribution.of(before).shift(np.where(np.arange(5_000) % 2, before, np.nan)) > 0.25


def test_a_constant_feature_has_not_drifted():
    assert Distribution.of(np.ones(100)).shift(np.ones(50)) == 0.0


def test_losses_and_ranks_are_those_of_scikit_learn():
    draws = np.random.default_rng(3)
    happened, said = draws.integers(0, 2, 300).astype(float), np.round(draws.uniform(0.01, 0.99, 300), 2)
    assert log_losses(happened, said).mean() == pytest.approx(log_loss(happened, said))
    assert auc(happened, said) == pytest.approx(roc_auc_score(happened, said))
    assert auc(np.ones(5), np.arange(5.0)) == 0.5
