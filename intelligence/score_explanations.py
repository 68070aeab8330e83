"""Why a score is what it is, in a marketer's words."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from intelligence.features import FEATURES

NO_HISTORY = "nothing is known of them yet: this is what people without history do"
_WORDS = {feature.name: feature for feature in FEATURES}
_MOST = 3
_LEAST = 0.05
"""Log-odds below which a feature is not worth a word."""


def reasons(
    features: pd.DataFrame, contributions: pd.DataFrame, typical: Mapping[str, float | None]
) -> list[list[str]]:
    """For each row, up to three features that moved its score most, the strongest first.

    Args:
        features: as scored.
        contributions: what each added to the log-odds.
        typical: each feature's median when the model was judged; above it is "high".

    """
    names = [str(name) for name in contributions]
    values, added = features[names].to_numpy(dtype=float), contributions.to_numpy(dtype=float)
    strongest = (-abs(added)).argsort(axis=1)[:, :_MOST]
    return [
        [
            said
            for place in places
            if (said := _say(names[place], values[row, place], added[row, place], typical.get(names[place])))
        ]
        for row, places in enumerate(strongest)
    ]


def _say(name: str, value: float, added: float, usual: float | None) -> str | None:
    feature = _WORDS.get(name)
    if feature is None or math.isnan(value) or abs(added) < _LEAST:
        return None
    phrase = feature.high if usual is None or value > usual else feature.low
    return f"{phrase}: {'raises' if added > 0 else 'lowers'} it"


def rate_reasons(parts: Sequence[str]) -> list[str]:
    """Reasons of a plain model: what it looks at."""
    return [f"a plain model of {' and '.join(part.replace('_', ' ') for part in parts)}"]
