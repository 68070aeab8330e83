"""Scores of a page of customers, by every model in use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import pandas as pd

from domain.vocabulary import ModelKind
from intelligence import contest
from intelligence.clusters import Clusters
from intelligence.lifetime.value import ValueModel
from intelligence.measures import Distribution, Numbers
from intelligence.targets import TARGETS, VALUES
from intelligence.uplift import UpliftModel
from models import Model
from store.scores import NewScores

Page = Sequence[UUID]
Make = Callable[[pd.DataFrame, Page], list[NewScores]]


@dataclass(frozen=True)
class LoadedModel:
    """A model in use, ready to score."""

    row: Model
    make: Make
    value: Callable[[pd.DataFrame], Numbers]
    """The bare score of each row of features."""


def load(row: Model) -> LoadedModel:
    """Read a kept model.

    Raises:
        ValueError: it can't be read, or makes a score that nobody knows any more.

    """
    if row.kind == ModelKind.CLUSTERS:
        clusters = Clusters.load(row.artifact)
        return LoadedModel(row, _cluster_scores(row, clusters), lambda frame: clusters.assign(frame).astype(np.float64))
    if row.kind == ModelKind.VALUE:
        worth = ValueModel.load(row.artifact)
        days = VALUES[row.name]
        return LoadedModel(row, _value_scores(row, worth, days), lambda frame: worth.worth(_buyers(frame), days).value)
    if row.kind == ModelKind.UPLIFT:
        model = UpliftModel.load(row.artifact)
        return LoadedModel(row, _uplift_scores(row, model), model.uplift)
    if row.name not in TARGETS:
        raise ValueError(f"no score is called {row.name!r} any more")
    scorer = contest.load(row.kind, row.artifact)
    return LoadedModel(row, _likelihoods(row, scorer), scorer.probabilities)


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
        result["score"] = round(_distribution(score).shift(model.value(concerned)), 4)
    return result


def _likelihoods(row: Model, scorer: contest.Scorer) -> Make:
    target, everyone = TARGETS[row.name], float(row.card["judged_on"]["share"])

    def make(known: pd.DataFrame, page: Page) -> list[NewScores]:
        asked = known[target.concerns(known)]
        values = scorer.probabilities(asked).tolist() if len(asked) else []
        if target.name == "churn":  # who never ordered has nothing to stop
            return [NewScores(row.name, row.id, list(asked.index), values)]
        strangers = _others(page, known)
        return [NewScores(row.name, row.id, [*asked.index, *strangers], values + [everyone] * len(strangers))]

    return make


def _value_scores(row: Model, model: ValueModel, days: int) -> Make:
    usual = row.card["without_orders"]

    def make(known: pd.DataFrame, page: Page) -> list[NewScores]:
        buyers = _buyers(known)
        worth = model.worth(buyers, days)
        others = _others(page, buyers)
        value, low, high = (
            found.tolist() + [usual[name]] * len(others)
            for name, found in (("value", worth.value), ("low", worth.low), ("high", worth.high))
        )
        return [NewScores(row.name, row.id, [*buyers.index, *others], value, low, high)]

    return make


def _uplift_scores(row: Model, model: UpliftModel) -> Make:
    effect = float(row.card["metrics"]["effect"]["value"])

    def make(known: pd.DataFrame, page: Page) -> list[NewScores]:
        values = model.uplift(known).tolist() if len(known) else []
        strangers = _others(page, known)
        return [NewScores(row.name, row.id, [*known.index, *strangers], values + [effect] * len(strangers))]

    return make


def _cluster_scores(row: Model, clusters: Clusters) -> Make:
    def make(known: pd.DataFrame, page: Page) -> list[NewScores]:
        labels = clusters.assign(known).astype(np.float64).tolist() if len(known) else []
        return [NewScores(row.name, row.id, list(known.index), labels)]

    return make


def _others(page: Page, known: pd.DataFrame) -> list[UUID]:
    """Customers of the page who are not among those known."""
    return sorted(set(page) - set(known.index))


def _buyers(known: pd.DataFrame) -> pd.DataFrame:
    return known[known["recency"].notna()]


def _concerned(row: Model, known: pd.DataFrame) -> pd.DataFrame:
    if row.name in TARGETS:
        return known[TARGETS[row.name].concerns(known)]
    return _buyers(known) if row.kind == ModelKind.VALUE else known


def _distribution(kept: dict[str, list[float]]) -> Distribution:
    return Distribution(tuple(kept["edges"]), tuple(kept["shares"]))
