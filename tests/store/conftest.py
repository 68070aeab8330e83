"""A database that the tests of one module share. They roll back what they write."""

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from config.settings import Settings
from stack import postgres
from store.database.engine import Database


@pytest.fixture(scope="module")
def shared_database_url(postgres_url: str) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    yield postgres.create_database(postgres_url, name, template="campaign_flow_template")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest_asyncio.fixture
async def shared_database(shared_database_url: str) -> AsyncIterator[Database]:
    pool = Database(Settings(_env_file=None, database_url=shared_database_url, database_pool_size=2))
    yield pool
    await pool.close()
