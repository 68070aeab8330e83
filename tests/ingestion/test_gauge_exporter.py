"""The installation's gauges: exported where they are read, and only while they are fresh."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from prometheus_client import CollectorRegistry
from sqlalchemy import text
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from config.settings import Settings
from ingestion import backlogs
from ingestion.gauge_exporter import GaugeExporter
from models import JourneyStep, Outbox
from store.database.engine import Database
from store.messages import circuit_breakers
from store.metrics import heartbeats
from tests.journey_driver import END, ENTRY, flow, make_world, push, wait


class Exported:
    """A sampler's figures, as one process exports them."""

    def __init__(self, database: Database, client: Client | None = None, fresh_seconds: float = 60) -> None:
        self.registry = CollectorRegistry()
        self.sampler = GaugeExporter(database, client, registry=self.registry, fresh_seconds=fresh_seconds)
        self.registry.register(self.sampler)

    def __call__(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(f"campaign_flow_{name}", labels)


async def test_the_gauges_tell_what_is_there(database: Database, settings: Settings):
    world = make_world(database, settings)
    campaign_id = await world.campaign(flow(ENTRY, wait("pause", days=1), END))
    for number in range(3):
        await world.journey(campaign_id, await world.customer(f"c-{number}"))
    async with database.transaction() as session:
        session.add(Outbox(kind="signal_journey", journey_id=uuid4(), workflow_id="w"))
    value = Exported(database)
    assert value("journeys", state="starting") is None, "nothing is said before it was read"
    assert value("outbox_lag_seconds") is None
    await value.sampler.sample()
    assert value("journeys", state="starting") == 3
    assert value("journeys", state="paused") == 0
    assert value("outbox_notes") == 1
    assert (value("outbox_lag_seconds") or -1) >= 0
    assert value("messages_open", state="unknown") == 0
    assert (value("sampled_at_seconds") or 0) > 0
    async with database.transaction() as session:
        await session.delete((await world.rows(session, Outbox))[0])
    await value.sampler.sample()
    assert value("outbox_notes") == 0


async def test_what_could_not_be_read_for_a_while_vanishes(database: Database):
    value = Exported(database, fresh_seconds=0.2)
    await value.sampler.sample()
    at = value("sampled_at_seconds")
    assert value("outbox_notes") == 0
    await asyncio.sleep(0.3)
    assert value("outbox_notes") is None
    assert value("sampled_at_seconds") == at


async def test_recurring_work_and_failing_providers_have_an_age(database: Database, settings: Settings):
    world = make_world(database, settings)
    now = await world.services.clock.now()
    value = Exported(database)
    await value.sampler.sample()
    assert value("sweep_age_seconds") is not None, "it never ran: its age counts from the first migration"
    async with database.transaction() as session:
        await session.execute(text("UPDATE heartbeats SET at = at - interval '5 minutes'"))
    await value.sampler.sample()
    assert (value("sweep_age_seconds") or 0) > 299
    async with database.transaction() as session:
        await heartbeats.beat(session, heartbeats.SWEEP)
        await heartbeats.beat(session, heartbeats.WEBHOOK + "sendgrid")
        why, rest = "HTTP 401: wrong key", timedelta(seconds=30)
        await circuit_breakers.failed(session, "sendgrid", "configuration", why, count=1, now=now, allowed=5, rest=rest)
    await value.sampler.sample()
    assert 0 <= (value("sweep_age_seconds") or -1) < 60
    assert 0 <= (value("webhook_age_seconds", provider="sendgrid") or -1) < 60
    assert value("provider_failing_seconds", provider="sendgrid", kind="configuration") is not None
    async with database.transaction() as session:
        await circuit_breakers.succeeded(session, "sendgrid", now=now)
    await value.sampler.sample()
    assert value("provider_failing_seconds", provider="sendgrid", kind="configuration") is None


async def test_a_journey_that_stands_at_a_send_for_too_long_is_overdue(
    database: Database, settings: Settings, temporal_client: Client
):
    world = make_world(database, settings)
    campaign_id = await world.campaign(flow(ENTRY, push("hello"), END))
    journey_id = await world.journey(campaign_id, await world.customer("c-1"))
    async with world.workers(temporal_client, sending=False), asyncio.timeout(60):
        await world.start(temporal_client, journey_id)
        while ((await world.read_journey(journey_id)).step or {}).get("kind") != "send":
            await asyncio.sleep(0.05)
    value = Exported(database)
    await value.sampler.sample()
    assert value("journeys_overdue", step="send") == 0
    async with database.transaction() as session:
        for step in await world.rows(session, JourneyStep):
            step.entered_at -= timedelta(minutes=20)
            session.add(step)
    await value.sampler.sample()
    assert value("journeys_overdue", step="send") == 1
    assert value("journeys_overdue", step="wait") == 0


@activity.defn(name="anything")
async def anything() -> None:
    """Does nothing."""


async def test_each_queue_tells_its_backlog_its_age_and_who_works_there(database: Database, temporal_client: Client):
    value = Exported(database, temporal_client)
    name = f"queue-{uuid4().hex[:8]}"
    for number in range(3):
        await temporal_client.start_workflow("Nobody", id=f"{name}-{number}", task_queue=name)
    async with asyncio.timeout(30):
        # the server counts its backlog with a delay
        while (found := await backlogs.read(temporal_client, [name]))[0].waiting < 3 or found[0].age_seconds == 0:
            await asyncio.sleep(0.2)
    assert (found[0].waiting, found[0].pollers) == (3, 0)
    async with Worker(temporal_client, task_queue=name, activities=[anything]):
        async with asyncio.timeout(30):
            while (await backlogs.read(temporal_client, [name]))[0].pollers == 0:
                await asyncio.sleep(0.2)
    await value.sampler.sample()
    for queue in backlogs.QUEUES:
        for figure in ("queue_backlog", "queue_backlog_age_seconds", "queue_pollers"):
            assert value(figure, queue=queue) is not None
