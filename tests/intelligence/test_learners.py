"""Classifier and clusters: planted truths are found, kept models answer the same, names stay."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from intelligence.classifier import Baseline, Boosted, Slice
from intelligence.clusters import Clusters, Words
from intelligence.evaluation_metrics import calibration_error

WORDS = {"orders": Words("frequent", "seldom"), "recency": Words("lapsing", "bought lately")}


def piece(size, seed):
    draws = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "recency": draws.exponential(20, size),
            "frequency": draws.gamma(2, 2, size),
            "noise": draws.normal(size=size),
        }
    )
    odds = 1.5 - 0.08 * frame["recency"] + 0.9 * (frame["frequency"] > 4) * (frame["recency"] < 30)
    outcome = (draws.uniform(size=size) < 1 / (1 + np.exp(-odds))).astype(float)
    frame.loc[draws.uniform(size=size) < 0.05, "noise"] = np.nan
    return Slice(datetime(2026, 1, 1 + seed % 28, tzinfo=UTC), frame, outcome)


@pytest.fixture(scope="module")
def boosted():
    return Boosted.fit([piece(2_000, 1), piece(2_000, 2), piece(2_000, 3)])


def test_boosted_trees_beat_the_baseline_and_are_calibrated(boosted):
    asked = piece(6_000, 4)
    baseline = Baseline.fit([piece(2_000, 1), piece(2_000, 2)])
    losses = [
        float(((model.probabilities(asked.features) - asked.outcome) ** 2).mean()) for model in (boosted, baseline)
    ]
    assert losses[0] < losses[1]
    assert calibration_error(asked.outcome, boosted.probabilities(asked.features)) < 0.03


def test_contributions_name_what_matters(boosted):
    importances = boosted.importances(piece(500, 5).features)
    assert next(iter(importances)) == "recency"
    assert importances["noise"] < importances["frequency"]


def test_kept_models_answer_the_same(boosted):
    asked = piece(300, 6)
    baseline = Baseline.fit([piece(500, 1)])
    assert Boosted.load(boosted.dump()).probabilities(asked.features) == pytest.approx(
        boosted.probabilities(asked.features)
    )
    assert Baseline.load(baseline.dump()) == baseline


def test_columns_are_found_by_name(boosted):
    asked = piece(100, 7).features
    assert boosted.probabilities(asked[["noise", "frequency", "recency"]]) == pytest.approx(
        boosted.probabilities(asked)
    )


def crowd(seed, *, shift=0.0):
    """Three kinds of customers."""
    draws = np.random.default_rng(seed)
    centres = np.array([[40, 3], [3, 80], [15, 30]]) * (1 + shift)
    rows = np.vstack([draws.normal(centre, [2.0, 4.0], (300, 2)) for centre in centres])
    return pd.DataFrame(np.maximum(rows, 0), columns=["orders", "recency"])


def test_planted_clusters_are_found_and_named():
    found = Clusters.fit(crowd(1), WORDS)
    assert found.chosen.count == 3
    assert found.chosen.stability > 0.95
    assert found.hierarchy_agreement > 0.9
    assert {"frequent" in name for name in found.names} == {True, False}
    labels = found.assign(crowd(1))
    assert all(len(set(labels[start : start + 300])) == 1 for start in (0, 300, 600))


def test_clusters_keep_number_and_name_from_run_to_run():
    first = Clusters.fit(crowd(1), WORDS, seed=0)
    second = Clusters.fit(crowd(2, shift=0.03), WORDS, last=first, seed=5)
    assert second.names == first.names
    assert (second.assign(crowd(1)) == first.assign(crowd(1))).mean() > 0.98


def test_kept_clusters_answer_the_same():
    found = Clusters.fit(crowd(1), WORDS)
    kept = Clusters.load(found.dump())
    assert (kept.assign(crowd(3)) == found.assign(crowd(3))).all()
    assert kept.place(crowd(3)) == pytest.approx(found.place(crowd(3)))
    assert (kept.names, kept.tried) == (found.names, found.tried)


def test_a_missing_value_counts_as_usual():
    found = Clusters.fit(crowd(1), WORDS)
    some = crowd(1).iloc[:5].assign(recency=np.nan)
    assert len(found.assign(some)) == 5
