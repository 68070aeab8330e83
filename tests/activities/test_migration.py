"""Telling journeys to move: page by page, each once, whoever dies in between."""

from uuid import UUID

import pytest
from temporalio.testing import ActivityEnvironment

from activities import migration as telling
from activities.migration import MigrationActivities
from campaigns.version_migration import migrate
from models import Campaign, CampaignVersion, Journey, JourneyMigration, Outbox
from store.campaigns.journey_migrations import Place
from tests.journey_driver import END, ENTRY, World, flow, wait
from workflows.contracts import MigrationResult, MigrationStretch


async def crowd(world: World, count: int) -> UUID:
    """A campaign in its second version, with journeys in the first."""
    drawn = flow(ENTRY, wait("pause", days=1), END)
    campaign_id = await world.campaign(drawn)
    for number in range(count):
        journey_id = await world.journey(campaign_id, await world.customer(f"c-{number}"))
        async with world.database.transaction() as session:
            (await session.get_one(Journey, journey_id)).state = "active"
    await world.publish(campaign_id, drawn)
    return campaign_id


async def begin(world: World, campaign_id: UUID) -> JourneyMigration:
    async with world.database.transaction() as session:
        campaign = await session.get_one(Campaign, campaign_id)
        version = await session.get_one(CampaignVersion, campaign.current_version_id)
        return await migrate(session, campaign, version, {})


async def stretch(world: World, migration: JourneyMigration, after: Place | None = None) -> MigrationResult:
    activities = MigrationActivities(world.services)
    input = MigrationStretch(migration_id=migration.id, after=after)
    result: MigrationResult = await ActivityEnvironment().run(activities.tell_move, input)
    return result


async def tell(world: World, migration: JourneyMigration) -> int:
    return (await stretch(world, migration)).told


@pytest.mark.parametrize("page", [1, 2, 100])
async def test_each_is_told_once(world: World, monkeypatch: pytest.MonkeyPatch, page: int):
    monkeypatch.setattr(telling, "PAGE", page)
    monkeypatch.setattr(telling, "_STRETCH", 2)
    campaign_id = await crowd(world, 5)
    migration = await begin(world, campaign_id)
    told: list[int] = []
    while not told or told[-1]:
        told.append(await tell(world, migration))
    assert sum(told) == 5
    async with world.database.transaction() as session:
        notes = [note for note in await world.rows(session, Outbox) if note.kind == "signal_journey"]
        row = await session.get_one(JourneyMigration, migration.id)
        assert (row.state, row.told) == ("done", 5)
    assert len({note.workflow_id for note in notes}) == len(notes) == 5


async def test_who_came_late_is_told_by_the_same_move_again(world: World):
    campaign_id = await crowd(world, 2)
    migration = await begin(world, campaign_id)
    assert [await tell(world, migration), await tell(world, migration)] == [2, 0]
    async with world.database.transaction() as session:
        versions = sorted(await world.rows(session, CampaignVersion), key=lambda version: version.number)
    await world.back_to(campaign_id, versions[0].id)
    late = await world.journey(campaign_id, await world.customer("late"))
    await world.back_to(campaign_id, versions[1].id)
    assert (await begin(world, campaign_id)).id == migration.id
    assert await tell(world, migration) == 1
    assert (await world.read_journey(late)).migration_id == migration.id


async def test_a_locked_journey_keeps_the_move_open_until_it_was_told(world: World):
    campaign_id = await crowd(world, 3)
    migration = await begin(world, campaign_id)
    async with world.database.transaction() as session:
        locked = (await world.rows(session, Journey))[0]
        await session.refresh(locked, with_for_update=True)
        first = await stretch(world, migration)
        assert (first.told, first.done, first.after) == (2, False, None)
    rest = await stretch(world, migration)
    assert (rest.told, rest.done) == (1, True)
    async with world.database.transaction() as session:
        assert (await session.get_one(JourneyMigration, migration.id)).state == "done"


async def test_a_stretch_begins_where_the_one_before_ended(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(telling, "PAGE", 2)
    monkeypatch.setattr(telling, "_STRETCH", 1)
    migration = await begin(world, await crowd(world, 5))
    after, places = None, []
    while not (result := await stretch(world, migration, after)).done:
        after = result.after
        places.append(after)
    assert len({place for place in places if place is not None}) == 3
