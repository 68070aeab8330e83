"""What exposed customers did: the sums of every arm and metric, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import MESSAGE_PREFIX
from domain.experiments import ExperimentMetric

WINSOR = 0.999
_EXPOSED = """
    WITH exposed AS MATERIALIZED (
        SELECT customer_id, arm, exposed_at FROM experiment_assignments
         WHERE experiment_id = :experiment AND counted AND NOT crossed AND exposed_at <= :now {among})
    SELECT -1 AS metric, arm, count(*) AS n, 0::float8 AS y, 0::float8 AS yy,
           0::float8 AS x, 0::float8 AS xx, 0::float8 AS xy
      FROM exposed GROUP BY arm
"""
_ANY = """
    UNION ALL
    SELECT {i}, x.arm, count(*), count(*)::float8, count(*)::float8, 0, 0, 0
      FROM exposed x
     WHERE EXISTS (SELECT FROM events e WHERE e.customer_id = x.customer_id AND {within} {own})
     GROUP BY x.arm
"""
_WITHIN = "e.name = :name{i} AND e.occurred_at >= x.exposed_at AND e.occurred_at < x.exposed_at + :within{i}"
_BEFORE = "e.name = :name{i} AND e.occurred_at >= x.exposed_at - :within{i} AND e.occurred_at < x.exposed_at"
OWN = """AND e.properties ->> 'campaign_id' = :campaign
          AND coalesce(e.properties ->> 'machine', 'false') <> 'true'"""


@dataclass(frozen=True)
class ArmSums:
    """Sums of one arm and metric (see `intelligence.experiments.sums.Sums`); metric -1 counts customers."""

    metric: int
    arm: str
    n: int
    y: float
    yy: float
    x: float
    xx: float
    xy: float


def statement(metrics: Sequence[ExperimentMetric], among: str = "") -> str:
    """The one statement of an experiment with these metrics; `among` narrows whom it counts."""
    parts = [_EXPOSED.format(among=among)]
    for i, metric in enumerate(metrics):
        own = OWN if metric.event.startswith(MESSAGE_PREFIX) else ""
        within, before = _WITHIN.format(i=i), _BEFORE.format(i=i)
        if metric.value == "any":
            parts.append(_ANY.format(i=i, within=within, own=own))
        else:
            parts.append(_numbers(i, metric, within, before, own))
    return "".join(parts)


def _numbers(i: int, metric: ExperimentMetric, within: str, before: str, own: str) -> str:
    # what was done in as long a time before exposure narrows the interval: see intelligence.experiments.sums
    value = "coalesce(sum(e.revenue), 0)::float8" if metric.value == "revenue" else "count(*)::float8"
    both = f"""
        SELECT x.customer_id, x.arm,
               (SELECT {value} FROM events e WHERE e.customer_id = x.customer_id AND {within} {own}) AS y,
               (SELECT {value} FROM events e WHERE e.customer_id = x.customer_id AND {before} {own}) AS x
          FROM exposed x"""  # noqa: S608 - texts from above
    return f"""
    UNION ALL
    SELECT {i}, arm, count(*), sum(y), sum(y * y), sum(x), sum(x * x), sum(x * y)
      FROM (SELECT o.arm, least(o.y, cap.y) AS y, least(o.x, cap.x) AS x
              FROM ({both}) AS o,
                   (SELECT coalesce(percentile_cont(:winsor) WITHIN GROUP (ORDER BY y) FILTER (WHERE y > 0), 0) AS y,
                           coalesce(percentile_cont(:winsor) WITHIN GROUP (ORDER BY x) FILTER (WHERE x > 0), 0) AS x
                      FROM ({both}) AS every) AS cap) AS w
     GROUP BY arm
"""  # noqa: S608


async def sums(
    session: AsyncSession,
    experiment_id: UUID,
    campaign_id: UUID,
    metrics: Sequence[ExperimentMetric],
    *,
    now: datetime,
    time_scale: float,
    among: str = "",
) -> list[ArmSums]:
    """Sums over everybody who was exposed by `now`; hours of metrics are business time.

    Args:
        session: the transaction.
        experiment_id: whose.
        campaign_id: its campaign.
        metrics: of the plan, in its order.
        now: who was exposed later is not counted yet.
        time_scale: of the business clock.
        among: SQL that narrows whom is counted, of this package's own making.

    """
    values: dict[str, Any] = {"experiment": experiment_id, "now": now}
    for i, metric in enumerate(metrics):
        values[f"name{i}"] = metric.event
        values[f"within{i}"] = timedelta(hours=metric.within_hours) * time_scale
    query = statement(metrics, among)
    if ":campaign" in query:
        values["campaign"] = str(campaign_id)
    if ":winsor" in query:
        values["winsor"] = WINSOR
    return [ArmSums(*row) for row in await session.execute(text(query), values)]


async def crossed(session: AsyncSession, experiment_id: UUID) -> int:
    """Customers who are counted nowhere, since they have been in two arms."""
    query = text("SELECT count(*) FROM experiment_assignments WHERE experiment_id = :id AND crossed")
    return int((await session.execute(query, {"id": experiment_id})).scalar_one())
