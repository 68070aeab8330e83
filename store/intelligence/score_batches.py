"""A scoring's way into the tables: pages wait until all are there, then each customer's row is written once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import driver
from store.database.driver import Statement, order


@dataclass(frozen=True)
class Places:
    """Where a score's numbers are in a customer's row, from 1."""

    value: int
    percentile: int
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Column:
    """A score of a scoring: who made it, when, and where it is."""

    name: str
    model_id: UUID
    made_at: datetime
    places: Places


@dataclass(frozen=True)
class ScorePage:
    """Customers of a scoring, in order of their ids, and their numbers as bytes."""

    first: UUID
    customers: bytes
    numbers: bytes


async def keep_page(session: AsyncSession, at: datetime, page: ScorePage) -> None:
    """Let a page wait for the others; a repeat replaces it."""
    await driver.run(
        session,
        order(
            """
            INSERT INTO score_batches (scored_at, first, customers, numbers)
            VALUES (%(at)s, %(first)s, %(customers)b, %(numbers)b)
            ON CONFLICT (scored_at, first) DO UPDATE SET customers = excluded.customers, numbers = excluded.numbers
            """,
            at=at,
            first=page.first,
            customers=page.customers,
            numbers=page.numbers,
        ),
    )


async def drop_pages(session: AsyncSession, at: datetime, *, after: UUID | None) -> None:
    """Forget pages beyond a customer: a repeated stretch may cut them elsewhere, and nobody is to count twice."""
    await session.execute(
        text("DELETE FROM score_batches WHERE scored_at = :at AND first > :after"),
        {"at": at, "after": after or UUID(int=0)},
    )


async def firsts(session: AsyncSession, at: datetime) -> list[UUID]:
    """The first customer of each page that waits, in order."""
    return await driver.run(
        session,
        Statement(
            "SELECT first FROM score_batches WHERE scored_at = %(at)s ORDER BY first",
            {"at": at},
            lambda rows: [first for (first,) in rows],
        ),
    )


_KEPT = "SELECT first, customers, numbers FROM score_batches WHERE scored_at = %(at)s AND first = %(first)s"


async def kept_page(session: AsyncSession, at: datetime, first: UUID) -> ScorePage:
    """A page that waits."""
    connection = await driver.connection_of(session)
    with driver.known_errors(_KEPT):
        async with connection.cursor(binary=True) as cursor:  # as text, bytes would be spelt in twice their number
            await cursor.execute(_KEPT, {"at": at, "first": first})
            [row] = await cursor.fetchall()
    return ScorePage(*row)


async def last_column(session: AsyncSession, name: str, *, before: datetime) -> tuple[UUID, datetime] | None:
    """Which model made a score in the last scoring before this one that has it, and when."""
    found = (
        await session.execute(
            text("""
                SELECT model_id, made_at FROM score_columns WHERE name = :name AND scored_at < :before
                 ORDER BY scored_at DESC LIMIT 1
            """),
            {"name": name, "before": before},
        )
    ).first()
    return None if found is None else (found.model_id, found.made_at)


async def earlier(
    session: AsyncSession, name: str, made_at: datetime, customers: Sequence[UUID]
) -> Mapping[UUID, tuple[float, float | None, float | None, float | None]]:
    """Value, percentile, low and high of a score as it was made then, by customer."""
    rows = await session.execute(
        text("""
            SELECT customer_id, value, percentile, low, high FROM scores
             WHERE name = :name AND at = :at AND customer_id = ANY(CAST(:customers AS uuid[]))
        """),
        {"name": name, "at": made_at, "customers": list(customers)},
    )
    return {row.customer_id: (row.value, row.percentile, row.low, row.high) for row in rows}


async def describe(session: AsyncSession, at: datetime, columns: Sequence[Column]) -> None:
    """Say what the numbers of a scoring are, before its first row is written."""
    for column in columns:
        await session.execute(
            text("""
                INSERT INTO score_columns (scored_at, name, model_id, made_at, value_index, percentile_index,
                                             low_index, high_index)
                VALUES (:at, :name, :model, :made, :value, :percentile, :low, :high) ON CONFLICT DO NOTHING
            """),
            {
                "at": at,
                "name": column.name,
                "model": column.model_id,
                "made": column.made_at,
                "value": column.places.value,
                "percentile": column.places.percentile,
                "low": column.places.low,
                "high": column.places.high,
            },
        )


_ARRIVING = "CREATE TEMPORARY TABLE arriving_scores (customer_id uuid, numbers float8[]) ON COMMIT DROP"
_COPY = "COPY arriving_scores FROM STDIN (FORMAT binary)"
_WRITE = """
    INSERT INTO customer_scores AS s (customer_id, scored_at, numbers)
    SELECT n.customer_id, %(at)s, n.numbers
      FROM arriving_scores n JOIN customers c ON c.id = n.customer_id AND c.erased_at IS NULL
     WHERE NOT EXISTS (SELECT 1 FROM customer_merges m WHERE m.surviving_id = c.id AND m.at >= %(at)s)
     ORDER BY n.customer_id
    ON CONFLICT (customer_id) DO UPDATE SET scored_at = excluded.scored_at, numbers = excluded.numbers
     WHERE s.scored_at <= excluded.scored_at
"""


async def write(session: AsyncSession, at: datetime, rows: bytes) -> int:
    """Write customers' rows over those of earlier scorings; how many. A later scoring's are never overwritten.

    Passed over are customers who are gone by now, and those who were joined with another since the scoring's moment:
    what is foretold of half a history is wrong.

    Args:
        session: a transaction, in which this is asked for once.
        at: the scoring's moment.
        rows: ids and numbers, as `store.events.copy_binary.rows` spells them.

    """
    connection = await driver.connection_of(session)
    with driver.known_errors(_WRITE):
        await connection.execute(_ARRIVING)
        async with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            await copy.write(rows)
        return (await connection.execute(_WRITE, {"at": at})).rowcount


async def end(session: AsyncSession, at: datetime) -> None:
    """Drop what earlier scorings left, and the pages that waited. Everything of this one has been written."""
    for statement in (
        "DELETE FROM customer_scores WHERE scored_at < :at",
        "DELETE FROM score_columns WHERE scored_at < :at",
        "DELETE FROM score_batches WHERE scored_at <= :at",
    ):
        await session.execute(text(statement), {"at": at})


async def forget(session: AsyncSession, name: str) -> None:
    """Let nobody have that score any more."""
    await session.execute(text("DELETE FROM score_columns WHERE name = :name"), {"name": name})
