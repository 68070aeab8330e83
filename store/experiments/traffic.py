"""How many customers came lately, and what they did: what a power calculation begins with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import MESSAGE_PREFIX
from domain.experiments import ExperimentMetric
from store.experiments import outcomes

DAYS = 28
ENOUGH = 50
_MOST = 20_000
# of customers whose time for the metric is over, the newest
_SEEN = """
    WITH came AS (
        SELECT customer_id, min(created_at) AS at
          FROM (SELECT customer_id, created_at FROM journeys
                 WHERE campaign_id = :campaign AND created_at >= :since AND created_at < :until
                 ORDER BY created_at DESC LIMIT :most) newest
         GROUP BY customer_id),
    done AS (
        SELECT (SELECT {value} FROM events e
                 WHERE e.customer_id = came.customer_id AND e.name = :name AND e.occurred_at >= came.at
                   AND e.occurred_at < came.at + :within {own}) AS y
          FROM came)
    SELECT count(*), coalesce(avg(y), 0)::float8, coalesce(var_samp(y), 0)::float8 FROM done
"""
_DAILY = text("""
    SELECT count(DISTINCT customer_id)::float8 / greatest(extract(epoch FROM :now - min(created_at)) / 86400, 1)
      FROM (SELECT customer_id, created_at FROM journeys
             WHERE campaign_id = :campaign AND created_at >= :since LIMIT 1000000) lately
""")
_VALUES = {
    "any": "least(count(*), 1)::float8",
    "count": "count(*)::float8",
    "revenue": "coalesce(sum(e.revenue), 0)::float8",
}


@dataclass(frozen=True)
class CampaignTraffic:
    """Of a campaign in the last weeks.

    Attributes:
        daily: new customers a day; 0 where nobody came.
        customers: those whose metric is known: their time for it is over.
        mean, variance: of the metric between them; None where they are too few to say.

    """

    daily: float
    customers: int
    mean: float | None
    variance: float | None


async def traffic(session: AsyncSession, campaign_id: UUID, metric: ExperimentMetric, now: datetime) -> CampaignTraffic:
    """What came and what was done in the last four weeks; the time for the metric is one week at the most."""
    since = now - timedelta(days=DAYS)
    daily = (await session.execute(_DAILY, {"campaign": campaign_id, "since": since, "now": now})).scalar_one()
    own = metric.event.startswith(MESSAGE_PREFIX)
    within = min(timedelta(hours=metric.within_hours), timedelta(days=7))
    asked: dict[str, Any] = {"since": since, "until": now - within, "most": _MOST, "name": metric.event}
    query = _SEEN.format(value=_VALUES[metric.value], own=outcomes.OWN.replace(":campaign", ":own") if own else "")
    asked |= {"within": within, "campaign": campaign_id} | ({"own": str(campaign_id)} if own else {})
    customers, mean, variance = (await session.execute(text(query), asked)).one()
    known = customers >= ENOUGH
    return CampaignTraffic(daily or 0.0, customers, mean if known else None, variance if known else None)
