"""Every workflow type runs on the real server, on the real worker, with a build id and without one.

The SDK refuses some combinations only when a task is completed, and tells nobody but its log: a warning there fails.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from pydantic import BaseModel
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.worker import Worker
from temporalio.workflow import _Definition

import worker
from activities.outbox_publisher import OutboxPublisher
from config.temporal import CAMPAIGNS_QUEUE, deployment
from ingestion.relay import Relay
from models import Journey
from stack import temporal
from stack.ports import Ports
from tests.activities.test_experiments import running as running_experiment
from tests.activities.test_imports import lines, order, uploaded
from tests.journey_driver import END, ENTRY, World, flow, push, wait
from tests.workflows.test_builds import put_in_force
from worker import Parts
from workflows import contracts
from workflows.intelligence_contracts import (
    INTELLIGENCE_QUEUE,
    SCORING_WORKFLOW,
    TRAINING_WORKFLOW,
    ScoringInput,
    TrainingInput,
)

CORE = "temporalio_sdk_core"
ROLES = ("journeys", "campaigns", "senders", "intelligence")


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    """A client of a server of this test's own, whose SDK core logs into Python's logging."""
    runtime = Runtime(
        telemetry=TelemetryConfig(
            logging=LoggingConfig(
                filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
                forwarding=LogForwardingConfig(logger=logging.getLogger(CORE)),
            )
        )
    )
    port = Ports().claim(["types"])["types"]
    address = f"127.0.0.1:{port}"
    async with temporal.running(temporal.arguments(port=port, ui_port=None), address):
        yield await Client.connect(address, data_converter=pydantic_data_converter, runtime=runtime)


def registered(workers: list[Worker]) -> set[str]:
    """Names of the workflow types that the workers serve."""
    found: set[str] = set()
    for made in workers:
        config = made.config(active_config=True)
        found |= {_Definition.must_from_class(each).name or "" for each in config.get("workflows", ())}
    return found


class Runs:
    """Starts workflows as the app does, and remembers which types came to their end."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.ended: set[str] = set()

    async def run(self, workflow: str, queue: str, *inputs: BaseModel) -> Any:
        handle = await self._client.start_workflow(workflow, args=inputs, id=f"{workflow}-{uuid4()}", task_queue=queue)
        result = await handle.result()
        self.ended.add(workflow)
        return result


async def run_all(world: World, client: Client) -> set[str]:
    runs = Runs(client)
    campaign_id = await world.campaign(flow(ENTRY, push("first"), wait("pause", days=9), END))
    customer_id = await world.customer("ada")
    await runs.run(
        contracts.CAMPAIGN_WORKFLOW,
        CAMPAIGNS_QUEUE,
        contracts.CampaignRunInput(campaign_id=campaign_id, launch="one", customer_ids=[customer_id]),
    )
    [journey] = await journeys_at(world, "pause")
    await world.publish(campaign_id, flow(ENTRY, push("first"), wait("pause", seconds=0.01), END))
    await world.migrate(client, campaign_id)
    runs.ended.add(contracts.MIGRATION_WORKFLOW)
    assert (await client.get_workflow_handle(journey.workflow_id).result())["reason"] == "completed"
    runs.ended.add(contracts.JOURNEY_WORKFLOW)
    import_id = await uploaded(world, lines([order("c-1", n) for n in range(5)]))
    taken = await runs.run(
        contracts.IMPORT_WORKFLOW, contracts.IMPORTS_QUEUE, contracts.ImportInput(import_id=import_id)
    )
    assert taken["done"]
    assert not taken["refused"]
    watch = contracts.SweepWatch(lasts=timedelta(0))
    assert (await runs.run(contracts.SWEEP_WORKFLOW, contracts.UPKEEP_QUEUE, watch))["failed"] == 0
    await runs.run(contracts.UPKEEP_WORKFLOW, contracts.UPKEEP_QUEUE)
    await runs.run(contracts.RENEWAL_WORKFLOW, contracts.UPKEEP_QUEUE)
    assert (await runs.run(contracts.RECONCILE_WORKFLOW, contracts.UPKEEP_QUEUE))["journeys"] == 0
    await runs.run(contracts.EXPORT_WORKFLOW, contracts.UPKEEP_QUEUE)
    nobodys = contracts.PromotionOrderInput(order_key=uuid4())
    await runs.run(contracts.PROMOTION_ORDER_WORKFLOW, CAMPAIGNS_QUEUE, nobodys)
    looked = await runs.run(contracts.EXPERIMENT_WORKFLOW, CAMPAIGNS_QUEUE, await experiment(world, campaign_id))
    assert looked["done"]
    await runs.run(TRAINING_WORKFLOW, INTELLIGENCE_QUEUE, TrainingInput(names=["churn"]))
    await runs.run(SCORING_WORKFLOW, INTELLIGENCE_QUEUE, ScoringInput())
    return runs.ended


async def experiment(world: World, campaign_id: UUID) -> contracts.ExperimentInput:
    """One that has come to its end; its workflow looks at it once."""
    made = await running_experiment(world, campaign_id, state="stopped")
    return contracts.ExperimentInput(experiment_id=made)


async def journeys_at(world: World, node: str) -> list[Any]:
    async with asyncio.timeout(60):
        while True:
            async with world.database.transaction() as session:
                found = [row for row in await world.rows(session, Journey) if row.node_id == node]
            if found:
                return found
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("build", ["", "one"], ids=["unversioned", "versioned"])
async def test_every_workflow_type_runs_without_a_warning_of_the_sdk(
    world: World, client: Client, caplog: pytest.LogCaptureFixture, build: str
):
    world.settings = world.settings.model_copy(update={"worker_build_id": build})
    parts = Parts(world.settings, client, world.services)
    workers = [made for role in ROLES for made in worker.WORKERS[role](parts)]
    with caplog.at_level(logging.WARNING, CORE):
        async with contextlib.AsyncExitStack() as running:
            for made in workers:
                await running.enter_async_context(made)
            stop = asyncio.Event()
            relay = asyncio.create_task(Relay(world.database, OutboxPublisher(client)).run(stop))
            if build:
                await put_in_force(client, build)
            async with asyncio.timeout(120):
                ended = await run_all(world, client)
            stop.set()
            await relay
            said = [record.getMessage() for record in caplog.records if record.name.startswith("temporalio")]
    assert said == []
    assert ended == registered(workers)
    assert (deployment(world.settings) is not None) == bool(build)
