"""Uplift: planted effects are found, and nothing is found where nothing is."""

import numpy as np
import pytest

from intelligence.uplift import (
    TransformedOutcome,
    TwoModels,
    UpliftSample,
    average_effect,
    cross_fitted_qini,
    normalised_qini,
)
from intelligence.uplift_training import judge


def trial(size, seed, *, effect):
    """Half are moved by `effect` where their second feature is positive, the others not."""
    draws = np.random.default_rng(seed)
    features = draws.normal(size=(size, 3))
    treated = draws.integers(0, 2, size)
    chance = 0.2 + 0.05 * np.tanh(features[:, 0]) + effect * treated * (features[:, 1] > 0)
    return UpliftSample(features, treated, (draws.uniform(size=size) < chance).astype(float))


def test_the_average_effect_is_the_planted_one():
    found = average_effect(trial(40_000, 0, effect=0.1))
    assert found.value == pytest.approx(0.05, abs=0.01)
    assert found.low < 0.05 < found.high


@pytest.mark.parametrize("learner", [TwoModels, TransformedOutcome])
def test_a_learner_ranks_those_who_are_moved_first(learner):
    asked = trial(20_000, 1, effect=0.1)
    uplift = learner.fit(trial(20_000, 2, effect=0.1)).uplift(asked.features)
    moved = asked.features[:, 1] > 0
    assert uplift[moved].mean() - uplift[~moved].mean() > 0.04
    assert cross_fitted_qini(asked, learner).mean() > 0.03


@pytest.mark.parametrize("learner", [TwoModels, TransformedOutcome])
def test_no_heterogeneity_is_found_where_there_is_none(learner):
    scores = cross_fitted_qini(trial(20_000, 3, effect=0.0), learner)
    assert abs(scores.mean()) < 0.03


def test_qini_of_the_best_ranking_is_one_and_of_a_constant_nought():
    draws = np.random.default_rng(4)
    outcome, treated = draws.integers(0, 2, 500).astype(float), draws.integers(0, 2, 500)
    assert normalised_qini(outcome, treated, outcome * treated - outcome * (1 - treated)) == pytest.approx(1.0)
    assert normalised_qini(outcome, treated, np.zeros(500)) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(("effect", "usable"), [(0.0, False), (0.2, True)])
def test_groups_are_offered_where_customers_are_moved_unequally_alone(effect, usable):
    assert judge(trial(4_000, 5, effect=effect)).usable is usable
