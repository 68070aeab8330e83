"""Who is who."""

import asyncio

import pytest

from ingestion.pipeline import ingest
from store.customers import MERGE
from tests.ingestion.factories import NOW, alias, identify, track


async def names(query):
    return await query(
        "SELECT c.external_id, array_remove(array_agg(i.kind || ':' || i.value ORDER BY i.kind, i.value), NULL) "
        "FROM customers c LEFT JOIN customer_identities i ON i.customer_id = c.id GROUP BY c.id ORDER BY 1 NULLS LAST"
    )


async def test_a_visitor_without_a_name_keeps_one_profile(take, query):
    first, second = await take(
        track("Product Viewed", None, anonymous_id="a1"), track("Product Viewed", None, anonymous_id="a1")
    )
    [third] = await take(track("Product Viewed", None, anonymous_id="a1"))
    assert first.customer_id == second.customer_id == third.customer_id
    assert await names(query) == [(None, ["anonymous:a1"])]


@pytest.mark.parametrize("together", [True, False])
async def test_a_visitor_who_signs_in_was_that_customer_all_along(take, query, together):
    events = [track("Product Viewed", None, anonymous_id="a1", name="Shoe"), identify("ada", anonymous_id="a1")]
    events.append(track("Order Completed", "ada", revenue=5))
    if together:
        await take(*events)
    else:
        for event in events:
            await take(event)
    assert await names(query) == [("ada", ["anonymous:a1"])]
    assert await query("SELECT count(*), count(DISTINCT customer_id) FROM events") == [(2, 1)]
    assert await query("SELECT traits->>'last_viewed_product', traits->'orders' FROM customers") == [("Shoe", 1)]


@pytest.mark.parametrize("together", [True, False])
async def test_a_visitor_who_signs_in_as_a_known_customer_is_joined_with_them(take, query, together):
    await take(identify("ada", email="ada@shop.example", size="M"), track("Order Completed", "ada", revenue=5))
    events = [
        track("Product Viewed", None, anonymous_id="a2", name="Hat"),
        identify(None, anonymous_id="a2", size="S", city="Rome"),
        identify("ada", anonymous_id="a2"),
    ]
    for batch in [events] if together else [[event] for event in events]:
        await take(*batch)
    assert await names(query) == [("ada", ["anonymous:a2"])]
    assert await query("SELECT count(*), count(DISTINCT customer_id) FROM events") == [(2, 1)]
    [row] = await query("SELECT email, city, traits->'orders', traits->>'last_viewed_product' FROM customers")
    assert row == ("ada@shop.example", "Rome", 1, "Hat")


async def test_a_device_of_somebody_else_changes_hands_and_nobody_is_joined(take, query):
    await take(identify("ada", anonymous_id="tablet"))
    await take(identify("bob", anonymous_id="tablet"))
    [later] = await take(track("Product Viewed", None, anonymous_id="tablet"))
    assert await names(query) == [("ada", []), ("bob", ["anonymous:tablet"])]
    assert await query("SELECT external_id FROM customers WHERE id = :id", id=later.customer_id) == [("bob",)]


async def test_alias_renames_and_the_old_name_still_works(take, query):
    await take(track("Signed In", "old"))
    await take(alias("new", "old"))
    [answer] = await take(track("Signed In", "old"))
    assert await names(query) == [("new", ["previous:old"])]
    assert await query("SELECT count(*) FROM events WHERE customer_id = :id", id=answer.customer_id) == [(2,)]


async def test_alias_joins_two_customers_with_all_they_have(take, query):
    await take(
        identify("old", email="ada@shop.example", devices=[{"token": "t1"}]),
        track("Order Completed", "old", revenue=10),
        track("Order Completed", "new", revenue=20),
    )
    await take(alias("new", "old"))
    assert await names(query) == [("new", ["previous:old"])]
    [row] = await query("SELECT email, traits->'orders', (traits->>'revenue')::float FROM customers")
    assert row == ("ada@shop.example", 2, 30.0)
    assert await query("SELECT count(*) FROM devices d JOIN customers c ON c.id = d.customer_id") == [(1,)]


async def test_joining_leaves_no_table_out(query):
    """Whoever adds a table about customers must say what becomes of its rows when two customers are one."""
    tables = await query(
        "SELECT DISTINCT table_name FROM information_schema.columns c JOIN pg_class t ON t.relname = c.table_name "
        "WHERE column_name = 'customer_id' AND table_schema = 'public' AND NOT t.relispartition"
    )
    assert tables
    assert [name for (name,) in tables if not any(f" {name} " in f"{statement} " for statement in MERGE)] == []


async def test_newcomers_under_one_name_at_once_become_one_customer(database, query):
    async def arrive(n: int):
        async with database.transaction() as session:
            await ingest(session, [track(f"E{n}", "ada", anonymous_id="a1")], now=NOW)

    await asyncio.gather(*(arrive(n) for n in range(8)))
    assert await names(query) == [("ada", ["anonymous:a1"])]
    assert await query("SELECT count(*) FROM events") == [(8,)]


async def test_batches_that_share_customers_do_not_block_each_other_for_good(database, query):
    people = [f"c{n}" for n in range(10)]

    async def arrive(order: list[str], n: int):
        async with database.transaction() as session:
            await ingest(session, [track(f"E{n}", who) for who in order], now=NOW)

    for _ in range(3):
        await asyncio.gather(*(arrive(people if n % 2 else people[::-1], n) for n in range(5)))
    assert await query("SELECT count(*) FROM customers") == [(10,)]
    assert await query("SELECT count(*) FROM events") == [(150,)]
