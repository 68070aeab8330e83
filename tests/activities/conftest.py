"""Activities on a real Postgres, without Temporal: called as their worker would call them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from config.settings import Settings
from store.database.engine import Database
from tests.journey_driver import World, make_world


@pytest.fixture
def world(database: Database, settings: Settings) -> World:
    """An installation in small."""
    return make_world(database, settings)


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement that the test sends to the database."""
    said: list[str] = []

    def note(_connection, _cursor, statement: str, *_rest) -> None:
        said.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield said
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)
