"""A hot transaction lets go of its locks early, and is on disk when its block ends."""

import asyncio
import contextlib

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from config.settings import Settings
from store.database.engine import Database

_WRITE = text("INSERT INTO promotion_refusals (code_hash, reason, caller) VALUES ('x', 'unknown_code', :caller)")


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


async def test_a_flush_survives_the_end_of_its_connection(database: Database):
    await write(database, "before")
    async with database.transaction() as session:
        ended = await session.execute(
            text("""SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE query LIKE '%pg_logical_emit_message%' AND pid <> pg_backend_pid()""")
        )
        assert ended.rowcount == 1  # type: ignore[attr-defined]
    await write(database, "after")


async def test_what_is_rolled_back_is_not_flushed_and_a_lost_database_is_said(database: Database, settings: Settings):
    with contextlib.suppress(RuntimeError):
        async with database.hot_transaction() as session:
            await session.execute(_WRITE, {"caller": "never"})
            raise RuntimeError
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM promotion_refusals WHERE caller = 'never'")) == 0
    other = Database(settings.model_copy(update={"database_url": settings.database_url + "_gone"}))
    with pytest.raises(DBAPIError):
        await other._flushes.reached()
    await other.close()
