"""Activities on a real Postgres, without Temporal: called as their worker would call them."""

import pytest

from config.settings import Settings
from store.database import Database
from tests.walking import World, make_world


@pytest.fixture
def world(database: Database, settings: Settings) -> World:
    """An installation in small."""
    return make_world(database, settings)
