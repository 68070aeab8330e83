"""Recommendations, whole: learned by the training from planted tastes, shown by the API's code, never an error."""

from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import insert, text
from sqlmodel import col, select

from activities.recommendations import products_for, recommended
from ingestion import traits
from models import Customer, Model, Product
from store.events.events import NewEvent, insert_events
from tests.intelligence.shop import NOW
from tests.workflows.test_intelligence import one, run, train

__all__ = ["run"]
CUSTOMERS, PRODUCTS, TAKEN = 400, 60, 8


async def plant(session, *, tastes: bool) -> dict:
    """Half like the even products, half the odd ones; or everybody the same few."""
    draws = np.random.default_rng(3)
    events, likes = [], {}
    weights = np.ones(PRODUCTS) if tastes else 1 / np.arange(1, PRODUCTS + 1) ** 2
    for who in [uuid4() for _ in range(CUSTOMERS)]:
        likes[who] = int(draws.integers(0, 2))
        liked = weights * (np.arange(PRODUCTS) % 2 == likes[who]) if tastes else weights
        for product in draws.choice(PRODUCTS, TAKEN, p=liked / liked.sum()):
            at = NOW - timedelta(days=float(draws.uniform(1, 90)))
            events.append(_taken(who, int(product), at, bought=bool(draws.uniform() < 0.2)))
    remembered: dict[UUID, dict] = {}
    for event in sorted(events, key=lambda event: event.occurred_at):
        traits.update_traits(
            remembered.setdefault(event.customer_id, {}), event.name, event.properties, event.occurred_at
        )
    rows = [{"id": who, "external_id": str(who), "traits": remembered[who]} for who in likes]
    await session.execute(insert(Customer), rows)
    await insert_events(session, events)
    return likes


def _taken(who, product, at, *, bought) -> NewEvent:
    details = {"product_id": f"P{product}", "name": f"Product {product}", "price": 9.5}
    if bought:
        return NewEvent(uuid4(), at, who, "Order Completed", {"revenue": 9.5, "products": [details]}, "test", NOW)
    return NewEvent(uuid4(), at, who, "Product Viewed", details, "test", NOW)


async def shown(database, who):
    async with database.transaction() as session:
        return await products_for(session, await session.get(Customer, who), NOW)


async def test_people_alike_decide_and_nothing_bought_is_shown(run, database):
    async with database.transaction() as session:
        likes = await plant(session, tastes=True)
    words = (await train(run, "recommendations"))["recommendations"].words
    assert "takes over" in words, words
    [model] = await one(database, select(Model).where(col(Model.name) == "recommendations"))
    assert model.card["gained"][next(iter(model.card["gained"]))]["low"] > 0
    right = []
    for who in list(likes)[:40]:
        found = await shown(database, who)
        assert len(found) == 10
        assert all(each["name"] and each["price"] for each in found)
        right += [int(each["product_id"][1:]) % 2 == likes[who] for each in found if each["why"] == "alike"]
        async with database.transaction() as session:
            bought = await session.scalars(
                text(
                    "SELECT p ->> 'product_id' FROM events, jsonb_array_elements(properties -> 'products') p"
                    " WHERE customer_id = :who AND name = 'Order Completed' AND occurred_at > :since"
                ),
                {"who": who, "since": NOW - timedelta(days=60)},
            )
        assert not {each["product_id"] for each in found} & set(bought)
    assert len(right) > 100
    assert np.mean(right) > 0.9


async def test_where_everybody_takes_the_same_the_plain_list_stays(run, database):
    async with database.transaction() as session:
        await plant(session, tastes=False)
    assert "is no worse and stays" in (await train(run, "recommendations"))["recommendations"].words
    assert all(row.neighbours == [] for row in await one(database, select(Product)))


@pytest.mark.parametrize("broken", ["DELETE FROM products", "ALTER TABLE products DROP COLUMN neighbours"])
async def test_without_products_browsing_alone_is_shown(database, broken):
    async with database.transaction() as session:
        who = next(iter(await plant(session, tastes=True)))
        await session.execute(text(broken))
    found = await shown(database, who)
    assert found
    assert {each["why"] for each in found} == {"browsed"}


async def test_a_text_that_names_no_product_costs_nothing(database):
    async with database.transaction() as session:
        customer = await session.get(Customer, next(iter(await plant(session, tastes=True))))
        assert await recommended(session, customer, NOW, "Hello {{ FirstName }}") == []
        assert await recommended(session, customer, NOW, "{% for p in recommended_products %}")
