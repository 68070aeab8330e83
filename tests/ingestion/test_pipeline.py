"""Events, profiles and repeats."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import event as sa_event

from domain.events import DeviceInfo, EventContext
from ingestion.pipeline import ingest
from tests.ingestion.factories import NOW, flow, identify, on, publish, track


async def test_an_event_is_kept_under_its_customer(take, query):
    [answer] = await take(track("Signed In", plan="gold"))
    assert answer.status == "taken"
    [row] = await query("SELECT customer_id, name, properties, source FROM events")
    assert row == (answer.customer_id, "Signed In", {"plan": "gold"}, "test")
    assert (await query("SELECT external_id FROM customers")) == [("ada",)]


async def test_a_repeat_counts_once_in_a_batch_and_across_batches(take, query):
    order = track("Order Completed", revenue=10)
    assert [a.status for a in await take(order, order)] == ["taken", "repeat"]
    assert [a.status for a in await take(order)] == ["repeat"]
    assert await query("SELECT count(*) FROM events") == [(1,)]
    assert await query("SELECT traits->'orders' FROM customers") == [(1,)]


async def test_one_event_from_two_connections_at_once_counts_once(database, query):
    order = track("Order Completed", revenue=10)
    first_holds = asyncio.Event()

    async def first():
        async with database.transaction() as session:
            answers = await ingest(session, [order], now=NOW)
            first_holds.set()
            await asyncio.sleep(0.2)
            return answers[0].status

    async def second():
        await first_holds.wait()
        async with database.transaction() as session:
            return (await ingest(session, [order], now=NOW))[0].status

    assert list(await asyncio.gather(first(), second())) == ["taken", "repeat"]
    assert await query("SELECT count(*) FROM events") == [(1,)]


async def test_an_event_of_a_rolled_back_transaction_can_come_again(database, take):
    order = track("Order Completed")
    try:
        async with database.transaction() as session:
            await ingest(session, [order], now=NOW)
            raise ConnectionError
    except ConnectionError:
        pass
    assert [a.status for a in await take(order)] == ["taken"]


async def test_an_event_about_nobody_is_refused_and_may_come_again(take, query):
    lost = track("Signed In", None, customer_id=uuid4())
    nobody = track("Signed In", None)
    answers = await take(lost, nobody, track("Signed In"))
    assert [a.status for a in answers] == ["no_customer", "no_customer", "taken"]
    assert [a.status for a in await take(lost)] == ["no_customer"]
    assert await query("SELECT count(*) FROM event_receipts") == [(1,)]


async def test_erased_customers_learn_nothing(take, query, database):
    await take(track("Signed In"))
    await query("UPDATE customers SET erased_at = now() RETURNING id")
    assert [a.status for a in await take(track("Signed In"), identify("ada", anonymous_id="a1"))] == ["no_customer"] * 2
    assert await query("SELECT count(*) FROM customer_identities") == [(0,)]


async def test_identify_fills_the_profile(take, query):
    [answer] = await take(
        identify(
            "ada",
            email="Ada@Shop.Example ",
            phone="0532 123 45 67",
            firstName="Ada",
            address={"city": "Istanbul", "country": "tr"},
            birthday="1990-02-28",
            timezone="Europe/Istanbul",
            tags=["vip", "early"],
            devices=[{"token": "tok-1", "platform": "ios"}, {"platform": "ios"}],
            favourite_colour="red",
            nothing=None,
        )
    )
    assert answer.problems == []
    [row] = await query(
        "SELECT email, phone, first_name, city, country, birth_date::text, timezone, tags, attributes FROM customers"
    )
    assert row[:8] == (
        "ada@shop.example",
        "+905321234567",
        "Ada",
        "Istanbul",
        "TR",
        "1990-02-28",
        "Europe/Istanbul",
        ["early", "vip"],
    )
    assert row[8]["favourite_colour"] == "red"
    assert await query("SELECT token, platform, active FROM devices") == [("tok-1", "ios", True)]


async def test_what_cannot_be_used_is_kept_aside_and_told(take, query):
    [answer] = await take(identify("ada", email="nonsense", country="Atlantis", city="Ankara"))
    assert [problem.split()[0] for problem in answer.problems] == ["country", "email"]
    [row] = await query("SELECT email, city, attributes FROM customers")
    assert row == (None, "Ankara", {"invalid_email": "nonsense", "invalid_country": "Atlantis"})
    await take(identify("ada", email="ada@shop.example", favourite=None))
    assert await query("SELECT email, attributes ? 'invalid_email' FROM customers") == [("ada@shop.example", False)]


async def test_null_takes_a_value_away(take, query):
    await take(identify("ada", email="ada@shop.example", size="M"))
    await take(identify("ada", email=None, size=None))
    assert await query("SELECT email, attributes FROM customers") == [(None, {})]


async def test_a_device_moves_to_who_uses_it_now(take, query):
    phone = EventContext(device=DeviceInfo(token="tok", platform="android"), timezone="Europe/Rome", locale="it-IT")
    await take(track("Signed In", "ada", context=phone))
    [second] = await take(track("Signed In", "bob", context=phone))
    assert await query("SELECT customer_id, platform FROM devices") == [(second.customer_id, "android")]
    assert await query("SELECT timezone, locale FROM customers WHERE external_id = 'bob'") == [("Europe/Rome", "it-IT")]


async def test_old_and_far_events_land_in_a_partition(take, query):
    await take(track("A", at=NOW - timedelta(days=9000)), track("B", at=NOW + timedelta(days=9000)))
    assert await query("SELECT name FROM events ORDER BY occurred_at") == [("A",), ("B",)]


async def test_a_batch_costs_a_fixed_number_of_statements(database, settings):
    """What each event costs is data, not statements."""
    await publish(database, flow({"kind": "event", "on": on("Cart Updated"), "key": "cart_id"}))
    statements: list[str] = []
    sa_event.listen(
        database.engine.sync_engine, "before_cursor_execute", lambda c, cur, sql, *rest: statements.append(sql)
    )

    async def cost(size: int) -> int:
        statements.clear()
        events = [track("Cart Updated", f"c{n}", cart_id=str(uuid4())) for n in range(size)]
        async with database.transaction() as session:
            await ingest(session, events, now=NOW)
        return len(statements)

    few, many = await cost(10), await cost(200)
    assert many <= few <= 20
