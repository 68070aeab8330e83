"""Scores of a page of customers, by every model in use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import pandas as pd

from domain.vocabulary import ModelKind
from intelligence import contest
from intelligence.classifier import Boosted
from intelligence.clusters import Clusters
from intelligence.lifetime.value import ValueModel
from intelligence.measures import Distribution, Numbers
from intelligence.reasons import NO_HISTORY, rate_reasons, reasons
from intelligence.targets import TARGETS, VALUES
from intelligence.uplift import UpliftModel
from models import Model
from store.scores import NewScore

Page = Sequence[UUID]
Make = Callable[[pd.DataFrame, Page], list[NewScore]]


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
    target, card = TARGETS[row.name], row.card
    everyone = float(card["judged_on"]["share"])
    plain = rate_reasons(target.baseline)

    def make(known: pd.DataFrame, page: Page) -> list[NewScore]:
        asked = known[target.concerns(known)]
        found: list[NewScore] = []
        if len(asked):
            values = scorer.probabilities(asked)
            why = (
                reasons(asked, scorer.contributions(asked), card.get("typical", {}))
                if isinstance(scorer, Boosted)
                else [plain] * len(asked)
            )
            found = [
                NewScore(who, row.name, float(value), reasons=said, model_id=row.id)
                for who, value, said in zip(asked.index, values, why, strict=True)
            ]
        if target.name == "churn":  # who never ordered has nothing to stop
            return found
        strangers = set(page) - set(known.index)
        return found + [
            NewScore(who, row.name, everyone, reasons=[NO_HISTORY], model_id=row.id) for who in sorted(strangers)
        ]

    return make


def _value_scores(row: Model, model: ValueModel, days: int) -> Make:
    usual = row.card["without_orders"]

    def make(known: pd.DataFrame, page: Page) -> list[NewScore]:
        buyers = _buyers(known)
        found: list[NewScore] = []
        if len(buyers):
            worth, alive = model.worth(buyers, days), model.alive(buyers)
            found = [
                NewScore(
                    who, row.name, float(worth.value[place]), float(worth.low[place]), float(worth.high[place]),
                    [_value_reason(buyers.iloc[place], float(alive[place]))], row.id,
                )
                for place, who in enumerate(buyers.index)
            ]  # fmt: skip
        others = set(page) - set(buyers.index)
        return found + [
            NewScore(who, row.name, usual["value"], usual["low"], usual["high"], [NO_HISTORY], row.id)
            for who in sorted(others)
        ]

    return make


def _uplift_scores(row: Model, model: UpliftModel) -> Make:
    effect = float(row.card["metrics"]["effect"]["value"])
    campaign = row.card["campaign"]["name"]

    def make(known: pd.DataFrame, page: Page) -> list[NewScore]:
        found = []
        if len(known):
            found = [
                NewScore(who, row.name, float(value), reasons=[_uplift_reason(campaign, float(value))], model_id=row.id)
                for who, value in zip(known.index, model.uplift(known), strict=True)
            ]
        strangers = sorted(set(page) - set(known.index))
        return found + [NewScore(who, row.name, effect, reasons=[NO_HISTORY], model_id=row.id) for who in strangers]

    return make


def _uplift_reason(campaign: str, value: float) -> str:
    return f"a contact of “{campaign}” {'raises' if value > 0 else 'lowers'} their chance by {abs(value):.1%}"


def _cluster_scores(row: Model, clusters: Clusters) -> Make:
    def make(known: pd.DataFrame, page: Page) -> list[NewScore]:
        if known.empty:
            return []
        labels = clusters.assign(known)
        return [
            NewScore(who, row.name, float(label), reasons=[clusters.names[label]], model_id=row.id)
            for who, label in zip(known.index, labels, strict=True)
        ]

    return make


def _value_reason(buyer: "pd.Series[float]", alive: float) -> str:
    mean = 0.0 if np.isnan(buyer["mean_order"]) else float(buyer["mean_order"])
    orders = int(buyer["orders"])
    return (
        f"{orders} order{'s' if orders != 1 else ''} of {mean:,.2f} on average, the last "
        f"{buyer['recency']:.0f} days ago: {alive:.0%} likely still a customer"
    )


def _buyers(known: pd.DataFrame) -> pd.DataFrame:
    return known[known["recency"].notna()]


def _concerned(row: Model, known: pd.DataFrame) -> pd.DataFrame:
    if row.name in TARGETS:
        return known[TARGETS[row.name].concerns(known)]
    return _buyers(known) if row.kind == ModelKind.VALUE else known


def _distribution(kept: dict[str, list[float]]) -> Distribution:
    return Distribution(tuple(kept["edges"]), tuple(kept["shares"]))
