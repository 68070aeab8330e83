"""Promotions over HTTP, on a real database: budgets, sagas, attacks."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from temporalio.worker import Worker

from activities.outbox_publisher import OutboxPublisher
from activities.promotions import PromotionActivities
from config.settings import Settings
from config.temporal import CAMPAIGNS_QUEUE
from ingestion.relay import Relay
from store.database.engine import Database
from tests.api.conftest import client_of
from tests.api.rows import customer
from tests.journey_driver import make_world
from workflows.promotions import PromotionOrderWorkflow

TEN_PERCENT = {"kind": "percent", "percent": 1_000}


def cart(*prices: tuple[int, int] | int, **more: Any) -> dict[str, Any]:
    pairs = [each if isinstance(each, tuple) else (each, 1) for each in prices]
    lines = [
        {"id": f"l{at}", "product": f"p{at}", "quantity": quantity, "unit_price": price}
        for at, (price, quantity) in enumerate(pairs)
    ]
    return {"currency": "EUR", "lines": lines, **more}


async def promotion(api: httpx.AsyncClient, state: str = "active", **said: Any) -> str:
    said = {"currency": "EUR", "reward": TEN_PERCENT, **said}
    made = await api.post("/promotions", json={"name": "Sale", "promotion": said})
    assert made.status_code == 201, made.text
    changed = await api.patch(f"/promotions/{made.json()['id']}", json={"revision": 1, "state": state})
    assert changed.status_code == 200, changed.text
    return str(made.json()["id"])


async def generic(api: httpx.AsyncClient, code: str, **said: Any) -> str:
    id_ = await promotion(api, codes={"kind": "generic", **said.pop("codes", {})}, **said)
    made = await api.post(f"/promotions/{id_}/codes/import", json={"codes": [code]})
    assert (made.status_code, made.json()["made"]) == (201, 1), made.text
    return id_


async def redeem(api: httpx.AsyncClient, order: str, *codes: str, price: int = 10_000, **more: Any) -> httpx.Response:
    body = {"cart": cart(price), "codes": list(codes), **more}
    return await api.post(f"/promotions/orders/{order}/redeem", json=body)


async def held(database: Database, budget: str = "%") -> list[int]:
    async with database.transaction() as session:
        rows = await session.scalars(
            text("SELECT taken FROM promotion_counters WHERE budget LIKE :budget ORDER BY taken"), {"budget": budget}
        )
        return list(rows)


async def ledger(database: Database) -> tuple[int, int]:
    async with database.transaction() as session:
        row = await session.execute(
            text("SELECT coalesce(sum(uses), 0)::int, coalesce(sum(amount), 0)::int FROM promotion_ledger")
        )
        uses, amount = row.one()
        return uses, amount


async def test_an_evaluation_says_what_applies_line_by_line_and_takes_nothing(
    api: httpx.AsyncClient, database: Database
):
    await promotion(api, budgets=[{"of": "uses", "limit": 5}])
    far = [{"kind": "subtotal", "at_least": 20_240}]
    await promotion(api, reward={"kind": "free_shipping"}, rules=far)
    answer = await api.post(
        "/promotions/evaluate", json={"cart": cart(10_000, 10_000, shipping=500), "codes": ["nope"]}
    )
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["discount"], said["total"]) == (2_000, 18_500)
    assert [line["discount"] for line in said["lines"]] == [1_000, 1_000]
    assert {(each["code"], each["reason"]) for each in said["refused"]} == {
        ("NOPE", "unknown_code"),
        (None, "subtotal_too_low"),
    }
    assert [(near["missing_amount"], near["saving"]) for near in said["alternatives"]] == [(240, 500)]
    assert await held(database) == []


async def test_redeeming_again_is_the_same_redemption(api: httpx.AsyncClient, database: Database):
    await generic(api, "SUMMER", budgets=[{"of": "uses", "limit": 1}, {"of": "amount", "limit": 5_000}])
    first = await redeem(api, "o1", "summer")
    again = await redeem(api, "o1", "summer")
    assert (first.json()["repeated"], again.json()["repeated"]) == (False, True)
    assert first.json()["result"] == again.json()["result"]
    assert await held(database) == [1, 1_000]
    other = await redeem(api, "o1", "summer", price=9_000)
    assert other.status_code == 409
    used_up = await redeem(api, "o2", "summer")
    assert (used_up.status_code, used_up.json()["refused"][0]["reason"]) == (409, "budget_used_up")
    assert await ledger(database) == (1, 1_000)


async def test_a_cancelled_order_frees_its_use_once(api: httpx.AsyncClient, database: Database):
    await generic(api, "ONE", codes={"uses": 1})
    assert (await redeem(api, "o1", "ONE")).status_code == 200
    assert (await redeem(api, "o2", "ONE")).json()["refused"][0]["reason"] == "code_used_up"
    answers = await asyncio.gather(*(api.post("/promotions/orders/o1/cancel") for _ in range(5)))
    assert [answer.json()["state"] for answer in answers] == ["cancelled"] * 5
    assert sum(not answer.json()["repeated"] for answer in answers) == 1
    assert await held(database) == [0]
    assert (await redeem(api, "o2", "ONE")).status_code == 200
    assert (await redeem(api, "o1", "ONE")).status_code == 409
    assert await ledger(database) == (1, 1_000)


async def test_returns_give_back_what_was_paid_and_the_budget_gets_its_money(
    api: httpx.AsyncClient, database: Database
):
    await promotion(api, reward={"kind": "percent", "percent": 2_000}, budgets=[{"of": "amount", "limit": 100_000}])
    body = {"cart": cart(15_000, (3_000, 2))}
    assert (await api.post("/promotions/orders/o/redeem", json=body)).json()["result"]["discount"] == 4_200
    part = await api.post("/promotions/orders/o/returns", json={"key": "a", "lines": {"l0": 1}})
    assert part.json()["refund"] == 12_000
    again = await api.post("/promotions/orders/o/returns", json={"key": "a", "lines": {"l0": 1}})
    assert again.json() == part.json()
    assert await held(database) == [1_200]
    too_many = await api.post("/promotions/orders/o/returns", json={"key": "b", "lines": {"l1": 3}})
    assert too_many.status_code == 422
    singles = [
        (await api.post("/promotions/orders/o/returns", json={"key": key, "lines": {"l1": 1}})).json() for key in "cd"
    ]
    assert [each["refund"] for each in singles] == [2_400, 2_400]
    assert [each["complete"] for each in singles] == [False, True]
    assert await held(database) == [0]
    assert (await api.post("/promotions/orders/o/cancel")).json()["state"] == "cancelled"
    assert (await held(database), await ledger(database)) == ([0], (0, 0))


async def test_a_gift_card_keeps_its_remainder_and_gets_back_what_returns(api: httpx.AsyncClient, database: Database):
    id_ = await promotion(api, reward={"kind": "gift_card", "balance": 5_000}, codes={"kind": "unique"})
    made = await api.post(f"/promotions/{id_}/codes", json={"count": 1, "prefix": "GIFT"})
    [code] = made.json()["codes"]
    assert code.startswith("GIFT-")
    assert (await redeem(api, "o1", code, price=3_000)).json()["result"]["total"] == 0
    assert (await redeem(api, "o2", code, price=3_000)).json()["result"]["total"] == 1_000
    await api.post("/promotions/orders/o1/returns", json={"key": "a", "lines": {"l0": 1}})
    assert (await redeem(api, "o3", code, price=4_000)).json()["result"]["total"] == 1_000
    assert await held(database) == [5_000]


async def test_sixty_four_at_once_never_take_more_than_there_is(api: httpx.AsyncClient, database: Database):
    budgets = [{"of": "uses", "limit": 20}, {"of": "amount", "limit": 1_000_000}]
    await generic(api, "HOT", budgets=budgets, codes={"uses": 25})
    answers = await asyncio.gather(*(redeem(api, f"o{n}", "HOT") for n in range(64)))
    assert sorted({answer.status_code for answer in answers}) == [200, 409]
    assert sum(answer.status_code == 200 for answer in answers) == 20
    assert await held(database) == [20, 20, 20_000]
    assert await ledger(database) == (20, 20_000)


async def test_a_short_budget_is_given_out_to_the_cent(api: httpx.AsyncClient, database: Database):
    await promotion(api, partial=True, budgets=[{"of": "amount", "limit": 2_500}])
    answers = [(await redeem(api, f"o{n}")).json()["result"] for n in range(4)]
    assert [each["discount"] for each in answers] == [1_000, 1_000, 500, 0]
    assert answers[2]["applied"][0]["desired"] == 1_000
    assert await held(database) == [2_500]


@pytest.mark.parametrize("per", ["customer", "identifier", "shop"])
async def test_a_budget_is_counted_per_what_it_says(api: httpx.AsyncClient, per: str):
    await customer(api, "ada")
    await customer(api, "bob")
    await promotion(api, budgets=[{"of": "uses", "limit": 1, "per": per, "period": "day"}])

    async def discount(order: str, who: str) -> dict[str, Any]:
        more = {"shop": who} if per == "shop" else {}
        said = {"cart": cart(1_000, **more), **({} if per == "shop" else {per: who})}
        answer = await api.post(f"/promotions/orders/{order}/redeem", json=said)
        result: dict[str, Any] = answer.json()["result"]
        return result

    assert [(await discount(f"o{n}", who))["discount"] for n, who in enumerate(("ada", "ada", "bob"))] == [100, 0, 100]
    nobody = (await redeem(api, "o9")).json()["result"]["refused"][0]["reason"]
    assert nobody == ("shop_needed" if per == "shop" else "customer_needed")


async def test_a_personal_code_is_its_owners(api: httpx.AsyncClient):
    await customer(api, "ada")
    await customer(api, "bob")
    id_ = await promotion(api, codes={"kind": "unique", "personal": True})
    assert (await api.post(f"/promotions/{id_}/codes", json={"count": 1})).status_code == 409
    made = await api.post(f"/promotions/{id_}/codes", json={"count": 1, "customer": "ada"})
    [code] = made.json()["codes"]
    others: list[dict[str, Any]] = [{}, {"customer": "bob"}, {"customer": "nobody"}]
    for order, who in enumerate(others):
        assert (await redeem(api, f"x{order}", code, **who)).json()["refused"][0]["reason"] == "other_owner"
    assert (await redeem(api, "o4", code, customer="ada")).status_code == 200
    assert (await redeem(api, "o5", code, customer="ada")).json()["refused"][0]["reason"] == "code_used_up"


async def test_an_audience_is_any_condition(api: httpx.AsyncClient):
    await customer(api, "ada", tags=["vip"])
    await customer(api, "bob")
    await promotion(api, audience={"kind": "tag", "tag": "vip"})
    said = [(await redeem(api, f"o{n}", customer=who)).json()["result"] for n, who in enumerate(("ada", "bob"))]
    assert [each["discount"] for each in said] == [1_000, 0]
    assert said[1]["refused"][0]["reason"] == "other_audience"


async def test_a_reservation_ends_by_itself(
    api: httpx.AsyncClient, database: Database, settings: Settings, temporal_client: Any
):
    await generic(api, "ONE", codes={"uses": 1})
    kept = await api.post("/promotions/orders/o1/reserve", json={"cart": cart(10_000), "codes": ["ONE"], "minutes": 1})
    assert (kept.status_code, kept.json()["state"]) == (200, "reserved"), kept.text
    assert (await redeem(api, "o2", "ONE")).status_code == 409
    async with database.transaction() as session:
        await session.execute(text("UPDATE promotion_orders SET reserved_until = now() + interval '2 seconds'"))
    world = make_world(database, settings)
    relay, stop = Relay(database, OutboxPublisher(temporal_client), poll_seconds=0.1), asyncio.Event()
    running = asyncio.create_task(relay.run(stop))
    activities = PromotionActivities(world.services)
    async with Worker(
        temporal_client,
        task_queue=CAMPAIGNS_QUEUE,
        workflows=[PromotionOrderWorkflow],
        activities=[activities.end_reservation],
    ):
        for _ in range(300):
            if await held(database) == [0]:
                break
            await asyncio.sleep(0.1)
    stop.set()
    await running
    assert await held(database) == [0]
    assert (await api.get("/promotions/orders/o1")).json()["state"] == "expired"
    assert (await redeem(api, "o2", "ONE")).status_code == 200


async def test_what_is_reserved_is_redeemed_as_it_was_and_a_changed_cart_replaces_it(
    api: httpx.AsyncClient, database: Database
):
    await generic(api, "ONE", codes={"uses": 1}, budgets=[{"of": "amount", "limit": 5_000}])
    body = {"cart": cart(10_000), "codes": ["ONE"]}
    for price in (10_000, 10_000, 20_000):
        kept = await api.post("/promotions/orders/o1/reserve", json={**body, "cart": cart(price)})
        assert kept.status_code == 200, kept.text
    assert await held(database) == [1, 2_000]
    done = await api.post("/promotions/orders/o1/redeem")
    assert (done.json()["state"], done.json()["result"]["discount"]) == ("redeemed", 2_000)
    assert (await api.post("/promotions/orders/o1/redeem")).json()["repeated"]
    assert (await held(database), await ledger(database)) == ([1, 2_000], (1, 2_000))
    assert (await api.post("/promotions/orders/o9/redeem")).status_code == 404


async def till_client(api: httpx.AsyncClient, app: FastAPI) -> httpx.AsyncClient:
    key = (await api.post("/api-keys", json={"name": "till 1", "role": "till"})).json()["key"]
    return client_of(app, key)


async def test_a_till_key_evaluates_and_redeems_and_can_do_nothing_else(api: httpx.AsyncClient, app: FastAPI):
    id_ = await generic(api, "SUMMER")
    document = (await api.get("/openapi.json")).json()
    async with await till_client(api, app) as till:
        assert (await redeem(till, "o1", "SUMMER")).status_code == 200
        assert (await till.post("/promotions/evaluate", json={"cart": cart(1)})).status_code == 200
        open_to_all = set()
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if "/promotions/orders/" in path or path == "/promotions/evaluate":
                    continue
                url = path.replace("{promotion_id}", id_)
                while "{" in url:
                    url = url.replace(url[url.index("{") : url.index("}") + 1], str(uuid4()))
                answer = await till.request(method.upper(), url, json={} if method != "get" else None)
                if answer.status_code not in (401, 403):
                    open_to_all.add((operation["operationId"], answer.status_code))
    # what needs no key at all, or says whose key it is
    allowed = {"get_me", "healthz", "readyz", "open_pixel", "get_metrics", "metrics"}
    assert {name for name, status in open_to_all if status < 300} <= allowed


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["lines"][0].update(quantity=-1),
        lambda said: said["lines"][0].update(quantity=0),
        lambda said: said["lines"][0].update(unit_price=-5),
        lambda said: said["lines"][0].update(unit_price=1.5),
        lambda said: said["lines"][0].update(unit_price=10**18),
        lambda said: said["lines"].append(dict(said["lines"][0])),
        lambda said: said.update(lines=[]),
        lambda said: said.update(shipping=-1),
        lambda said: said.update(currency="eur"),
        lambda said: said.update(
            lines=[{"id": str(n), "product": "p", "quantity": 1, "unit_price": 1} for n in range(1_001)]
        ),
    ],
)
async def test_a_cart_that_is_none_is_refused(api: httpx.AsyncClient, change: Callable[[dict[str, Any]], None]):
    said = cart(1_000)
    change(said)
    assert (await api.post("/promotions/evaluate", json={"cart": said})).status_code == 422


async def test_guessed_codes_are_counted_by_key(api: httpx.AsyncClient, app: FastAPI):
    id_ = await promotion(api, codes={"kind": "unique"})
    await api.post(f"/promotions/{id_}/codes", json={"count": 1_000})
    async with await till_client(api, app) as till:
        guesses = [f"GUESS{n}" for n in range(150)]
        for at in range(0, 150, 50):
            answer = await till.post("/promotions/evaluate", json={"cart": cart(100), "codes": guesses[at : at + 50]})
            assert answer.json()["discount"] == 0
    [found] = (await api.get("/promotions/refused-codes")).json()
    assert (found["caller"], found["reason"], found["tries"], found["codes"]) == ("till 1", "unknown_code", 150, 150)


async def test_a_promotion_is_changed_by_its_revision(api: httpx.AsyncClient):
    id_ = await promotion(api)
    late = await api.patch(f"/promotions/{id_}", json={"revision": 1, "name": "Late"})
    assert (late.status_code, late.json()["revision"]) == (409, 2)
    dollars = {"currency": "USD", "reward": TEN_PERCENT}
    assert (await api.patch(f"/promotions/{id_}", json={"revision": 2, "promotion": dollars})).status_code == 409
    assert (await api.patch(f"/promotions/{id_}", json={"revision": 2, "state": "ended"})).status_code == 200
    assert (await api.patch(f"/promotions/{id_}", json={"revision": 3, "state": "active"})).status_code == 409
    assert (await redeem(api, "o1")).json()["result"]["discount"] == 0
    assert [each["id"] for each in (await api.get("/promotions")).json()["items"]] == [id_]
    assert (await api.get(f"/promotions/{uuid4()}")).status_code == 404


async def test_codes_and_redemptions_are_listed(api: httpx.AsyncClient):
    id_ = await generic(api, "SUM-MER 20")
    assert (await redeem(api, "o/1", "summer20")).status_code in (200, 404)
    await redeem(api, "o2", "summer20")
    page = (await api.get(f"/promotions/{id_}/codes")).json()
    assert [each["code"] for each in page["items"]] == ["SUMMER20"]
    found = (await api.get(f"/promotions/{id_}/redemptions")).json()
    assert found[0]["order_id"] == "o2"
    assert found[0]["amount"] == 1_000
