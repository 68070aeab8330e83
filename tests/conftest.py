"""One Postgres and one Temporal server a test session; a database of its own, and fresh task queues, a test."""

import atexit
import contextlib
import gc
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from xdist.scheduler import LoadFileScheduling

from config.settings import Settings
from stack import postgres, temporal
from stack.ports import Ports
from store.database.engine import Database
from store.migrate import migrate

if "PYTEST_XDIST_WORKER" in os.environ:
    # A worker of the test run ends as every process does that opened a Temporal client; registered first, it runs last.
    atexit.register(os._exit, 0)


_WHOLE_STACKS = ("tests/e2e/", "tests/chaos/")
"""These start the API, all workers and their servers, and wait for processes, timers and pages."""


class _Scheduling(LoadFileScheduling):  # type: ignore[misc]
    """A file runs whole in one worker; those that start whole stacks one after the other, all in one worker.

    Two stacks that start at once on two cores take longer than each of them waits.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "whole stacks" if nodeid.startswith(_WHOLE_STACKS) else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Scheduling:
    """Share the files out by our rule, where the tests run on several cores."""
    return _Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with those that take longest: last, they would keep a single core busy at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(_WHOLE_STACKS))


def pytest_collection_finish() -> None:
    """Let no collection of garbage go through all that was imported, test after test."""
    gc.collect()
    gc.freeze()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Name what failed as soon as it has: a run that is cut off prints no summary."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        crash = getattr(report.longrepr, "reprcrash", None)
        message = str(getattr(crash, "message", ""))[:400]
        sys.stdout.write(f"\nFAILED at {report.when}: {report.nodeid}: {message}\n")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of the session's server; its database `campaign_flow_template` is migrated."""
    given = os.environ.get("CAMPAIGN_FLOW_TEST_DATABASE_URL")
    if given:
        url, stop = given, None
    else:
        folder = Path(tempfile.mkdtemp(prefix="campaign-flow-pg-"))
        server = postgres.start(folder, durable=False)
        url, stop = server.get_uri(), server
    migrate(postgres.create_database(url, "campaign_flow_template"))
    yield url
    if stop is not None:
        stop.cleanup_mode = "delete"
        stop.cleanup()


@pytest.fixture
def database_url(postgres_url: str) -> Iterator[str]:
    """A migrated database that no other test sees."""
    name = f"test_{uuid4().hex[:12]}"
    yield postgres.create_database(postgres_url, name, template="campaign_flow_template")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings of a test: its own database, nothing from the machine's environment file."""
    return Settings(_env_file=None, database_url=database_url, database_pool_size=5, channel_exploration=0)


@pytest_asyncio.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The pool on the test's own database."""
    pool = Database(settings)
    yield pool
    await pool.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_address() -> AsyncIterator[str]:
    """Address of the session's Temporal dev server, in memory."""
    ports = Ports()
    port = ports.claim(["test"])["test"]
    address = f"127.0.0.1:{port}"
    async with temporal.running(temporal.arguments(port=port, ui_port=None), address):
        yield address


@pytest_asyncio.fixture
async def temporal_client(temporal_address: str) -> AsyncIterator[Client]:
    """A client of the session's dev server. What a test leaves running is terminated: the next has other customers."""
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    yield client
    async for left in client.list_workflows("ExecutionStatus = 'Running'"):
        with contextlib.suppress(RPCError):  # it ended by itself meanwhile
            await client.get_workflow_handle(left.id).terminate("the test is over")
