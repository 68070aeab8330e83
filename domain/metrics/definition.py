"""What a metric is: a measure counts or sums facts, a ratio divides one measure by another. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from domain.vocabulary import Channel


class Unit(StrEnum):
    """What a value is given in."""

    COUNT = "count"
    MONEY = "money"
    """An amount for each currency: those of several are never added."""
    SHARE = "share"
    """0 to 1."""
    MONEY_EACH = "money_each"
    """An amount for each currency, divided by a count."""


class Fact(StrEnum):
    """The views of the schema `facts`: what is counted."""

    JOURNEYS = "journeys"
    MESSAGES = "messages"
    ENGAGEMENTS = "engagements"
    CONVERSIONS = "conversions"
    REJECTIONS = "rejections"
    REDEMPTIONS = "redemptions"


class Dimension(StrEnum):
    """What a metric can be broken down by."""

    DAY = "day"
    """Of UTC."""
    HOUR = "hour"
    CAMPAIGN = "campaign"
    RUN = "run"
    VERSION = "version"
    STEP = "step"
    """A node of a campaign."""
    CHANNEL = "channel"
    ARM = "arm"
    """Of one experiment, which the question names."""
    SEGMENT = "segment"
    """Of the tracked segments: a customer in two of them counts in both."""


class InBoth(NamedTuple):
    """A text in the app's languages."""

    en: str
    it: str


@dataclass(frozen=True)
class Measure:
    """Counts facts, or sums a column of them.

    `where` (SQL over columns of the fact) and the names of columns are constants of the catalogue, never input.
    """

    key: str
    name: InBoth
    formula: InBoth
    fact: Fact
    at: str
    """The column whose moment decides in which period it counts."""
    where: str = ""
    amount: str = ""
    """The column that is summed, in the currency of the column `currency`; empty: facts are counted."""
    counter: str = ""
    """The metric of `campaign_counters` that counts the same as it happens; empty: only the facts do."""
    counter_channels: frozenset[Channel] = frozenset()
    """Only these channels' counters; empty: all."""
    node: str = "node_id"
    """The column that holds the step; `''` where none is counted by step."""
    level: bool = False
    """How many there are now: its counter knows no time."""
    facts_tell: bool = True
    """False where rows do not keep the moment, so that only the counter tells of a period."""

    @property
    def unit(self) -> Unit:
        """Money if a column is summed."""
        return Unit.MONEY if self.amount else Unit.COUNT


@dataclass(frozen=True)
class Ratio:
    """One measure by another, each over the same period, filter and group."""

    key: str
    name: InBoth
    formula: InBoth
    over: Measure
    under: Measure

    @property
    def unit(self) -> Unit:
        """A share, or money each."""
        return Unit.MONEY_EACH if self.over.amount else Unit.SHARE


Metric = Measure | Ratio


@dataclass(frozen=True)
class MetricFilter:
    """Which facts count. None, or nothing: all of them.

    `since` is the first moment, `until` the first after the period. An `experiment` is named for its arms.
    """

    since: datetime | None = None
    until: datetime | None = None
    campaign_id: UUID | None = None
    run_id: UUID | None = None
    version_id: UUID | None = None
    node_id: str | None = None
    channel: Channel | None = None
    experiment_id: UUID | None = None
    arm: str | None = None
    segment_id: UUID | None = None

    @property
    def asks_customers(self) -> bool:
        """Whether it needs to know whose facts they are, or of which version: counters don't."""
        return bool(self.version_id or self.arm or self.segment_id)


def base_measures(metrics: Collection[Metric]) -> list[Measure]:
    """The measures that these metrics are made of, each once, in their order."""
    found: dict[str, Measure] = {}
    for metric in metrics:
        for measure in (metric.over, metric.under) if isinstance(metric, Ratio) else (metric,):
            found.setdefault(measure.key, measure)
    return list(found.values())
