"""What trees add to a lifetime model: a factor on its expectation, learned where the future is already past."""

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from intelligence.lifetime.history import Numbers, PurchaseHistory

_TREES = {
    "objective": "poisson",
    "learning_rate": 0.03,
    "num_leaves": 4,
    "min_data_in_leaf": 300,
    "lambda_l2": 10.0,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
ROUNDS = 150
_LEAST = 1e-6


@dataclass(frozen=True)
class BoostedPurchases:
    """Poisson trees on top of an expectation."""

    booster: lgb.Booster

    @classmethod
    def fit(
        cls, history: PurchaseHistory, extras: Numbers, expected: Numbers, happened: Numbers, *, seed: int = 0
    ) -> "BoostedPurchases":
        """Learn what `expected` misses.

        Args:
            history: of customers at an earlier moment.
            extras: what else was known of them, one column a feature.
            expected: what the lifetime model expected of them then.
            happened: their purchases in the slice that followed.
            seed: of LightGBM.

        """
        data = lgb.Dataset(
            _features(history, extras, expected), happened, init_score=np.log(np.maximum(expected, _LEAST))
        )
        return cls(lgb.train(_TREES | {"seed": seed, "num_threads": 1}, data, ROUNDS))

    def expected(self, history: PurchaseHistory, extras: Numbers, expected: Numbers) -> Numbers:
        """The corrected expectation."""
        raw = self.booster.predict(_features(history, extras, expected), raw_score=True)
        return expected * np.exp(np.asarray(raw, dtype=np.float64))


def _features(history: PurchaseHistory, extras: Numbers, expected: Numbers) -> Numbers:
    """Relative to the longest history, so that a model of half the time fits the whole."""
    longest = history.age.max()
    return np.column_stack(
        [
            np.log(np.maximum(expected, _LEAST)),
            history.repeats,
            (history.age - history.recency) / longest,
            history.age / longest,
            np.log1p(extras),
        ]
    )
