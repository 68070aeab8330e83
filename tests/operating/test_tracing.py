"""One trace leads from an event's request to the call of the provider, across the outbox and Temporal."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio.client import Client

from config import tracing
from config.settings import Settings
from config.temporal import connect
from domain.events import IncomingEvent
from ingestion.group_commit import GroupCommitter
from store.database.engine import Database
from tests.journey_driver import END, flow, make_world, push


async def test_from_the_event_to_the_provider(
    database: Database, settings: Settings, temporal_address: str, temporal_client: Client, monkeypatch: Any
):
    exporter = InMemorySpanExporter()
    monkeypatch.setattr(tracing, "_tracer", None)
    on = settings.model_copy(update={"tracing": True, "temporal_address": temporal_address})
    client = await connect(on, interceptors=tracing.start_tracing(on, process="test", exporter=exporter))
    world = make_world(database, on)
    entry = {"id": "entry", "type": "entry", "data": {"trigger": {"kind": "event", "on": {"event": "Viewed"}}}}
    await world.campaign(flow(entry, push("hello"), END))
    await world.customer("c-1")
    event = IncomingEvent(id=uuid4(), name="Viewed", external_id="c-1", source="test", occurred_at=datetime.now(UTC))
    async with world.workers(client, relay=True):
        with tracing.span("POST", kind="SERVER"):
            await GroupCommitter(database, 1.0).take([event], now=datetime.now(UTC))
        async with asyncio.timeout(60):
            while not any(one.name.endswith(" send") for one in exporter.get_finished_spans()):
                await asyncio.sleep(0.1)
    spans = {one.name: one for one in exporter.get_finished_spans()}
    sent = next(one for name, one in spans.items() if name.endswith(" send"))
    assert sent.context.trace_id == spans["POST"].context.trace_id
    assert {"take events", "relay", "RunActivity:send_message"} <= set(spans)
    told = str([one.attributes for one in spans.values()])
    assert "c-1" not in told


def test_it_is_off_by_default(settings: Settings):
    assert tracing.start_tracing(settings, process="test") == []
    with tracing.span("nothing"):
        assert tracing.traceparent() is None
