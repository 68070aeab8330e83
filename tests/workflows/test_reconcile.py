"""Workflows that failed, were terminated or lost with their server go on from their rows, and nothing is sent twice."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError

from activities.reconciler import Reconciler
from campaigns.version_migration import migrate
from models import Campaign, CampaignVersion, Journey
from stack import temporal
from stack.ports import Ports
from tests.activities.test_imports import lines, order, uploaded
from tests.journey_driver import END, ENTRY, World, flow, push, wait
from tests.workflows.test_migration import inside, listening
from workflows.contracts import Reconciled

FIRST = UUID(int=0)


@asynccontextmanager
async def server() -> AsyncIterator[Client]:
    """A server of this test's own, in memory: it ends with all that it knew."""
    port = Ports().claim(["reconcile"])["reconcile"]
    async with temporal.running(temporal.arguments(port=port, ui_port=None), f"127.0.0.1:{port}") as found:
        yield found


async def reconcile(world: World, client: Client, *, everybody: bool = True, dry_run: bool = False) -> Reconciled:
    reconciler = Reconciler(world.database, client, dry_run=dry_run)
    before = await world.services.clock.now() + timedelta(seconds=1)
    found = await reconciler.others(before=before)
    after: UUID | None = FIRST
    while after is not None:
        page, after = await reconciler.journeys(after, before=before, everybody=everybody)
        found = found.plus(page)
    return found


async def test_a_terminated_journey_goes_on_and_sees_what_happened_meanwhile(world: World, temporal_client: Client):
    async with world.workers(temporal_client, relay=True):
        _, customer_id, journey_id, handle = await inside(world, temporal_client, listening(days=1))
        await handle.terminate(reason="by mistake")
        await world.happen(customer_id, "Order Completed")  # its signal finds nobody
        looked = await reconcile(world, temporal_client, dry_run=True)
        assert (looked.checked, looked.journeys) == (1, 1)
        assert (await reconcile(world, temporal_client, everybody=False)).checked == 0  # its wait is not over
        assert (await reconcile(world, temporal_client)).journeys == 1
        again: WorkflowHandle[Any, Any] = temporal_client.get_workflow_handle(handle.id)
        assert (await again.result())["reason"] == "completed"
        assert (await reconcile(world, temporal_client)).checked == 0
    assert [step.port for step in await world.steps(journey_id)][2] == "bought"
    assert len(world.sent) == 1


async def test_one_that_runs_is_left_alone(world: World, temporal_client: Client):
    async with world.workers(temporal_client):
        await inside(world, temporal_client, flow(ENTRY, push("first"), wait("pause", days=2), END))
        found = await reconcile(world, temporal_client)
    assert (found.checked, found.healed) == (1, 0)


async def test_a_lost_server_loses_no_journey_and_sends_nothing_twice(world: World):
    drawn = flow(ENTRY, push("first"), wait("pause", days=2), push("second"), END)
    campaign_id = await world.campaign(drawn)
    journeys = [await world.journey(campaign_id, await world.customer(f"c-{n}"), f"api:{n}") for n in range(20)]
    async with server() as lost, world.workers(lost):
        for journey_id in journeys:
            await world.start(lost, journey_id)
        async with asyncio.timeout(60):
            while len(world.sent) < 20 or not all([await at_pause(world, each) for each in journeys]):
                await asyncio.sleep(0.1)
    import_id = await uploaded(world, lines([order("c-1", 1)]))
    await world.publish(campaign_id, flow(ENTRY, push("first"), wait("pause", seconds=0.01), push("second"), END))
    async with world.database.transaction() as session:
        campaign = await session.get_one(Campaign, campaign_id)
        version = await session.get_one(CampaignVersion, campaign.current_version_id)
        await migrate(session, campaign, version, {})
    async with server() as fresh, world.workers(fresh):  # no relay: only the reconciler starts
        found = await reconcile(world, fresh)
        assert (found.journeys, found.migrations, found.imports) == (20, 1, 1)
        rows = [await world.read_journey(journey_id) for journey_id in journeys]
        await fresh.get_workflow_handle(f"import/{import_id}").result()
        async with asyncio.timeout(60):
            while not all([(await world.read_journey(row.id)).migration_id for row in rows]):
                await asyncio.sleep(0.1)
        for row in rows:
            with contextlib.suppress(RPCError):  # it began again after the move was written down, and has ended
                await fresh.get_workflow_handle(row.workflow_id).signal("notify", {"id": "moved"})
        for row in rows:
            assert (await fresh.get_workflow_handle(row.workflow_id).result())["reason"] == "completed"
    assert set(Counter((message.customer_id, message.node_id) for message in await world.messages()).values()) == {1}
    assert len(world.sent) == 40


async def at_pause(world: World, journey_id: UUID) -> bool:
    row: Journey = await world.read_journey(journey_id)
    return row.node_id == "pause" and row.waiting_until is not None
