from collections.abc import Awaitable, Callable

import pytest

from domain.events import IncomingEvent
from ingestion.pipeline import Ingested, ingest
from store.database import Database
from tests.ingestion.factories import NOW, rows


@pytest.fixture
def take(database: Database) -> Callable[..., Awaitable[list[Ingested]]]:
    """Take events in, in a transaction of their own."""

    async def call(*events: IncomingEvent) -> list[Ingested]:
        async with database.transaction() as session:
            return await ingest(session, events, now=NOW)

    return call


@pytest.fixture
def query(database: Database):
    """What a query finds."""

    async def call(sql: str, **values):
        async with database.transaction() as session:
            return await rows(session, sql, **values)

    return call
