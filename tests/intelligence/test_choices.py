"""Off-policy estimates and best hours, against planted truths."""

import numpy as np
import pytest

from domain.send_time import shrinkage
from intelligence.hour_mixture import HourMixtureModel, pulls
from intelligence.ope_estimators import Log, doubly_robust, inverse_propensity, mean_by_customer

TRUTH = np.array([[0.1, 0.5, 0.3], [0.6, 0.2, 0.3]])
"""Chance of a reward: kind of customer x action."""


def logged(size, seed):
    draws = np.random.default_rng(seed)
    kind, who = np.arange(size) % 2, np.arange(size) // 4
    propensities = np.array([0.2, 0.3, 0.5])
    action = draws.choice(3, size, p=propensities)
    reward = (draws.uniform(size=size) < TRUTH[kind, action]).astype(float)
    return Log(action, propensities[action], reward, who), kind


@pytest.mark.parametrize("expected", [TRUTH, np.full((2, 3), 0.9), np.zeros((2, 3))])
def test_estimates_are_right_whatever_the_model_believes(expected):
    log, kind = logged(40_000, 0)
    best = TRUTH[kind].argmax(axis=1)
    robust = mean_by_customer(doubly_robust(log, best, expected[kind]), log.who)
    assert robust.value == pytest.approx(0.55, abs=0.02)
    assert robust.low < robust.value < robust.high
    assert inverse_propensity(log, best).mean() == pytest.approx(0.55, abs=0.02)


def test_a_good_model_narrows_the_interval():
    log, kind = logged(8_000, 1)
    best = TRUTH[kind].argmax(axis=1)
    widths = []
    for values in (doubly_robust(log, best, TRUTH[kind]), inverse_propensity(log, best)):
        found = mean_by_customer(values, log.who)
        widths.append(found.high - found.low)
    assert widths[0] < widths[1]


def active(size, seed, *, personal):
    """Activity in 28 slots; with `personal`, mostly in one slot of the customer's own."""
    draws = np.random.default_rng(seed)
    everyone = draws.dirichlet(np.full(28, 2.0))
    own = draws.integers(0, 28, size)
    counts = np.zeros((size, 28))
    for place in range(size):
        shares = 0.4 * everyone + 0.6 * np.eye(28)[own[place]] if personal else everyone
        counts[place] = draws.multinomial(draws.integers(0, 12), shares)
    return counts, own, everyone


def test_own_hours_are_found_from_a_few_observations():
    counts, own, _ = active(2_000, 2, personal=True)
    groups = np.zeros(2_000, dtype=np.intp)
    found = HourMixtureModel.fit(counts, groups).expected(counts, groups).argmax(axis=1)
    seen = counts.sum(axis=1) >= 6
    assert (found[seen] == own[seen]).mean() > 0.9


def test_without_own_hours_everyone_gets_the_same():
    counts, _, everyone = active(2_000, 3, personal=False)
    groups = np.zeros(2_000, dtype=np.intp)
    model = HourMixtureModel.fit(counts, groups)
    assert sum(share for strength, share in model.strengths if strength > 100) > 0.95
    assert model.expected(counts, groups) == pytest.approx(np.broadcast_to(everyone, counts.shape), abs=0.03)


def test_some_keep_hours_of_their_own_and_others_none():
    theirs, own, _ = active(400, 2, personal=True)
    others, _, everyone = active(1_600, 2, personal=False)
    counts = np.vstack([theirs, others])
    groups = np.zeros(len(counts), dtype=np.intp)
    model = HourMixtureModel.fit(counts, groups)
    assert sum(share for strength, share in model.strengths if strength < 10) == pytest.approx(0.2, abs=0.07)
    found = model.expected(counts, groups)
    seen = theirs.sum(axis=1) >= 6
    assert (found[:400].argmax(axis=1) == own)[seen].mean() > 0.85
    assert everyone[found[400:].argmax(axis=1)].mean() > 0.85 * everyone.max()
    # journeys ask about one customer, by the same numbers
    prior = model.shares[groups]
    for row in range(0, 2_000, 100):
        if counts[row].sum():
            expected = pulls(counts[row : row + 1], prior[:1], model.strengths)[0]
            assert shrinkage(counts[row].tolist(), prior[0].tolist(), model.strengths) == pytest.approx(expected)


def test_who_was_never_seen_gets_the_group_hours():
    counts, _, _ = active(500, 4, personal=True)
    groups = np.arange(500, dtype=np.intp) % 2
    model = HourMixtureModel.fit(counts, groups)
    unseen = model.expected(np.zeros((2, 28)), np.array([0, 1]))
    assert unseen == pytest.approx(model.shares)
