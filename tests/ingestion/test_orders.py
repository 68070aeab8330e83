"""One order is one order, whichever way it came, and what is given back is taken off it."""

import itertools
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.authority import Authority
from domain.events import IncomingEvent
from ingestion import profile_merge
from tests.ingestion.factories import NOW, alias, flow, identify, on, publish, track

DAY = timedelta(days=1)


def order(
    order_id: str | int | None = "o-1", revenue: float = 100, who: str | None = "ada", **given: Any
) -> IncomingEvent:
    named: dict[str, Any] = {} if order_id is None else {"order_id": order_id}
    return track("Order Completed", who, **named, revenue=revenue, **given)


def refund(revenue: float | None = None, order_id: str = "o-1", who: str = "ada", **given) -> IncomingEvent:
    amount: dict[str, Any] = {} if revenue is None else {"revenue": revenue}
    return track("Order Refunded", who, order_id=order_id, **amount, **given)


def by_page(event: IncomingEvent) -> IncomingEvent:
    return event.model_copy(update={"authority": Authority.BROWSER, "source": "segment:browser"})


@pytest.fixture
def money(query):
    """What the profile, its windows and a sum over the events say: they must agree."""

    async def ask(who: str = "ada") -> tuple[int, float]:
        [(traits,)] = await query("SELECT traits FROM customers WHERE external_id = :who", who=who)
        [(count, total)] = await query(
            """SELECT count(*), coalesce(sum(revenue), 0) FROM events JOIN customers c ON c.id = customer_id
                WHERE name = 'Order Completed' AND c.external_id = :who""",
            who=who,
        )
        days = list(traits.get("order_days", {}).values())
        assert (sum(day[0] for day in days), sum(day[1] for day in days)) == (count, pytest.approx(float(total)))
        assert (traits.get("orders", 0), traits.get("revenue", 0)) == (count, float(total))
        return count, float(total)

    return ask


async def test_one_order_by_two_servers_counts_once(take, money):
    assert [answer.status for answer in await take(order(), order())] == ["taken", "repeat"]
    [answer] = await take(order())
    assert (answer.status, answer.problems) == ("repeat", [])
    assert await money() == (1, 100)


async def test_another_amount_under_the_same_id_is_noted_and_the_first_counts(take, money):
    await take(order(revenue=100))
    [answer] = await take(order(revenue=90))
    assert answer.status == "repeat"
    assert "another amount" in answer.problems[0]
    assert await money() == (1, 100)


@pytest.mark.parametrize("first", ["1042", 1042])
async def test_an_order_id_is_one_as_a_number_and_as_a_text(take, money, first):
    await take(order(first))
    await take(order("1042"))
    assert await money() == (1, 100)


async def test_orders_without_an_id_and_of_others_are_orders_of_their_own(take, money):
    await take(order(None), order(None), order("o-1"), order("o-2"), order("o-1", who="bob"))
    assert await money() == (4, 400)
    assert await money("bob") == (1, 100)


async def test_a_page_does_not_displace_the_shops_own_order(take, money, query):
    await take(order(revenue=59.9, currency="EUR"))
    [answer] = await take(by_page(order(revenue=1)))
    assert answer.status == "repeat"
    assert await money() == (1, 59.9)
    await take(by_page(order("o-2", revenue=1, at=NOW - DAY)))
    [answer] = await take(order("o-2", revenue=40, at=NOW))
    assert answer.status == "taken"
    assert "from a page before" in answer.problems[0]
    assert await money() == (2, pytest.approx(99.9))
    found = await query("SELECT source, properties->'revenue' FROM events WHERE properties->>'order_id' = 'o-2'")
    assert found == [("test", 40)]


async def test_a_page_can_not_refund_an_order_of_the_shop(take, money):
    await take(order())
    [answer] = await take(by_page(refund(100)))
    assert answer.status == "taken"
    assert "only a server key" in answer.problems[0]
    assert await money() == (1, 100)


REFUNDS = {
    "a part": ([refund(30)], 70),
    "parts": ([refund(30, refund_id="r-1"), refund(30, refund_id="r-2")], 40),
    "one part told twice": ([refund(30, refund_id="r-1"), refund(30, refund_id="r-1")], 70),
    "one part told twice without an id": ([refund(30), refund(30)], 70),
    "the same amount at another time": ([refund(30), refund(30, at=NOW + DAY)], 40),
    "all of it": ([refund()], 0),
    "cancelled": ([track("Order Cancelled", order_id="o-1")], 0),
    "cancelled and refunded": ([track("Order Cancelled", order_id="o-1"), refund(100)], 0),
    "more than there was": ([refund(80), refund(80, at=NOW + DAY)], 0),
    "below zero": ([refund(-30)], 70),
    "cents": ([refund(0.1, refund_id=1), refund(0.2, refund_id=2)], 99.7),
    "in another currency": ([refund(30, currency="USD")], 100),
}


@pytest.mark.parametrize(("refunds", "left"), REFUNDS.values(), ids=REFUNDS)
async def test_refunds_reduce_revenue_in_any_order_of_arrival(take, money, refunds, left):
    for number, arrival in enumerate(itertools.permutations([order("o-1", 100, currency="EUR"), *refunds])):
        who = f"c-{number}"
        for told in arrival:
            again = told.model_copy(update={"id": uuid4(), "external_id": who, "properties": dict(told.properties)})
            await take(again)
        assert await money(who) == (1, left), [event.name for event in arrival]


async def test_refunds_in_the_orders_own_batch(take, money):
    await take(order(), refund(30), refund(20, at=NOW + DAY))
    assert await money() == (1, 50)


async def test_a_refund_of_an_order_that_never_comes_changes_nothing(take, money):
    assert [answer.status for answer in await take(refund(30, order_id="o-9"))] == ["taken"]
    assert await money() == (0, 0)


async def test_the_last_order_says_what_is_left_of_it(take, query):
    await take(order(), refund(30))
    [(last, average)] = await query("SELECT traits->'last_order', traits->'average_order' FROM customers")
    assert (last["order_id"], last["revenue"], average) == ("o-1", 70, 70)


async def test_a_repeated_order_starts_no_second_journey(database, take, query):
    await publish(database, _on_order(), slug="thanks")
    await take(by_page(order()))
    await take(order())
    await take(order())
    assert await query("SELECT count(*) FROM outbox") == [(1,)]


def _on_order():
    return flow({"kind": "event", "on": on("Order Completed")}, reentry={"mode": "always"})


async def test_what_two_customers_had_of_one_order_counts_once_when_they_are_one(take, money, query):
    visitor = order("o-1", 100, who=None, anonymous_id="a-1")
    await take(by_page(visitor))
    await take(order("o-1", 120), order("o-2", 7))
    await take(identify("ada", anonymous_id="a-1"))
    assert await money() == (2, 127)
    assert await query("SELECT count(*) FROM events WHERE name = 'Duplicate Order'") == [(1,)]


async def test_a_refund_that_came_under_the_visitors_name_finds_the_order(take, money):
    await take(order("o-1", 100))
    await take(track("Order Refunded", None, anonymous_id="a-1", order_id="o-1", revenue=25))
    await take(identify("ada", anonymous_id="a-1"))
    assert await money() == (1, 75)


@pytest.mark.parametrize("first", ["ada", "bob"])
async def test_an_undone_merge_gives_both_their_order_back(database, take, money, query, first):
    second = "bob" if first == "ada" else "ada"
    await take(order("o-1", 100, who=first, at=NOW - DAY), order("o-1", 100, who=second))
    await take(alias("ada", "bob"))
    assert await money() == (1, 100)
    [(merge, survivor)] = await query("SELECT id, surviving_id FROM customer_merges")
    async with database.transaction() as session:
        await profile_merge.undo_merge(session, merge, survivor, by="test", now=NOW)
    assert await money("ada") == (1, 100)
    assert await money("bob") == (1, 100)


async def test_revenue_of_several_currencies_is_never_added(take, query):
    given = [("EUR", 0.1), ("EUR", 0.2), ("USD", 20), (None, 1), ("USD", 5), ("JPY", 900)]
    for number, (currency, amount) in enumerate(given):
        named = {} if currency is None else {"currency": currency}
        await take(order(f"o-{number}", amount, **named))
    [(traits,)] = await query("SELECT traits FROM customers")
    assert (traits["orders"], traits["revenue"], traits["revenue_currency"]) == (6, 1.3, "EUR")
    assert traits["other_revenue"] == {
        "USD": {"orders": 2, "revenue": 25},
        "JPY": {"orders": 1, "revenue": 900},
    }
    assert traits["average_order"] == 0.43
    assert list(traits["order_days"].values()) == [[6, 1.3]]
    await take(refund(20, "o-2", currency="USD"), refund(None, "o-5"), refund(0.2, "o-1"))
    [(traits,)] = await query("SELECT traits FROM customers")
    assert (traits["revenue"], traits["other_revenue"]["USD"]["revenue"]) == (1.1, 5)
    assert traits["other_revenue"]["JPY"] == {"orders": 1, "revenue": 0}


async def test_two_customers_with_two_currencies_keep_both_when_they_are_one(take, query):
    await take(order("o-1", 10, currency="EUR"), order("o-2", 3, currency="USD"))
    await take(order("o-3", 20, "bob", currency="USD"), order("o-4", 1, "bob", currency="EUR"))
    await take(alias("ada", "bob"))
    [(traits,)] = await query("SELECT traits FROM customers")
    assert (traits["orders"], traits["revenue"], traits["revenue_currency"]) == (4, 11, "EUR")
    assert traits["other_revenue"] == {"USD": {"orders": 2, "revenue": 23}}


async def test_a_server_that_corrects_a_pages_currency_moves_the_revenue(take, query):
    await take(order("o-0", 5, currency="EUR"), by_page(order("o-1", 10, currency="USD")))
    await take(order("o-1", 9, currency="EUR"))
    [(traits,)] = await query("SELECT traits FROM customers")
    assert (traits["orders"], traits["revenue"], traits["other_revenue"]) == (2, 14, {})
