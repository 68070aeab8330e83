"""How often the rule of uplift raises a false alarm, and how often it misses: on campaigns planted for the purpose."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
from scipy.stats import binomtest

from evaluation.figures import Figure, Section
from evaluation.sources import Sources
from intelligence.evaluation_metrics import Interval, Numbers
from intelligence.uplift import UpliftSample
from intelligence.uplift_training import judge

FEATURES = 20
BASE, EFFECT = 0.15, 0.05
"""Chance of a response without a contact, in the middle, and what a contact adds to it on average."""
ALARMS, FINDINGS = 400, 100
"""Campaigns without, and with differences to be found."""
MOST_ALARMS = 0.05

Moved = Callable[[Numbers], Numbers]


def evaluate(_sources: Sources) -> Section:
    """Plant campaigns, let the rule judge each."""
    figures = {}
    for customers in (1_000, 4_000):
        said = f"{customers:,} customers, half of them held out"
        figures[f"false_alarms.{customers}"] = Figure.of(
            f"everybody moved alike, {said}: offered all the same",
            _share(ALARMS // 2, customers, _alike),
            most=MOST_ALARMS,
        )
    for customers in (1_000, 4_000, 16_000):
        figures[f"found.{customers}"] = Figure.of(
            f"half moved by twice as much, the rest not at all, {customers:,} customers: found",
            _share(FINDINGS // 2 if customers > 4_000 else FINDINGS, customers, _half),
        )
    return Section(
        "uplift_rule",
        "Uplift's rule, on planted campaigns",
        "made here, with a seed for each campaign",
        figures,
        [
            f"Responses: {BASE:.0%} without a contact, more or less by one of {FEATURES} features; a contact adds "
            f"{EFFECT:.0%} on average. What is counted is whether groups would be offered at all (ADR 0010).",
            "Campaigns of other shapes than these may raise more alarms: correlated features, rarer responses.",
        ],
    )


def _alike(features: Numbers) -> Numbers:
    return np.full(len(features), EFFECT)


def _half(features: Numbers) -> Numbers:
    return np.where(features[:, 1] > 0, 2 * EFFECT, 0.0)


def _share(campaigns: int, customers: int, moved: Moved) -> Interval:
    with ProcessPoolExecutor() as pool:
        offered = sum(pool.map(partial(_offered, customers=customers, moved=moved), range(campaigns)))
    interval = binomtest(offered, campaigns).proportion_ci(method="wilson")
    return Interval(offered / campaigns, float(interval.low), float(interval.high))


def _offered(seed: int, customers: int, moved: Moved) -> bool:
    draws = np.random.default_rng([seed, customers])
    features = draws.normal(size=(customers, FEATURES))
    treated = draws.integers(0, 2, customers)
    chance = BASE + 0.05 * np.tanh(features[:, 0]) + moved(features) * treated
    outcome = (draws.uniform(size=customers) < chance).astype(float)
    return judge(UpliftSample(features, treated, outcome), seed=seed).usable
