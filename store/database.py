"""The engine, and what a transaction is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from config.settings import Settings
from store import json_text
from store.acting import acting

_ACT = text("SELECT set_config('campaign_flow.actor', :actor, true)")


class Database:
    """A pool of connections. One per process, made by the composition root."""

    def __init__(self, settings: Settings) -> None:
        self.engine: AsyncEngine = create_async_engine(
            settings.sqlalchemy_url,
            pool_size=settings.database_pool_size,
            max_overflow=settings.database_pool_size,
            pool_pre_ping=False,
            pool_recycle=1800,
            json_serializer=json_text.dumps,
            json_deserializer=json_text.loads,
            connect_args={"prepare_threshold": 2, "connect_timeout": 10, "options": "-c timezone=UTC"},
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        async with self._sessions() as session, session.begin():
            actor = acting.get()
            if actor is not None:
                await session.execute(_ACT, {"actor": actor})
            yield session

    async def close(self) -> None:
        """Give the connections back."""
        await self.engine.dispose()
