"""Two builds side by side: new journeys take the new one, running ones move at a safe point."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.worker import Worker

import worker
from activities.outbox_publisher import OutboxPublisher
from campaigns import builds
from ingestion.relay import Relay
from stack import temporal
from stack.ports import Ports
from tests.journey_driver import END, ENTRY, World, flow, push, wait
from tests.workflows.next_build import NextJourneyWorkflow
from workflows.journey import JourneyWorkflow

SLOW = flow(ENTRY, push("first"), wait("pause", days=30), push("second"), END)


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    """A server of this test's own: which build is in force holds for a whole task queue."""
    port = Ports().claim(["builds"])["builds"]
    address = f"127.0.0.1:{port}"
    async with temporal.running(temporal.arguments(port=port, ui_port=None), address) as found:
        yield found


def build(world: World, client: Client, build_id: str, code: type) -> Worker:
    """The worker of journeys of one build."""
    settings = world.settings.model_copy(update={"worker_build_id": build_id})
    [made] = worker.journeys(worker.Parts(settings, client, world.services), workflow=code)
    return made


async def put_in_force(client: Client, build_id: str) -> None:
    """What an operator does with `temporal worker deployment set-current-version`."""
    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=client.namespace, deployment_name="campaign-flow", build_id=build_id, identity="test"
    )
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(RPCError):  # the server has not met the build's worker yet
                await client.workflow_service.set_worker_deployment_current_version(request)
                return
            await asyncio.sleep(0.2)


async def build_of(handle: WorkflowHandle[Any, Any]) -> str:
    """The build that the workflow is on now."""
    info = (await handle.describe()).raw_description.workflow_execution_info.versioning_info
    return str(info.deployment_version.build_id)


async def until_on(handle: WorkflowHandle[Any, Any], build_id: str) -> None:
    async with asyncio.timeout(60):
        while await build_of(handle) != build_id:
            await asyncio.sleep(0.1)


async def begin(world: World, client: Client, campaign_id: Any, name: str) -> tuple[Any, WorkflowHandle[Any, Any]]:
    journey_id = await world.journey(campaign_id, await world.customer(name))
    return journey_id, await world.start(client, journey_id)


async def until_waiting(world: World, journey_id: Any) -> None:
    async with asyncio.timeout(60):
        while (await world.read_journey(journey_id)).node_id != "pause":
            await asyncio.sleep(0.05)


async def test_the_first_build_puts_itself_in_force_and_a_roll_out_moves_sleepers(world: World, client: Client):
    campaign_id = await world.campaign(SLOW)
    one = world.settings.model_copy(update={"worker_build_id": "one"})
    two = world.settings.model_copy(update={"worker_build_id": "two"})
    stop = asyncio.Event()
    async with contextlib.AsyncExitStack() as running:
        for sender in worker.senders(worker.Parts(world.settings, client, world.services)):
            await running.enter_async_context(sender)
        await running.enter_async_context(build(world, client, "one", JourneyWorkflow))
        watching = asyncio.create_task(builds.watch_build(client, one, stop))
        async with asyncio.timeout(60):
            while await builds.current_build(client, one) != "one":
                await asyncio.sleep(0.2)
        journey_id, handle = await begin(world, client, campaign_id, "old")
        await until_waiting(world, journey_id)
        await running.enter_async_context(build(world, client, "two", NextJourneyWorkflow))
        relay = asyncio.create_task(Relay(world.database, OutboxPublisher(client)).run(stop))
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(RPCError):  # the server has not met the build's worker yet
                    assert await builds.roll_out(world.database, client, two, "two") == 1
                    break
                await asyncio.sleep(0.2)
        await until_on(handle, "two")
        await builds.put_in_force(client, two, "")  # back to workers without a build id
        assert await builds.current_build(client, two) == ""
        stop.set()
        await asyncio.gather(watching, relay)


async def test_a_journey_moves_to_the_new_build_at_a_safe_point(world: World, client: Client):
    campaign_id = await world.campaign(SLOW)
    async with contextlib.AsyncExitStack() as running:
        for sender in worker.senders(worker.Parts(world.settings, client, world.services)):
            await running.enter_async_context(sender)
        await running.enter_async_context(build(world, client, "one", JourneyWorkflow))
        await put_in_force(client, "one")
        old_id, old = await begin(world, client, campaign_id, "old")
        await until_waiting(world, old_id)
        assert await build_of(old) == "one"

        # an incompatible build beside it: what sleeps stays where it is, what begins takes the new one
        await running.enter_async_context(build(world, client, "two", NextJourneyWorkflow))
        await put_in_force(client, "two")
        new_id, new = await begin(world, client, campaign_id, "new")
        await until_waiting(world, new_id)
        assert (await build_of(old), await build_of(new)) == ("one", "two")

        # woken, it continues as new on the build in force, in the same wait
        before = await world.read_journey(old_id)
        await old.signal("notify", {"id": "roll-out"})
        await until_on(old, "two")
        after = await world.read_journey(old_id)
        assert (after.seq, after.waiting_until, after.state) == (before.seq, before.waiting_until, "active")

        await world.set_state(campaign_id, "stopped")
        for handle in (old, new):
            await handle.signal("notify", {"id": "stop"})
            assert (await handle.result()).reason == "stopped"
    assert [message.state for message in await world.messages()] == ["accepted", "accepted"]
