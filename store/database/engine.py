"""The engine, and what a transaction is."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from config.settings import Settings
from store.access.actor import acting
from store.campaigns.outbox_notifier import ANNOUNCE, Announcer
from store.database.flushes import Flushes
from store.events import json_text

_ACT = text("SELECT set_config('campaign_flow.actor', :actor, true)")
_ACT_HOT = text("SELECT set_config('campaign_flow.actor', :actor, true), set_config('synchronous_commit', 'off', true)")
IDLE_SECONDS = 5.0
"""A connection that lay idle for longer is tried before it is used."""
POOL_SECONDS = 10.0
"""How long a transaction waits for a free connection. Danger: a send waits twice (workflows.policies.SEND_TIMEOUT)."""
_USED = "campaign_flow_used"
# A server that is gone without a word (a failover, a cut cable) is noticed within 15 seconds, not within 15 minutes.
_FOUND_DEAD = {
    "connect_timeout": 10,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
}


@dataclass(frozen=True)
class PoolLimits:
    """How long the server lets a process of some kind go on, in seconds; 0 = for ever.

    Attributes:
        statement: one statement.
        lock: waiting for one lock.
        idle: doing nothing within a transaction, which holds locks meanwhile.

    """

    statement: float = 0
    lock: float = 60
    idle: float = 600

    def options(self) -> str:
        """As libpq's `options` say it."""
        named = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return " ".join(f"-c {name}={round(seconds * 1000)}" for name, seconds in named.items())


LONG = PoolLimits()
"""Launches, imports, sweeps, learning: a statement may take minutes."""
STEPS = PoolLimits(statement=60, lock=20, idle=120)
"""Journeys, sends, the relay: short transactions, tried again when they fail."""


async def unhurried(session: AsyncSession) -> None:
    """Lift the limits of time from this transaction: it writes a file that somebody waits for."""
    await session.execute(text("SET LOCAL statement_timeout = 0"))
    await session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '10min'"))


def requests(settings: Settings) -> PoolLimits:
    """For the API: somebody waits for the answer."""
    return PoolLimits(
        statement=settings.database_request_seconds, lock=min(10, settings.database_request_seconds), idle=60
    )


class Database:
    """A pool of connections. One per process, made by the composition root."""

    def __init__(self, settings: Settings, limits: PoolLimits = LONG) -> None:
        """A pool on the settings' database, each of whose connections has these limits."""
        self.engine: AsyncEngine = create_async_engine(
            settings.sqlalchemy_url,
            pool_size=settings.database_pool_size,
            max_overflow=settings.database_pool_size,
            pool_timeout=POOL_SECONDS,
            pool_pre_ping=False,
            pool_recycle=1800,
            json_serializer=json_text.dumps,
            json_deserializer=json_text.loads,
            connect_args={**_FOUND_DEAD, "prepare_threshold": 2, "options": f"-c timezone=UTC {limits.options()}"},
        )
        _try_idle_ones(self.engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._announcer = Announcer(self.engine.url)
        self._flushes = Flushes(self.engine.url)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        async with self._sessions() as session:
            async with session.begin():
                actor = acting.get()
                if actor is not None:
                    await session.execute(_ACT, {"actor": actor})
                yield session
            if session.info.get(ANNOUNCE):
                self._announcer.request()

    @asynccontextmanager
    async def hot_transaction(self) -> AsyncIterator[AsyncSession]:
        """The same, for rows that many wait for: its locks do not last until it is on disk, but this call does.

        Raises:
            sqlalchemy.exc.DBAPIError: besides what a transaction raises: it is not known whether the commit is on disk.

        """
        line = await self._flushes.begin()
        async with self._sessions() as session:
            async with session.begin():
                await session.execute(_ACT_HOT, {"actor": acting.get() or ""})
                yield session
            await self._flushes.reached(line)
            if session.info.get(ANNOUNCE):
                self._announcer.request()

    async def close(self) -> None:
        """Give the connections back."""
        await self._announcer.close()
        await self._flushes.close()
        await self.engine.dispose()


def _try_idle_ones(engine: AsyncEngine) -> None:
    """Ask a connection that lay idle whether it is still there. To ask before each transaction would cost too much."""
    pool, dialect = engine.sync_engine.pool, engine.sync_engine.dialect

    @event.listens_for(pool, "checkin")
    def _note(_connection: Any, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    @event.listens_for(pool, "checkout")
    def _ask(connection: Any, record: Any, _proxy: Any) -> None:
        used = record.info.get(_USED)
        if used is None or time.monotonic() - used < IDLE_SECONDS:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("the database closed an idle connection") from error
