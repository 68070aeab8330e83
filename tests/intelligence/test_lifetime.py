"""Lifetime models: published figures, planted truths, and what a distribution owes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intelligence.lifetime.bgnbd import BgNbd
from intelligence.lifetime.gamma_gamma import GammaGamma
from intelligence.lifetime.history import PurchaseHistory
from intelligence.lifetime.intervals import calibrated_level, coverage, shortest
from intelligence.lifetime.mixture import CHECK_EVERY, CustomerHistories, PurchaseMixture, _foretold

PUBLISHED = BgNbd(0.243, 4.414, 0.793, 2.426, -9582.4)
"""Fader, Hardie & Lee (2005), table 2."""


def one(repeats, recency, age):
    return PurchaseHistory(np.array([float(repeats)]), np.array([float(recency)]), np.array([float(age)]))


def shoppers(size, seed, *, months=40.0):
    """Customers who buy and leave at rates of their own: what they did up to `months`, and in as many after."""
    draws = np.random.default_rng(seed)
    rates, lives = draws.gamma(1.2, 0.15, size), draws.exponential(1 / draws.gamma(0.8, 0.05, size))
    ages = draws.uniform(months * 0.6, months, size)
    repeats, recency, after = np.zeros(size), np.zeros(size), np.zeros(size)
    for place in range(size):
        times = np.cumsum(draws.exponential(1 / rates[place], 200))
        times = times[times < min(lives[place], ages[place] + months)]
        known = times[times <= ages[place]]
        repeats[place], after[place] = len(known), len(times) - len(known)
        recency[place] = known[-1] if len(known) else 0.0
    return PurchaseHistory(repeats, recency, ages), after


def test_bgnbd_expects_what_its_authors_printed():
    # customer 0001 of the CDNOW sample, over the 39 weeks after
    assert PUBLISHED.expected(one(2, 30.43, 38.86), 39.0)[0] == pytest.approx(1.226, abs=0.002)


def test_who_never_bought_again_is_alive_to_bgnbd():
    assert PUBLISHED.alive(one(0, 0, 38.86))[0] == 1.0


@pytest.mark.parametrize("model", [BgNbd, PurchaseMixture])
def test_a_fit_foretells_the_total_of_customers_it_never_saw(model):
    learn, _ = shoppers(3_000, seed=1)
    asked, after = shoppers(3_000, seed=2)
    assert model.fit(learn).expected(asked, 40.0).sum() == pytest.approx(after.sum(), rel=0.12)


def test_an_earlier_time_says_how_closely_to_follow_the_data():
    history, after = shoppers(1_000, seed=5)
    past = CustomerHistories(history, 40.0, after)
    model = PurchaseMixture.fit(history, [past])
    chances = model.distribution(history, 40.0, most=200)[np.arange(len(after)), after.astype(int)]
    by_steps = _foretold(past)
    assert model.steps == CHECK_EVERY * (1 + by_steps.argmax())
    assert np.log(chances).sum() == pytest.approx(by_steps.max(), rel=1e-6)


def test_the_unit_of_time_changes_nothing():
    weeks, _ = shoppers(800, seed=3)
    days = PurchaseHistory(weeks.repeats, weeks.recency * 7, weeks.age * 7)
    for model in (BgNbd, PurchaseMixture):
        one_way, other = model.fit(weeks).expected(weeks, 10.0), model.fit(days).expected(days, 70.0)
        assert other == pytest.approx(one_way, rel=0.02, abs=0.01)


@pytest.fixture(scope="module")
def mixture():
    return PurchaseMixture.fit(shoppers(1_000, seed=4)[0])


@settings(max_examples=40, deadline=None)
@given(repeats=st.integers(0, 25), recency=st.floats(0.1, 30), waited=st.floats(0, 30), horizon=st.floats(0.5, 40))
def test_a_distribution_adds_up_and_has_the_expected_mean(mixture, repeats, recency, waited, horizon):
    history = one(repeats, recency if repeats else 0.0, recency + waited)
    chances = mixture.distribution(history, horizon, most=200)
    assert chances.min() >= -1e-9
    assert chances.sum() == pytest.approx(1.0, abs=1e-6)
    assert (chances @ np.arange(201))[0] == pytest.approx(mixture.expected(history, horizon)[0], rel=1e-3, abs=1e-6)


def test_silence_makes_leaving_likelier(mixture):
    alive = [mixture.alive(one(8, 20.0, 20.0 + waited))[0] for waited in (0, 5, 10, 20)]
    assert alive == sorted(alive, reverse=True)
    assert alive[0] > 0.9
    assert alive[-1] < alive[0]


@pytest.mark.parametrize(
    ("chances", "level", "wanted"),
    [
        ([0.9, 0.1, 0.0], 0.8, (0, 0)),
        ([0.3, 0.5, 0.2], 0.8, (0, 1)),
        ([0.1, 0.5, 0.4], 0.8, (1, 2)),
        ([0.25, 0.25, 0.25, 0.25], 0.5, (0, 1)),
        ([0.1, 0.1, 0.1], 0.8, (0, 2)),
    ],
)
def test_shortest_interval(chances, level, wanted):
    low, high = shortest(np.array([chances]), level)
    assert (low[0], high[0]) == wanted


def test_intervals_calibrated_on_one_slice_cover_another():
    learn, later = shoppers(3_000, seed=5)
    asked, after = shoppers(3_000, seed=6)
    model = PurchaseMixture.fit(learn)
    level = calibrated_level(model.distribution(learn, 40.0, 100), later, 0.8)
    assert coverage(model.distribution(asked, 40.0, 100), level, after) == pytest.approx(0.8, abs=0.04)


def test_gamma_gamma_finds_what_was_planted():
    draws = np.random.default_rng(7)
    p, q, scale = 6.0, 4.0, 15.0
    own = draws.gamma(q, 1 / scale, 6_000)
    purchases = draws.integers(1, 12, 6_000).astype(float)
    mean = draws.gamma(p * purchases, 1 / (own * purchases))
    model = GammaGamma.fit(purchases, mean)
    assert [model.p, model.q, model.scale] == pytest.approx([p, q, scale], rel=0.25)
    truth = p / own
    shrunk, raw = model.expected(purchases, mean), mean
    assert ((shrunk - truth) ** 2).mean() < ((raw - truth) ** 2).mean()


def test_who_bought_nothing_is_expected_to_spend_like_everyone():
    model = GammaGamma(6.0, 4.0, 15.0)
    assert model.expected(np.array([0.0]), np.array([np.nan]))[0] == pytest.approx(6.0 * 15.0 / 3.0)
