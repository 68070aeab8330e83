"""A launch too long for one history goes on in another, and forgets and repeats nobody."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest_asyncio
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from activities.campaign import CampaignActivities
from config.temporal import CAMPAIGNS_QUEUE
from models import CampaignRun, Journey
from stack import temporal
from stack.ports import Ports
from tests.journey_driver import END, ENTRY, World, flow, wait
from workflows.campaign import CampaignWorkflow
from workflows.contracts import CAMPAIGN_WORKFLOW, ENROL, CampaignRunInput, EnrolInput, EnrolResult, RunProgress

SUGGESTED_AFTER = 20
"""Events of a history after which this test's server suggests a new one; by default 4,096."""


@pytest_asyncio.fixture
async def impatient() -> AsyncIterator[Client]:
    """A server of this test's own."""
    port = Ports().claim(["long"])["long"]
    command = temporal.arguments(port=port, ui_port=None)
    command += ["--dynamic-config-value", f"limit.historyCount.suggestContinueAsNew={SUGGESTED_AFTER}"]
    async with temporal.running(command, f"127.0.0.1:{port}") as client:
        yield client


class ByTwo(CampaignActivities):
    """Enrols as ever, two members at a time."""

    @activity.defn(name=ENROL)
    async def enrol(self, input: EnrolInput) -> EnrolResult:
        return await super().enrol(input.model_copy(update={"limit": 2}))


async def runs_of(client: Client, workflow_id: str) -> int:
    """How many runs the workflow has had, by the chain of their ends."""
    found = 0
    first = (await client.get_workflow_handle(workflow_id).describe()).raw_description.workflow_execution_info
    run_id = first.first_run_id
    while run_id:
        found += 1
        history = await client.get_workflow_handle(workflow_id, run_id=run_id).fetch_history()
        ended = history.events[-1]
        run_id = ended.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return found


async def test_a_launch_continues_as_new_and_enrols_everybody_once(world: World, impatient: Client):
    drawn = flow(ENTRY, wait("pause", days=3), END, settings={"reentry": {"mode": "never"}})
    campaign_id = await world.campaign(drawn)
    customers = [await world.customer(f"c-{number}") for number in range(40)]
    inside = await world.journey(campaign_id, customers[33], "api:before")
    activities = ByTwo(world.services, impatient)
    launched = Worker(
        impatient,
        task_queue=CAMPAIGNS_QUEUE,
        workflows=[CampaignWorkflow],
        activities=[activities.snapshot_audience, activities.enrol, activities.finish_run],
    )
    workflow_id = f"campaign/test/{uuid4()}"
    async with launched:
        handle = await impatient.start_workflow(
            CAMPAIGN_WORKFLOW,
            CampaignRunInput(campaign_id=campaign_id, launch=workflow_id, customer_ids=customers),
            id=workflow_id,
            task_queue=CAMPAIGNS_QUEUE,
            result_type=RunProgress,
        )
        result: RunProgress = await handle.result()
        seen = await handle.query("progress", result_type=RunProgress)
        assert (seen.started, seen.refused) == (39, 1)
    assert (result.state, result.audience, result.started, result.refused) == ("finished", 40, 39, 1)
    assert await runs_of(impatient, workflow_id) > 2
    async with world.database.transaction() as session:
        rows = [row for row in await world.rows(session, Journey) if row.id != inside]
        [run] = await world.rows(session, CampaignRun)
    entered: set[UUID] = {row.customer_id for row in rows}
    assert entered == set(customers) - {customers[33]}
    assert len(rows) == 39
    assert (run.state, run.started, run.refused) == ("finished", 39, 1)
