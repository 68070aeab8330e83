"""When customers were there: what they did themselves, their opens and clicks among it.

A visit is an hour on the customer's clocks in which they did anything: forty products looked at in one evening are no
forty evenings.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

KEPT = timedelta(days=180)
"""How far back a visit counts: habits change."""
LATER = timedelta(days=28)
"""The last weeks, on which habits are judged."""
_OWN_DOING = r"(e.name NOT LIKE 'message\_%' OR e.name IN ('message_opened', 'message_clicked'))"
# a zone that PostgreSQL does not know must not fail the statement
_LOCAL = """
    (e.occurred_at AT TIME ZONE CASE WHEN c.timezone IN (SELECT name FROM zones) THEN c.timezone ELSE 'UTC' END)
"""
_SLOT = "((extract(isodow FROM local_hour) - 1) * 24 + extract(hour FROM local_hour))::int"
_BY_CUSTOMER = text(rf"""
    WITH zones AS MATERIALIZED (SELECT name FROM pg_timezone_names),
    visits AS (
        SELECT DISTINCT e.customer_id, date_trunc('hour', {_LOCAL}) AS local_hour, e.occurred_at >= :split AS later
          FROM events e JOIN customers c ON c.id = e.customer_id AND c.erased_at IS NULL
         WHERE e.customer_id >= :first AND e.customer_id <= :last
           AND e.occurred_at >= :since AND e.occurred_at < :until AND {_OWN_DOING})
    SELECT v.customer_id, {_SLOT} AS slot, v.later, count(*) AS visits, max(s.value)::int AS cluster
      FROM visits v LEFT JOIN scores s ON s.customer_id = v.customer_id AND s.name = 'cluster'
     GROUP BY 1, 2, 3
""")  # noqa: S608 - the fragments are the constants above
_EVERYBODY = text(rf"""
    WITH zones AS MATERIALIZED (SELECT name FROM pg_timezone_names),
    visits AS (
        SELECT DISTINCT e.customer_id, date_trunc('hour', {_LOCAL}) AS local_hour
          FROM events e JOIN customers c ON c.id = e.customer_id
         WHERE e.customer_id <= :last AND e.occurred_at >= :since AND e.occurred_at < :until AND {_OWN_DOING})
    SELECT {_SLOT} AS slot, count(*) AS visits FROM visits GROUP BY 1
""")  # noqa: S608
_ONE = text(rf"""
    SELECT occurred_at FROM events e
     WHERE e.customer_id = :customer AND e.occurred_at >= :since AND e.occurred_at < :until AND {_OWN_DOING}
     ORDER BY occurred_at DESC LIMIT :most
""")  # noqa: S608
_MOST = 2_000
_CUSTOMERS = text("SELECT reltuples FROM pg_class WHERE oid = 'customers'::regclass")
_SAMPLED = 2_000


async def by_customer(session: AsyncSession, first: UUID, last: UUID, *, until: datetime) -> Sequence[Row[Any]]:
    """Visits of a span of customers: customer, hour of the local week, whether of the last weeks, how many, cluster."""
    values = {"first": first, "last": last, "since": until - KEPT, "split": until - LATER, "until": until}
    return (await session.execute(_BY_CUSTOMER, values)).all()


async def of_everybody(session: AsyncSession, *, until: datetime) -> list[int]:
    """Visits by hour of the local week, of some thousand customers, for a caller that keeps it for some minutes."""
    customers = float((await session.execute(_CUSTOMERS)).scalar_one())
    share = min(1.0, _SAMPLED / customers) if customers > 0 else 1.0
    last = UUID(int=min(int(share * (1 << 128)), (1 << 128) - 1))  # ids are random: those below are a fair draw
    counts = [0] * 168
    for row in await session.execute(_EVERYBODY, {"last": last, "since": until - KEPT, "until": until}):
        counts[row.slot] = row.visits
    return counts


async def of_customer(session: AsyncSession, customer_id: UUID, *, until: datetime) -> list[datetime]:
    """When one customer did something, the newest first; as many within an hour as they did."""
    found = await session.execute(_ONE, {"customer": customer_id, "since": until - KEPT, "until": until, "most": _MOST})
    return list(found.scalars())
