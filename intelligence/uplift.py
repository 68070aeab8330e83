"""Who responds because of a contact: learners for randomised holdouts, and how well their ranking holds.

Qini curve: Radcliffe, "Using control groups to target on predicted lift", 2007. It is normalised by the best ranking's
area above random, as scikit-uplift's `qini_auc_score` does (that package, and pylift, are no longer maintained;
causalml and econml bring far more than the few lines that this takes).
"""

import json
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from intelligence.evaluation_metrics import Interval, Numbers
from intelligence.features import NAMES

Flags = NDArray[np.intp]
_TREES: dict[str, Any] = {
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
class UpliftSample:
    """A randomised holdout: one row a customer.

    Attributes:
        features: known before the contact.
        treated: 1 contacted, 0 held out.
        outcome: what happened after.

    """

    features: Numbers
    treated: Flags
    outcome: Numbers

    def take(self, rows: NDArray[np.intp]) -> "UpliftSample":
        """Some of the customers."""
        return UpliftSample(self.features[rows], self.treated[rows], self.outcome[rows])


@dataclass(frozen=True)
class TwoModels:
    """One logistic model of those contacted, one of those held out; uplift is their difference."""

    contacted: Pipeline
    held_out: Pipeline

    def kept(self) -> Any:
        """As JSON can hold it: of each arm mean, scale, weights and intercept."""
        return [
            [scaler.mean_.tolist(), scaler.scale_.tolist(), model.coef_[0].tolist(), float(model.intercept_[0])]
            for scaler, model in (pipeline.named_steps.values() for pipeline in (self.contacted, self.held_out))
        ]

    @classmethod
    def of(cls, kept: Any) -> "TwoModels":
        """What `kept` held."""
        return cls(*(_restored(*arm) for arm in kept))

    @classmethod
    def fit(cls, trial: UpliftSample, *, seed: int = 0) -> "TwoModels":
        """Learn from a trial with a yes-or-no outcome. `seed` is not used: the fit is exact."""
        models = (
            _logistic(int((trial.treated == arm).sum())).fit(
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

    def kept(self) -> Any:
        """As JSON can hold it: LightGBM's own text."""
        return self.trees.model_to_string()

    @classmethod
    def of(cls, kept: Any) -> "TransformedOutcome":
        """What `kept` held."""
        return cls(lgb.Booster(model_str=kept))

    @classmethod
    def fit(cls, trial: UpliftSample, *, seed: int = 0) -> "TransformedOutcome":
        """Learn from a trial."""
        share = trial.treated.mean()
        usual = _logistic(len(trial.outcome)).fit(trial.features, trial.outcome)
        surprise = trial.outcome - usual.predict_proba(trial.features)[:, 1]
        transformed = surprise * (trial.treated - share) / (share * (1 - share))
        leaf = min(_TREES["min_data_in_leaf"], max(len(transformed) // 20, 20))
        grown = _TREES | {"seed": seed, "min_data_in_leaf": leaf}
        return cls(lgb.train(grown, lgb.Dataset(trial.features, transformed), TREES))

    def uplift(self, features: Numbers) -> Numbers:
        """Change of the outcome that the contact makes."""
        return np.asarray(self.trees.predict(features), dtype=np.float64)


Learner = type[TwoModels] | type[TransformedOutcome]
LEARNERS: dict[str, Learner] = {"two models": TwoModels, "transformed outcome": TransformedOutcome}


@dataclass(frozen=True)
class UpliftModel:
    """A learner with the numbers it was fed, kept as JSON.

    Attributes:
        learner: one of `LEARNERS`.
        fitted: it.
        typical: each feature's median, on the scale of `numbers`: what a missing one counts as.

    """

    learner: str
    fitted: TwoModels | TransformedOutcome
    typical: Numbers

    @classmethod
    def fit(cls, trial: UpliftSample, learner: str, typical: Numbers, *, seed: int = 0) -> "UpliftModel":
        """Learn from everybody of a trial."""
        return cls(learner, LEARNERS[learner].fit(trial, seed=seed), typical)

    @staticmethod
    def typical_of(known: pd.DataFrame) -> Numbers:
        """Medians of features; 0 for one that nobody has."""
        logs = _logs(known)
        some = ~np.isnan(logs).all(axis=0)
        typical = np.zeros(logs.shape[1])
        typical[some] = np.nanmedian(logs[:, some], axis=0)
        return typical

    @staticmethod
    def numbers(known: pd.DataFrame, typical: Numbers) -> Numbers:
        """Features as a learner takes them: logarithms, gaps filled."""
        logs = _logs(known)
        return np.asarray(np.where(np.isnan(logs), typical, logs), dtype=np.float64)

    def uplift(self, known: pd.DataFrame) -> Numbers:
        """Change of each customer's chance that a contact makes."""
        found: Numbers = self.fitted.uplift(self.numbers(known, self.typical))
        return found

    def dump(self) -> str:
        """The model as JSON."""
        kept = {"learner": self.learner, "typical": self.typical.tolist(), "fitted": self.fitted.kept()}
        return json.dumps(kept)

    @classmethod
    def load(cls, text: str) -> "UpliftModel":
        """The model that `dump` wrote."""
        kept = json.loads(text)
        return cls(kept["learner"], LEARNERS[kept["learner"]].of(kept["fitted"]), np.array(kept["typical"]))


def _logs(known: pd.DataFrame) -> Numbers:
    return np.asarray(np.log1p(np.maximum(known[list(NAMES)].to_numpy(dtype=np.float64), 0)), dtype=np.float64)


def _logistic(customers: int) -> Pipeline:
    """Few customers can't carry many weights: the fewer, the more they are held back."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=min(1.0, customers / 10_000), max_iter=1000))


def _restored(mean: list[float], scale: list[float], weights: list[float], intercept: float) -> Pipeline:
    scaler, model = StandardScaler(), LogisticRegression()
    scaler.mean_, scaler.scale_, scaler.n_features_in_ = np.array(mean), np.array(scale), len(mean)
    model.coef_, model.intercept_, model.classes_ = np.array([weights]), np.array([intercept]), np.array([0.0, 1.0])
    return make_pipeline(scaler, model)


def average_effect(trial: UpliftSample) -> Interval:
    """Difference of the means, with its 95 % interval (normal, unequal variances)."""
    arms = [trial.outcome[trial.treated == arm] for arm in (1, 0)]
    effect = float(arms[0].mean() - arms[1].mean())
    error = float(np.sqrt(sum(arm.var(ddof=1) / len(arm) for arm in arms)))
    return Interval(effect, effect - _NORMAL_95 * error, effect + _NORMAL_95 * error)


def cross_fitted_qini(trial: UpliftSample, learner: Learner, *, folds: int = 5, seed: int = 0) -> Numbers:
    """Normalised Qini of each fold, ranked by a model that saw only the others."""
    strata = 2 * trial.treated + trial.outcome.astype(np.intp)
    scores = []
    for learn, ask in StratifiedKFold(folds, shuffle=True, random_state=seed).split(trial.features, strata):
        asked = trial.take(ask)
        uplift = learner.fit(trial.take(learn), seed=seed).uplift(asked.features)
        scores.append(normalised_qini(asked.outcome, asked.treated, uplift))
    return np.array(scores)


def cross_fitted_uplift(
    trial: UpliftSample, learner: Learner, *, folds: int = 5, rounds: int = 5, seed: int = 0
) -> Numbers:
    """Each customer's uplift as models say that never saw them, one row a way to fold."""
    strata = 2 * trial.treated + trial.outcome.astype(np.intp)
    found = np.zeros((rounds, len(trial.treated)))
    for turn in range(rounds):
        split = StratifiedKFold(folds, shuffle=True, random_state=seed + turn).split(trial.features, strata)
        for learn, ask in split:
            found[turn, ask] = learner.fit(trial.take(learn), seed=seed + turn).uplift(trial.features[ask])
    return found


def evidence(trial: UpliftSample, rankings: Numbers) -> float:
    """How sure it is that a ranking tells who is moved more, in standard errors; noise alone gives 0 on average.

    The covariance of rank score and transformed outcome, which is nought where all are moved alike; the median over
    ways to fold, which Chernozhukov, Demirer, Duflo & Fernandez-Val ("Generic machine learning inference on
    heterogeneous treatment effects", 2018) show to be safe at twice its error.

    Args:
        trial: the holdout.
        rankings: of `cross_fitted_uplift`.

    """
    share = trial.treated.mean()
    moved = (trial.outcome - trial.outcome.mean()) * (trial.treated - share) / (share * (1 - share))
    products = (rankings - rankings.mean(axis=1, keepdims=True)) * (moved - moved.mean())
    errors = np.sqrt((products**2).sum(axis=1))
    return float(np.median(np.divide(products.sum(axis=1), errors, out=np.zeros(len(errors)), where=errors > 0)))


def normalised_qini(outcome: Numbers, treated: Flags, uplift: Numbers) -> float:
    """Area of the Qini curve above random, over that of the best possible ranking; 0 = random, 1 = perfect.

    Args:
        outcome: 0 or 1.
        treated: 0 or 1.
        uplift: any score; higher is asked first.

    """
    above = _area_above_random(*_qini_curve(outcome, treated, uplift))
    best = _area_above_random(*_qini_curve(outcome, treated, outcome * treated - outcome * (1 - treated)))
    return above / best if best else 0.0


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
