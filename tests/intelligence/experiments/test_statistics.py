"""Statistics of experiments: against published numbers, against libraries, and by their own algebra."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from domain.experiments import ExperimentMetric, ExperimentPlan
from evaluation import experiment_vectors
from intelligence.experiments import factorial, power, prediction, sample_ratio, sequences
from intelligence.experiments.by_day import effects_by_day
from intelligence.experiments.multiplicity import benjamini_hochberg, holm
from intelligence.experiments.sums import MeanEstimate, Sums, adjusted_difference, difference, mean, ratio, relative
from intelligence.experiments.verdicts import ErrorBudget, WinRule, harm_p, win_p

EQUAL = np.array([0.5, 0.5])


@pytest.mark.parametrize(
    ("source", "ours", "published"),
    [(source, *pair) for source, pairs in experiment_vectors.compared().items() for pair in pairs],
)
def test_published_numbers(source, ours, published):
    digits = len(repr(published).partition(".")[2])
    assert abs(ours - published) <= 0.5 * 10**-digits * 1.02 + 1e-5 * abs(published), source


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12))
@settings(max_examples=10, deadline=None)
def test_adjustments_equal_statsmodels(values):
    """Few examples: statsmodels collects all garbage of the process at each call."""
    p = np.array(values)
    assert np.allclose(holm(p), multipletests(p, method="holm")[1])
    assert np.allclose(benjamini_hochberg(p), multipletests(p, method="fdr_bh")[1])


def test_adjusts_many_experiments_at_once():
    p = np.random.default_rng(0).uniform(size=(5, 7, 4))
    assert np.allclose(holm(p)[3, 2], holm(p[3, 2]))
    assert np.allclose(benjamini_hochberg(p)[3, 2], benjamini_hochberg(p[3, 2]))


def test_size_equals_statsmodels_closely():
    need = power.customers_needed(0.2 * 0.8, 0.02, alpha=0.025, power=0.8)
    theirs = NormalIndPower().solve_power(proportion_effectsize(0.22, 0.2), alpha=0.05, power=0.8)
    assert abs(need / theirs - 1) < 0.05  # theirs takes the variance of both rates
    assert power.detectable(need, 0.16, alpha=0.025, power=0.8) == pytest.approx(0.02, rel=1e-3)


def test_deciding_at_any_look_takes_more_customers():
    at_end = power.customers_needed(0.16, 0.02)
    any_look = power.customers_needed(0.16, 0.02, win=WinRule.ANY_LOOK)
    assert any_look > 1.5 * at_end
    assert power.plan(at_end, 3, 1_000).days == -(-3 * at_end // 1_000)
    assert power.plan(at_end, 3, 0).days is None


@given(st.floats(-6, 6), st.integers(200, 10**6), st.floats(0.001, 0.2), st.integers(200, 10**6))
@settings(max_examples=60, deadline=None)
def test_p_and_interval_say_the_same(z, n, alpha, planned):
    estimate = MeanEstimate(z, 1.0, n)
    bounds = sequences.interval(estimate, alpha, planned)
    excluded = bounds.low > 0 or bounds.high < 0
    assert excluded == (sequences.p_value(estimate, alpha, planned) < alpha)
    one_sided = sequences.lower_bound(estimate, alpha / 2, planned) > 0
    assert one_sided == (sequences.one_sided_p(estimate, alpha / 2, planned) < alpha / 2)


def test_a_sequence_is_wider_than_one_look_and_tightest_at_the_planned_size():
    widths = [float(sequences.multiplier(n, 0.05, 10_000)) for n in (1_000, 10_000, 100_000)]
    assert widths[1] == min(widths)
    assert 1.5 < widths[1] / 1.959964 < 1.6


def test_ratio_of_ones_is_the_mean_and_its_error_equals_resampling():
    draws = np.random.default_rng(1)
    below = (draws.poisson(3, 4_000) + 1).astype(np.float64)
    above = draws.binomial(below.astype(int), 0.2).astype(float)
    ours = ratio(Sums.of(above, below))
    picks = draws.integers(0, 4_000, (2_000, 4_000))
    resampled = above[picks].sum(axis=1) / below[picks].sum(axis=1)
    assert float(ours.value) == pytest.approx(above.sum() / below.sum())
    assert float(ours.variance) ** 0.5 == pytest.approx(resampled.std(), rel=0.06)
    assert float(ratio(Sums.of(above, np.ones(4_000))).variance) == pytest.approx(float(mean(Sums.of(above)).variance))


def test_lift_over_nothing_says_nothing():
    lift = relative(mean(Sums.proportion(500, 0), binary=True), mean(Sums.proportion(500, 7), binary=True))
    assert np.isinf(lift.variance)
    assert sequences.p_value(lift, 0.05, 1_000) == 1


@given(st.integers(0, 10**6), st.floats(-0.99, 0.99))
@settings(max_examples=25, deadline=None)
def test_a_covariate_never_widens(seed, strength):
    draws = np.random.default_rng(seed)
    before = draws.lognormal(size=300)
    after = strength * before + draws.normal(size=300)
    arm = draws.uniform(size=300) < 0.4
    control, other = Sums.of(after[~arm], before[~arm]), Sums.of(after[arm], before[arm])
    reduced, cut = adjusted_difference(control, other)
    assert float(reduced.variance) <= float(difference(mean(control), mean(other)).variance) * (1 + 1e-9)
    assert 0 <= float(cut) <= 1


def test_forecasts_narrow_what_no_single_number_foretells():
    draws = np.random.default_rng(2)
    features = draws.normal(size=(4_000, 3))
    outcome = np.sin(3 * features[:, 0]) * features[:, 1] * 3 + draws.normal(size=4_000)
    arm = draws.uniform(size=4_000) < 0.5
    found = prediction.narrowest(outcome + 0.5 * arm, arm, features[:, 2], features)
    assert found.method == "forecast"
    assert found.cut > 0.3
    assert abs(float(found.estimate.value) - 0.5) < 4 * float(found.estimate.variance) ** 0.5


def test_winsor_limit_is_of_those_who_spent():
    assert prediction.winsor_limit(np.array([0.0] * 1_000 + list(range(1, 1_001)))) == pytest.approx(999.001)
    assert prediction.winsor_limit(np.zeros(10)) == 0


def test_wrong_shares_are_found_and_right_ones_are_not():
    assert sample_ratio.sequential_p(np.array([[500.0, 500.0], [100.0, 900.0]]), EQUAL).tolist()[0] > 0.05
    assert sample_ratio.sequential_p(np.array([100.0, 900.0]), EQUAL) < sample_ratio.MISMATCH
    assert sample_ratio.sequential_p(np.zeros(2), EQUAL) == 1
    statistic, p = sample_ratio.chi_square(np.array([46.0, 54.0]), EQUAL)
    assert (statistic, p) == pytest.approx(tuple(stats.chisquare([46, 54])))


def test_harm_is_seen_early_and_a_win_waits_for_the_end():
    budget = ErrorBudget(planned=10_000)
    early_harm = MeanEstimate(-0.05, 0.01**2, 2_000)
    assert harm_p(early_harm, budget) < budget.harm_alpha
    early_win = MeanEstimate(0.05, 0.01**2, 2_000)
    assert win_p(early_win, budget) == 1
    assert win_p(MeanEstimate(0.05, 0.01**2, 10_000), budget) < budget.win_alpha
    assert win_p(early_win, ErrorBudget(planned=10_000, win=WinRule.ANY_LOOK)) < budget.win_alpha
    assert harm_p(early_harm, budget, margin=0.05) == 1
    assert harm_p(MeanEstimate(-1.0, 1e-6, 150), budget) == 1  # too few to say


def test_full_design_reads_main_effects_and_interactions():
    truth = {cell: 1 + 2 * cell[0] - cell[1] + 0.5 * cell[0] * cell[1] for cell in factorial.full_design([2, 2])}
    cells = {cell: MeanEstimate(value, 0.04, 100) for cell, value in truth.items()}
    found = {(effect.factors, effect.levels): effect for effect in factorial.effects(cells)}
    assert found[(0,), (1,)].estimate.value == pytest.approx(2.25)
    assert found[(1,), (1,)].estimate.value == pytest.approx(-0.75)
    assert found[(0, 1), (1, 1)].estimate.value == pytest.approx(0.5)
    assert found[(0,), (1,)].estimate.variance == pytest.approx(0.04)
    assert all(not effect.aliases for effect in found.values())


def test_half_a_design_says_what_it_cannot_tell_apart():
    cells = {cell: MeanEstimate(float(cell[0]), 0.01, 50) for cell in factorial.half_fraction(3)}
    assert len(cells) == 4
    found = {effect.factors: effect for effect in factorial.effects(cells)}
    assert found[0,].estimate.value == pytest.approx(1)
    assert (1, 2) in found[0,].aliases or (1, 2) not in found


@pytest.mark.parametrize("effect", [5e-324, 1e-200, 1e9])
@pytest.mark.parametrize("variance", [5e-324, 0.25, 1e18])
def test_sizes_of_extreme_questions_are_numbers(effect: float, variance: float):
    per_arm = power.customers_needed(variance, effect)
    assert 0 <= per_arm <= 10**10
    days = power.plan(per_arm, 20, 5e-324).days
    assert days is not None
    assert days <= 10**10


def test_effects_by_day_leave_out_days_of_few():
    plan = ExperimentPlan(hypothesis="h", control="a", primary=ExperimentMetric(event="e"), planned_customers=2000)
    cells = {
        ("a", 0): Sums.proportion(500, 100),
        ("b", 0): Sums.proportion(500, 200),
        ("a", 1): Sums.proportion(500, 50),
        ("b", 1): Sums.proportion(90, 40),
    }
    [first] = effects_by_day(plan, cells)
    assert (first.day, first.arm, first.n) == (0, "b", 500)
    assert first.low < 0.2 < first.high
    assert first.effect == pytest.approx(0.2)
