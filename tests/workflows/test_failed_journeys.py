"""A journey whose step can't be taken fails visibly, and goes on from its row when an operator says so."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from temporalio.client import Client, WorkflowHandle

from activities import failing
from activities.version_cache import Versions
from campaigns import lifecycle
from models import CampaignVersion, Journey
from store.campaigns import failures
from store.metrics import gauges, monitoring
from tests.journey_driver import END, ENTRY, World, flow, push, wait
from tests.workflows.test_reconcile import reconcile

DRAWN = flow(ENTRY, push("first"), wait("pause", seconds=0.5), push("second"), END)


async def redraw(world: World, campaign_id: UUID, drawn: Any) -> None:
    """Spoil or mend a version behind its cache."""
    async with world.database.transaction() as session:
        await session.execute(
            CampaignVersion.__table__.update()  # type: ignore[attr-defined]
            .where(CampaignVersion.campaign_id == campaign_id)
            .values(flow=drawn.model_dump(mode="json", by_alias=True))
        )
    world.services.versions = Versions()


async def fails(world: World, client: Client) -> tuple[UUID, UUID, WorkflowHandle[Any, Any]]:
    """A journey that got its first message, and finds no way on behind its wait."""
    campaign_id = await world.campaign(DRAWN)
    await redraw(world, campaign_id, flow(*DRAWN_NODES, edges=["entry>first", "first>pause", "second>end"]))
    journey_id = await world.journey(campaign_id, await world.customer())
    handle = await world.start(client, journey_id)
    async with asyncio.timeout(60):
        assert (await handle.result()).reason == "failed"
    return campaign_id, journey_id, handle


DRAWN_NODES = (ENTRY, push("first"), wait("pause", seconds=0.5), push("second"), END)


async def test_it_ends_its_workflow_and_is_seen(world: World, temporal_client: Client):
    async with world.workers(temporal_client):
        campaign_id, journey_id, _ = await fails(world, temporal_client)
        row = await world.read_journey(journey_id)
        assert (row.state, row.node_id, row.failure_code, row.failure_error) == (
            "failed", "pause", "flow", "TraversalError",
        )  # fmt: skip
        assert row.failed_at is not None
        async with world.database.transaction() as session:
            figures = await monitoring.figures(session, campaign_id)
            assert (figures.failed, figures.active, figures.entered) == (1, 1, 1)
            assert (await gauges.read(session)).active == {"failed": 1}
        assert (await reconcile(world, temporal_client)).checked == 0  # it is left to the operator


async def test_a_retry_goes_on_and_sends_nothing_twice(world: World, temporal_client: Client):
    async with world.workers(temporal_client, relay=True):
        campaign_id, journey_id, handle = await fails(world, temporal_client)
        await redraw(world, campaign_id, DRAWN)
        async with world.database.transaction() as session:
            assert await failures.retry(session, campaign_id, journey_id, datetime.now(UTC) + timedelta(minutes=1))
            assert not await failures.retry(session, campaign_id, journey_id, datetime.now(UTC))
        await ended(world, journey_id)
        assert (await temporal_client.get_workflow_handle(handle.id).result())["reason"] == "completed"
    assert [message.node_id for message in await world.messages()] == ["first", "second"]
    assert len(world.sent) == 2


async def test_all_of_a_campaign_are_retried_page_by_page(
    world: World, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
):
    campaign_id = await world.campaign(DRAWN)
    ids = [await world.journey(campaign_id, await world.customer(f"c-{n}"), f"api:{n}") for n in range(5)]
    async with world.database.transaction() as session:
        await session.execute(text("UPDATE journeys SET state = 'failed', failed_at = now(), failure_code = 'fault'"))
    async with world.database.transaction() as session:
        await failures.retry_all(session, campaign_id, datetime.now(UTC) + timedelta(minutes=1))
    monkeypatch.setattr(failures.expand, "__kwdefaults__", {"limit": 2})
    async with world.workers(temporal_client, relay=True):
        for journey_id in ids:
            await ended(world, journey_id)
    assert len(world.sent) == 10


async def test_the_same_error_again_and_again_fails_it(
    world: World, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(failing, "ATTEMPTS", 3)
    campaign_id = await world.campaign(flow(ENTRY, wait("pause", seconds=0.2), push("second"), END))
    journey_id = await world.journey(campaign_id, await world.customer())
    async with world.database.transaction() as session:  # a step of a later sequence stands there already
        await session.execute(
            text("INSERT INTO journey_steps (journey_id, seq, node_id, kind, why) VALUES (:id, 3, 'x', 'wait', '')"),
            {"id": journey_id},
        )
    async with world.workers(temporal_client):
        handle = await world.start(temporal_client, journey_id)
        async with asyncio.timeout(60):
            assert (await handle.result()).reason == "failed"
    row = await world.read_journey(journey_id)
    assert (row.state, row.failure_code, row.failure_error) == ("failed", "data", "UniqueViolation")


async def test_a_stop_ends_it_in_its_own_transaction(world: World, temporal_client: Client):
    async with world.workers(temporal_client):
        campaign_id, journey_id, _ = await fails(world, temporal_client)
    await lifecycle.stop(world.database, temporal_client, "test")
    row = await world.read_journey(journey_id)
    assert (row.state, row.exit_reason, row.step["kind"]) == ("ended", "stopped", "end")  # type: ignore[index]
    assert all(step.left_at for step in await world.steps(journey_id))
    async with world.database.transaction() as session:
        assert (await monitoring.figures(session, campaign_id)).ended == {"stopped": 1}


async def test_one_that_fails_in_a_stopped_campaign_ends(world: World, temporal_client: Client):
    campaign_id = await world.campaign(DRAWN, state="stopped")
    journey_id = await world.journey(campaign_id, await world.customer())
    await redraw(world, campaign_id, flow(*DRAWN_NODES, edges=["first>pause"]))
    async with world.database.transaction() as session:
        await session.execute(text("UPDATE campaign_versions SET flow = jsonb_set(flow, '{nodes}', '[]')"))
    async with world.workers(temporal_client):
        handle = await world.start(temporal_client, journey_id)
        async with asyncio.timeout(60):
            await handle.result()
    row = await world.read_journey(journey_id)
    assert (row.state, row.exit_reason) == ("ended", "stopped")


async def ended(world: World, journey_id: UUID) -> Journey:
    async with asyncio.timeout(60):
        while (row := await world.read_journey(journey_id)).state != "ended":
            await asyncio.sleep(0.1)
    return row
