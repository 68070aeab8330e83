"""The counters say what counting the rows would say, folded or not."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from ingestion.counter_rollup import bucket_width
from models import Campaign, CampaignVersion, Customer, Event, Journey, JourneyStep, Message, MessageEvent
from store.database.engine import Database
from store.metrics import campaign_counters

NOW = datetime(2026, 11, 22, 10, 30, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Shop:
    """One campaign and one customer."""

    session: AsyncSession
    campaign_id: UUID = field(default_factory=uuid4)
    version_id: UUID = field(default_factory=uuid4)
    customer_id: UUID = field(default_factory=uuid4)

    async def open(self) -> None:
        self.session.add(Campaign(id=self.campaign_id, slug="test", name="Test", state="active"))
        self.session.add(Customer(id=self.customer_id, external_id="c-1"))
        await self.session.flush()
        self.session.add(CampaignVersion(id=self.version_id, campaign_id=self.campaign_id, number=1, flow={}))
        await self.session.flush()

    async def journey(self, **given: object) -> UUID:
        id_ = uuid4()
        values = {
            "id": id_,
            "campaign_id": self.campaign_id,
            "version_id": self.version_id,
            "customer_id": self.customer_id,
            "workflow_id": str(id_),
            "entry": "api:1",
            "created_at": NOW,
        }
        self.session.add(Journey.model_validate({**values, **given}))
        await self.session.flush()
        return id_

    async def message(self, **given: object) -> UUID:
        id_ = uuid4()
        values = {
            "id": id_,
            "campaign_id": self.campaign_id,
            "customer_id": self.customer_id,
            "node_id": "hello",
            "channel": "push",
            "category": "marketing",
            "state": "reserved",
            "reserved_at": NOW,
        }
        self.session.add(Message.model_validate({**values, **given}))
        await self.session.flush()
        return id_

    async def change(self, table: type[Journey] | type[Message], id_: UUID, **values: object) -> None:
        await self.session.execute(update(table).where(col(table.id) == id_).values(**values))

    async def counted(self, run_id: UUID | None = None) -> dict[tuple[str, str, str, str], int]:
        found = await campaign_counters.totals(self.session, self.campaign_id, run_id)
        return {(total.node_id, total.channel, total.metric, total.dimension): total.n for total in found}


@pytest_asyncio.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with database.transaction() as session:
        made = Shop(session)
        await made.open()
        yield made


async def test_a_journey_is_counted_where_it_stands_and_where_it_ended(shop: Shop) -> None:
    stays, ends = await shop.journey(state="starting"), await shop.journey(state="starting")
    for journey in (stays, ends):
        await shop.change(Journey, journey, state="active", node_id="wait")
    await shop.change(Journey, ends, state="ended", exit_reason="completed", node_id="end", ended_at=NOW)
    assert await shop.counted() == {
        ("", "", "entered", ""): 2,
        ("wait", "", "active", "active"): 1,
        ("end", "", "ended", "completed"): 1,
    }


async def test_a_step_counts_for_its_port_once_it_is_left(shop: Shop) -> None:
    journey = await shop.journey()
    shop.session.add(JourneyStep(journey_id=journey, seq=1, node_id="entry", kind="entry", port="next", left_at=NOW))
    shop.session.add(JourneyStep(journey_id=journey, seq=2, node_id="wait", kind="wait"))
    await shop.session.flush()
    left = {key: n for key, n in (await shop.counted()).items() if key[2] == "exited"}
    assert left == {("entry", "", "exited", "next"): 1}
    await shop.session.execute(text("UPDATE journey_steps SET port = 'next', left_at = now() WHERE seq = 2"))
    await shop.session.execute(text("UPDATE journey_steps SET why = 'said again' WHERE seq = 2"))
    assert (await shop.counted())["wait", "", "exited", "next"] == 1


async def test_a_message_counts_once_for_each_thing_that_became_of_it(shop: Shop) -> None:
    sent, skipped = await shop.message(), await shop.message(state="skipped", skip_reason="consent")
    await shop.message(test=True)
    await shop.change(Message, sent, state="accepted", sent_at=NOW)
    await shop.change(Message, sent, state="delivered", delivered_at=NOW, opened_at=NOW)
    await shop.change(Message, sent, opened_at=NOW + HOUR)
    for seconds in range(2):
        shop.session.add(
            MessageEvent(
                id=uuid4(),
                message_id=sent,
                kind="unsubscribed",
                occurred_at=NOW + timedelta(seconds=seconds),
                source="webhook:fake",
            )
        )
        await shop.session.flush()
    assert skipped is not None
    counted = {(metric, dimension): n for (_, _, metric, dimension), n in (await shop.counted()).items()}
    assert counted == {
        ("attempted", ""): 2,
        ("state", "delivered"): 1,
        ("state", "skipped:consent"): 1,
        ("sent", ""): 1,
        ("delivered", ""): 1,
        ("opened", ""): 1,
        ("unsubscribed", ""): 1,
    }


@pytest.mark.parametrize(
    ("properties", "revenue"),
    [({"revenue": 20.5}, "20.5"), ({"total": 7}, "7"), ({"revenue": "much"}, "0"), ({}, "0")],
)
async def test_a_conversion_belongs_to_the_last_message_before_it(
    shop: Shop, properties: dict[str, object], revenue: str
) -> None:
    journey, event_id = await shop.journey(state="active"), uuid4()
    for minutes, node, channel in ((10, "first", "email"), (5, "second", "push"), (-5, "late", "sms")):
        await shop.message(
            journey_id=journey,
            node_id=node,
            channel=channel,
            state="accepted",
            sent_at=NOW - timedelta(minutes=minutes),
        )
    shop.session.add(
        Event(
            id=event_id,
            occurred_at=NOW,
            customer_id=shop.customer_id,
            name="Order Completed",
            properties=properties,
            source="test",
        )
    )
    await shop.session.flush()
    ended = {"state": "ended", "exit_reason": "goal", "ended_at": NOW + timedelta(minutes=6)}
    await shop.change(Journey, journey, exit_signal={"reason": "goal", "event_id": str(event_id)}, **ended)
    conversions = [
        total
        for total in await campaign_counters.totals(shop.session, shop.campaign_id)
        if total.metric == "conversions"
    ]
    assert [(total.node_id, total.channel, total.n, total.amount) for total in conversions] == [
        ("second", "push", 1, Decimal(revenue))
    ]


async def test_folding_changes_no_figure_and_leaves_nothing_behind(shop: Shop) -> None:
    run_id = uuid4()
    for number in range(7):
        await shop.journey(run_id=run_id if number % 2 else None, created_at=NOW + number * HOUR)
        await shop.message(run_id=run_id if number % 2 else None, state="accepted", sent_at=NOW + number * HOUR)
    before = await shop.counted(), await shop.counted(run_id)
    assert before[1]["", "", "entered", ""] == 3
    assert await campaign_counters.rollup(shop.session, HOUR, most=10) == 10
    assert (await shop.counted(), await shop.counted(run_id)) == before
    while await campaign_counters.rollup(shop.session, HOUR, most=10):
        pass
    assert (await shop.counted(), await shop.counted(run_id)) == before
    assert await shop.session.scalar(text("SELECT count(*) FROM campaign_counter_deltas")) == 0
    by_run = Counter(
        {(row.run_id, row.metric): row.n for row in await campaign_counters.by_run(shop.session, shop.campaign_id)}
    )
    assert by_run[run_id, "sent"] == 3
    assert by_run[campaign_counters.NO_RUN, "sent"] == 4


async def test_figures_over_time_add_up_to_the_totals(shop: Shop) -> None:
    for number in range(30):
        await shop.message(state="accepted", sent_at=NOW + number * HOUR)
    await campaign_counters.rollup(shop.session, bucket_width(1.0), most=25)
    found = await campaign_counters.series(shop.session, shop.campaign_id, ("sent",), HOUR)
    assert found.width == HOUR
    assert sum(point.n for point in found.points) == 30
    assert len(found.points) == 30


async def test_old_hours_become_days_and_no_figure_changes(shop: Shop) -> None:
    for number in range(60):
        await shop.message(state="accepted", sent_at=NOW + number * HOUR)
    while await campaign_counters.rollup(shop.session, HOUR):
        pass
    before = await shop.counted()
    assert await campaign_counters.compact(shop.session, NOW + 40 * HOUR, timedelta(days=1)) > 0
    assert await campaign_counters.compact(shop.session, NOW + 40 * HOUR, timedelta(days=1)) == 0
    assert await shop.counted() == before
    buckets = await shop.session.scalars(
        text("SELECT DISTINCT bucket FROM campaign_counters WHERE metric = 'sent' ORDER BY 1")
    )
    midnight = NOW.replace(hour=0, minute=0, second=0)
    hours = [midnight + number * HOUR for number in range(2 * 24 + 3, 60 + 10)]
    assert list(buckets) == [midnight, midnight + 24 * HOUR, midnight + 48 * HOUR, *hours]


async def test_only_one_folds_at_a_time(database: Database) -> None:
    async with database.transaction() as one:
        shop = Shop(one)
        await shop.open()
        await shop.journey()
    async with database.transaction() as one, database.transaction() as other:
        assert await campaign_counters.rollup(one, HOUR) > 0
        assert await campaign_counters.rollup(other, HOUR) == 0
