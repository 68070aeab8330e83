"""What campaigns sent and earned, all of them or some, from their counters; defined as in the catalogue of metrics.

Rates of opens and clicks are of the messages that would tell of them. Machines count nowhere. Money of several
currencies is never added.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.metrics.catalogue import REVENUE, counted_as
from domain.periods import Period

_METRICS = "('sent', 'opened', 'clicked', 'conversions', 'failed')"


@dataclass
class Performance:
    """Messages and what came of them."""

    entered: int = 0
    """Journeys, as `active`; in a period neither is counted."""
    active: int = 0
    sent: int = 0
    open_trackable: int = 0
    """Those sent of which an open would be told."""
    opened: int = 0
    click_trackable: int = 0
    """Those sent of which a click would be told."""
    clicked: int = 0
    conversions: int = 0
    failed: int = 0
    """Messages that no provider took for good."""
    revenue: dict[str, Decimal] = field(default_factory=dict)
    """Currency (ISO 4217; empty where the events name none) -> revenue of the conversions."""

    def add(self, channel: str, metric: str, dimension: str, n: int, amount: Decimal) -> None:
        """Add a counter to what it counts for; one that is not known is left out."""
        for key in counted_as(metric, channel):
            if hasattr(self, key):
                setattr(self, key, getattr(self, key) + n)
        if metric == REVENUE.counter and amount:
            self.revenue[dimension] = self.revenue.get(dimension, Decimal(0)) + amount


@dataclass
class DayFigures:
    """What happened on one day of UTC."""

    day: date
    sent: int = 0
    opened: int = 0
    clicked: int = 0
    conversions: int = 0


@dataclass(frozen=True)
class Overview:
    """All campaigns in a period and the one before."""

    now: Performance
    before: Performance
    days: list[DayFigures]
    """Of the period, oldest first; days without anything are left out."""
    campaigns: Mapping[UUID, Performance]
    """In the period."""


# The literals let the planner use the partial index campaign_counters_in_time.
_SEEN = f"""
    FROM (SELECT campaign_id, channel, metric, dimension, bucket AS at, n, amount FROM campaign_counters
           WHERE metric IN {_METRICS} AND bucket >= :first
           UNION ALL
          SELECT campaign_id, channel, metric, dimension, at, n, amount FROM campaign_counter_deltas
           WHERE metric IN {_METRICS} AND at >= :first) AS seen
"""  # noqa: S608 - the text is above
_PERIODS = text(f"""
    SELECT at >= :since, campaign_id, channel, metric, dimension, sum(n)::bigint, sum(amount) {_SEEN}
     WHERE at >= :since OR at < :before_until GROUP BY 1, 2, 3, 4, 5
""")
_DAYS = text(f"""
    SELECT (at AT TIME ZONE 'UTC')::date, metric, sum(n)::bigint {_SEEN} GROUP BY 1, 2 ORDER BY 1
""")
_OF_CAMPAIGNS = text("""
    SELECT campaign_id, channel, metric, dimension, sum(n)::bigint, sum(amount)
      FROM (SELECT campaign_id, channel, metric, dimension, n, amount FROM campaign_counters
             WHERE campaign_id = ANY(:campaigns)
             UNION ALL
            SELECT campaign_id, channel, metric, dimension, n, amount FROM campaign_counter_deltas
             WHERE campaign_id = ANY(:campaigns)) AS seen
     WHERE metric IN ('entered', 'active', 'sent', 'opened', 'clicked', 'conversions', 'failed')
     GROUP BY 1, 2, 3, 4
""")


async def overview(session: AsyncSession, period: Period) -> Overview:
    """All campaigns in that period, to this moment; hours are told apart for 14 days, later only days are."""
    given = {"first": period.before_since, "since": period.since, "before_until": period.before_until}
    now, before = Performance(), Performance()
    campaigns: defaultdict[UUID, Performance] = defaultdict(Performance)
    for in_period, campaign_id, *counter in await session.execute(_PERIODS, given):
        (now if in_period else before).add(*counter)
        if in_period:
            campaigns[campaign_id].add(*counter)
    return Overview(now, before, await _days(session, period.since), dict(campaigns))


async def _days(session: AsyncSession, since: datetime) -> list[DayFigures]:
    days: dict[date, DayFigures] = {}
    for day, metric, n in await session.execute(_DAYS, {"first": since}):
        figures = days.setdefault(day, DayFigures(day))
        if hasattr(figures, metric):
            setattr(figures, metric, n)
    return list(days.values())


async def of_campaigns(session: AsyncSession, campaign_ids: Sequence[UUID]) -> dict[UUID, Performance]:
    """What each of these campaigns came to so far; one of which nothing is counted is left out."""
    found: defaultdict[UUID, Performance] = defaultdict(Performance)
    for campaign_id, *counter in await session.execute(_OF_CAMPAIGNS, {"campaigns": list(campaign_ids)}):
        found[campaign_id].add(*counter)
    return dict(found)
