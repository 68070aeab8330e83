"""Connections: limited in time, tried after a rest, and relays woken from one place."""

import asyncio
import time
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from config.settings import Settings
from store.campaigns import outbox
from store.campaigns.outbox_notifier import CHANNEL
from store.database import engine as databases
from store.database.engine import STEPS, Database, requests, unhurried


async def shown(database: Database, *names: str) -> list[str]:
    async with database.transaction() as session:
        return [str(await session.scalar(text(f"SHOW {name}"))) for name in names]


async def test_each_kind_of_process_has_its_limits(settings: Settings):
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    for limits, expected in (
        (requests(settings), ["30s", "10s", "1min"]),
        (STEPS, ["1min", "20s", "2min"]),
        (databases.LONG, ["0", "1min", "10min"]),
    ):
        pool = Database(settings, limits)
        assert await shown(pool, *names) == expected
        await pool.close()


async def test_a_dead_peer_is_noticed_in_seconds(database: Database):
    async with database.engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        said = raw.info.get_parameters()
    wanted = {"keepalives_idle": "5", "keepalives_interval": "5", "keepalives_count": "2", "tcp_user_timeout": "15000"}
    assert {name: said[name] for name in wanted} == wanted


async def test_connections_that_died_while_idle_are_replaced(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(databases, "IDLE_SECONDS", 0.0)
    await shown(database, "server_version")
    with psycopg.connect(database_url, autocommit=True) as other:  # as a failover does, or a firewall
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert await shown(database, "lock_timeout")


async def test_a_statement_that_takes_too_long_is_broken_off_unless_it_writes_a_file(settings: Settings):
    pool = Database(settings, databases.PoolLimits(statement=0.2))
    with pytest.raises(DBAPIError, match="statement timeout"):
        async with pool.transaction() as session:
            await session.execute(text("SELECT pg_sleep(1)"))
    async with pool.transaction() as session:
        await unhurried(session)
        await session.execute(text("SELECT pg_sleep(0.5)"))
    await pool.close()


async def test_many_commits_wake_the_relays_a_few_times(database: Database, database_url: str):
    note = outbox.OutboxMessage("signal_journey", uuid4(), "journey/none", {"id": "x"})
    heard = 0
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as listening:
        await listening.execute(f"LISTEN {CHANNEL}")

        async def write() -> None:
            for _ in range(40):
                async with database.transaction() as session:
                    await outbox.add(session, [note])

        began = time.monotonic()
        await asyncio.gather(*(write() for _ in range(5)))
        lasted = time.monotonic() - began
        async for _ in listening.notifies(timeout=0.5):
            heard += 1
    assert 1 <= heard <= 2 + lasted / 0.01


async def test_what_is_rolled_back_wakes_nobody(database: Database, database_url: str):
    note = outbox.OutboxMessage("signal_journey", uuid4(), "journey/none", {"id": "x"})

    async def fail() -> None:
        async with database.transaction() as session:
            await outbox.add(session, [note])
            raise ZeroDivisionError

    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as listening:
        await listening.execute(f"LISTEN {CHANNEL}")
        with pytest.raises(ZeroDivisionError):
            await fail()
        assert [each async for each in listening.notifies(timeout=0.3)] == []
