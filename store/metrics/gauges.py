"""Figures of the whole installation that are asked every few seconds.

Levels come from the counters, waits from the index of those that end: none costs more where there are more journeys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from store.campaigns import outbox
from store.campaigns.outbox import Backlog
from store.metrics import heartbeats

MOST_OVERDUE = 10_000
"""No more are counted: that it is so many is all one needs to know."""


@dataclass(frozen=True)
class Failing:
    """A provider that does not answer well."""

    provider: str
    kind: str
    seconds: float
    """Since its first failure in a row."""


@dataclass(frozen=True)
class GaugeReadings:
    """One moment."""

    active: dict[str, int]
    """State -> journeys that have not ended."""
    open_messages: dict[str, int]
    """State -> messages of campaigns that are not settled."""
    overdue: int
    """Journeys whose wait ended more than a minute ago and that have not gone on, `MOST_OVERDUE` at the most."""
    overdue_sends: int
    """Journeys that have stood at a send for a quarter of an hour, `MOST_OVERDUE` at the most."""
    outbox: Backlog
    ages: Mapping[str, float]
    """Recurring work (`store.metrics.heartbeats`) -> seconds since it was last done."""
    failing: Sequence[Failing]
    models: Mapping[str, float]
    """Score -> seconds since the model in use was trained."""


_LEVELS = text("""
    SELECT metric, dimension, sum(n)::bigint
      FROM (SELECT metric, dimension, n FROM campaign_counters WHERE n <> 0 AND metric IN ('active', 'state')
             UNION ALL
            SELECT metric, dimension, n FROM campaign_counter_deltas WHERE metric IN ('active', 'state')) AS seen
     WHERE metric = 'active' OR dimension IN ('reserved', 'deferred', 'unknown')
     GROUP BY metric, dimension HAVING sum(n) <> 0
""")
_OVERDUE = text("""
    SELECT count(*) FROM (
        SELECT 1 FROM journeys
         WHERE state = 'active' AND waiting_until IS NOT NULL AND step->>'kind' = 'wait'
           AND waiting_until < clock_timestamp() - interval '1 minute' LIMIT :most) AS late
""")
# Danger: only journeys that entered a node in the last days are looked at, by the index of steps by age: among all
# those that stand somewhere, millions may wait for months.
_OVERDUE_SENDS = text("""
    SELECT count(*) FROM (
        SELECT 1 FROM journey_steps s JOIN journeys j ON j.id = s.journey_id AND j.seq = s.seq
         WHERE s.entered_at BETWEEN clock_timestamp() - interval '1 day' AND clock_timestamp() - interval '15 minutes'
           AND s.left_at IS NULL AND j.state = 'active' AND j.step->>'kind' = 'send' LIMIT :most) AS late
""")
_FAILING = text("""
    SELECT provider, coalesce(kind, ''), greatest(0, extract(epoch FROM clock_timestamp() - failing_since))::float
      FROM circuit_breakers WHERE failing_since IS NOT NULL
""")
_MODELS = text("""
    SELECT name, greatest(0, extract(epoch FROM clock_timestamp() - trained_at))::float
      FROM models WHERE state = 'champion'
""")


async def read(session: AsyncSession) -> GaugeReadings:
    """Read them now."""
    levels = list(await session.execute(_LEVELS))
    return GaugeReadings(
        active={state: n for metric, state, n in levels if metric == "active"},
        open_messages={state: n for metric, state, n in levels if metric == "state"},
        overdue=await session.scalar(_OVERDUE, {"most": MOST_OVERDUE}) or 0,
        overdue_sends=await session.scalar(_OVERDUE_SENDS, {"most": MOST_OVERDUE}) or 0,
        outbox=await outbox.backlog(session),
        ages=await heartbeats.ages(session),
        failing=[Failing(*row) for row in await session.execute(_FAILING)],
        models={row[0]: row[1] for row in await session.execute(_MODELS)},
    )
