"""Partitions of `events`: made ahead of time and before an import needs them, and dropped when retention says so.

Intake and reading go on meanwhile. A quarter is a table of its own until it is complete; attaching and detaching it
take locks for moments only, and whoever does not get one within `_PATIENCE` lets everybody pass and tries again.

Danger: Postgres allows `DETACH ... CONCURRENTLY` for no table with a default partition, hence the short lock instead.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar

from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from store.database.engine import Database

AHEAD = timedelta(days=200)
"""Partitions are there so long before the first event can fall into them."""
BEHIND = timedelta(days=3660)
"""Events so old have partitions of their own; older ones stay in the default partition."""
_Result = TypeVar("_Result")
_NAME = re.compile(r"^events_(\d{4})q([1-4])$")
_PATIENCE = "3s"
_ATTEMPTS = 20
_MAKING = 7_210_342
_COLUMNS = "id, occurred_at, customer_id, name, properties, source, received_at"


def quarter_of(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def next_quarter(quarter: date) -> date:
    """The first day after a quarter that begins on that day."""
    return date(quarter.year + quarter.month // 10, (quarter.month + 2) % 12 + 1, 1)


def name_of(quarter: date) -> str:
    """The partition's name."""
    return f"events_{quarter.year:04d}q{(quarter.month + 2) // 3}"


async def make_quarters(database: Database, *, first: date, last: date) -> int:
    """Make the partitions from `first` to `last` that are missing; how many were.

    Events of theirs that the default partition holds are moved into them.

    Raises:
        sqlalchemy.exc.OperationalError: the default partition could not be locked, however often it was tried.

    """
    there, made = await _names(database), 0
    quarter = quarter_of(first)
    while quarter <= last:
        if name_of(quarter) not in there:
            made += await _make(database, quarter)
        quarter = next_quarter(quarter)
    return made


async def make_quarters_of(database: Database, days: Collection[date]) -> int:
    """The same for the quarters of those days alone."""
    there = await _names(database)
    quarters = sorted({quarter_of(day) for day in days})
    return sum([await _make(database, quarter) for quarter in quarters if name_of(quarter) not in there])


async def default_days(session: AsyncSession, *, first: date, last: date) -> list[date]:
    """One day of each quarter between those days of which the default partition holds events."""
    found = await session.execute(
        text("""
            SELECT DISTINCT CAST(date_trunc('quarter', occurred_at, 'UTC') AS date)
              FROM events_default WHERE occurred_at >= :first AND occurred_at < :last ORDER BY 1
        """),
        {"first": quarter_of(first), "last": last},
    )
    return list(found.scalars())


async def cut_default(session: AsyncSession, *, before: datetime, limit: int = 20_000) -> int:
    """Delete events of the default partition from before that moment, at most `limit` at once; how many."""
    gone = await session.execute(
        text("""
            WITH old AS (SELECT id, occurred_at FROM events_default WHERE occurred_at < :before LIMIT :limit),
                 gone AS (DELETE FROM events_default e USING old
                           WHERE e.id = old.id AND e.occurred_at = old.occurred_at RETURNING 1)
            SELECT count(*) FROM gone
        """),
        {"before": before, "limit": limit},
    )
    count: int = gone.scalar_one()
    return count


async def drop_older(database: Database, *, before: date) -> list[str]:
    """Drop the partitions that end on or before that day; their names.

    Danger: their events are gone. Conditions that look further back than that will answer as if they never happened.
    """
    dropped = []
    for name in sorted(await _names(database)):
        quarter = _NAME.match(name)
        if quarter and next_quarter(date(int(quarter[1]), int(quarter[2]) * 3 - 2, 1)) <= before:
            await _patiently(database, partial(_detach, name=name))
            dropped.append(name)
    # those detached by a run that died before it dropped them, too
    for name in await _detached(database):
        async with database.transaction() as session:
            await session.execute(text(f"DROP TABLE {name}"))
    return dropped


async def _detach(session: AsyncSession, *, name: str) -> None:
    await session.execute(text(f"ALTER TABLE events DETACH PARTITION {name}"))
    await session.execute(text(f"COMMENT ON TABLE {name} IS 'detached by retention'"))


async def _detached(database: Database) -> list[str]:
    async with database.transaction() as session:
        found = await session.execute(
            text("""
                SELECT c.relname FROM pg_class c
                 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
                   AND obj_description(c.oid, 'pg_class') = 'detached by retention' ORDER BY 1
            """)
        )
        return [name for name in found.scalars() if _NAME.match(name)]


async def _names(database: Database) -> set[str]:
    async with database.transaction() as session:
        found = await session.execute(
            text("""
                SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE i.inhparent = 'events'::regclass
            """)
        )
        return set(found.scalars())


async def _make(database: Database, quarter: date) -> bool:
    return await _patiently(database, lambda session: _make_now(session, quarter))


async def _make_now(session: AsyncSession, quarter: date) -> bool:
    """One quarter, in the caller's transaction; False when another one has just made it."""
    name = name_of(quarter)
    begin, end = f"'{quarter} 00:00+00'", f"'{next_quarter(quarter)} 00:00+00'"
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MAKING})
    if await session.scalar(text("SELECT to_regclass(:name)"), {"name": name}) is not None:
        return False
    await session.execute(text(f"CREATE TABLE {name} (LIKE events INCLUDING ALL)"))
    # with the check, attaching need not look at the rows
    inside = f"occurred_at >= {begin} AND occurred_at < {end}"
    await session.execute(text(f"ALTER TABLE {name} ADD CONSTRAINT {name}_span CHECK ({inside})"))
    await _move(session, name, inside)
    await session.execute(text("LOCK TABLE events_default IN ACCESS EXCLUSIVE MODE"))
    await _move(session, name, inside)
    await session.execute(text(f"ALTER TABLE events ATTACH PARTITION {name} FOR VALUES FROM ({begin}) TO ({end})"))
    await session.execute(text(f"ALTER TABLE {name} DROP CONSTRAINT {name}_span"))
    return True


async def _move(session: AsyncSession, name: str, inside: str) -> None:
    """Move events out of the default partition. Nobody joins or erases customers meanwhile: their events would stay."""
    if not await session.scalar(text(f"SELECT EXISTS (SELECT FROM events_default WHERE {inside})")):  # noqa: S608
        return
    await session.execute(text("LOCK TABLE customer_merges IN SHARE MODE"))
    await session.execute(
        text(f"""
            WITH moved AS (DELETE FROM events_default WHERE {inside} RETURNING {_COLUMNS})
            INSERT INTO {name} ({_COLUMNS}) SELECT {_COLUMNS} FROM moved
        """)  # noqa: S608 - names and days of this module
    )


async def _patiently(database: Database, work: Callable[[AsyncSession], Awaitable[_Result]]) -> _Result:
    """Do `work` in a transaction; again, after a while, when it did not get a lock: nobody waits behind it for long."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with database.transaction() as session:
                await session.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
                await session.execute(text("SET LOCAL statement_timeout = 0"))
                return await work(session)
        except DBAPIError as error:
            if attempt == _ATTEMPTS or not isinstance(error.orig, LockNotAvailable | DeadlockDetected):
                raise
            await asyncio.sleep(min(attempt * 0.5, 10))
    raise AssertionError("unreachable")
