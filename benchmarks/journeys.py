"""Journeys per second of the win-back path, against one workflow written by hand for it, without a database."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from temporalio.client import Client

from activities.journey_client import JourneyStart, start_journey
from benchmarks.flows import win_back
from benchmarks.installation import DAY_SECONDS, Installation, Report, per_second
from benchmarks.minimal import QUEUE, MinimalInput, MinimalWinBack
from domain import ids
from models import Journey

AT_ONCE = 50
MOST_EVENTS, MOST_BYTES = 28, 8_000


async def measure(installation: Installation, count: int, rounds: int) -> Report:
    """Take turns, so that a slow spell of the machine hits both sides."""
    campaign = await installation.campaign("bench-win-back", win_back({"kind": "api"}))
    await _ours(installation, campaign, 20, "warm")
    await _theirs(installation, 20)
    ours, theirs = [], []
    for round_ in range(rounds):
        ours.append(await _ours(installation, campaign, count, f"round{round_}"))
        theirs.append(await _theirs(installation, count))
    ratio = median(their / our for our, their in zip(ours, theirs, strict=True))
    events, size = await _cost(installation, campaign[0], "JourneyWorkflow")
    reference_events, reference_size = await _cost(installation, None, "MinimalWinBack")
    return Report(
        figures={
            "journeys_ratio": round(ratio, 3),
            "journeys_per_second": round(count / median(ours), 2),
            "minimal_per_second": round(count / median(theirs), 2),
            "history_events": events,
            "history_bytes": size,
        },
        rows=[
            (
                "win-back journeys, to their end",
                per_second(count, median(ours)),
                per_second(count, median(theirs)),
                f"{ratio:.2f} (at least 0.6)",
            ),
            ("history events of one", str(events), str(reference_events), f"at most {MOST_EVENTS}"),
            ("history bytes of one", str(size), str(reference_size), f"at most {MOST_BYTES}"),
        ],
    )


async def _ours(installation: Installation, campaign: tuple[UUID, UUID], count: int, name: str) -> float:
    campaign_id, version_id = campaign
    customers = await installation.customers(f"{name}-{uuid4().hex[:6]}", count)
    rows = [_row(campaign_id, version_id, customer_id) for customer_id in customers]
    async with installation.database.transaction() as session:
        await session.execute(insert(Journey), rows)
    starts = [
        JourneyStart(row["id"], row["workflow_id"], campaign_id, row["customer_id"], version_number=1) for row in rows
    ]
    before = await _completed(installation.client, "JourneyWorkflow")
    began = time.monotonic()
    await all_of(partial(start_journey, installation.client, start) for start in starts)
    await _until(installation.client, "JourneyWorkflow", before + count)
    return time.monotonic() - began


async def _theirs(installation: Installation, count: int) -> float:
    client = installation.client
    inputs = [MinimalInput(customer=uuid4(), token=f"minimal-{n}", wait_seconds=2 * DAY_SECONDS) for n in range(count)]
    before = await _completed(client, "MinimalWinBack")
    began = time.monotonic()
    await all_of(
        partial(client.start_workflow, MinimalWinBack.run, one, id=f"minimal-{one.customer}", task_queue=QUEUE)
        for one in inputs
    )
    await _until(client, "MinimalWinBack", before + count)
    return time.monotonic() - began


async def all_of(calls: Iterable[Callable[[], Awaitable[Any]]], at_once: int = AT_ONCE) -> None:
    """Make every call, so many at a time."""
    todo = iter(calls)

    async def one_after_the_other() -> None:
        for call in todo:
            await call()

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_the_other())


def _row(campaign_id: UUID, version_id: UUID, customer_id: UUID) -> dict[str, Any]:
    id_ = ids.journey_id(campaign_id, customer_id, "api:bench")
    return {
        "id": id_,
        "campaign_id": campaign_id,
        "version_id": version_id,
        "customer_id": customer_id,
        "workflow_id": ids.journey_workflow_id("bench-win-back", customer_id, id_),
        "entry": "api:bench",
        "state": "starting",
    }


async def _completed(client: Client, kind: str) -> int:
    found = await client.count_workflows(f"WorkflowType = '{kind}' AND ExecutionStatus = 'Completed'")
    return found.count


async def _until(client: Client, kind: str, count: int) -> None:
    """Both sides are asked the same way, by visibility, as often."""
    while await _completed(client, kind) < count:
        await asyncio.sleep(0.1)


async def _cost(installation: Installation, campaign_id: UUID | None, kind: str) -> tuple[int, int]:
    """History events and bytes of one completed journey."""
    query = f"WorkflowType = '{kind}' AND ExecutionStatus = 'Completed'"
    if campaign_id is not None:
        query += f" AND CampaignId = '{campaign_id}'"
    async for found in installation.client.list_workflows(query, limit=1):
        described = await installation.client.get_workflow_handle(found.id, run_id=found.run_id).describe()
        size = described.raw_description.workflow_execution_info.history_size_bytes
        return described.history_length, int(size)
    raise RuntimeError(f"no completed {kind}")
