"""What every model in use says of customers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.vocabulary import ModelKind
from intelligence import model_selection
from intelligence.clusters import Clusters
from intelligence.evaluation_metrics import Distribution, Numbers
from intelligence.lifetime.value import ValueModel, Worth
from intelligence.targets import TARGETS, VALUES
from intelligence.uplift import UpliftModel
from models import Model

NOTHING = float("nan")
"""In place of a score where there is nothing to say."""
MOST_WORTH = 1e12
"""No customer is worth more, in any money."""


@dataclass(frozen=True)
class PredictedScore:
    """Scores, an entry a customer; `NOTHING` where there is nothing to say.

    Attributes:
        value: the score.
        low: with `high`, where it lies with 80 % confidence: of values alone.
        high: see `low`.

    """

    value: Numbers
    low: Numbers | None = None
    high: Numbers | None = None


@dataclass(frozen=True)
class LoadedModel:
    """A model in use, ready to score."""

    row: Model
    say: Callable[[pd.DataFrame], PredictedScore]
    """Of each row of features."""
    of_strangers: tuple[float, float, float] = (NOTHING, NOTHING, NOTHING)
    """Value, low and high of customers without history."""


class Loader:
    """Reads kept models. Values that come of one model of the customers' lives are worked out together."""

    def __init__(self) -> None:
        self._worths: dict[str, _Worths] = {}

    def load(self, row: Model) -> LoadedModel:
        """Read a kept model.

        Raises:
            ValueError: it can't be read, or makes a score that nobody knows any more.

        """
        if row.kind == ModelKind.CLUSTERS:
            clusters = Clusters.load(row.artifact)
            return LoadedModel(row, lambda known: PredictedScore(clusters.assign(known).astype(np.float64)))
        if row.kind == ModelKind.VALUE:
            usual = row.card["without_orders"]
            strangers = (usual["value"], usual["low"], usual["high"])
            return LoadedModel(row, _value(self._worths_of(row.artifact), VALUES[row.name], strangers), strangers)
        if row.kind == ModelKind.UPLIFT:
            model, effect = UpliftModel.load(row.artifact), float(row.card["metrics"]["effect"]["value"])
            return LoadedModel(row, lambda known: PredictedScore(model.uplift(known)), (effect, NOTHING, NOTHING))
        if row.name not in TARGETS:
            raise ValueError(f"no score is called {row.name!r} any more")
        everyone = float(row.card["judged_on"]["share"])
        if row.name == "churn":  # who never ordered has nothing to stop
            everyone = NOTHING
        return LoadedModel(
            row, _likelihood(row, model_selection.load(row.kind, row.artifact)), (everyone, NOTHING, NOTHING)
        )

    def _worths_of(self, artifact: str) -> "_Worths":
        if artifact not in self._worths:
            self._worths[artifact] = _Worths(ValueModel.load(artifact))
        return self._worths[artifact]


class _Worths:
    """What the customers of a frame are worth, over every time that is asked about; the last frame's answer is kept."""

    def __init__(self, model: ValueModel) -> None:
        self._model = model
        self._asked: pd.DataFrame | None = None
        self._found: dict[int, Worth] = {}

    def of(self, buyers: pd.DataFrame, whose: pd.DataFrame, days: int) -> Worth:
        if self._asked is not whose:
            horizons = sorted(set(VALUES.values()))
            self._found = dict(zip(horizons, self._model.worths(buyers, horizons), strict=True))
            self._asked = whose
        return self._found[days]


def of_page(model: LoadedModel, known: pd.DataFrame, places: NDArray[np.intp], size: int) -> PredictedScore:
    """What a model says of a page of customers.

    Args:
        model: which.
        known: features of those who have a history.
        places: where on the page each of them is.
        size: customers on the page.

    """
    said = model.say(known) if len(known) else PredictedScore(np.empty(0), np.empty(0), np.empty(0))
    parts = []
    for found, stranger in zip((said.value, said.low, said.high), model.of_strangers, strict=True):
        column = np.full(size, stranger)
        if found is not None:
            column[places] = found
        parts.append(column)
    return PredictedScore(*parts)


def check(model: LoadedModel, said: PredictedScore) -> None:
    """See to it that scores can be used: numbers, in the range of their kind, and the low not above the high.

    Raises:
        ValueError: one of them can't; what is wrong is said without anybody's numbers.

    """
    value = said.value[~np.isnan(said.value)]
    if not np.isfinite(value).all():
        raise ValueError("a score is not a finite number")
    if model.row.name in TARGETS and ((value < 0) | (value > 1)).any():
        raise ValueError("a likelihood is not between 0 and 1")
    if (np.abs(value) > MOST_WORTH).any():
        raise ValueError(f"a score is beyond {MOST_WORTH:g}")
    if model.row.kind != ModelKind.VALUE or said.low is None or said.high is None:
        return
    known = ~np.isnan(said.value)
    if not (np.isfinite(said.low[known]).all() and np.isfinite(said.high[known]).all()):
        raise ValueError("an interval is not finite")
    if (said.low > said.high)[known].any():
        raise ValueError("the low of an interval is above its high")


def drift(model: LoadedModel, known: pd.DataFrame) -> dict[str, object]:
    """How far the features and the score have moved since the model was learned (population stability index)."""
    card = model.row.card
    moved = {
        name: round(_distribution(kept).shift(known[name].to_numpy(dtype=np.float64)), 4)
        for name, kept in card.get("reference", {}).items()
        if name in known
    }
    concerned = _concerned(model.row, known)
    score = card.get("score_reference")
    result: dict[str, object] = {"features": moved, "customers": len(known)}
    if score and len(concerned):
        result["score"] = round(_distribution(score).shift(model.say(concerned).value), 4)
    return result


def _likelihood(row: Model, scorer: model_selection.Scorer) -> Callable[[pd.DataFrame], PredictedScore]:
    target = TARGETS[row.name]

    def say(known: pd.DataFrame) -> PredictedScore:
        concerned = target.concerns(known).to_numpy()
        value = np.full(len(known), NOTHING)
        if concerned.any():
            value[concerned] = scorer.probabilities(known if concerned.all() else known[concerned])
        return PredictedScore(value)

    return say


def _value(worths: _Worths, days: int, strangers: Sequence[float]) -> Callable[[pd.DataFrame], PredictedScore]:
    def say(known: pd.DataFrame) -> PredictedScore:
        buyers = known["recency"].notna().to_numpy()
        value, low, high = (np.full(len(known), usual) for usual in strangers)
        if buyers.any():
            worth = worths.of(known[buyers], known, days)
            value[buyers], low[buyers], high[buyers] = worth.value, worth.low, worth.high
        return PredictedScore(value, low, high)

    return say


def _buyers(known: pd.DataFrame) -> pd.DataFrame:
    return known[known["recency"].notna()]


def _concerned(row: Model, known: pd.DataFrame) -> pd.DataFrame:
    if row.name in TARGETS:
        return known[TARGETS[row.name].concerns(known)]
    return _buyers(known) if row.kind == ModelKind.VALUE else known


def _distribution(kept: dict[str, list[float]]) -> Distribution:
    return Distribution(tuple(kept["edges"]), tuple(kept["shares"]))
