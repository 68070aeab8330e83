"""The catalogue of metrics, and their values."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import Body, Slug, View
from domain.metrics.definition import Dimension, Fact, Unit
from domain.vocabulary import Channel

Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(9000, 12, 31))]


class InBothView(View):
    """A text in the app's languages."""

    en: str
    it: str


class MetricView(View):
    """A metric's definition."""

    key: str
    name: InBothView
    formula: InBothView
    unit: Unit = Field(description="`money` and `money_each` are amounts by currency; a `share` is 0 to 1.")
    facts: list[Fact] = Field(description="What is counted: views of the schema `facts`, whose columns `bi_v1` has.")
    over: str | None = Field(description="Of a ratio: the metric that is divided.")
    under: str | None = Field(description="Of a ratio: the metric that it is divided by.")
    level: bool = Field(description="How many there are now; it has no period.")


class MetricCatalogueView(View):
    """All metrics, and what holds for each of them."""

    metrics: list[MetricView]
    breakdowns: list[Dimension]
    counts: InBothView = Field(description="Who and what counts.")
    window: InBothView = Field(description="In which period a fact counts.")


class MetricGroupView(View):
    """One group of the breakdown."""

    group: dict[str, Any] = Field(description="Dimension to value: ids, a node's id, a channel, a day. Null: none.")
    names: dict[str, str] = Field(description="Dimension to what people call it, where it has a name.")
    values: dict[str, Any] = Field(
        description="Metric to a count, a share, or `[{currency, amount}]`; null where it would divide by nothing.",
        examples=[{"sent": 120, "open_rate": 0.25, "revenue": [{"currency": "EUR", "amount": 84.5}]}],
    )


class MetricAnswerView(View):
    """Values of metrics, counted to this moment."""

    since: date | None
    until: date | None = Field(description="The last day (UTC) of the period.")
    groups: list[MetricGroupView]
    sources: dict[str, str] = Field(
        description="Measure to `counters`, which outlive erased customers and old rows, or `facts`, which are rows."
    )


class MetricQuery(Body):
    """Which metrics, over what, by what."""

    metric: list[Annotated[str, Field(max_length=64)]] = Field(min_length=1, max_length=40, examples=[["sent"]])
    by: list[Dimension] = Field(default_factory=list, max_length=3, description="What to break them down by.")
    since: Day | None = Field(default=None, description="The first day (UTC) of the period.")
    until: Day | None = Field(default=None, description="The last day (UTC) of the period.")
    campaign: Slug | None = Field(default=None, description="A campaign's slug.")
    version: int | None = Field(default=None, ge=1, le=2_000_000_000, description="Of the campaign.")
    run_id: UUID | None = None
    step: str | None = Field(default=None, max_length=64, description="A node's id.")
    channel: Channel | None = None
    experiment_id: UUID | None = None
    arm: str | None = Field(default=None, max_length=64, description="Of the experiment.")
    segment_id: UUID | None = Field(default=None, description="Customers who are in this segment now.")
