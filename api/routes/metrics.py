"""Metrics: what each means, and what each comes to."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Patient, Viewer
from api.problems import responses
from api.schemas.metrics import (
    InBothView,
    MetricAnswerView,
    MetricCatalogueView,
    MetricGroupView,
    MetricQuery,
    MetricView,
)
from domain.errors import InvalidError
from domain.i18n import sentence
from domain.metrics import catalogue
from domain.metrics.definition import Dimension, Metric, MetricFilter, Ratio, base_measures
from store.campaigns import campaigns
from store.metrics import query
from store.metrics.names import names_of
from store.metrics.query import MetricGroup, MetricQuestion, Value

router = APIRouter(prefix="/metrics", tags=["metrics"], dependencies=[Viewer])
_READ = responses(401, 403, 404, 422)


@router.get("", responses=responses(401, 403))
async def list_metrics() -> MetricCatalogueView:
    """The catalogue: every figure of the app, the API and the views for BI is one of these."""
    return MetricCatalogueView(
        metrics=[_metric(each) for each in catalogue.CATALOGUE],
        breakdowns=list(Dimension),
        counts=InBothView.model_validate(catalogue.COUNTS),
        window=InBothView.model_validate(catalogue.WINDOW),
    )


def _metric(metric: Metric) -> MetricView:
    ratio = metric if isinstance(metric, Ratio) else None
    measures = base_measures([metric])
    return MetricView(
        key=metric.key,
        name=InBothView.model_validate(metric.name),
        formula=InBothView.model_validate(metric.formula),
        unit=metric.unit,
        facts=list(dict.fromkeys(each.fact for each in measures)),
        over=ratio and ratio.over.key,
        under=ratio and ratio.under.key,
        level=any(each.level for each in measures),
    )


@router.get("/query", responses=_READ)
async def query_metrics(session: Patient, asked: Annotated[MetricQuery, Query()]) -> MetricAnswerView:
    """Metrics over the days from `since` to `until` (UTC, both included), narrowed and broken down."""
    narrow = MetricFilter(
        since=_midnight(asked.since),
        until=_midnight(asked.until + timedelta(days=1) if asked.until else None),
        run_id=asked.run_id,
        node_id=asked.step,
        channel=asked.channel,
        experiment_id=asked.experiment_id,
        arm=asked.arm,
        segment_id=asked.segment_id,
        **await _campaign(session, asked.campaign, asked.version),
    )
    metrics = [catalogue.require(key) for key in dict.fromkeys(asked.metric)]
    found = await query.ask(session, MetricQuestion(metrics, narrow, list(dict.fromkeys(asked.by))))
    names = await names_of(session, [each.group for each in found.groups])
    return MetricAnswerView(
        since=asked.since,
        until=asked.until,
        groups=[_group(each, names) for each in found.groups],
        sources=dict(found.sources),
    )


async def _campaign(session: AsyncSession, slug: str | None, version: int | None) -> dict[str, UUID]:
    if slug is None:
        if version is not None:
            raise InvalidError(sentence("metric_version_alone"))
        return {}
    row = await campaigns.require(session, slug)
    if version is None:
        return {"campaign_id": row.id}
    return {"campaign_id": row.id, "version_id": (await campaigns.version(session, row.id, version)).id}


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None


def _group(found: MetricGroup, names: dict[Dimension, dict[Any, str]]) -> MetricGroupView:
    named = {str(each): names.get(each, {}).get(value) for each, value in found.group.items()}
    return MetricGroupView(
        group={str(each): value for each, value in found.group.items()},
        names={each: name for each, name in named.items() if name},
        values={key: _value(value) for key, value in found.values.items()},
    )


def _value(value: Value) -> Any:
    if not isinstance(value, dict):
        return value
    ordered = sorted(value.items(), key=lambda item: (-item[1], item[0]))
    return [{"currency": currency or None, "amount": float(amount)} for currency, amount in ordered]
