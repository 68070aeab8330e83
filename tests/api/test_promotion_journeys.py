"""Journeys hand out promotions' codes and hear what became of them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text
from temporalio.testing import ActivityEnvironment

from activities.journey import JourneyActivities
from campaigns import publish
from config.settings import Settings
from domain.authority import Authority
from domain.events import IncomingEvent
from ingestion.pipeline import ingest
from ingestion.promotions import issuing
from ingestion.promotions.notes import PromotionNotes
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
            text("""DELETE FROM outbox WHERE kind IN ('promotion_event', 'redeem_order')
                    RETURNING kind, journey_id, workflow_id, payload""")
        )
        notes = [OutboxMessage(*row) for row in rows]
    teller = PromotionNotes(database)
    for note in notes:
        await teller.tell(note)
        await teller.tell(note)  # told at least once
    if notes:
        await tell_all(database)


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


async def bought(database: Database, order_id: str, authority: Authority = Authority.SERVER, **said: Any) -> None:
    """The shop tells of an order, not by the API of promotions."""
    event = IncomingEvent(
        id=uuid4(),
        name="Order Completed",
        external_id="ada",
        occurred_at=datetime.now(UTC),
        properties={"order_id": order_id, "currency": "EUR", "revenue": 100, **said},
        source="shop",
        authority=authority,
    )
    async with database.transaction() as session:
        await ingest(session, [event], now=datetime.now(UTC))
    await tell_all(database)


async def test_an_order_event_with_a_code_redeems_it_and_says_when_it_can_not(
    api: httpx.AsyncClient, database: Database, world: World
):
    await world.customer("ada")
    await generic(api, "ONE", codes={"uses": 1})
    products = [{"product_id": "shoe", "price": 19.99, "quantity": 3}]
    await bought(database, "o1", coupon="one", products=products, storeCode="Milan")
    await bought(database, "o2", coupon="ONE")
    await bought(database, "o3", coupon="SOMEBODY-ELSES")
    await bought(database, "o4", Authority.BROWSER, coupon="ONE")
    said = await happened(database)
    assert [(name, properties["order_id"]) for name, properties in said] == [
        ("Promotion Redeemed", "o1"), ("Promotion Refused", "o2"),
    ]  # fmt: skip
    assert (said[0][1]["discount"], said[0][1]["city"]) == (6.0, "Milan")
    assert said[1][1]["reason"] == "code_used_up"
    assert (await api.get("/promotions/orders/o1")).json()["state"] == "redeemed"
    assert (await api.get("/promotions/orders/o2")).status_code == 404


@pytest.mark.parametrize("wrong", [{"currency": None}, {"revenue": "much"}, {"products": [{"price": None}]}])
async def test_an_order_event_that_can_not_be_read_says_so(
    api: httpx.AsyncClient, database: Database, world: World, wrong: dict[str, Any]
):
    await world.customer("ada")
    await generic(api, "ONE")
    await bought(database, "o1", coupon="ONE", **wrong)
    [(name, said)] = await happened(database)
    assert (name, said["reason"]) == ("Promotion Refused", "order_unreadable")


async def test_what_was_redeemed_over_http_is_not_redeemed_again_by_its_event(
    api: httpx.AsyncClient, database: Database, world: World
):
    await world.customer("ada")
    await generic(api, "ONE", codes={"uses": 1})
    body = {"cart": cart(10_000), "codes": ["ONE"], "customer": "ada"}
    assert (await api.post("/promotions/orders/o1/redeem", json=body)).status_code == 200
    await bought(database, "o1", coupon="ONE")
    assert [name for name, _ in await happened(database)] == ["Promotion Redeemed"]


async def test_a_campaign_is_published_only_with_a_promotion_that_has_codes(api: httpx.AsyncClient, world: World):
    ready = await promotion(api, codes={"kind": "unique"})
    ended = await promotion(api, codes={"kind": "unique"}, state="ended")
    wanted = {
        ready: [],
        ended: ["promotion_unusable"],
        await promotion(api): ["promotion_unusable"],
        str(uuid4()): ["promotion_unusable"],
    }
    for promotion_id, codes in wanted.items():
        step = {**COUPON, "data": {"prefix": "FASHION", "promotion_id": promotion_id}}
        drawn = flow(ENTRY, step, END, edges=["entry>coupon", "coupon>end"])
        async with world.services.database.transaction() as session:
            found = await publish.violations(session, drawn, frozenset())
        assert [violation.code for violation in found] == codes
