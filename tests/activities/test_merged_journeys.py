"""Two profiles in one campaign become one customer: the campaign's re-entry rule decides which journeys go on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from domain.events import IncomingEvent
from ingestion.pipeline import ingest
from models import CustomerMerge, Journey
from tests.activities.walker import Walker
from tests.journey_driver import END, ENTRY, SetClock, World, email, flow, wait

BOUGHT: dict[str, Any] = {"kind": "event", "on": {"event": "Cart Updated"}, "key": "cart_id"}


def campaign(trigger: dict[str, Any] | None = None, **reentry: Any):
    entry = {**ENTRY, "data": {"trigger": trigger or {"kind": "api"}}}
    return flow(entry, wait("pause", days=3), email("mail"), END, settings={"reentry": reentry})


async def call(world: World, clock: SetClock, **fields: Any) -> None:
    event = IncomingEvent(id=uuid4(), name="Page Viewed", occurred_at=clock.at, source="test", **fields)
    async with world.database.transaction() as session:
        await ingest(session, [event], now=clock.at)


async def inside(
    world: World, clock: SetClock, campaign_id: UUID, customer_id: UUID, *, key: str | None = None
) -> Walker:
    """A customer comes into the campaign, an hour after whoever came before."""
    clock.at += timedelta(hours=1)
    journey_id = await world.journey(campaign_id, customer_id, f"event:{uuid4()}")
    async with world.database.transaction() as session:
        row = await session.get_one(Journey, journey_id)
        row.created_at, row.entry_key = clock.at, key
    walker = Walker(world, journey_id, clock)
    await walker.go()
    return walker


async def visitor_and_customer(world: World, clock: SetClock) -> tuple[UUID, UUID]:
    await call(world, clock, anonymous_id="anon-1")
    async with world.database.transaction() as session:
        visitor: UUID = await session.scalar(text("SELECT id FROM customers"))
    return visitor, await world.customer("ada")


async def signs_in(world: World, clock: SetClock) -> None:
    await call(world, clock, external_id="ada", anonymous_id="anon-1")


@pytest.mark.parametrize(
    ("drawn", "keys", "ended"),
    [
        (campaign(mode="after_exit"), (None, None), True),
        (campaign(mode="never"), (None, None), True),
        (campaign(mode="always"), (None, None), False),
        (campaign(mode="always", min_gap={"hours": 2}), (None, None), True),
        (campaign(mode="always", min_gap={"minutes": 30}), (None, None), False),
        (campaign(BOUGHT, mode="per_key"), ("cart-1", "cart-1"), True),
        (campaign(BOUGHT, mode="per_key"), ("cart-1", "cart-2"), False),
        (campaign({**BOUGHT, "cooldown": {"hours": 2}}, mode="per_key"), ("cart-1", "cart-2"), True),
    ],
)
@pytest.mark.parametrize("visitor_first", [True, False])
async def test_the_younger_journey_ends_where_reentry_says_so(
    world: World, drawn, keys: tuple[str | None, str | None], ended: bool, visitor_first: bool
):
    clock = world.services.clock = SetClock(datetime.now(UTC))
    visitor, customer = await visitor_and_customer(world, clock)
    campaign_id = await world.campaign(drawn)
    order = (visitor, customer) if visitor_first else (customer, visitor)
    older, younger = [await inside(world, clock, campaign_id, *one) for one in zip(order)]
    for walker, key in zip((older, younger), keys, strict=True):
        async with world.database.transaction() as session:
            (await session.get_one(Journey, walker.journey_id)).entry_key = key
    await signs_in(world, clock)
    for walker in (older, younger):
        await walker.hear()
    assert not older.is_over
    assert younger.is_over is ended
    for walker in (older, younger):
        for _ in range(6):
            if not walker.is_over:
                await walker.go()
    rows = [await world.read_journey(walker.journey_id) for walker in (older, younger)]
    assert [row.exit_reason for row in rows] == ["completed", "profile_merged" if ended else "completed"]
    assert {row.customer_id for row in rows} == {customer}
    if ended:
        assert rows[1].why.startswith("the profile was merged with one that entered earlier: ")
        assert (await world.steps(younger.journey_id))[-1].why == rows[1].why
        assert len(world.sent) == 1
        async with world.database.transaction() as session:
            [merge] = await world.rows(session, CustomerMerge)
            assert merge.decisions["journeys_ended"] == [str(younger.journey_id)]


async def test_who_had_left_before_the_merge_may_have_come_again(world: World):
    clock = world.services.clock = SetClock(datetime.now(UTC))
    visitor, customer = await visitor_and_customer(world, clock)
    campaign_id = await world.campaign(campaign(mode="after_exit"))
    older = await inside(world, clock, campaign_id, visitor)
    younger = await inside(world, clock, campaign_id, customer)
    while not older.is_over:
        await older.go()
    await signs_in(world, clock)
    await younger.hear()
    assert not younger.is_over


async def test_one_that_failed_ends_and_one_that_has_not_begun_ends_when_it_does(world: World):
    clock = world.services.clock = SetClock(datetime.now(UTC))
    visitor, customer = await visitor_and_customer(world, clock)
    first = await world.campaign(campaign(mode="after_exit"), slug="first")
    second = await world.campaign(campaign(mode="after_exit"), slug="second")
    for campaign_id in (first, second):
        await inside(world, clock, campaign_id, visitor)
    failed = await inside(world, clock, first, customer)
    clock.at += timedelta(hours=1)
    starting = await world.journey(second, customer)
    async with world.database.transaction() as session:
        (await session.get_one(Journey, failed.journey_id)).state = "failed"
        (await session.get_one(Journey, starting)).created_at = clock.at
    await signs_in(world, clock)
    assert (await world.read_journey(failed.journey_id)).exit_reason == "profile_merged"
    begun = Walker(world, starting, clock)
    await begun.go()
    assert begun.is_over
    assert (await world.read_journey(starting)).exit_reason == "profile_merged"
    assert await world.steps(starting) == []
