"""A launch: everybody once, whatever is repeated."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment

from activities.campaign import CampaignActivities
from domain.events import IncomingEvent
from domain.vocabulary import JourneyState
from ingestion.pipeline import ingest
from models import Journey
from store.campaigns import runs
from tests.journey_driver import END, World, flow, push, wait
from workflows.contracts import CAMPAIGN_WORKFLOW, CampaignRunInput, RunProgress, SnapshotInput

SEGMENT_ENTRY = {
    "id": "entry",
    "type": "entry",
    "data": {"trigger": {"kind": "segment", "condition": {"kind": "tag", "tag": "vip"}}},
}


def drawn(**reentry):
    return flow(
        SEGMENT_ENTRY, push("hello"), wait("day", days=1), END, settings={"reentry": reentry} if reentry else {}
    )


async def members(world: World, count: int) -> None:
    for n in range(count):
        await world.customer(f"vip-{n}", tags=["vip"])
    await world.customer("other")


async def launch(client: Client, campaign_id, key: str, **named) -> RunProgress:
    result: RunProgress = await client.execute_workflow(
        CAMPAIGN_WORKFLOW,
        CampaignRunInput(campaign_id=campaign_id, launch=key, **named),
        id=f"campaign/test/{key}/{campaign_id}",
        task_queue="campaigns",
        result_type=RunProgress,
    )
    return result


async def test_everybody_in_the_segment_enters_once(world: World, temporal_client: Client):
    await members(world, 7)
    campaign_id = await world.campaign(drawn())
    async with world.workers(temporal_client):
        progress = await launch(temporal_client, campaign_id, "one")
        again = await launch(temporal_client, campaign_id, "one")
    assert (progress.state, progress.audience, progress.started, progress.refused) == ("finished", 7, 7, 0)
    assert again.run_id == progress.run_id
    assert (again.audience, again.started) == (7, 7)
    async with world.database.transaction() as session:
        journeys = await world.rows(session, Journey)
    assert len(journeys) == 7
    assert {row.run_id for row in journeys} == {progress.run_id}


@pytest.mark.parametrize(
    ("reentry", "entered_again"),
    [({"mode": "always"}, 3), ({"mode": "after_exit"}, 0), ({"mode": "never"}, 0)],
)
async def test_reentry_is_asked_when_enrolling(
    world: World, temporal_client: Client, reentry: dict[str, str], entered_again: int
):
    await members(world, 3)
    campaign_id = await world.campaign(drawn(**reentry))
    async with world.workers(temporal_client):
        await launch(temporal_client, campaign_id, "one")
        second = await launch(temporal_client, campaign_id, "two")
    assert (second.started, second.refused) == (entered_again, 3 - entered_again)


async def test_only_those_named_enter(world: World, temporal_client: Client):
    first, second = await world.customer("a"), await world.customer("b")
    await world.customer("c")
    campaign_id = await world.campaign(drawn())
    async with world.workers(temporal_client):
        progress = await launch(temporal_client, campaign_id, "named", customer_ids=[first, second, first])
    assert (progress.audience, progress.started) == (2, 2)


@pytest.mark.parametrize("state", ["paused", "retired", "stopped"])
async def test_a_launch_at_the_wrong_time_enrols_nobody_and_is_written_down(
    world: World, temporal_client: Client, state: str
):
    await members(world, 1)
    campaign_id = await world.campaign(drawn(), state=state)
    async with world.workers(temporal_client):
        progress = await launch(temporal_client, campaign_id, "one")
    assert (progress.state, progress.audience, progress.started, progress.refused) == ("refused", None, 0, 0)
    assert progress.run_id is not None
    async with world.database.transaction() as session:
        run = await runs.read_run(session, progress.run_id)
    assert run.state == "refused"
    assert run.finished_at is not None


async def test_an_enrolment_whose_worker_died_goes_on_and_starts_nobody_twice(world: World, temporal_client: Client):
    """Rows without workflows are what a death between the page's commit and its starts leaves."""
    await members(world, 5)
    campaign_id = await world.campaign(drawn())
    async with world.workers(temporal_client):
        progress = await launch(temporal_client, campaign_id, "one")
        async with world.database.transaction() as session:
            for row in await world.rows(session, Journey):
                await temporal_client.get_workflow_handle(row.workflow_id).terminate("as if never started")
                row.state = JourneyState.STARTING
        again = await launch(temporal_client, campaign_id, "one")
    assert (again.started, again.run_id) == (5, progress.run_id)
    async with world.database.transaction() as session:
        assert len(await world.rows(session, Journey)) == 5


@pytest.mark.parametrize("into", ["vip-1", "newcomer"])
async def test_who_became_one_before_their_start_is_started_once_by_the_repeat(
    world: World, temporal_client: Client, into: str
):
    """The worker dies between the rows of a page and their starts; profiles become one before the repeat."""
    await members(world, 2)
    campaign_id = await world.campaign(drawn(mode="always"))
    launches = CampaignActivities(world.services, temporal_client)
    asked = SnapshotInput(campaign_id=campaign_id, launch="one", workflow_id="campaign/test/one")
    snapshot = await ActivityEnvironment().run(launches.snapshot_audience, asked)
    assert snapshot.run_id is not None
    assert await launches._page(snapshot.run_id, 0, 10)  # committed; nobody is started
    joined = IncomingEvent(
        id=uuid4(), kind="alias", external_id=into, previous_id="vip-0", occurred_at=datetime.now(UTC), source="test"
    )
    await world.customer("newcomer")
    async with world.database.transaction() as session:
        await ingest(session, [joined], now=datetime.now(UTC))
    page = await launches._page(snapshot.run_id, 0, 10)
    assert page is not None
    async with world.database.transaction() as session:
        journeys = await world.rows(session, Journey)
    assert len(journeys) == 2, "nobody enters a second time"
    assert {start.journey_id for start in page.starts} == {row.id for row in journeys}
