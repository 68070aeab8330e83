"""Variance reduction by everything that was known before exposure.

The covariate of `sums.adjusted_difference` may be any number that the arm can't have changed: last month's value of the
metric, or a model's forecast of it (Guo et al., "Machine learning for variance reduction in online experiments",
arXiv 2106.07263). Forecasts are cross-fitted: nobody is foretold by a model that saw them, so the forecast of a
customer doesn't depend on the arm they are in.
"""

from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from intelligence.experiments.sums import MeanEstimate, Sums, adjusted_difference, difference, mean

Numbers = NDArray[np.float64]
_FOLDS = 2
_ENOUGH = 500
_TREES: dict[str, Any] = {
    "objective": "regression",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 50,
    "lambda_l2": 10.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
_ROUNDS = 150


@dataclass(frozen=True)
class Reduced:
    """A difference of two arms and what made it narrow.

    Attributes:
        estimate: the difference.
        method: `plain`, `cuped` or `forecast`.
        cut: share of the plain variance that was removed, at least 0.

    """

    estimate: MeanEstimate
    method: str
    cut: float


def cross_fitted(features: Numbers, outcome: Numbers, *, seed: int = 0) -> Numbers:
    """Each customer's outcome as foretold by trees that were grown on others, whatever their arm.

    Args:
        features: known before exposure, shape (customers, features); NaN where unknown.
        outcome: shape (customers,).
        seed: of the folds.

    """
    fold = np.random.default_rng(seed).permutation(len(outcome)) % _FOLDS
    foretold = np.full(len(outcome), float(outcome.mean()))
    if len(outcome) < _ENOUGH:
        return foretold
    for one in range(_FOLDS):
        learn, ask = fold != one, fold == one
        trees = lgb.train(_TREES | {"seed": seed}, lgb.Dataset(features[learn], outcome[learn]), _ROUNDS)
        foretold[ask] = np.asarray(trees.predict(features[ask]), dtype=np.float64)
    return foretold


def narrowest(
    outcome: Numbers, arm: NDArray[np.bool_], before: Numbers, features: Numbers | None, *, seed: int = 0
) -> Reduced:
    """The difference of two arms with the least variance of three ways; never wider than without any.

    Args:
        outcome: of each exposed customer, shape (customers,).
        arm: True in the arm, False in the control.
        before: the metric's value before exposure.
        features: what else was known before exposure; None where nothing is.
        seed: of the folds.

    """

    def by(x: Numbers) -> tuple[MeanEstimate, float]:
        estimate, cut = adjusted_difference(Sums.of(outcome[~arm], x[~arm]), Sums.of(outcome[arm], x[arm]))
        return estimate, float(cut)

    plain = difference(mean(Sums.of(outcome[~arm])), mean(Sums.of(outcome[arm])))
    found = [Reduced(plain, "plain", 0.0), Reduced(*by(before)[:1], "cuped", by(before)[1])]
    if features is not None:
        estimate, cut = by(cross_fitted(features, outcome, seed=seed))
        found.append(Reduced(estimate, "forecast", cut))
    return max(found, key=lambda each: each.cut)


def winsor_limit(values: Numbers, share: float = 0.999) -> float:
    """Above this a value counts as this: the quantile of all that spent anything, over all arms together."""
    spent = values[values > 0]
    return float(np.quantile(spent, share)) if len(spent) else 0.0
