"""GET /status: what is wrong, in codes that the app says in words."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from temporalio.client import Client

from api.dependencies import ApiServices
from stack import temporal
from stack.ports import Ports
from store.database.engine import Database
from store.messages import circuit_breakers as breakers
from store.metrics import heartbeats

REST = timedelta(minutes=1)


@pytest.fixture
async def temporal_client() -> AsyncIterator[Client]:
    """A client of a server of its own: the session's may have queues in which others' work waits for nobody."""
    port = Ports().claim(["test"])["test"]
    async with temporal.running(temporal.arguments(port=port, ui_port=None), f"127.0.0.1:{port}") as client:
        yield client


async def _sweep(database: Database) -> None:
    """The sweep has just run. The database is a copy of one that was migrated when the session began."""
    async with database.transaction() as session:
        await heartbeats.beat(session, heartbeats.SWEEP)


async def _codes(api: httpx.AsyncClient, services: ApiServices) -> list[tuple[str, str | None]]:
    services.status = None
    answer = await api.get("/status")
    assert answer.status_code == 200, answer.text
    return [(one["code"], one["subject"]) for one in answer.json()["troubles"]]


async def test_a_sound_installation_has_no_troubles(
    steered: httpx.AsyncClient, services: ApiServices, database: Database
):
    await _sweep(database)
    assert await _codes(steered, services) == []
    found = (await steered.get("/status")).json()
    assert {queue["name"] for queue in found["queues"]} >= {"journeys", "send-email", "upkeep"}
    assert "twilio" in found["silent_webhooks"]


async def test_each_trouble_is_told(
    steered: httpx.AsyncClient, services: ApiServices, database: Database, temporal_client: Client
):
    now = datetime.now(UTC)
    said = "HTTP 401: no grant for ada@shop.example"
    async with database.transaction() as session:
        for name, kind in (("sendgrid", "configuration"), ("twilio", "transient")):
            await breakers.failed(session, name, kind, said, count=9, now=now, allowed=5, rest=REST)  # type: ignore[arg-type]
        await heartbeats.beat(session, heartbeats.SWEEP)
        await session.execute(text("UPDATE heartbeats SET at = at - interval '5 minutes'"))
        late = "now() - interval '1 minute'"
        await session.execute(
            text(f"""INSERT INTO outbox (kind, journey_id, workflow_id, attempts, created_at)
                     VALUES ('signal_journey', '{uuid4()}', 'w', 0, {late})""")
        )
    await temporal_client.start_workflow("Nobody", id=f"status-{uuid4()}", task_queue="intelligence")
    wanted = {
        ("provider_refuses", "sendgrid"),
        ("provider_fails", "twilio"),
        ("queue_without_workers", "intelligence"),
        ("sweep_stalled", None),
        ("outbox_stalled", None),
    }
    async with asyncio.timeout(60):
        while set(await _codes(steered, services)) != wanted:
            await asyncio.sleep(0.5)
    failing = (await steered.get("/status")).json()["failing"][0]
    assert failing["reason"] == "HTTP 401: no grant for <address>"
    assert datetime.fromisoformat(failing["since"]) == now


async def test_without_temporal_the_rest_is_told(api: httpx.AsyncClient, services: ApiServices, database: Database):
    await _sweep(database)
    assert await _codes(api, services) == [("temporal_silent", None)]
    assert (await api.get("/status")).json()["queues"] is None
