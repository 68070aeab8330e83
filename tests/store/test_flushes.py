"""A hot transaction lets go of its locks early, and is on disk when its block ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from config.settings import Settings
from store.database.engine import Database

_WRITE = text("INSERT INTO promotion_refusals (code_hash, reason, caller) VALUES ('x', 'unknown_code', :caller)")


@pytest_asyncio.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """On a database that waits for its disk, as tests' databases don't."""
    async with await psycopg.AsyncConnection.connect(settings.database_url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        await connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = 'on'").format(name))
    pool = Database(settings)
    yield pool
    await pool.close()


async def write(database: Database, caller: str) -> str:
    """Where the log was when it was written."""
    async with database.hot_transaction() as session:
        assert await session.scalar(text("SHOW synchronous_commit")) == "off"
        await session.execute(_WRITE, {"caller": caller})
        return str(await session.scalar(text("SELECT pg_current_wal_insert_lsn()")))


async def test_it_is_on_disk_when_it_is_over_for_all_that_share_a_flush(database: Database):
    async def one(n: int) -> bool:
        written = await write(database, f"t{n}")
        async with database.transaction() as session:
            assert await session.scalar(text("SHOW synchronous_commit")) == "on"
            flushed = text("SELECT pg_current_wal_flush_lsn() >= CAST(:at AS pg_lsn)")
            return bool(await session.scalar(flushed, {"at": written}))

    assert all(await asyncio.gather(*(one(n) for n in range(8))))


async def end_the_flushers_connection(database: Database) -> None:
    async with database.transaction() as session:
        ended = await session.execute(
            text("""SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                     WHERE query LIKE '%pg_logical_emit_message%' AND pid <> pg_backend_pid()""")
        )
        assert ended.rowcount == 1  # type: ignore[attr-defined]


async def test_a_connection_that_was_ended_while_idle_is_opened_again(database: Database):
    await write(database, "before")
    await end_the_flushers_connection(database)
    await write(database, "after")


async def test_a_connection_lost_between_commit_and_flush_leaves_it_unknown(database: Database):
    """A crash of the database ends all connections and may take the commit back: it must not be confirmed."""
    await write(database, "before")

    async def lost_meanwhile() -> None:
        async with database.hot_transaction() as session:
            await session.execute(_WRITE, {"caller": "meanwhile"})
            await end_the_flushers_connection(database)

    with pytest.raises(DBAPIError):
        await lost_meanwhile()
    line = await database._flushes.begin()
    with pytest.raises(DBAPIError):
        await database._flushes.reached(line - 1)
    await database._flushes.reached(line)


async def test_what_is_rolled_back_is_not_flushed_and_a_lost_database_is_said(database: Database, settings: Settings):
    with contextlib.suppress(RuntimeError):
        async with database.hot_transaction() as session:
            await session.execute(_WRITE, {"caller": "never"})
            raise RuntimeError
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM promotion_refusals WHERE caller = 'never'")) == 0
    async with await psycopg.AsyncConnection.connect(settings.database_url) as connection:
        gone = settings.database_url.replace(connection.info.dbname, "gone", 1)
    other = Database(Settings(_env_file=None, database_url=gone))
    with pytest.raises(DBAPIError):
        await other._flushes.begin()
    await other.close()
