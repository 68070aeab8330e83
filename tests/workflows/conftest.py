"""Journeys on real servers: the dev server of the session, and a time-skipping one."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from config.settings import Settings
from config.temporal import SEARCH_ATTRIBUTES
from stack.temporal import binary
from store.database.engine import Database
from tests.journey_driver import ServerClock, World, make_world


@pytest.fixture
def world(database: Database, settings: Settings) -> World:
    """An installation in small."""
    return make_world(database, settings)


@pytest_asyncio.fixture
async def skipping(world: World) -> AsyncIterator[WorkflowEnvironment]:
    """A server that skips time while a test waits for a result; the world's clock follows it."""
    environment = await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=binary("temporal-test-server"), data_converter=pydantic_data_converter
    )
    async with environment:
        kinds = {
            name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}")
            for name, kind in SEARCH_ATTRIBUTES.items()
        }
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace="default", search_attributes=kinds)
        )
        world.services.clock = ServerClock(environment)
        yield environment
