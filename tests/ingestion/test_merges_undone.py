"""Merges can be undone for 30 days."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from ingestion import preferences
from ingestion.privacy import erase
from store.customers import customer_queries
from tests.ingestion.conftest import API_KEY
from tests.ingestion.factories import NOW, alias, flow, identify, on, publish, track

OWNERS = "SELECT c.external_id, count(*) FROM events e JOIN customers c ON c.id = e.customer_id GROUP BY 1 ORDER BY 1"
ADMIN = {"X-API-Key": API_KEY}


async def people(query):
    return await query(
        "SELECT external_id, email, city, tags, attributes, (traits->>'orders')::int, (traits->>'revenue')::float "
        "FROM customers ORDER BY external_id"
    )


async def test_two_named_customers_are_parted_again(api, take, query):
    await take(
        identify("ada", email="ada@shop.example", size="M", tags=["a"]),
        track("Order Completed", "ada", order_id="o-1", revenue=10),
        identify("bob", city="Rome", tags=["b"], plan="gold", devices=[{"token": "bobs"}]),
        track("Order Completed", "bob", order_id="o-2", revenue=5),
    )
    before = await people(query)
    await take(alias("ada", "bob"))
    assert [row[0] for row in await people(query)] == ["ada"]
    await take(track("Order Completed", "bob", order_id="o-3", revenue=1))
    [merge] = (await api.get("/customers/ada/merges", headers=ADMIN)).json()
    assert merge["can_be_undone"]
    undo = f"/customers/ada/merges/{merge['id']}/undo"
    answer = await api.post(undo, headers=ADMIN)
    assert answer.status_code == 200, answer.text
    assert answer.json()["external_id"] == "bob"
    ada, bob = await people(query)
    assert bob == before[1]
    assert ada[:5] == before[0][:5]
    assert ada[5:] == (2, 11.0)  # what came after the merge stays
    await take(track("Signed In", "bob"))
    owners = dict(
        await query("SELECT c.external_id, count(*) FROM events e JOIN customers c ON c.id = e.customer_id GROUP BY 1")
    )
    assert owners == {"ada": 2, "bob": 2}
    assert await query("SELECT c.external_id FROM devices d JOIN customers c ON c.id = d.customer_id") == [("bob",)]
    assert (await api.post(undo, headers=ADMIN)).status_code == 409
    assert not (await api.get("/customers/ada/merges", headers=ADMIN)).json()[0]["can_be_undone"]


async def test_a_visitor_who_was_taken_for_somebody_else(api, take, query):
    await take(identify("ada", email="ada@shop.example"))
    await take(track("Product Viewed", None, anonymous_id="a-1", name="Hat"))
    await take(track("Signed In", "ada", anonymous_id="a-1"))
    [merge] = (await api.get("/customers/ada/merges", headers=ADMIN)).json()
    assert (await api.post(f"/customers/ada/merges/{merge['id']}/undo", headers=ADMIN)).status_code == 200
    await take(track("Product Viewed", None, anonymous_id="a-1", name="Shoe"))
    assert await query(OWNERS) == [("ada", 1), (None, 2)]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ("UPDATE customer_merges SET at = now() - interval '31 days'", 409),
        ("UPDATE customer_merges SET undo = NULL", 409),
        ("INSERT INTO customers (id, external_id) VALUES (gen_random_uuid(), 'bob')", 409),
        ("DELETE FROM customer_merges", 404),
    ],
)
async def test_what_cannot_be_undone_says_why(api, take, database, change, status):
    await take(identify("ada"), identify("bob"))
    await take(alias("ada", "bob"))
    [merge] = (await api.get("/customers/ada/merges", headers=ADMIN)).json()
    async with database.transaction() as session:
        await session.execute(text(change))
    answer = await api.post(f"/customers/ada/merges/{merge['id']}/undo", headers=ADMIN)
    assert answer.status_code == status
    assert answer.json()["detail"]


async def test_a_preference_link_holds_after_a_merge(take, database):
    [old] = await take(identify("old", email="ada@shop.example"))
    [ada] = await take(identify("ada", phone="+393401234567"))
    await take(alias("ada", "old"))
    async with database.transaction() as session:
        shown = await preferences.read(session, old.customer_id)
    assert shown.customer_id == ada.customer_id
    async with database.transaction() as session:
        every = frozenset((channel, "*") for channel in shown.channels)
        await preferences.change(session, old.customer_id, every, frozenset(), now=NOW)
        words = await customer_queries.consents(session, ada.customer_id)
    assert {word.status for word in words} == {"unsubscribed"}


async def test_a_name_of_before_stays_refused_after_erasure(take, database, query):
    await take(identify("old", email="before@shop.example"))
    await take(alias("ada", "old"))
    async with database.transaction() as session:
        found = await customer_queries.require(session, "ada")
        await erase(session, UUID(str(found.id)), found.external_id, by="test")
    answers = await take(identify("old"), identify("ada"), alias("new", "old"))
    assert [answer.status for answer in answers] == ["no_customer"] * 3
    assert await query("SELECT count(*) FROM customers WHERE erased_at IS NULL") == [(0,)]


async def test_a_replay_of_the_past_starts_no_journey(take, database, query):
    await publish(database, flow({"kind": "event", "on": on("Order Completed")}))
    await take(track("Order Completed", "ada", at=NOW - timedelta(hours=25)))
    assert await query("SELECT count(*) FROM journeys") == [(0,)]
    await take(track("Order Completed", "ada", at=NOW - timedelta(hours=23)))
    assert await query("SELECT count(*) FROM journeys") == [(1,)]
