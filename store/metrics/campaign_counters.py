"""The counters of campaigns: folded by whoever has time, read exactly at any moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession

NO_RUN = UUID(int=0)
"""Stands for "outside launches" in a tally's key."""
_FOLDER_LOCK = 7_210_341
_STEPS_SECONDS = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 604_800)
_MOST_POINTS = 120


@dataclass(frozen=True)
class Total:
    """How often a metric was seen; store/migrations/sql/0016_campaign_counters.sql lists metrics and details."""

    node_id: str
    channel: str
    metric: str
    dimension: str
    n: int
    amount: Decimal


@dataclass(frozen=True)
class RunTotal:
    """A metric of one launch (`NO_RUN`: of journeys outside launches)."""

    run_id: UUID
    channel: str
    metric: str
    dimension: str
    n: int
    amount: Decimal


@dataclass(frozen=True)
class Point:
    """A metric within the stretch of time that begins at `at`."""

    at: datetime
    channel: str
    metric: str
    currency: str
    """Of conversions: ISO 4217, empty where the events name none."""
    n: int
    amount: Decimal


@dataclass(frozen=True)
class Series:
    """Metrics over time, in stretches of `width`."""

    width: timedelta
    points: list[Point]


_OLDEST = text("SELECT max(id) FROM (SELECT id FROM campaign_counter_deltas ORDER BY id LIMIT :most) AS oldest")
_ADD = """
    INSERT INTO campaign_counters AS t (campaign_id, run_id, node_id, channel, metric, dimension, bucket, n, amount)
    SELECT campaign_id, run_id, node_id, channel, metric, dimension, date_bin(:width, at, 'epoch'::timestamptz),
           sum(n), sum(amount)
      FROM gone GROUP BY 1, 2, 3, 4, 5, 6, 7
        ON CONFLICT (campaign_id, run_id, node_id, channel, metric, dimension, bucket)
        DO UPDATE SET n = t.n + excluded.n, amount = t.amount + excluded.amount
"""
# A bound, and no "id IN (...)": of a table that is filled and emptied all day the planner knows nothing.
_FOLD = text(f"""
    WITH gone AS (
         DELETE FROM campaign_counter_deltas WHERE id <= :bound
      RETURNING campaign_id, run_id, node_id, channel, metric, dimension, at, n, amount),
    added AS ({_ADD})
    SELECT count(*) FROM gone
""")  # noqa: S608 - the text is above
_COMPACT = text(f"""
    WITH gone AS (
         DELETE FROM campaign_counters
          WHERE bucket < :before AND bucket > 'epoch' AND bucket <> date_bin(:width, bucket, 'epoch'::timestamptz)
      RETURNING campaign_id, run_id, node_id, channel, metric, dimension, bucket AS at, n, amount),
    added AS ({_ADD})
    SELECT count(*) FROM gone
""")  # noqa: S608 - the text is above


async def rollup(session: AsyncSession, width: timedelta, *, most: int = 20_000) -> int:
    """Add pending changes to the campaign_counters, the oldest first; how many. Does nothing while another one folds.

    Args:
        session: the transaction.
        width: the stretch of time whose metrics are kept together.
        most: about so many changes are taken at once.

    """
    if not await _alone(session):
        return 0
    bound = await session.scalar(_OLDEST, {"most": most})
    if bound is None:
        return 0
    folded: int = await session.scalar(_FOLD, {"width": width, "bound": bound}) or 0
    return folded


async def compact(session: AsyncSession, before: datetime, width: timedelta) -> int:
    """Merge counters older than `before` into buckets of `width`; how many were merged."""
    if not await _alone(session):
        return 0
    gone: int = await session.scalar(_COMPACT, {"before": before, "width": width}) or 0
    return gone


async def _alone(session: AsyncSession) -> bool:
    return bool(await session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _FOLDER_LOCK}))


_BOTH = """
    FROM (SELECT run_id, node_id, channel, metric, dimension, bucket AS at, n, amount FROM campaign_counters
           WHERE campaign_id = :campaign
           UNION ALL
          SELECT run_id, node_id, channel, metric, dimension, at, n, amount FROM campaign_counter_deltas
           WHERE campaign_id = :campaign) AS seen
   WHERE (CAST(:run AS uuid) IS NULL OR run_id = :run)
"""
_OF_NODE = "AND (CAST(:node AS text) IS NULL OR node_id = :node)"
_TOTALS = text(f"""
    SELECT node_id, channel, metric, dimension, sum(n)::bigint, sum(amount) {_BOTH}
     GROUP BY node_id, channel, metric, dimension HAVING sum(n) <> 0 ORDER BY node_id, channel, metric, dimension
""")
_BY_RUN = text(f"""
    SELECT run_id, channel, metric, dimension, sum(n)::bigint, sum(amount) {_BOTH}
     GROUP BY run_id, channel, metric, dimension HAVING sum(n) <> 0
""")
_SPAN = text(f"SELECT min(at), max(at) {_BOTH} AND at > 'epoch' {_OF_NODE}")
_SERIES = text(f"""
    SELECT date_bin(:width, at, 'epoch'::timestamptz), channel, metric,
           CASE WHEN metric = 'conversions' THEN dimension ELSE '' END, sum(n)::bigint, sum(amount) {_BOTH}
       AND at > 'epoch' AND metric IN :metrics {_OF_NODE}
     GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
""").bindparams(bindparam("metrics", expanding=True))


async def totals(session: AsyncSession, campaign_id: UUID, run_id: UUID | None = None) -> list[Total]:
    """All metrics of a campaign, or of one launch, counted to this moment."""
    rows = await session.execute(_TOTALS, {"campaign": campaign_id, "run": run_id})
    return [Total(*row) for row in rows]


async def by_run(session: AsyncSession, campaign_id: UUID) -> list[RunTotal]:
    """The metrics of a campaign, launch by launch."""
    rows = await session.execute(_BY_RUN, {"campaign": campaign_id, "run": None})
    return [RunTotal(*row) for row in rows]


async def series(
    session: AsyncSession,
    campaign_id: UUID,
    metrics: tuple[str, ...],
    finest: timedelta,
    *,
    run_id: UUID | None = None,
    node_id: str | None = None,
) -> Series:
    """Metrics over time, of one launch or node if given, in about a hundred buckets, none shorter than `finest`."""
    given = {"campaign": campaign_id, "run": run_id, "node": node_id}
    first, last = (await session.execute(_SPAN, given)).one()
    width = _width((last - first) if first else timedelta(0), finest)
    rows = await session.execute(_SERIES, {**given, "width": width, "metrics": metrics})
    return Series(width, [Point(*row) for row in rows])


def _width(span: timedelta, finest: timedelta) -> timedelta:
    for seconds in _STEPS_SECONDS:
        step = timedelta(seconds=seconds)
        if step >= finest and span <= step * _MOST_POINTS:
            return step
    return max(finest, timedelta(seconds=_STEPS_SECONDS[-1]))
