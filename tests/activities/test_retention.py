"""What is kept no longer: by the activity that the upkeep's schedule calls."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlmodel import col
from temporalio.testing import ActivityEnvironment

from activities.upkeep import UpkeepActivities
from config.settings import Settings
from domain.vocabulary import MessageState
from models import EventReceipt, Journey, JourneyStep, Message
from store import retention
from store.database import Database
from tests.api import rows
from tests.walking import END, ENTRY, World, flow, make_world, push
from workflows.contracts import UpkeepResult

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=200)


@pytest.fixture
def keeping(database: Database, settings: Settings) -> World:
    """An installation that keeps histories for a hundred days."""
    return make_world(database, settings.model_copy(update={"history_retention_days": 100}))


async def walked(world: World, name: str, *, ended_at: datetime | None, messages: str = "delivered") -> UUID:
    """A journey with two steps and a message whose delivery was reported, begun long ago."""
    campaign_id = await world.campaign(flow(ENTRY, push("hi", "Hello"), END), slug=f"of-{name}")
    customer_id = await world.customer(name)
    journey_id = await world.journey(campaign_id, customer_id)
    async with world.database.transaction() as session:
        journey = await session.get_one(Journey, journey_id)
        journey.state, journey.ended_at = ("ended" if ended_at else "active"), ended_at
        for seq in (1, 2):
            session.add(
                JourneyStep(journey_id=journey_id, seq=seq, node_id="n", kind="wait", port="next", entered_at=LONG_AGO)
            )
    await rows.message(world.database, customer_id, journey_id=journey_id, campaign_id=campaign_id, state=messages)
    return journey_id


async def left_of(world: World, journey_id: UUID) -> tuple[int, int, bool]:
    """Steps, reports, and whether the message still says something."""
    async with world.database.transaction() as session:
        steps = await session.scalar(
            select(func.count()).select_from(JourneyStep).where(col(JourneyStep.journey_id) == journey_id)
        )
        message = (await session.scalars(select(Message).where(col(Message.journey_id) == journey_id))).one()
        reports = await session.scalar(
            text("SELECT count(*) FROM message_events WHERE message_id = :id").bindparams(id=message.id)
        )
    return steps or 0, reports or 0, message.content != {}


async def upkeep(world: World) -> UpkeepResult:
    result: UpkeepResult = await ActivityEnvironment().run(UpkeepActivities(world.services).upkeep_tables)
    return result


async def test_what_ended_long_ago_loses_its_details_and_keeps_its_rows(keeping: World):
    gone = await walked(keeping, "gone", ended_at=LONG_AGO)
    lately = await walked(keeping, "lately", ended_at=NOW - timedelta(days=99))
    inside = await walked(keeping, "inside", ended_at=None)
    unsettled = await walked(keeping, "unsettled", ended_at=LONG_AGO, messages=MessageState.UNKNOWN)
    assert (await upkeep(keeping)).journeys_forgotten == 2
    assert await left_of(keeping, gone) == (0, 0, False)
    assert await left_of(keeping, lately) == (2, 1, True)
    assert await left_of(keeping, inside) == (2, 1, True)
    # what may still have to be sent again is kept
    assert await left_of(keeping, unsettled) == (0, 0, True)
    assert (await keeping.read_journey(gone)).state == "ended"
    assert (await upkeep(keeping)).journeys_forgotten == 0


async def test_all_of_it_goes_however_small_the_batches(keeping: World):
    journeys = [await walked(keeping, f"c-{number}", ended_at=LONG_AGO) for number in range(3)]
    found: list[int] = []
    while not found or found[-1]:
        async with keeping.database.transaction() as session:
            found.append(await retention.forget_histories(session, now=NOW, keep=timedelta(days=100), limit=1))
    assert found == [1, 1, 1, 0]
    assert [await left_of(keeping, each) for each in journeys] == [(0, 0, False)] * 3


async def test_everything_is_kept_unless_one_says_otherwise(world: World):
    journey = await walked(world, "gone", ended_at=LONG_AGO)
    assert (await upkeep(world)).journeys_forgotten == 0
    assert await left_of(world, journey) == (2, 1, True)


async def test_old_receipts_are_forgotten(world: World):
    old, new = uuid4(), uuid4()
    async with world.database.transaction() as session:
        session.add(EventReceipt(id=old, received_at=NOW - timedelta(days=500)))
        session.add(EventReceipt(id=new, received_at=NOW))
    assert (await upkeep(world)).receipts_forgotten == 1
    async with world.database.transaction() as session:
        assert (await session.scalars(select(col(EventReceipt.id)))).all() == [new]
