"""Journeys hand out promotions' codes and hear what became of them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from temporalio.testing import ActivityEnvironment

from activities.journey import JourneyActivities
from config.settings import Settings
from ingestion.promotions import events, issuing
from store.campaigns.outbox import OutboxMessage
from store.database.engine import Database
from tests.api.test_promotions import cart, generic, promotion
from tests.journey_driver import END, ENTRY, World, flow, make_world
from workflows.contracts import AdvanceInput

COUPON = {"id": "coupon", "type": "coupon"}
IN_MILAN = {
    "event": "Promotion Redeemed",
    "where": [
        {"property": "code", "op": "eq", "value": {"ref": "coupon.FASHION"}},
        {"property": "city", "op": "eq", "value": "Milan"},
    ],
}


@pytest.fixture
def world(database: Database, settings: Settings) -> World:
    return make_world(database, settings)


async def tell_all(database: Database) -> None:
    """What the relay does with the notes of promotions."""
    async with database.transaction() as session:
        rows = await session.execute(
            text("""DELETE FROM outbox WHERE kind = 'promotion_event' RETURNING journey_id, workflow_id, payload""")
        )
        notes = [OutboxMessage("promotion_event", *row) for row in rows]
    for note in notes:
        await events.tell(database, note)
        await events.tell(database, note)  # told at least once


async def happened(database: Database) -> list[tuple[str, dict[str, Any]]]:
    async with database.transaction() as session:
        rows = await session.execute(
            text("SELECT name, properties FROM events WHERE name LIKE 'Promotion %' ORDER BY occurred_at, id")
        )
        return [(name, properties) for name, properties in rows]


async def woken(database: Database) -> list[dict[str, Any]]:
    async with database.transaction() as session:
        return list(await session.scalars(text("SELECT payload FROM outbox WHERE kind = 'signal_journey'")))


async def enter(world: World, promotion_id: str) -> tuple[UUID, str]:
    """A journey that has given its code and waits for what becomes of it; the code."""
    drawn = flow(
        ENTRY,
        {**COUPON, "data": {"prefix": "FASHION", "promotion_id": promotion_id}},
        {
            "id": "used",
            "type": "wait_event",
            "data": {"branches": [{"id": "milan", "on": IN_MILAN}], "timeout": {"days": 5}},
        },
        END,
        edges=["entry>coupon", "coupon>used", "used.milan>end", "used.timeout>end"],
    )
    customer = await world.customer("ada")
    journey_id = await world.journey(await world.campaign(drawn), customer)
    decision = await ActivityEnvironment().run(
        JourneyActivities(world.services).advance, AdvanceInput(journey_id=journey_id, seq=0, cause="enter")
    )
    assert decision.next.kind == "wait", decision
    return journey_id, (await world.read_journey(journey_id)).coupons["FASHION"]


async def test_a_journey_gives_a_personal_code_and_hears_of_its_redemption_in_milan(
    api: httpx.AsyncClient, database: Database, world: World
):
    id_ = await promotion(api, codes={"kind": "unique", "personal": True, "uses": 2})
    _, code = await enter(world, id_)
    assert code.startswith("FASHION-")
    for order, city in (("o1", "Rome"), ("o2", "Milan")):
        body = {"cart": cart(10_000, city=city, shop="s1"), "codes": [code.lower()], "customer": "ada"}
        done = await api.post(f"/promotions/orders/{order}/redeem", json=body)
        assert done.status_code == 200, done.text
        await tell_all(database)
        assert len(await woken(database)) == (city == "Milan")
    assert (await woken(database))[0]["branch"] == "milan"
    said = await happened(database)
    assert [name for name, _ in said] == ["Promotion Redeemed"] * 2
    assert said[1][1] == {
        "promotion_id": id_, "promotion": "Sale", "code": code, "order_id": "o2", "shop": "s1", "city": "Milan",
        "currency": "EUR", "discount": 10.0,
    }  # fmt: skip


async def test_returns_and_cancellations_are_events_too(api: httpx.AsyncClient, database: Database, world: World):
    await world.customer("ada")
    await generic(api, "SUMMER")
    body = {"cart": cart((5_000, 2)), "codes": ["SUMMER"], "customer": "ada"}
    await api.post("/promotions/orders/o1/redeem", json=body)
    await api.post("/promotions/orders/o1/returns", json={"key": "a", "lines": {"l0": 1}})
    await api.post("/promotions/orders/o1/cancel")
    await tell_all(database)
    names = [name for name, _ in await happened(database)]
    assert names == ["Promotion Redeemed", "Promotion Returned", "Promotion Cancelled"]


async def test_a_second_journey_gives_the_same_code_which_is_valid_from_its_issue(
    api: httpx.AsyncClient, database: Database, world: World
):
    valid = {"kind": "unique", "valid_days": 3}
    id_ = await promotion(api, codes=valid, schedule={"zone": "Europe/Rome"})
    customer = await world.customer("ada")
    now = datetime.now(UTC)
    given = []
    for at in (now, now + timedelta(days=1)):
        async with database.transaction() as session:
            given.append(
                await issuing.issue(
                    session, UUID(id_), customer_id=customer, journey_id=customer, prefix="GIFT", now=at
                )
            )
    assert given[0] == given[1]
    [found] = (await api.get(f"/promotions/{id_}/codes")).json()["items"]
    assert found["customer_id"] == str(customer)
    assert timedelta(days=3) < datetime.fromisoformat(found["valid_until"]) - now <= timedelta(days=4)


async def test_a_promotion_without_codes_fails_the_journey_visibly(
    api: httpx.AsyncClient, database: Database, world: World
):
    id_ = await promotion(api)
    with pytest.raises(AssertionError, match="end"):
        await enter(world, id_)
    async with database.transaction() as session:
        assert list(await session.scalars(text("SELECT failure_code FROM journeys"))) == ["refused"]
