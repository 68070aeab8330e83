"""What Temporal's schedule launches is what the preview says: against the real server."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.workflowservice.v1 import ListScheduleMatchingTimesRequest
from temporalio.client import (
    Client,
    ScheduleBackfill,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from campaigns import launch_schedule as schedules
from campaigns import schedule_sync
from domain.flow import CampaignSchedule
from domain.occurrences import occurrences, occurrences_until
from models import Campaign, CampaignRun
from tests.journey_driver import END, World, flow, push

CASES = [
    ("Europe/Berlin", "daily", "02:30"),
    ("America/New_York", "daily", "01:30"),
    ("Africa/Cairo", "daily", "00:00"),
    ("America/Nuuk", "daily", "23:30"),
    ("Australia/Lord_Howe", "daily", "02:10"),
    ("Pacific/Auckland", "daily", "02:15"),
    ("Asia/Kolkata", "daily", "09:00"),
    ("Europe/London", "weekly", "01:30"),
    ("America/Santiago", "weekly", "00:00"),
    ("Europe/Rome", "monthly", "02:30"),
]


def planned(zone: str, frequency: str, clock: str) -> CampaignSchedule:
    recurrence: dict[str, object] = {"frequency": frequency, "time": clock}
    if frequency == "weekly":
        recurrence["weekdays"] = [3, 6]
    if frequency == "monthly":
        recurrence["day_of_month"] = 28
    return CampaignSchedule.model_validate({"recurrence": recurrence, "timezone": zone})


def campaign() -> Campaign:
    slug = f"s-{uuid4().hex[:8]}"
    return Campaign(id=uuid4(), slug=slug, name=slug, state="active")


async def matching(client: Client, slug: str, start: datetime, end: datetime) -> list[datetime]:
    """The instants at which the server's schedule starts something."""
    bounds = [Timestamp(), Timestamp()]
    for bound, at in zip(bounds, (start, end), strict=True):
        bound.FromDatetime(at.replace(tzinfo=None))
    found = await client.workflow_service.list_schedule_matching_times(
        ListScheduleMatchingTimesRequest(
            namespace=client.namespace,
            schedule_id=schedules.schedule_id(slug),
            start_time=bounds[0],
            end_time=bounds[1],
        )
    )
    return [each.ToDatetime(UTC) for each in found.start_time]


@pytest.mark.parametrize(("zone", "frequency", "clock"), CASES)
async def test_the_servers_runs_are_those_of_the_preview(temporal_client: Client, zone, frequency, clock):
    one, plan = campaign(), planned(zone, frequency, clock)
    await schedules.put(temporal_client, one.id, one.slug, one.name, plan)
    try:
        now = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=1)
        until = now + timedelta(days=730)
        expected = [run.at for run in occurrences_until(plan, now, until)]
        assert await matching(temporal_client, one.slug, now + timedelta(seconds=1), until) == expected
        seen = await schedules.look(temporal_client, one.slug)
        assert seen is not None
        assert seen.upcoming == occurrences(plan, datetime.now(UTC), 5)
    finally:
        await schedules.disable(temporal_client, one.slug)


async def test_two_ticks_of_one_local_day_are_one_launch(world: World, temporal_client: Client):
    """A schedule as releases before this one handed it over runs 01:30 twice in New York's autumn."""
    await world.customer("vip", tags=["vip"])
    entry = {"kind": "segment", "condition": {"kind": "tag", "tag": "vip"}}
    plan = planned("America/New_York", "daily", "01:30")
    drawn = flow(
        {"id": "entry", "type": "entry", "data": {"trigger": entry}},
        push("hello"),
        END,
        settings={"reentry": {"mode": "always"}, "schedule": plan.model_dump(mode="json")},
    )
    campaign_id = await world.campaign(drawn)
    async with world.database.transaction() as session:
        one = await session.get_one(Campaign, campaign_id)
        one.schedule_on = None  # turned on by a release that left it to Temporal
    await schedules.put(temporal_client, one.id, one.slug, one.name, plan)
    handle = temporal_client.get_schedule_handle(schedules.schedule_id(one.slug))

    def as_before(found: ScheduleUpdateInput) -> ScheduleUpdate:
        old = found.description.schedule
        old.spec = ScheduleSpec(
            calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(1)], minute=[ScheduleRange(30)])],
            time_zone_name="America/New_York",
        )
        return ScheduleUpdate(old)

    await handle.update(as_before)
    window = ScheduleBackfill(
        start_at=datetime(2026, 11, 1, 4, tzinfo=UTC),
        end_at=datetime(2026, 11, 1, 8, tzinfo=UTC),
        overlap=ScheduleOverlapPolicy.ALLOW_ALL,
    )
    async with world.workers(temporal_client):
        await handle.backfill(window)
        async with asyncio.timeout(60):
            while (await handle.describe()).info.num_actions < 2:
                await asyncio.sleep(0.1)
            while await running(temporal_client, one.slug):
                await asyncio.sleep(0.1)
    async with world.database.transaction() as session:
        runs = await world.rows(session, CampaignRun)
    assert [(run.state, run.audience, run.started) for run in runs] == [("finished", 1, 1)]
    await schedules.disable(temporal_client, one.slug)


async def running(client: Client, slug: str) -> bool:
    """Whether a launch of the campaign runs; asked of the server itself, whose index comes later."""
    found = [row async for row in client.list_workflows(f"WorkflowId STARTS_WITH 'campaign/{slug}/'")]
    described = [await client.get_workflow_handle(row.id).describe() for row in found]
    return len(found) < 2 or any(each.close_time is None for each in described)


async def test_renewal_puts_an_old_schedule_right_and_leaves_a_paused_one_paused(world: World, temporal_client: Client):
    plan = planned("Europe/Berlin", "daily", "02:30")
    entry = {"kind": "segment", "condition": {"kind": "all"}}
    drawn = flow(
        {"id": "entry", "type": "entry", "data": {"trigger": entry}},
        END,
        settings={"schedule": plan.model_dump(mode="json")},
    )
    campaign_id = await world.campaign(drawn)
    async with world.database.transaction() as session:
        one = await session.get_one(Campaign, campaign_id)
        one.schedule_on = None  # turned on by a release that left it to Temporal
    await schedules.put(temporal_client, one.id, one.slug, one.name, plan)
    handle = temporal_client.get_schedule_handle(schedules.schedule_id(one.slug))

    def spoilt(found: ScheduleUpdateInput) -> ScheduleUpdate:
        old = found.description.schedule
        old.spec, old.state = ScheduleSpec(time_zone_name="UTC"), ScheduleState(paused=True, note="by hand")
        return ScheduleUpdate(old)

    await handle.update(spoilt)
    try:
        async with asyncio.timeout(30):  # the server's list of schedules comes later
            while not (await schedule_sync.renew_all(temporal_client, world.database)).renewed:
                await asyncio.sleep(0.2)
        seen = await schedules.look(temporal_client, one.slug)
        assert seen is not None
        assert (seen.paused, seen.note) == (True, "by hand")
        assert seen.upcoming == occurrences(plan, datetime.now(UTC), 5)
    finally:
        await schedules.disable(temporal_client, one.slug)
