"""Experiments: is what the product says of them true as often as it says?"""

from dataclasses import fields

import numpy as np
import pandas as pd

from evaluation import experiment_runs as runs
from evaluation import experiment_vectors
from evaluation.figures import Figure, Section
from evaluation.households import Households
from evaluation.sources import MissingError, Sources
from intelligence.evaluation_metrics import Numbers
from intelligence.experiments import sequences
from intelligence.experiments.prediction import narrowest
from intelligence.experiments.sums import Sums, difference, mean
from intelligence.experiments.verdicts import WinRule

RUNS = 10_000
MOMENTS = ("2017-06-01", "2017-08-01", "2017-10-01")
PUBLISHED = {
    ("Womens E-Mail", "visit"): 0.0452,
    ("Womens E-Mail", "conversion"): 0.0031,
    ("Womens E-Mail", "spend"): 0.424,
    ("Mens E-Mail", "visit"): 0.0766,
    ("Mens E-Mail", "conversion"): 0.0068,
    ("Mens E-Mail", "spend"): 0.770,
}


def evaluate(sources: Sources) -> Section:
    """Plant experiments, read them out as the product does, count."""
    figures = _planted() | _sample_ratio() | _cost() | _variance(sources) | _hillstrom(sources)
    notes = [
        f"A/A runs: {RUNS:,}, looked at {runs.LOOKS} times, of every metric (opens at 25 %, conversions at 3 %, "
        "revenue of 6 % buyers, log-normal), two and four arms, both rules of winning; the worst of them is shown.",
        "The fixed-horizon figure is what the usual test says at any of the looks; it is right at one look only.",
        "Published numbers are compared where the method is the same, to the last digit that was published.",
    ]
    return Section(
        "experiments", "Experiments", "made here, with seeds; published numbers; the shop's data", figures, notes
    )


def _planted() -> dict[str, Figure]:
    kinds = [(metric, win, arms) for metric in runs.METRICS for win in WinRule for arms in (2, 4)]
    shown = [
        runs.play(metric, win, runs=RUNS, arms=arms, a_look=200, seed=number)
        for number, (metric, win, arms) in enumerate(kinds)
    ]
    worst = {each.name: max(getattr(one, each.name) for one in shown) for each in fields(runs.Shown)}
    two_arms = [one.fixed for one, (_, _, arms) in zip(shown, kinds, strict=True) if arms == 2]
    planted = runs.play(runs.OPENS, WinRule.ANY_LOOK, runs=RUNS, arms=2, a_look=200, lift=0.015, seed=99)
    return {
        "aa_false_win": Figure(
            "no difference: an arm is called better at some look, the worst setting",
            worst["win"],
            reference=float(np.mean(two_arms)),
            reference_name="fixed-horizon test at every look, two arms",
            most=0.05,
        ),
        "aa_false_harm": Figure(
            "no difference: an arm is called worse at some look, the worst setting", worst["harm"], most=0.05
        ),
        "aa_coverage": Figure(
            "the interval holds the truth at every look together, the worst setting",
            1 - max(worst["outside"], planted.outside),
            least=0.95,
        ),
    }


def _sample_ratio() -> dict[str, Figure]:
    equal, wrong = np.array([0.5, 0.5]), np.array([0.51, 0.49])
    return {
        "srm_false_alarm": Figure(
            "right shares: an alarm at some of 500 looks up to 100,000 customers",
            runs.sample_ratio_alarms(equal, runs=RUNS, looks=500, a_look=200),
            most=0.001,
        ),
        "srm_power": Figure(
            "51/49 in place of 50/50: found by 100,000 customers",
            runs.sample_ratio_alarms(wrong, runs=RUNS, looks=100, a_look=1_000, seed=1),
            least=0.97,
        ),
    }


def _cost() -> dict[str, Figure]:
    found, fixed = runs.power(runs=100_000, a_look=100, lift=0.022)
    return {
        "width_ratio": Figure(
            "width of the sequence over that of a fixed 95 % interval, at the planned size",
            float(sequences.multiplier(10_000.0, 0.05, 10_000.0)) / 1.959964,
            most=1.6,
        ),
        "power_cost": Figure(
            "power that looking for harm always costs, a win being decided at the end",
            fixed - found,
            reference=fixed,
            reference_name="power of the fixed test",
            most=0.01,
        ),
        "vectors_max_error": Figure(
            "largest relative error against published numbers", experiment_vectors.max_error(), most=1e-5
        ),
    }


def _variance(sources: Sources) -> dict[str, Figure]:
    """A/A experiments on the shop's households: revenue of four weeks, known before: features and earlier revenue."""
    try:
        tables, _ = sources.complete_journey()
    except MissingError:
        return {}
    households = Households(tables)
    cuts: dict[str, list[float]] = {"cuped": [], "best": []}
    for moment in map(pd.Timestamp, MOMENTS):
        features = households.features(moment)
        outcome = _revenue(tables["baskets"], features.index, moment)
        draws = np.random.default_rng(moment.month)
        arm = draws.uniform(size=len(outcome)) < 0.5
        before = features["spend_30"].to_numpy(dtype=np.float64)
        cuts["cuped"].append(narrowest(outcome, arm, before, None).cut)
        cuts["best"].append(narrowest(outcome, arm, before, features.to_numpy(dtype=np.float64)).cut)
    return {
        "cuped_variance_cut": Figure(
            "variance of the effect on the shop's revenue that is removed by what was known before",
            float(np.mean(cuts["best"])),
            reference=float(np.mean(cuts["cuped"])),
            reference_name="by earlier revenue alone",
            least=0.0,
        ),
        "cuped_variance_cut_least": Figure("the least of three moments", float(min(cuts["best"])), least=0.0),
    }


def _revenue(baskets: pd.DataFrame, households: pd.Index, moment: pd.Timestamp) -> Numbers:
    at = baskets["local_timestamp"]
    within = baskets[(at >= moment) & (at < moment + pd.Timedelta(weeks=4))]
    spent = within.groupby("household_id")["sales_value"].sum().reindex(households, fill_value=0.0)
    return spent.to_numpy(dtype=np.float64)


def _hillstrom(sources: Sources) -> dict[str, Figure]:
    """Three arms read out from their sums; effects as published to the digits published."""
    try:
        table, _ = sources.hillstrom()
    except MissingError:
        return {}
    error = 0.0
    control = table[table["segment"] == "No E-Mail"]
    for (name, outcome), published in PUBLISHED.items():
        arm = table[table["segment"] == name]
        both = [mean(Sums.of(rows[outcome].to_numpy(dtype=np.float64))) for rows in (control, arm)]
        digits = len(f"{published}".partition(".")[2])
        error = max(error, abs(round(float(difference(*both).value), digits) - published))
    return {"hillstrom_error": Figure("Hillstrom's three arms against published effects", error, most=1.1e-3)}
