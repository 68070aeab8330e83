"""Scores: written by the thousand, read for one customer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models import Score
from store import driver
from store.events import id_list


@dataclass(frozen=True, slots=True)
class NewScores:
    """Scores of one name, made by one model: a column an attribute, an entry a customer."""

    name: str
    model_id: UUID
    customers: Sequence[UUID]
    values: Sequence[float]
    low: Sequence[float] | None = None
    high: Sequence[float] | None = None


_WRITE = """
    INSERT INTO scores AS s (customer_id, name, value, low, high, model_id, at)
    SELECT n.customer_id, %(name)s, n.value, n.low, n.high, %(model)s, %(at)s
      FROM unnest(CAST(%(customers)s AS uuid[]), CAST(%(values)s AS float8[]), CAST(%(low)s AS float8[]),
                  CAST(%(high)s AS float8[])) AS n (customer_id, value, low, high)
      JOIN customers c ON c.id = n.customer_id AND c.erased_at IS NULL
     ORDER BY n.customer_id
    ON CONFLICT (customer_id, name) DO UPDATE
       SET value = excluded.value, low = excluded.low, high = excluded.high, reasons = excluded.reasons,
           model_id = excluded.model_id, at = excluded.at
     WHERE s.at <= excluded.at
"""


async def write(session: AsyncSession, scores: Iterable[NewScores], *, at: datetime) -> int:
    """Write scores, each over the customer's last one of that name; how many. A newer score is never overwritten.

    Customers who are gone by now are passed over.
    """
    connection = await driver.connection_of(session)
    written = 0
    for each in scores:
        values = {
            "name": each.name,
            "model": each.model_id,
            "at": at,
            "customers": id_list(each.customers),
            "values": _numbers(each.values),
            "low": None if each.low is None else _numbers(each.low),
            "high": None if each.high is None else _numbers(each.high),
        }
        with driver.known_errors(_WRITE):
            written += (await connection.execute(_WRITE, values)).rowcount
    return written


def _numbers(values: Iterable[float]) -> str:
    """An array as Postgres spells it: for thousands much faster than a list."""
    return "{" + ",".join(map(repr, map(float, values))) + "}"


async def rank(session: AsyncSession, name: str) -> None:
    """Give each score of a name its percentile: the share of customers whose value is lower."""
    # a million values are sorted, and matched with their rows: on disk that takes twice as long
    await session.execute(text("SET LOCAL work_mem = '256MB'"))
    await session.execute(
        text("""
            UPDATE scores s SET percentile = r.percentile
              FROM (SELECT customer_id, round(10000 * percent_rank() OVER (ORDER BY value)) / 100 AS percentile
                      FROM scores WHERE name = :name) r
             WHERE s.customer_id = r.customer_id AND s.name = :name AND s.percentile IS DISTINCT FROM r.percentile
        """),
        {"name": name},
    )


async def of_customer(session: AsyncSession, customer_id: UUID) -> Sequence[Score]:
    """A customer's scores, by name."""
    found = await session.execute(select(Score).where(col(Score.customer_id) == customer_id).order_by(col(Score.name)))
    return found.scalars().all()


async def of_customers(
    session: AsyncSession, customer_ids: Sequence[UUID], names: Sequence[str]
) -> dict[tuple[UUID, str], Score]:
    """Scores of these names that these customers have, by customer and name."""
    asked = select(Score).where(col(Score.customer_id).in_(customer_ids), col(Score.name).in_(names))
    return {(row.customer_id, row.name): row for row in (await session.execute(asked)).scalars()}


async def value(session: AsyncSession, customer_id: UUID, name: str) -> float | None:
    """A customer's score of one name."""
    found = await session.get(Score, (customer_id, name))
    return None if found is None else found.value


async def percentile(session: AsyncSession, customer_id: UUID, name: str, *, within: timedelta) -> float | None:
    """Where a customer's score stands among all, 0 to 100; None for one that a model did not make within that time."""
    found: float | None = await session.scalar(
        text("""
            SELECT percentile FROM scores
             WHERE customer_id = :customer AND name = :name AND model_id IS NOT NULL
               AND at > now() - CAST(:within AS interval)
        """),
        {"customer": customer_id, "name": name, "within": within},
    )
    return found


@dataclass(frozen=True)
class Foretold:
    """What models say of a customer: scores by name, and the names of those that are too old to be believed."""

    fresh: dict[str, float]
    stale: frozenset[str]


async def foretold(session: AsyncSession, customer_id: UUID, names: Iterable[str], *, within: timedelta) -> Foretold:
    """A customer's scores of these names that a model made; fresh ones were made within that time."""
    rows = (
        await session.execute(
            text("""
                SELECT name, value, at > now() - CAST(:within AS interval) AS fresh FROM scores
                 WHERE customer_id = :customer AND name = ANY(CAST(:names AS text[])) AND model_id IS NOT NULL
            """),
            {"customer": customer_id, "names": list(names), "within": within},
        )
    ).all()
    fresh = {row.name: row.value for row in rows if row.fresh}
    return Foretold(fresh, frozenset(row.name for row in rows if not row.fresh))


async def forget(session: AsyncSession, name: str, *, before: datetime) -> None:
    """Drop scores of a name that the last scoring did not renew."""
    await session.execute(text("DELETE FROM scores WHERE name = :name AND at < :at"), {"name": name, "at": before})
