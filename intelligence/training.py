"""Learning one score from the database: its likelihood, its worth, or the clusters."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from domain.holdouts import is_score_name
from domain.i18n import Day, ListParam, sentence
from domain.send_time import scaled
from domain.vocabulary import ModelKind
from intelligence import model_selection, off_policy_evaluation, send_time_model, training_data, uplift_training
from intelligence.clusters import STABLE, Clusters, Words
from intelligence.evaluation_metrics import Distribution, Numbers, bootstrap, count_errors
from intelligence.features import CLUSTERING, FEATURES
from intelligence.lifetime.value import SHARE, ValueModel, before, spending_rate, typical
from intelligence.model_selection import FEWEST_CUSTOMERS, ModelCandidate, NotEnoughError, Result
from intelligence.scoring import MOST_WORTH
from intelligence.targets import CLUSTER, ORDERS, TARGETS, VALUES, Target
from intelligence.training_data import CutoffHistory
from models import Model
from store.intelligence import channel_decisions as stored_choices
from store.intelligence import holdouts

MAP_POINTS = 400
CLUSTER_SAMPLE = 10_000


@dataclass(frozen=True)
class TrainingJob:
    """What a score is to be learned from.

    Attributes:
        past: what happened.
        moment: the present.
        seed: of sampling and learning.
        unsubscribe_cost: how many answers an unsubscription outweighs.

    """

    past: CutoffHistory
    moment: datetime
    seed: int = 0
    unsubscribe_cost: float = 10.0


async def learn(name: str, lesson: TrainingJob, in_use: Model | None) -> Result:
    """Learn a score anew, and hold it against the model in use.

    Args:
        name: of the score; one of `intelligence.targets.NAMES`.
        lesson: what to learn from.
        in_use: the model that makes the score now.

    Raises:
        NotEnoughError: too little data.
        LeakError: a feature sees the future.
        ValueError: what was learned can't be used.

    """
    result = await _learn(name, lesson, in_use)
    if result.winner is not None:
        _require_usable(result.winner)
    return result


def _require_usable(winner: ModelCandidate) -> None:
    """A model whose figures are no numbers would say no numbers of customers: it must not take over.

    Raises:
        ValueError: one of the card's figures is not finite.

    """
    wrong = _not_finite(winner.card, "card")
    if wrong is not None:
        raise ValueError(f"{wrong} is not a finite number: the model can't be used")


def _not_finite(value: object, where: str) -> str | None:
    """Where in a card a number is not finite; None where all are."""
    if isinstance(value, float) and not math.isfinite(value):
        return where
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()
    found = (_not_finite(part, f"{where}.{name}") for name, part in parts)
    return next((each for each in found if each is not None), None)


async def _learn(name: str, lesson: TrainingJob, in_use: Model | None) -> Result:
    if name in TARGETS:
        return await _likelihood(TARGETS[name], lesson, in_use)
    if name in VALUES:
        return await _value(name, VALUES[name], lesson, in_use)
    if is_score_name(name):
        return await _uplift(name, lesson)
    if name == off_policy_evaluation.NAME:
        return await _choices(lesson)
    if name == send_time_model.NAME:
        return await _weeks(lesson)
    return await _clusters(lesson, in_use)


async def _uplift(name: str, lesson: TrainingJob) -> Result:
    async with lesson.past.database.transaction() as session:
        held = await holdouts.by_score(session, name)
    if held is None:
        raise NotEnoughError(sentence("needs_holdout"))
    found = await uplift_training.trials(lesson.past, held, lesson.moment, seed=lesson.seed)
    return await asyncio.to_thread(uplift_training.learn_uplift, held, found, seed=lesson.seed)


async def _choices(lesson: TrainingJob) -> Result:
    scale = lesson.past.time_scale
    until = lesson.moment - off_policy_evaluation.SETTLES * scale
    async with lesson.past.database.transaction() as session:
        rows = await stored_choices.logged(session, since=until - off_policy_evaluation.SINCE * scale, until=until)
    decisions = [off_policy_evaluation.decision_of(row, lesson.unsubscribe_cost) for row in rows]
    return await asyncio.to_thread(off_policy_evaluation.judge_choices, decisions)


async def _weeks(lesson: TrainingJob) -> Result:
    """Habits are of the calendar: they are read in real time, whatever the pace of business time."""
    spans = await training_data.sampled_spans(lesson.past, lesson.seed)
    found = await training_data.visits(lesson.past, lesson.moment - scaled(lesson.past.time_scale), spans)
    return await asyncio.to_thread(send_time_model.learn_weeks, found)


async def _likelihood(target: Target, lesson: TrainingJob, in_use: Model | None) -> Result:
    spans = await training_data.sampled_spans(lesson.past, lesson.seed)
    paced = target.paced(lesson.past.time_scale)
    moments = await training_data.moments(lesson.past, paced, lesson.moment)
    if moments:
        await training_data.assert_no_leakage(lesson.past, moments[-1], spans)
    slices = await training_data.slices(lesson.past, paced, moments, spans) if spans else []
    used = None if in_use is None else model_selection.load(in_use.kind, in_use.artifact)
    return await asyncio.to_thread(model_selection.select_model, target, slices, used)


async def _value(name: str, days: int, lesson: TrainingJob, in_use: Model | None) -> Result:
    """Learned up to a quarter ago and judged on the quarter since; then learned anew up to now."""
    spans = await training_data.sampled_spans(lesson.past, lesson.seed)
    if not spans:
        raise NotEnoughError(sentence("needs_anybody"))
    orders = ORDERS.paced(lesson.past.time_scale)
    then = lesson.moment - orders.horizon
    known, after = await training_data.revenue(lesson.past, orders, then, spans)
    now = await training_data.known_now(lesson.past, lesson.moment, spans)
    buyers = now[now["recency"].notna()]
    if len(known) < FEWEST_CUSTOMERS or after["happened"].sum() < FEWEST_CUSTOMERS:
        raise NotEnoughError(
            sentence(
                "needs_orders",
                customers=len(known),
                day=Day(then.date()),
                orders=int(after["happened"].sum()),
                fewest=FEWEST_CUSTOMERS,
            )
        )
    used = None if in_use is None else ValueModel.load(in_use.artifact)
    # over whichever time: it is the same customers' lives
    lives = await lesson.past.kept.once("lives", lambda: asyncio.to_thread(_fit_lives, known, after, buyers))
    return await asyncio.to_thread(_judge_value, name, days, lives, len(now) - len(buyers), used)


@dataclass(frozen=True)
class _Lives:
    """Customers who ordered, and what was learned of their lives.

    Attributes:
        known: as of a quarter ago.
        after: their orders and revenue since.
        buyers: as of now.
        earlier: learned from `known`.
        latest: learned from `buyers`, with the intervals' level that `known` needed.

    """

    known: pd.DataFrame
    after: pd.DataFrame
    buyers: pd.DataFrame
    earlier: ValueModel
    latest: ValueModel


def _fit_lives(known: pd.DataFrame, after: pd.DataFrame, buyers: pd.DataFrame) -> _Lives:
    span, orders = ORDERS.horizon.days, after["happened"].to_numpy(dtype=np.float64)
    earlier = ValueModel.fit(known)
    level = earlier.calibrated(known, span, orders)
    return _Lives(known, after, buyers, earlier, ValueModel.fit(buyers, [before(known, span, orders)], level=level))


def _judge_value(name: str, days: int, lives: _Lives, others: int, used: ValueModel | None) -> Result:
    known, buyers = lives.known, lives.buyers
    span, earned = ORDERS.horizon.days, lives.after["revenue"].to_numpy(dtype=np.float64)
    ours, plain = lives.earlier.worth(known, span), spending_rate(known, span)
    foretold = lives.latest.worth(buyers, days).value
    if not (np.isfinite(foretold) & (foretold <= MOST_WORTH)).all():
        raise ValueError("what was learned says of customers that they are worth no usable amount")
    beside = {"baseline": plain} | ({} if used is None else {"in_use": used.worth(known, span).value})
    loss = _rmse(ours.value, earned)
    card: dict[str, Any] = {
        "score": name,
        "says": f"revenue within {days} days, in the money of their orders; the interval holds it for {SHARE:.0%}",
        "learned_from": {"customers": len(buyers)},
        "judged_on": {"days": span, "customers": len(known), "revenue": float(earned.sum())},
        "metrics": _money_metrics(ours.value, earned),
        "beside": {other: _money_metrics(values, earned) for other, values in beside.items()},
        "interval_level": lives.latest.level,
        "features": ["orders", "first_order", "recency", "mean_order"],
        "reference": {
            feature: asdict(Distribution.of(buyers[feature].to_numpy(dtype=np.float64)))
            for feature in ("orders", "first_order", "recency", "mean_order")
        },
        "score_reference": asdict(Distribution.of(foretold)),
        "without_orders": asdict(typical(np.append(foretold, np.zeros(others)))),
    }
    candidate = ModelCandidate(ModelKind.VALUE, lives.latest.dump(), card, loss)
    # the model in use is of the same kind, and older: the new one knows more, and takes over unless it did worse
    if used is not None and _rmse(beside["in_use"], earned) < loss:
        return Result(
            None,
            [candidate],
            sentence("value_stays", used=round(_rmse(beside["in_use"], earned), 2), new=round(loss, 2)),
        )
    return Result(
        candidate, [], sentence("value_takes_over", new=round(loss, 2), baseline=round(_rmse(plain, earned), 2))
    )


async def _clusters(lesson: TrainingJob, in_use: Model | None) -> Result:
    spans = await training_data.sampled_spans(lesson.past, lesson.seed)
    known = await training_data.known_now(lesson.past, lesson.moment, spans)
    if len(known) < FEWEST_CUSTOMERS:
        raise NotEnoughError(sentence("needs_histories", customers=len(known), fewest=FEWEST_CUSTOMERS))
    last = None if in_use is None else Clusters.load(in_use.artifact)
    return await asyncio.to_thread(_find_clusters, known, last, lesson.seed)


def _find_clusters(known: pd.DataFrame, last: Clusters | None, seed: int) -> Result:
    rows = known[list(CLUSTERING)].sample(min(CLUSTER_SAMPLE, len(known)), random_state=seed)
    words = {feature.name: Words(feature.high, feature.low) for feature in FEATURES}
    found = Clusters.fit(rows, words, last=last, seed=seed)
    labels, points = found.assign(rows), found.place(rows)
    sizes = np.bincount(labels, minlength=len(found.names)) / len(labels)
    card: dict[str, Any] = {
        "score": CLUSTER,
        "says": "which behavioural cluster they are in",
        "learned_from": {"customers": len(rows)},
        "clusters": [
            {"number": place, "name": name, "share": float(sizes[place]), "profile": profile}
            for place, (name, profile) in enumerate(zip(found.names, found.profile(), strict=True))
        ],
        "metrics": {
            "silhouette": found.chosen.silhouette,
            "stability": found.chosen.stability,
            "hierarchy_agreement": found.hierarchy_agreement,
        },
        "tried": [asdict(choice) for choice in found.tried],
        "map": [
            {"x": round(float(x), 3), "y": round(float(y), 3), "cluster": int(label)}
            for (x, y), label in zip(points[:MAP_POINTS], labels[:MAP_POINTS], strict=True)
        ],
        "features": list(CLUSTERING),
        "reference": {name: asdict(Distribution.of(rows[name].to_numpy(dtype=np.float64))) for name in CLUSTERING},
    }
    candidate = ModelCandidate(ModelKind.CLUSTERS, found.dump(), card, -found.chosen.stability)
    said = sentence(
        "clusters_found",
        count=len(found.names),
        stability=round(found.chosen.stability, 2),
        names=ListParam(found.names),
    )
    if found.chosen.stability < STABLE and last is not None:
        return Result(None, [candidate], sentence("clusters_unstable", found=said))
    return Result(candidate, [], said)


def _money_metrics(ours: Numbers, earned: Numbers) -> dict[str, Any]:
    errors = asdict(count_errors(ours, earned))
    return errors | {"rmse": asdict(bootstrap(_rmse_of(ours, earned), len(earned), rounds=100))}


def _rmse_of(ours: Numbers, earned: Numbers) -> Callable[[Any], float]:
    return lambda rows: _rmse(ours[rows], earned[rows])


def _rmse(ours: Numbers, earned: Numbers) -> float:
    return float(np.sqrt(((ours - earned) ** 2).mean()))
