"""The drill of docs/backup.md with point-in-time recovery: a base backup and archived WAL, by PostgreSQL's own tools.

Temporal is lost with everything it knew, or is newer than the restored database. Nothing is sent twice either way.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from temporalio.client import Client

from activities.reconciler import Reconciler
from campaigns import recovery as drill
from config.settings import Settings
from domain.events import IncomingMessageEvent
from domain.vocabulary import MessageEventKind
from ingestion.message_events import record_reports
from ingestion.privacy import erase
from models import Customer
from stack import postgres, temporal
from stack.ports import Ports
from store.database import recovery
from store.database.engine import Database
from store.migrate import migrate
from tests.journey_driver import END, ENTRY, World, flow, make_world, push
from tests.operating.processes import until
from tests.store.test_recovery_drill import TOOLS

ORDERED = {"event": "Order Completed"}
LISTEN = {
    "id": "listen",
    "type": "wait_event",
    "data": {"branches": [{"id": "ordered", "label": "Ordered", "on": ORDERED}], "timeout": {"days": 2}},
}
CHAIN = ["entry>first", "first>listen", "listen.ordered>second", "listen.timeout>end", "second>end"]


class Cluster:
    """A PostgreSQL server that archives its WAL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = folder / "archive"
        self.archive.mkdir()
        self.archive.chmod(0o777)  # as root, the server runs as another user
        self._server = postgres.start(folder / "data", durable=True)
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET archive_mode = 'on'")
            connection.execute(f"ALTER SYSTEM SET archive_command = 'cp %p {self.archive}/%f'".encode())
        with self._server._lock:
            self._server._stop()
            self._server.ensure_postgres_running()
        self.url = postgres.create_database(self._server.get_uri(), "campaign_flow")

    def back_up(self) -> None:
        """A base backup, as pgBackRest or a nightly pg_basebackup would make it."""
        command = [
            str(TOOLS / "pg_basebackup"),
            f"--dbname={self._server.get_uri()}",
            f"--pgdata={self.folder / 'base'}",
        ]
        subprocess.run([*command, "--checkpoint=fast", "--wal-method=none"], check=True, capture_output=True)
        owner = (self.folder / "data").stat()
        for path in [self.folder / "base", *(self.folder / "base").rglob("*")]:
            os.chown(path, owner.st_uid, owner.st_gid)

    def lose(self) -> None:
        """The last WAL reaches the archive, and the server and its disk are gone."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
            assert row is not None
            until((self.archive / row[0]).exists, "the last WAL in the archive")
        postgres.stop(self._server)
        shutil.rmtree(self.folder / "data")

    @contextlib.contextmanager
    def restored(self, to: datetime):
        """The URL of the database as it was at that moment."""
        base = self.folder / "base"
        with (base / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"restore_command = 'cp {self.archive}/%f %p'\n")
            settings.write(f"recovery_target_time = '{to.isoformat()}'\nrecovery_target_action = 'promote'\n")
            settings.write("archive_mode = 'off'\n")
        (base / "recovery.signal").touch()
        for name in ("recovery.signal", "postgresql.auto.conf"):
            os.chown(base / name, base.stat().st_uid, base.stat().st_gid)
        server = postgres.start(base, durable=True)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:

            def promoted() -> bool:
                return connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)

            until(promoted, "the end of recovery")
        yield postgres.database_url(server.get_uri(), "campaign_flow")
        postgres.stop(server)


@contextlib.asynccontextmanager
async def temporal_server() -> AsyncIterator[tuple[Client, str]]:
    """One of this test's own, in memory."""
    port = Ports().claim(["recovery"])["recovery"]
    address = f"127.0.0.1:{port}"
    async with temporal.running(temporal.arguments(port=port, ui_port=None), address) as client:
        yield client, address


@contextlib.asynccontextmanager
async def world_on(url: str, address: str) -> AsyncIterator[World]:
    settings = Settings(
        _env_file=None, database_url=url, database_pool_size=5, channel_exploration=0, temporal_address=address
    )
    database = Database(settings)
    yield make_world(database, settings)
    await database.close()


async def at(world: World, journey: UUID, node: str) -> None:
    deadline = time.monotonic() + 60
    while (await world.read_journey(journey)).node_id != node:
        assert time.monotonic() < deadline, f"the journey does not come to {node}"
        await asyncio.sleep(0.1)


async def reconcile(world: World, client: Client) -> int:
    reconciler = Reconciler(world.database, client, dry_run=False)
    page, _ = await reconciler.journeys(UUID(int=0), before=datetime.now(UTC), everybody=True)
    return page.journeys


@pytest.mark.parametrize("temporal_is", ["lost", "newer"])
async def test_restored_to_a_moment_nothing_is_sent_twice_and_erasures_hold(temporal_is: str, tmp_path: Path):
    cluster = Cluster(tmp_path)
    migrate(cluster.url)
    cluster.back_up()
    async with contextlib.AsyncExitStack() as servers:
        client, address = await servers.enter_async_context(temporal_server())
        async with world_on(cluster.url, address) as before:
            campaign = await before.campaign(
                flow(ENTRY, push("first"), LISTEN, push("second"), END, edges=CHAIN), slug="welcome"
            )
            people = {name: await before.customer(name) for name in ("ada", "bob", "cem", "eve")}
            journeys = {name: await before.journey(campaign, people[name], f"api:{name}") for name in people}
            async with before.workers(client, relay=True):
                for journey in journeys.values():
                    await before.start(client, journey)
                for journey in journeys.values():
                    await at(before, journey, "listen")
                await asyncio.sleep(1)
                moment = datetime.now(UTC)
                await asyncio.sleep(1)
                # the time that will be lost: two messages, of which one provider lists and one reports, and an erasure
                for name in ("ada", "bob"):
                    await before.happen(people[name], "Order Completed")
                    await at(before, journeys[name], "end")
                async with before.database.transaction() as session:
                    await erase(session, people["eve"], "eve", by="admin")
                async with before.database.transaction() as session:
                    kept_elsewhere = await recovery.erased_since(session, moment)
            lost = {one.customer_id: one.message_id for one in before.sent[4:]}
            assert set(lost) == {people["ada"], people["bob"]}
        cluster.lose()
        if temporal_is == "lost":
            await servers.aclose()
            client, address = await servers.enter_async_context(temporal_server())

        with cluster.restored(moment) as url:
            async with world_on(url, address) as after:
                rows = [(await after.read_journey(journey)).node_id for journey in journeys.values()]
                assert rows == ["listen"] * 4, "the moment before the loss"
                begun = await drill.begin(after.database, restored_to=moment, lost_until=datetime.now(UTC))
                assert begun.paused == ["welcome"]
                assert await drill.erase_again(after.database, kept_elsewhere) == 1
                async with after.database.transaction() as session:
                    assert (await session.get_one(Customer, people["eve"])).email is None
                    retried = _delivered(lost[people["bob"]])
                    assert (await record_reports(session, [retried], now=datetime.now(UTC))).set_aside == 1
                assert await drill.settle(after.database, [lost[people["ada"]], uuid4()], since=moment) == 2
                assert await drill.settle(after.database, [lost[people["ada"]]], since=moment) == 0

                async with after.workers(client, relay=True):
                    assert await reconcile(after, client) == (3 if temporal_is == "newer" else 4)
                    assert await drill.end(after.database, after.settings) == ["welcome"]
                    for name in ("ada", "bob", "cem"):  # the shop's events come again
                        await after.happen(people[name], "Order Completed")
                        await at(after, journeys[name], "end")
                assert [one.customer_id for one in after.sent] == [people["cem"]], "only who had not got it"


def _delivered(message: UUID) -> IncomingMessageEvent:
    return IncomingMessageEvent(
        event_id=uuid4(),
        message_id=message,
        provider="fake",
        engagement=MessageEventKind.DELIVERED,
        kind="delivered",
        occurred_at=datetime.now(UTC),
    )
