"""What is kept no longer: by the activity that the upkeep's schedule calls."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text, update
from sqlmodel import col
from temporalio.testing import ActivityEnvironment

from activities.maintenance import UpkeepActivities
from config.settings import Settings
from domain.vocabulary import MessageState
from models import Customer, CustomerIdentity, EventReceipt, Journey, JourneyStep, Message
from store.customers.privacy import OF_CUSTOMERS
from store.database.engine import Database
from store.events import retention
from tests.api import rows
from tests.journey_driver import END, ENTRY, World, flow, make_world, push
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


async def of_the_past(world: World, at: datetime) -> None:
    async with world.database.transaction() as session:
        await session.execute(
            text("INSERT INTO events (id, occurred_at, customer_id, name, source) VALUES (:id, :at, :who, 'x', 't')"),
            {"id": uuid4(), "at": at, "who": uuid4()},
        )


async def places(world: World) -> list[str]:
    async with world.database.transaction() as session:
        found = await session.execute(text("SELECT tableoid::regclass::text FROM events ORDER BY occurred_at"))
        return list(found.scalars())


async def test_the_default_partition_is_emptied_and_what_is_too_old_goes(database: Database, settings: Settings):
    world = make_world(database, settings.model_copy(update={"event_retention_days": 1500}))
    for age in (6000, 1400, 1000):
        await of_the_past(world, NOW - timedelta(days=age))
    assert await places(world) == ["events_default"] * 3
    done = await upkeep(world)
    assert (done.events_moved_for, done.failed) == (2, [])
    assert len(await places(world)) == 2
    assert "events_default" not in await places(world)


async def test_a_step_that_fails_keeps_no_other_from_being_done(world: World):
    old = uuid4()
    async with world.database.transaction() as session:
        session.add(EventReceipt(id=old, received_at=NOW - timedelta(days=500)))
        # as a table that somebody made by hand
        await session.execute(text("CREATE TABLE events_detached (id int)"))
        await session.execute(text("ALTER TABLE events_default RENAME TO events_other"))
    done = await upkeep(world)
    assert "default_partition" in done.failed
    assert done.receipts_forgotten == 1


async def test_what_is_only_looked_up_for_a_while_goes_by_age(database: Database, settings: Settings):
    world = make_world(database, settings.model_copy(update={"audit_days": 365}))
    campaign_id = await world.campaign(flow(ENTRY, END))
    customer_id = await world.customer("ada")
    long_ago, lately, run, other = NOW - timedelta(days=900), NOW - timedelta(days=3), uuid4(), uuid4()
    async with database.transaction() as session:
        version = await session.scalar(text("SELECT id FROM campaign_versions"))
        about = {"campaign": campaign_id, "customer": customer_id, "version": version, "imp": uuid4()}
        for at, run_id in ((long_ago, run), (lately, other)):
            given = {**about, "at": at, "run": run_id, "id": uuid4()}
            for statement in (
                "INSERT INTO webhook_rejects (provider, reason, received_at) VALUES ('x', 'y', :at)",
                """INSERT INTO possible_opt_outs (id, channel, address, text, state, received_at)
                   VALUES (:id, 'sms', CAST(:id AS text), 'x', 'open', :at)""",
                """INSERT INTO promotion_refusals (code_hash, reason, caller, at)
                   VALUES ('x', 'code_unknown', 'till', :at)""",
                """INSERT INTO entry_rejections (campaign_id, customer_id, code, reason, at)
                   VALUES (:campaign, :customer, 'paused', '', :at)""",
                """INSERT INTO intake_notes (day, source, outcome, reason, count, last_at)
                   VALUES (CAST(:at AS timestamptz)::date, 'segment', 'noted', 'x', 1, :at)""",
                "INSERT INTO audit_log (at, actor, action, kind, subject) VALUES (:at, 'a', 'b', 'c', 'd')",
                """INSERT INTO campaign_runs
                          (id, campaign_id, version_id, workflow_id, state, started, refused, finished_at)
                   VALUES (:run, :campaign, :version, CAST(:run AS text), 'finished', 0, 0, :at)""",
                "INSERT INTO audience_members (run_id, position, customer_id) VALUES (:run, 0, :customer)",
                """INSERT INTO imports (id, kind, format, name, live, state, stopping, size, sha256, read, "offset",
                                        taken, repeated, refused, created_by, finished_at)
                   VALUES (:id, 'events', 'csv', 'f', false, 'finished', false, 1, '', 1, 0, 0, 0, 1, 'a', :at)""",
                "INSERT INTO import_rejects (import_id, row, reason, taken) VALUES (:id, 1, 'bad', false)",
            ):
                await session.execute(text(statement), given)
        await session.execute(
            text("""INSERT INTO customer_merges (surviving_id, merged_id, reason, undo, at)
                    VALUES (:customer, gen_random_uuid(), 'alias', '{}', :at)"""),
            {"customer": customer_id, "at": long_ago},
        )
    done = await upkeep(world)
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM customer_merges WHERE undo IS NOT NULL")) == 0
    gone = {table: done.purged.get(table) for table in retention.PURGED}
    assert gone == dict.fromkeys(retention.PURGED, 1)
    assert (await upkeep(world)).purged == {}


async def test_visitors_who_come_no_more_go_with_all_that_is_theirs(world: World):
    long_ago = NOW - timedelta(days=500)

    async def visitor(name: str, *, seen: datetime = long_ago, **fields: str) -> UUID:
        customer_id = await world.customer(name, email=None, phone=None, device=False)
        await world.happen(customer_id, "Product Viewed", {"product_id": "p-1"}, at=seen)
        async with world.database.transaction() as session:
            values = {"external_id": None, "created_at": long_ago, "last_seen_at": seen} | fields
            await session.execute(update(Customer).where(col(Customer.id) == customer_id).values(**values))
            session.add(CustomerIdentity(kind="anonymous", value=name, customer_id=customer_id))
        return customer_id

    gone = [await visitor(f"gone-{number}") for number in range(3)]
    campaign_id = await world.campaign(flow(ENTRY, END))
    walks = await visitor("walks")
    await world.journey(campaign_id, walks)
    stay = {
        await visitor("lately", seen=NOW - timedelta(days=10)),
        await visitor("named", external_id="c-1"),
        await visitor("reached", email="ada@shop.example"),
        walks,
    }
    assert (await upkeep(world)).purged == {"customers": 3}
    async with world.database.transaction() as session:
        assert set(await session.scalars(select(col(Customer.id)))) == stay
        for table in (*OF_CUSTOMERS, "customer_scores"):
            found = await session.scalars(text(f"SELECT DISTINCT customer_id FROM {table}"))
            assert not set(found) & set(gone), table
    assert (await upkeep(world)).purged == {}
