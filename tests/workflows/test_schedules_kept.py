"""A schedule is on because its row says so: Temporal is told by the outbox, and a lost namespace is made good."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, select
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.reconciler import Reconciler
from campaigns import launch_schedule, lifecycle, schedule_sync
from campaigns.maintenance_schedule import keep_schedules, watch_schedules
from campaigns.missed_launches import missed
from domain.duration import Duration
from domain.ids import run_id
from domain.occurrences import occurrences, scheduled_launch
from ingestion.relay import Relay
from models import Campaign, CampaignRun
from stack import temporal
from stack.ports import Ports
from store.campaigns import scheduled
from tests.journey_driver import END, World, flow, publisher
from tests.workflows.test_reconcile import server
from tests.workflows.test_schedules import planned

PLAN = planned("Europe/Rome", "weekly", "09:00")
DRAWN = flow(
    {"id": "entry", "type": "entry", "data": {"trigger": {"kind": "segment", "condition": {"kind": "all"}}}},
    END,
    settings={"schedule": PLAN.model_dump(mode="json")},
)


async def away() -> Client:
    """A client of a server that is not there."""
    port = Ports().claim(["away"])["away"]
    return await Client.connect(f"127.0.0.1:{port}", lazy=True, data_converter=pydantic_data_converter)


async def turn(world: World, campaign_id: UUID, *, on: bool) -> None:
    async with world.database.transaction() as session:
        await schedule_sync.request(session, campaign_id, on=on)


async def relay(world: World, client: Client) -> None:
    await Relay(world.database, publisher(client, world.database)).drain()


async def is_on(world: World, client: Client, slug: str = "test") -> bool:
    return await launch_schedule.look(client, slug) is not None


@pytest.mark.parametrize("ending", [lifecycle.stop, lifecycle.retire])
async def test_an_ending_takes_the_schedule_with_it_though_temporal_is_away(
    world: World, temporal_client: Client, ending
):
    campaign_id = await world.campaign(DRAWN)
    await turn(world, campaign_id, on=True)
    await relay(world, temporal_client)
    assert await is_on(world, temporal_client)
    campaign = await ending(world.database, await away(), "test")
    assert campaign.state in ("stopped", "retired")
    assert await is_on(world, temporal_client)  # nobody could tell it
    await relay(world, temporal_client)
    assert not await is_on(world, temporal_client)


async def test_a_resume_lets_a_schedule_go_on_that_was_paused_in_temporal(world: World, temporal_client: Client):
    campaign_id = await world.campaign(DRAWN)
    await turn(world, campaign_id, on=True)
    await relay(world, temporal_client)
    await temporal_client.get_schedule_handle("campaign/test").pause()
    await lifecycle.pause(world.database, "test")
    await lifecycle.resume(world.database, await away(), "test")
    await relay(world, temporal_client)
    seen = await launch_schedule.look(temporal_client, "test")
    assert seen is not None
    assert not seen.paused
    await launch_schedule.disable(temporal_client, "test")


async def test_whoever_read_an_older_row_is_not_the_last_to_tell_temporal(world: World, temporal_client: Client):
    campaign_id = await world.campaign(DRAWN)
    sync = partial(schedule_sync.sync, temporal_client, world.database, campaign_id)
    for _ in range(5):
        await turn(world, campaign_id, on=True)
        first = asyncio.create_task(sync())
        await turn(world, campaign_id, on=False)
        await asyncio.gather(first, sync(), sync())
        assert not await is_on(world, temporal_client)


async def test_the_schedules_of_a_lost_namespace_are_made_again(world: World):
    on, off, paused = [await world.campaign(DRAWN, slug=slug) for slug in ("on", "off", "paused")]
    for campaign_id in (on, paused):
        await turn(world, campaign_id, on=True)
    await turn(world, off, on=False)
    await world.set_state(paused, "paused")
    async with server() as lost:
        await relay(world, lost)
        assert [await is_on(world, lost, slug) for slug in ("on", "off", "paused")] == [True, False, True]
    async with server() as fresh:
        heal = partial(schedule_sync.heal, fresh, world.database)
        before = datetime.now(UTC)
        looked = await Reconciler(world.database, fresh, dry_run=True, schedules=heal).others(before=before)
        assert (looked.schedules, looked.healed) == (2, 2)
        assert not await is_on(world, fresh, "on")
        assert (await Reconciler(world.database, fresh, schedules=heal).others(before=before)).schedules == 2
        assert [await is_on(world, fresh, slug) for slug in ("on", "off", "paused")] == [True, False, True]
        seen = await launch_schedule.look(fresh, "on")
        assert seen is not None
        assert seen.upcoming == occurrences(PLAN, datetime.now(UTC), 5)
        assert await heal() == 0


async def test_a_namespace_that_lost_everything_is_reconciled_by_its_workers(world: World):
    """The workers go on while the server, which kept all in memory, begins anew on its port."""
    campaign_id = await world.campaign(DRAWN)
    await turn(world, campaign_id, on=True)
    port = Ports().claim(["again"])["again"]
    command, address, stop = temporal.arguments(port=port, ui_port=None), f"127.0.0.1:{port}", asyncio.Event()
    async with temporal.running(command, address) as client:
        await keep_schedules(client)
        keeping = asyncio.create_task(
            watch_schedules(partial(keep_schedules, client), stop, every=timedelta(seconds=0.5))
        )
    async with temporal.running(command, address) as client, world.workers(client), asyncio.timeout(120):
        while not await is_on(world, client):
            await asyncio.sleep(0.2)
    stop.set()
    await keeping


async def test_a_schedule_of_an_earlier_release_is_taken_over_and_one_that_should_not_be_is_taken_away(
    world: World, temporal_client: Client
):
    known, stopped = [await world.campaign(DRAWN, slug=slug) for slug in ("known", "stopped")]
    for campaign_id, slug in ((known, "known"), (stopped, "stopped")):
        async with world.database.transaction() as session:
            (await session.get_one(Campaign, campaign_id)).schedule_on = None
        await launch_schedule.put(temporal_client, campaign_id, slug, slug, PLAN)
    await world.set_state(stopped, "stopped")
    async with asyncio.timeout(30):  # the server's list of schedules comes later
        while not {"known", "stopped"} <= await launch_schedule.listed(temporal_client):
            await asyncio.sleep(0.2)
    assert await schedule_sync.heal(temporal_client, world.database) == 1
    assert await is_on(world, temporal_client, "known")
    assert not await is_on(world, temporal_client, "stopped")
    async with world.database.transaction() as session:
        rows = {each.slug: each.schedule_on for each in await world.rows(session, Campaign)}
    assert rows == {"known": True, "stopped": False}
    await launch_schedule.disable(temporal_client, "known")


async def test_launches_that_were_due_while_the_schedule_was_lost_are_made_good_or_listed(world: World):
    now = datetime.now(UTC)
    at = (now - timedelta(hours=2)).replace(second=0, microsecond=0)
    plan = planned("UTC", "daily", f"{at:%H:%M}").model_copy(update={"catchup": Duration(hours=6)})
    drawn = DRAWN.model_copy(update={"settings": DRAWN.settings.model_copy(update={"schedule": plan})})
    campaign_id = await world.campaign(drawn)
    await world.customer("ada")
    await turn(world, campaign_id, on=True)
    days = [at - timedelta(days=3), at - timedelta(days=2), at - timedelta(days=1), at]
    async with world.database.transaction() as session:
        campaign = await session.get_one(Campaign, campaign_id)
        campaign.schedule_since = at - timedelta(days=3, hours=1)
        took_place = CampaignRun(
            id=run_id(campaign_id, scheduled_launch(plan, days[1]) or ""),
            campaign_id=campaign_id,
            version_id=campaign.current_version_id or uuid4(),
            workflow_id="campaign/test/earlier",
            state="finished",
        )
        session.add(took_place)

    async def left_out() -> list[datetime]:
        async with world.database.transaction() as session:
            [row] = await scheduled.wanted(session, campaign_id)
            return await missed(session, row, datetime.now(UTC))

    assert await left_out() == [days[0], days[2], days[3]]
    async with server() as fresh, world.workers(fresh):
        assert await schedule_sync.heal(fresh, world.database) == 1
        async with asyncio.timeout(60):
            while await left_out() != [days[0], days[2]]:  # the latest is made good; those before are too late
                await asyncio.sleep(0.2)
        assert await schedule_sync.heal(fresh, world.database) == 0
    async with world.database.transaction() as session:
        runs = (await session.scalars(select(CampaignRun).where(col(CampaignRun.campaign_id) == campaign_id))).all()
        assert {run.id for run in runs} == {took_place.id, run_id(campaign_id, scheduled_launch(plan, at) or "")}


async def test_what_was_due_before_it_was_turned_on_or_got_other_times_is_not_missed(world: World):
    at = (datetime.now(UTC) - timedelta(hours=2)).replace(second=0, microsecond=0)
    drawn = DRAWN.model_copy(
        update={"settings": DRAWN.settings.model_copy(update={"schedule": planned("UTC", "daily", f"{at:%H:%M}")})}
    )
    campaign_id = await world.campaign(drawn)

    async def left_out() -> int:
        async with world.database.transaction() as session:
            [row] = await scheduled.wanted(session, campaign_id)
            return len(await missed(session, row, datetime.now(UTC)))

    await turn(world, campaign_id, on=True)
    assert await left_out() == 0
    async with world.database.transaction() as session:
        (await session.get_one(Campaign, campaign_id)).schedule_since = at - timedelta(hours=1)
    await turn(world, campaign_id, on=True)  # pressed again: it was on all the time
    assert await left_out() == 1
    async with world.database.transaction() as session:
        await scheduled.has_new_times(session, campaign_id)
    assert await left_out() == 0
    await turn(world, campaign_id, on=False)
    assert await left_out() == 0
