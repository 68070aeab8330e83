"""Who is who."""

import asyncio
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from ingestion.pipeline import ingest
from store.customers.merges import MERGE
from tests.ingestion.factories import NOW, alias, identify, track


async def names(query):
    return await query(
        "SELECT c.external_id, array_remove(array_agg(i.kind || ':' || i.value ORDER BY i.kind, i.value), NULL) "
        "FROM customers c LEFT JOIN customer_identities i ON i.customer_id = c.id "
        "AND i.value !~ '^[0-9a-f-]{36}$' GROUP BY c.id ORDER BY 1 NULLS LAST"
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
        "WHERE column_name = 'customer_id' AND table_schema = 'public' AND NOT t.relispartition "
        "AND t.relkind <> 'v'"
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


async def test_an_older_identify_call_only_fills_gaps_whenever_it_comes(take, query):
    newer, older = NOW, NOW - timedelta(days=1)
    await take(identify("ada", at=newer, city="Rome", size="M", tags=["vip"]))
    await take(identify("ada", at=older, city="Milan", first_name="Ada", size="S", colour="red", tags=["new"]))
    await take(identify("ada", at=older, size=None))
    [row] = await query("SELECT city, first_name, tags, attributes FROM customers")
    assert row == ("Rome", "Ada", ["vip"], {"size": "M", "colour": "red"})


async def word(database, who, channel, status, *, at=NOW, topic="*"):
    async with database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO consents (customer_id, channel, topic, status, source, at) "
                "SELECT id, :channel, :topic, :status, 'test', :at FROM customers WHERE external_id = :who"
            ),
            {"who": who, "channel": channel, "status": status, "at": at, "topic": topic},
        )


async def test_of_two_words_the_stricter_counts_however_old_it_is(take, query, database):
    await take(identify("old"), identify("new"))
    await word(database, "old", "email", "unsubscribed", at=NOW - timedelta(days=9))
    await word(database, "new", "email", "subscribed")
    await word(database, "old", "sms", "subscribed")
    await word(database, "new", "sms", "unsubscribed", at=NOW - timedelta(days=9))
    await word(database, "old", "push", "unsubscribed", topic="news")
    await take(alias("new", "old"))
    assert await query("SELECT channel, topic, status FROM consents ORDER BY channel") == [
        ("email", "*", "unsubscribed"),
        ("push", "news", "unsubscribed"),
        ("sms", "*", "unsubscribed"),
    ]
    [row] = await query("SELECT decisions, merged_external_id, reason FROM customer_merges")
    assert [item["channel"] for item in row.decisions["consents"]] == ["email", "sms"]
    assert row[1:] == ("old", "alias")


async def test_merging_by_hand_is_recorded_and_explained(take, query, api, database, services):
    services.settings.bootstrap_api_key = SecretStr("k")
    headers = {"Authorization": "Bearer k"}
    await take(identify("a", email="a@shop.example", size="M"), identify("b", email="b@shop.example", city="Rome"))
    await take(track("Order Completed", "a", revenue=3), track("Order Completed", "b", revenue=4))
    [(gone,)] = await query("SELECT id FROM customers WHERE external_id = 'a'")
    answer = await api.post("/customers/a/merge", json={"into": "b"}, headers=headers)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["external_id"], body["email"], body["attributes"]) == ("b", "b@shop.example", {"size": "M"})
    assert (body["traits"]["orders"], body["traits"]["revenue"]) == (2, 7)
    for ref in ("a", "b", str(gone)):  # every id that ever stood for one of them finds the one who stayed
        [merge] = (await api.get(f"/customers/{ref}/merges", headers=headers)).json()
        assert (merge["merged_id"], merge["reason"]) == (str(gone), "manual")
    assert merge["decisions"]["fields"] == {"email": "survivor", "attributes.size": "other"}
    assert merge["decisions"]["moved"]["events"] == 1
    again = await api.post("/customers/a/merge", json={"into": "b"}, headers=headers)
    assert again.status_code == 409
    assert (await api.post("/customers/x/merge", json={"into": "b"}, headers=headers)).status_code == 404
    [later] = await take(track("Signed In", "a"))
    assert await query("SELECT external_id FROM customers WHERE id = :id", id=later.customer_id) == [("b",)]
