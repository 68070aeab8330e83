"""From an event's arrival at the API to the woken journey's next step, on an idle installation."""

import asyncio
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import insert
from sqlmodel import col, select

from activities.journey_client import JourneyStart, start_journey
from benchmarks.flows import listening
from benchmarks.installation import Installation, Report, percentile
from benchmarks.journeys import all_of
from domain import ids
from models import Journey, JourneyStep

PAUSE_SECONDS = 0.05


async def measure(installation: Installation, count: int) -> Report:
    """One event after the other, each for a journey that waits for it."""
    campaign_id, version_id = await installation.campaign("bench-listening", listening())
    name = f"latency-{uuid4().hex[:6]}"
    customers = await installation.customers(name, count)
    rows: list[dict[str, Any]] = [
        {
            "id": ids.journey_id(campaign_id, customer_id, "api:bench"),
            "campaign_id": campaign_id,
            "version_id": version_id,
            "customer_id": customer_id,
            "workflow_id": f"journey/bench-listening/{customer_id}",
            "entry": "api:bench",
            "state": "starting",
        }
        for customer_id in customers
    ]
    async with installation.database.transaction() as session:
        await session.execute(insert(Journey), rows)
    await all_of(
        partial(
            start_journey,
            installation.client,
            JourneyStart(row["id"], row["workflow_id"], campaign_id, row["customer_id"], version_number=1),
        )
        for row in rows
    )
    await _until_waiting(installation, campaign_id, count)
    sent = await _send_events(installation, name, count)
    waited = await _milliseconds(installation, [row["id"] for row in rows], sent)
    middle, late = percentile(waited, 0.5), percentile(waited, 0.99)
    return Report(
        figures={"event_to_step_ms": {"median": round(middle, 1), "p99": round(late, 1)}},
        rows=[("event to the journey's next step", f"{middle:.0f} ms, p99 {late:.0f} ms", "", "median under 1000 ms")],
    )


async def _until_waiting(installation: Installation, campaign_id: UUID, count: int) -> None:
    waiting = select(Journey).where(col(Journey.campaign_id) == campaign_id, col(Journey.node_id) == "listen")
    while True:
        async with installation.database.transaction() as session:
            if len((await session.scalars(waiting)).all()) >= count:
                return
        await asyncio.sleep(0.2)


async def _send_events(installation: Installation, name: str, count: int) -> list[datetime]:
    key = installation.settings.write_key
    assert key is not None
    sent = []
    async with httpx.AsyncClient(
        base_url=installation.stack.url("api"), auth=(key.get_secret_value(), ""), trust_env=False
    ) as http:
        for n in range(count):
            sent.append(datetime.now(UTC))
            body = {"userId": f"{name}-{n}", "event": "Order Completed", "properties": {"order_id": str(n)}}
            (await http.post("/v1/track", json=body)).raise_for_status()
            await asyncio.sleep(PAUSE_SECONDS)
    return sent


async def _milliseconds(installation: Installation, journeys: list[UUID], sent: list[datetime]) -> list[float]:
    """When each left its wait, by the worker's clock of this same machine, less when its event was sent."""
    left = select(JourneyStep.journey_id, JourneyStep.left_at).where(
        col(JourneyStep.node_id) == "listen",
        col(JourneyStep.journey_id).in_(journeys),
        col(JourneyStep.port) == "bought",
    )
    deadline = time.monotonic() + 60
    while True:
        async with installation.database.transaction() as session:
            found = {row[0]: row[1] for row in await session.execute(left)}
        if len(found) == len(journeys):
            break
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {len(found)} of {len(journeys)} journeys were woken")
        await asyncio.sleep(0.5)
    return [
        (moment - began).total_seconds() * 1000
        for journey, began in zip(journeys, sent, strict=True)
        if (moment := found[journey]) is not None
    ]
