"""The drill of docs/backup.md where Temporal was restored from a backup that is older than PostgreSQL."""

import asyncio
import contextlib
import shutil
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from activities.journey_client import signal_journey
from activities.outbox_publisher import OutboxPublisher
from campaigns.reconcile import reconcile_all
from ingestion.relay import Relay
from stack import temporal
from stack.ports import Ports
from tests.journey_driver import END, ENTRY, World, flow, push, wait
from tests.store.test_recovery_pitr import CHAIN, LISTEN, at, world_on
from workflows.contracts import JourneySignal

NAMES = ("queued", "waits", "went_on", "ended", "missed", "asleep")


class TemporalServer:
    """A development server on a file, that can be stopped, put back and started again on its port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = Ports().claim(["older"])["older"]
        self.address = f"127.0.0.1:{self.port}"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Client]:
        database = self.folder / "temporal.db"
        arguments = temporal.arguments(port=self.port, ui_port=None, database=database)
        process = await asyncio.create_subprocess_exec(
            *arguments, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield await temporal.wait_until_ready(self.address)
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()

    def back_up(self) -> None:
        for file in self.folder.glob("temporal.db*"):
            shutil.copy(file, self.folder / f"backup-{file.name}")

    def restore(self) -> None:
        for file in self.folder.glob("temporal.db*"):
            file.unlink()
        for file in self.folder.glob("backup-*"):
            shutil.copy(file, self.folder / file.name.removeprefix("backup-"))


@pytest.fixture
async def older(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[TemporalServer, World]]:
    server = TemporalServer(tmp_path)
    async with world_on(database_url, server.address) as world:
        yield server, world


async def test_temporal_from_an_earlier_backup_sends_nothing_twice_and_misses_nothing(older):
    server, world = older
    campaign = await world.campaign(
        flow(ENTRY, push("first"), LISTEN, push("second"), END, edges=CHAIN), slug="welcome"
    )
    short = await world.campaign(flow(ENTRY, wait("nap", hours=0.002), push("third"), END), slug="short")
    people = {name: await world.customer(name) for name in (*NAMES, "late")}
    journeys = {
        name: await world.journey(short if name == "asleep" else campaign, people[name], f"api:{name}")
        for name in people
    }
    async with server.running() as client, world.workers(client, relay=True, sending=False):
        await world.start(client, journeys["queued"])  # its first message waits in Temporal's queue
        await at(world, journeys["queued"], "first")
    async with server.running() as client, world.workers(client, relay=True):
        for name in ("waits", "went_on", "ended", "missed", "asleep"):
            await world.start(client, journeys[name])
        for name in ("waits", "went_on", "ended", "missed"):
            await at(world, journeys[name], "listen")
        await at(world, journeys["asleep"], "nap")
    server.back_up()

    async with server.running() as client:  # the time that Temporal will not know of
        async with world.workers(client, relay=True):
            await world.start(client, journeys["late"])
            for name in ("queued", "late"):
                await at(world, journeys[name], "listen")
            for name in ("went_on", "ended"):
                await world.happen(people[name], "Order Completed")
                await at(world, journeys[name], "end")
            await at(world, journeys["asleep"], "end")
        sent = Counter(one.message_id for one in world.sent)
        assert len(sent) == 5 + 2 + 1 + 1
        # nobody works while this signal reaches Temporal: it is lost with what Temporal knows
        await world.happen(people["missed"], "Order Completed")
        await Relay(world.database, OutboxPublisher(client)).drain()
    server.restore()

    async with server.running() as client, world.workers(client, relay=True):
        found = await reconcile_all(world.settings, everybody=True, dry_run=False, restored=True)
        assert found.journeys == 1, "the one that began after the backup"
        await at(world, journeys["missed"], "end")
        for name in ("waits", "late", "queued"):
            await world.happen(people[name], "Order Completed")
            await at(world, journeys[name], "end")
        # their older workflows sleep on; whenever they ask, they are told that it is over
        for name in ("went_on", "ended"):
            workflow_id = (await world.read_journey(journeys[name])).workflow_id
            await signal_journey(client, workflow_id, JourneySignal(id="look"))
        for journey in journeys.values():
            await client.get_workflow_handle((await world.read_journey(journey)).workflow_id).result()
    twice = [key for key, count in Counter(one.message_id for one in world.sent).items() if count > 1]
    assert twice == []
    assert len(world.sent) == 2 * 6 + 1, "each message once: two of the welcome, one of the short campaign"
