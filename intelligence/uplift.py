"""Who responds because of a contact: learners for randomised holdouts, and how well their ranking holds.

Qini curve: Radcliffe, "Using control groups to target on predicted lift", 2007. It is normalised by the best ranking's
area above random, as scikit-uplift's `qini_auc_score` does (that package, and pylift, are no longer maintained;
causalml and econml bring far more than the few lines that this takes).
"""

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from intelligence.measures import Interval, Numbers

Flags = NDArray[np.intp]
_TREES = {
    "objective": "regression",
    "learning_rate": 0.03,
    "num_leaves": 6,
    "min_data_in_leaf": 1000,
    "lambda_l2": 20.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
TREES = 80
_NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Trial:
    """A randomised holdout: one row a customer.

    Attributes:
        features: known before the contact.
        treated: 1 contacted, 0 held out.
        outcome: what happened after.

    """

    features: Numbers
    treated: Flags
    outcome: Numbers

    def take(self, rows: NDArray[np.intp]) -> "Trial":
        """Some of the customers."""
        return Trial(self.features[rows], self.treated[rows], self.outcome[rows])


@dataclass(frozen=True)
class TwoModels:
    """One logistic model of those contacted, one of those held out; uplift is their difference."""

    contacted: Pipeline
    held_out: Pipeline

    @classmethod
    def fit(cls, trial: Trial, *, seed: int = 0) -> "TwoModels":
        """Learn from a trial with a yes-or-no outcome. `seed` is not used: the fit is exact."""
        models = (
            make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(
                trial.features[trial.treated == arm], trial.outcome[trial.treated == arm]
            )
            for arm in (1, 0)
        )
        return cls(*models)

    def uplift(self, features: Numbers) -> Numbers:
        """Change of the outcome's probability that the contact makes."""
        with_it, without = (model.predict_proba(features)[:, 1] for model in (self.contacted, self.held_out))
        return np.asarray(with_it - without, dtype=np.float64)


@dataclass(frozen=True)
class TransformedOutcome:
    """Trees on the transformed outcome (Athey & Imbens, 2015), its noise reduced by a model of the outcome."""

    trees: lgb.Booster

    @classmethod
    def fit(cls, trial: Trial, *, seed: int = 0) -> "TransformedOutcome":
        """Learn from a trial."""
        share = trial.treated.mean()
        usual = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(trial.features, trial.outcome)
        surprise = trial.outcome - usual.predict_proba(trial.features)[:, 1]
        transformed = surprise * (trial.treated - share) / (share * (1 - share))
        return cls(lgb.train(_TREES | {"seed": seed}, lgb.Dataset(trial.features, transformed), TREES))

    def uplift(self, features: Numbers) -> Numbers:
        """Change of the outcome that the contact makes."""
        return np.asarray(self.trees.predict(features), dtype=np.float64)


Learner = type[TwoModels] | type[TransformedOutcome]


def average_effect(trial: Trial) -> Interval:
    """Difference of the means, with its 95 % interval (normal, unequal variances)."""
    arms = [trial.outcome[trial.treated == arm] for arm in (1, 0)]
    effect = float(arms[0].mean() - arms[1].mean())
    error = float(np.sqrt(sum(arm.var(ddof=1) / len(arm) for arm in arms)))
    return Interval(effect, effect - _NORMAL_95 * error, effect + _NORMAL_95 * error)


def cross_fitted_qini(trial: Trial, learner: Learner, *, folds: int = 5, seed: int = 0) -> Numbers:
    """Normalised Qini of each fold, ranked by a model that saw only the others."""
    strata = 2 * trial.treated + trial.outcome.astype(np.intp)
    scores = []
    for learn, ask in StratifiedKFold(folds, shuffle=True, random_state=seed).split(trial.features, strata):
        asked = trial.take(ask)
        uplift = learner.fit(trial.take(learn), seed=seed).uplift(asked.features)
        scores.append(normalised_qini(asked.outcome, asked.treated, uplift))
    return np.array(scores)


def normalised_qini(outcome: Numbers, treated: Flags, uplift: Numbers) -> float:
    """Area of the Qini curve above random, over that of the best possible ranking; 0 = random, 1 = perfect.

    Args:
        outcome: 0 or 1.
        treated: 0 or 1.
        uplift: any score; higher is asked first.

    """
    above = _area_above_random(*_qini_curve(outcome, treated, uplift))
    best = _area_above_random(*_qini_curve(outcome, treated, outcome * treated - outcome * (1 - treated)))
    return above / best


def _qini_curve(outcome: Numbers, treated: Flags, score: Numbers) -> tuple[Numbers, Numbers]:
    """Customers asked, and responses gained among those contacted; equal scores are one point."""
    order = np.argsort(-score, kind="stable")
    outcome, treated, score = outcome[order], treated[order], score[order]
    last = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)
    contacted, responses = np.cumsum(treated)[last], np.cumsum(outcome * treated)[last]
    held_out, others = last + 1 - contacted, np.cumsum(outcome * (1 - treated))[last]
    ratio = np.divide(contacted, held_out, out=np.zeros(len(last)), where=held_out > 0)
    return np.append(0.0, last + 1), np.append(0.0, responses - others * ratio)


def _area_above_random(asked: Numbers, gained: Numbers) -> float:
    return float(np.trapezoid(gained, asked) - asked[-1] * gained[-1] / 2)
