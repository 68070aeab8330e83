"""A decision that can't be written, as while Postgres is away: the journey waits in Temporal, not in a worker."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle

from tests.journey_driver import END, ENTRY, World, flow, push, wait


async def test_a_worker_ends_while_a_decision_fails_and_the_journey_goes_on_elsewhere(
    world: World, temporal_client: Client
):
    campaign_id = await world.campaign(flow(ENTRY, wait("moment", seconds=2), push("hello"), END))
    journey_id = await world.journey(campaign_id, await world.customer())
    async with asyncio.timeout(120):
        async with world.workers(temporal_client):
            handle = await world.start(temporal_client, journey_id)
            await until(handle, EventType.EVENT_TYPE_TIMER_STARTED, 1)
            await rename(world, "journeys", "journeys_away")
            # the second timer is the pause before another attempt: nothing of it is left in this worker
            await until(handle, EventType.EVENT_TYPE_TIMER_STARTED, 2)
        await rename(world, "journeys_away", "journeys")
        async with world.workers(temporal_client):
            result = await handle.result()
    assert result.reason == "completed"
    assert len(world.sent) == 1


async def until(handle: WorkflowHandle, kind: EventType.ValueType, count: int) -> Sequence[HistoryEvent]:
    while True:
        events = [event async for event in handle.fetch_history_events() if event.event_type == kind]
        if len(events) >= count:
            return events
        await asyncio.sleep(timedelta(milliseconds=200).total_seconds())


async def rename(world: World, name: str, to: str) -> None:
    async with world.database.transaction() as session:
        await session.execute(text(f"ALTER TABLE {name} RENAME TO {to}"))
