"""What exposed customers did, divided: by day since exposure, and by segment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import column, insert, table, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.conditions import InSegment
from domain.events import MESSAGE_PREFIX
from domain.experiments import ExperimentMetric
from models import Customer, ExperimentAssignment
from store.conditions.scope import Scope
from store.experiments import outcomes
from store.segments import segments

DAYS = 14
_WHOLE_DAYS = text("""
    SELECT arm, least(floor(extract(epoch FROM :now - exposed_at) / :day), :days)::int AS whole, count(*) AS n
      FROM experiment_assignments
     WHERE experiment_id = :experiment AND counted AND NOT crossed AND exposed_at <= :now
     GROUP BY arm, whole
""")
_BY_DAY = """
    WITH done AS (
        SELECT a.arm, a.customer_id, floor(extract(epoch FROM e.occurred_at - a.exposed_at) / :day)::int AS day,
               {value} AS y
          FROM experiment_assignments a
          JOIN events e ON e.customer_id = a.customer_id AND e.name = :name AND e.occurred_at >= a.exposed_at
           AND e.occurred_at < a.exposed_at + :day * interval '1 second' * :days AND e.occurred_at < :now {own}
         WHERE a.experiment_id = :experiment AND a.counted AND NOT a.crossed AND a.exposed_at <= :now
           AND a.exposed_at + :day * interval '1 second' <= :now
           -- only days that are over
           AND e.occurred_at < a.exposed_at + floor(extract(epoch FROM :now - a.exposed_at) / :day)
                                              * :day * interval '1 second'
         GROUP BY a.arm, a.customer_id, day)
    SELECT arm, day, sum(y)::float8, sum(y * y)::float8 FROM done GROUP BY arm, day
"""
_VALUES = {"any": "1", "count": "count(*)::float8", "revenue": "coalesce(sum(e.revenue), 0)::float8"}


@dataclass(frozen=True)
class DaySums:
    """Of an arm, on a day since exposure that is over for `n` customers: sum and sum of squares of the metric."""

    arm: str
    day: int
    n: int
    y: float
    yy: float


async def by_day(
    session: AsyncSession,
    experiment_id: UUID,
    campaign_id: UUID,
    metric: ExperimentMetric,
    *,
    now: datetime,
    time_scale: float,
) -> list[DaySums]:
    """A metric on each of the first days since exposure; a day counts for those for whom it is over.

    Args:
        session: the transaction.
        experiment_id: whose.
        campaign_id: its campaign.
        metric: one of the plan.
        now: up to when.
        time_scale: of the business clock: seconds of a day.

    """
    asked: dict[str, Any] = {"experiment": experiment_id, "now": now, "days": DAYS}
    asked["day"] = timedelta(days=1).total_seconds() * time_scale
    whole: dict[tuple[str, int], int] = {}
    for arm, days, n in await session.execute(_WHOLE_DAYS, asked):
        for day in range(days):
            whole[arm, day] = whole.get((arm, day), 0) + n
    own = metric.event.startswith(MESSAGE_PREFIX)
    named = asked | {"name": metric.event} | ({"campaign": str(campaign_id)} if own else {})
    query = text(_BY_DAY.format(value=_VALUES[metric.value], own=outcomes.OWN if own else ""))
    done = {(arm, day): (y, yy) for arm, day, y, yy in await session.execute(query, named)}
    return [DaySums(arm, day, n, *done.get((arm, day), (0.0, 0.0))) for (arm, day), n in sorted(whole.items())]


async def in_segment(
    session: AsyncSession,
    experiment_id: UUID,
    campaign_id: UUID,
    segment_id: UUID,
    metric: ExperimentMetric,
    *,
    now: datetime,
    time_scale: float,
) -> list[outcomes.ArmSums]:
    """Sums over exposed customers who are in a saved segment now.

    Args:
        session: the transaction: it keeps who they are in a table of its own until it ends.
        experiment_id: whose.
        campaign_id: its campaign.
        segment_id: of a saved segment.
        metric: one of the plan.
        now: up to when, and when they are asked for.
        time_scale: of the business clock.

    """
    test = await segments.test_of(session, InSegment(segment_id=segment_id), Scope(now=now))
    await session.execute(text("CREATE TEMPORARY TABLE asked_members (customer_id uuid PRIMARY KEY) ON COMMIT DROP"))
    mine = col(ExperimentAssignment.experiment_id) == experiment_id
    members = (
        select(col(Customer.id))
        .where(col(Customer.id).in_(select(col(ExperimentAssignment.customer_id)).where(mine)))
        .where(col(Customer.erased_at).is_(None), test)
    )
    await session.execute(insert(table("asked_members", column("customer_id"))).from_select(["customer_id"], members))
    found = await outcomes.sums(
        session, experiment_id, campaign_id, [metric], now=now, time_scale=time_scale,
        among="AND customer_id IN (SELECT customer_id FROM asked_members)",
    )  # fmt: skip
    await session.execute(text("DROP TABLE asked_members"))
    return found
