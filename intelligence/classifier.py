"""Probabilities of yes-or-no outcomes: boosted trees, calibrated on a later slice, beside a plain baseline.

Models are kept as JSON and LightGBM's own text: reading one runs no code.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import lightgbm as lgb
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from intelligence.evaluation_metrics import Numbers

_TREES = {
    "objective": "binary",
    "learning_rate": 0.03,
    "num_leaves": 7,
    "min_data_in_leaf": 100,
    "lambda_l2": 10.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
MOST_ROUNDS, PATIENCE = 600, 40
FEWEST_ROUNDS, ENOUGH = 10, 0.99
"""Share of the best number of rounds' gain that is enough: the last hundredth takes a third of the trees, and of the
time to ask them."""
EVERY_CORE, WORTH_SHARING = 0, 50_000
"""Rows from which threads gain more than they wait for each other."""


@dataclass(frozen=True)
class Slice:
    """What was known at a moment, and what happened within the horizon after it; one row a customer."""

    moment: datetime
    features: pd.DataFrame
    outcome: Numbers


@dataclass(frozen=True)
class Boosted:
    """Gradient-boosted trees, their log-odds calibrated by `slope` and `intercept`."""

    booster: lgb.Booster
    features: tuple[str, ...]
    slope: float
    intercept: float

    @classmethod
    def fit(cls, slices: Sequence[Slice], *, seed: int = 0) -> "Boosted":
        """Choose the number of rounds and calibrate on the latest slice, then learn from all.

        The number is the smallest that gains nearly as much there as the best one.

        Args:
            slices: at least two, in order of their moments; each horizon ends before scoring starts.
            seed: of bagging.

        """
        threads = EVERY_CORE if sum(len(each.outcome) for each in slices) >= WORTH_SHARING else 1
        parameters = _TREES | {"seed": seed, "num_threads": threads}
        earlier, latest = slices[:-1], slices[-1]
        seen: dict[str, dict[str, list[float]]] = {}
        first = lgb.train(
            parameters,
            _dataset(earlier),
            MOST_ROUNDS,
            valid_sets=[lgb.Dataset(latest.features, latest.outcome)],
            callbacks=[lgb.early_stopping(PATIENCE, verbose=False), lgb.record_evaluation(seen)],
        )
        losses = np.array(seen["valid_0"]["binary_logloss"])
        enough = losses.min() + (1 - ENOUGH) * (losses[0] - losses.min())
        rounds = max(int(np.argmax(losses <= enough)) + 1, FEWEST_ROUNDS)
        raw = np.asarray(first.predict(latest.features, raw_score=True, num_iteration=rounds))
        slope, intercept = _calibrate(raw, latest.outcome)
        final = lgb.train(parameters, _dataset(slices), rounds)
        return cls(final, tuple(latest.features.columns), slope, intercept)

    def probabilities(self, features: pd.DataFrame) -> Numbers:
        """Probability of each row; columns are found by name."""
        threads = EVERY_CORE if len(features) >= WORTH_SHARING else 1  # a page at a time leaves the other to Postgres
        found = self.booster.predict(self._matrix(features), raw_score=True, num_threads=threads)
        raw = np.asarray(found, dtype=np.float64)
        return 1.0 / (1.0 + np.exp(-(self.slope * raw + self.intercept)))

    def contributions(self, features: pd.DataFrame) -> pd.DataFrame:
        """What each feature adds to each row's log-odds (SHAP values of the trees), in the features' order."""
        values = np.asarray(self.booster.predict(self._matrix(features), pred_contrib=True))
        return pd.DataFrame(self.slope * values[:, :-1], index=features.index, columns=list(self.features))

    def _matrix(self, features: pd.DataFrame) -> Numbers:
        """Rows of the trees' features, in their order. A frame would be looked through anew by every model."""
        ours = features if tuple(features.columns) == self.features else features[list(self.features)]
        return np.ascontiguousarray(ours.to_numpy(dtype=np.float64))

    def importances(self, features: pd.DataFrame) -> dict[str, float]:
        """Mean absolute contribution of each feature, the greatest first."""
        means = self.contributions(features).abs().mean().sort_values(ascending=False)
        return {str(name): float(value) for name, value in means.items()}

    def dump(self) -> str:
        """The model as JSON."""
        return json.dumps(
            {
                "trees": self.booster.model_to_string(),
                "features": self.features,
                "slope": self.slope,
                "intercept": self.intercept,
            }
        )

    @classmethod
    def load(cls, text: str) -> "Boosted":
        """The model that `dump` wrote."""
        kept = json.loads(text)
        booster = lgb.Booster(model_str=kept["trees"])
        return cls(booster, tuple(kept["features"]), kept["slope"], kept["intercept"])


@dataclass(frozen=True)
class Baseline:
    """Logistic regression on the logarithms of a few features: what a model has to beat."""

    features: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    @classmethod
    def fit(cls, slices: Sequence[Slice], features: Sequence[str] = ("recency", "frequency")) -> "Baseline":
        """Learn from all slices. Missing values count as 0."""
        rows = _logs(pd.concat([piece.features for piece in slices]), features)
        outcome = np.concatenate([piece.outcome for piece in slices])
        scaler = StandardScaler().fit(rows)
        model = LogisticRegression(max_iter=1000).fit(scaler.transform(rows), outcome)
        return cls(
            tuple(features),
            tuple(scaler.mean_.tolist()),
            tuple(scaler.scale_.tolist()),
            tuple(model.coef_[0].tolist()),
            float(model.intercept_[0]),
        )

    def probabilities(self, features: pd.DataFrame) -> Numbers:
        """Probability of each row."""
        rows = (_logs(features, self.features) - np.array(self.means)) / np.array(self.scales)
        return np.asarray(1.0 / (1.0 + np.exp(-(rows @ np.array(self.weights) + self.intercept))), dtype=np.float64)

    def dump(self) -> str:
        """The model as JSON."""
        return json.dumps(self.__dict__)

    @classmethod
    def load(cls, text: str) -> "Baseline":
        """The model that `dump` wrote."""
        kept = json.loads(text)
        intercept = float(kept.pop("intercept"))
        return cls(**{name: tuple(values) for name, values in kept.items()}, intercept=intercept)


def _dataset(slices: Sequence[Slice]) -> lgb.Dataset:
    return lgb.Dataset(
        pd.concat([piece.features for piece in slices]), np.concatenate([piece.outcome for piece in slices])
    )


def _calibrate(raw: Numbers, outcome: Numbers) -> tuple[float, float]:
    """Platt's scaling of log-odds. A slice without both outcomes leaves them as they are."""
    if len(np.unique(outcome)) < 2:
        return 1.0, 0.0
    model = LogisticRegression(C=1e6, max_iter=1000).fit(raw.reshape(-1, 1), outcome)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _logs(frame: pd.DataFrame, features: Sequence[str]) -> Numbers:
    known: Numbers = np.nan_to_num(frame[list(features)].to_numpy(dtype=np.float64))
    return np.log1p(np.maximum(known, 0))
