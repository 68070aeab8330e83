"""Why a customer's scores are what they are: what was known when they were made, put to the models that made them.

Reasons are worked out when somebody asks. Those of everyone, every night, would cost a hundred times the scores, and
hardly any would be read.
"""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

import numpy as np
import pandas as pd
import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.vocabulary import ModelKind
from intelligence import features, model_selection
from intelligence.classifier import Boosted
from intelligence.clusters import Clusters
from intelligence.features import Span
from intelligence.lifetime.value import ValueModel
from intelligence.score_explanations import NO_HISTORY, rate_reasons, reasons
from intelligence.targets import TARGETS
from intelligence.uplift import UpliftModel
from models import Model, Score

Why = Callable[[pd.DataFrame], list[str]]
"""The reasons for the score of the one customer in the frame."""
_KEPT = 64
_loaded: dict[UUID, Why] = {}
"""Models that were asked, the oldest first. A model never changes."""

log = structlog.get_logger()


async def explain(
    session: AsyncSession, customer_id: UUID, scores: Sequence[Score], *, time_scale: float = 1.0
) -> dict[str, list[str]]:
    """Reasons by score's name. A model that is gone, or can't say, leaves its score without.

    Args:
        session: a transaction.
        customer_id: the customer.
        scores: theirs, as they were made.
        time_scale: real seconds per business second of what they were made from.

    """
    found: dict[str, list[str]] = {score.name: [] for score in scores}
    rows = await session.execute(select(Model).where(col(Model.id).in_({score.model_id for score in scores})))
    models = {row.id: row for row in rows.scalars()}
    span = Span(customer_id, customer_id)
    for moment in sorted({score.at for score in scores}):
        known = await features.read(session, moment, span, time_scale=time_scale)
        for score in scores:
            if score.at == moment and score.model_id in models:
                found[score.name] = await asyncio.to_thread(_say, models[score.model_id], known)
    return found


def _say(row: Model, known: pd.DataFrame) -> list[str]:
    try:
        if row.id not in _loaded:
            while len(_loaded) >= _KEPT:
                del _loaded[next(iter(_loaded))]
            _loaded[row.id] = _load(row)
        return _loaded[row.id](known)
    except Exception:
        log.exception("a score can't be explained", score=row.name, model=str(row.id))
        return []


def _load(row: Model) -> Why:
    if row.kind == ModelKind.CLUSTERS:
        clusters = Clusters.load(row.artifact)
        return lambda known: [clusters.names[clusters.assign(known)[0]]] if len(known) else [NO_HISTORY]
    if row.kind == ModelKind.VALUE:
        worth = ValueModel.load(row.artifact)
        return lambda known: [_of_value(worth, known)]
    if row.kind == ModelKind.UPLIFT:
        uplift, campaign = UpliftModel.load(row.artifact), row.card["campaign"]["name"]
        return lambda known: [_of_uplift(campaign, float(uplift.uplift(known)[0])) if len(known) else NO_HISTORY]
    scorer, target, typical = (
        model_selection.load(row.kind, row.artifact),
        TARGETS[row.name],
        row.card.get("typical", {}),
    )

    def of_likelihood(known: pd.DataFrame) -> list[str]:
        if known.empty:
            return [NO_HISTORY]
        if isinstance(scorer, Boosted):
            return reasons(known, scorer.contributions(known), typical)[0]
        return rate_reasons(target.baseline)

    return of_likelihood


def _of_uplift(campaign: str, value: float) -> str:
    return f"a contact of “{campaign}” {'raises' if value > 0 else 'lowers'} their chance by {abs(value):.1%}"


def _of_value(worth: ValueModel, known: pd.DataFrame) -> str:
    buyers = known[known["recency"].notna()]
    if buyers.empty:
        return NO_HISTORY
    buyer, alive = buyers.iloc[0], float(worth.alive(buyers)[0])
    mean = 0.0 if np.isnan(buyer["mean_order"]) else float(buyer["mean_order"])
    orders = int(buyer["orders"])
    return (
        f"{orders} order{'s' if orders != 1 else ''} of {mean:,.2f} on average, the last "
        f"{buyer['recency']:.0f} days ago: {alive:.0%} likely still a customer"
    )
