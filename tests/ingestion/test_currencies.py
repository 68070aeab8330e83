"""Amounts of several currencies are never added, whoever asks; refunds reach the reports."""

from typing import Any
from uuid import uuid4

import pytest
from pydantic import TypeAdapter
from sqlalchemy import update
from sqlmodel import col

from domain.authority import Authority
from domain.conditions import Condition
from intelligence import features
from models import Campaign, CampaignVersion, Journey
from store.conditions.scope import Scope
from store.metrics import monitoring
from store.segments import segments
from store.shop import settings as shop
from tests.ingestion.factories import NOW, track

_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


def order(order_id: str, revenue: float, who: str = "ada", **given: Any):
    return track("Order Completed", who, order_id=order_id, revenue=revenue, **given)


def spent(least: float, **given: Any) -> Condition:
    return _CONDITION.validate_python(
        {
            "kind": "event",
            "event": "Order Completed",
            "sum": {"property": "revenue", "is": {"op": "gte", "value": least}, **given},
        }
    )


@pytest.fixture
def members(database):
    """External ids of those for whom a condition holds: counted, one by one and as a launch takes them."""

    async def ask(condition: Condition) -> set[str | None]:
        scope = Scope(now=NOW)
        async with database.transaction() as session:
            found = await segments.sample(session, condition, scope)
            assert await segments.count(session, condition, scope) == len(found)
            for customer in found:
                assert await segments.matches(session, condition, customer.id, scope)
        return {customer.external_id for customer in found}

    return ask


async def test_a_sum_counts_the_currency_that_it_names_or_the_shops(take, members):
    await take(order("o-1", 60, currency="EUR"), order("o-2", 30), order("o-3", 1000, "bob", currency="USD"))
    await take(order("o-4", 50, "bob", currency="EUR"), order("o-5", 70, currency="USD"))
    assert await members(spent(90)) == {"ada"}
    assert await members(spent(50)) == {"ada", "bob"}
    assert await members(spent(70, currency="USD")) == {"ada", "bob"}
    assert await members(spent(71, currency="USD")) == {"bob"}
    assert await members(spent(1, currency="JPY")) == set()


async def test_the_shops_currency_is_that_of_the_first_order_until_somebody_sets_it(take, database):
    async def known() -> tuple[str | None, str | None, list[str]]:
        async with database.transaction() as session:
            row = await shop.read(session)
            return row.currency, row.currency_from, sorted(row.currencies)

    await take(order("o-1", 1))
    assert await known() == (None, None, [])
    page = {"authority": Authority.BROWSER, "source": "segment:browser"}
    await take(order("o-2", 1, currency="JPY").model_copy(update=page))
    assert await known() == ("JPY", "page", ["JPY"])
    await take(order("o-3", 1, currency="EUR"))
    assert await known() == ("EUR", "server", ["EUR", "JPY"])
    await take(order("o-4", 1, currency="USD"))
    assert await known() == ("EUR", "server", ["EUR", "JPY", "USD"])
    async with database.transaction() as session:
        row = await shop.read(session)
        await shop.save(session, "USD", row.revision)
    await take(order("o-5", 1, currency="GBP"))
    assert await known() == ("USD", "set", ["EUR", "GBP", "JPY", "USD"])


async def test_a_profiles_revenue_is_in_the_shops_currency_and_follows_it(take, query, database):
    await take(order("o-1", 1, "bob", currency="EUR"))
    await take(order("o-2", 80, currency="USD"), order("o-3", 20, currency="EUR"))
    [(traits,)] = await query("SELECT traits FROM customers WHERE external_id = 'ada'")
    assert (traits["revenue"], traits["revenue_currency"]) == (20, "EUR")
    assert traits["other_revenue"] == {"USD": {"orders": 1, "revenue": 80}}
    async with database.transaction() as session:
        await shop.save(session, "USD", (await shop.read(session)).revision)
    await take(order("o-4", 5, currency="USD"))
    [(traits,)] = await query("SELECT traits FROM customers WHERE external_id = 'ada'")
    assert (traits["orders"], traits["revenue"], traits["revenue_currency"]) == (3, 85, "USD")
    assert traits["other_revenue"] == {"EUR": {"orders": 1, "revenue": 20}}


async def test_models_learn_from_amounts_of_the_shops_currency_alone(take, database):
    await take(order("o-1", 60, currency="EUR"), order("o-2", 30), order("o-3", 1000, currency="USD"))
    async with database.transaction() as session:
        [span] = await features.spans(session, 10)
        found = await features.read(session, NOW.replace(year=2027), span)
    assert found[["orders", "spend", "mean_order"]].to_numpy().tolist() == [[3, 90, 45]]


async def test_a_refund_reduces_what_a_campaign_earned(take, query, database):
    await take(order("o-1", 100, currency="EUR"), order("o-2", 50, currency="EUR"))
    [(customer, event)] = await query("SELECT customer_id, id FROM events WHERE properties ->> 'order_id' = 'o-1'")
    campaign = Campaign(id=uuid4(), slug="any", name="any", draft={})
    version = CampaignVersion(id=uuid4(), campaign_id=campaign.id, number=1, flow={})
    journey = Journey(
        id=uuid4(),
        campaign_id=campaign.id,
        version_id=version.id,
        customer_id=customer,
        workflow_id="j",
        entry="api:1",
        state="active",
    )
    async with database.transaction() as session:
        for row in (campaign, version, journey):
            session.add(row)
            await session.flush()
        ended = {"state": "ended", "exit_reason": "goal", "exit_signal": {"reason": "goal", "event_id": str(event)}}
        await session.execute(update(Journey).where(col(Journey.id) == journey.id).values(**ended))

    async def figures() -> tuple[int, dict[str, float], dict[str, float]]:
        async with database.transaction() as session:
            found = await monitoring.figures(session, campaign.id)
        revenue = {currency: float(amount) for currency, amount in found.revenue.items() if amount}
        return found.conversions, revenue, {currency: float(amount) for currency, amount in found.refunded.items()}

    assert await figures() == (1, {"EUR": 100}, {})
    await take(track("Order Refunded", order_id="o-1", revenue=30, currency="EUR"))
    assert await figures() == (1, {"EUR": 70}, {"EUR": 30})
    await take(track("Order Refunded", order_id="o-2", revenue=50))
    assert await figures() == (1, {"EUR": 70}, {"EUR": 30})
    await take(track("Order Cancelled", order_id="o-1"))
    assert await figures() == (1, {}, {"EUR": 100})


async def test_a_refund_that_finds_no_order_is_noted(take, query):
    [nameless] = await take(track("Order Refunded", revenue=5))
    assert nameless.problems == ["the refund names no order_id: nothing is taken off an order"]
    [early] = await take(track("Order Refunded", order_id="o-1", revenue=5))
    assert early.problems == ["no order with this order_id is known yet: the refund is taken off when it comes"]
    await take(order("o-1", 20))
    [(traits,)] = await query("SELECT traits FROM customers")
    assert traits["revenue"] == 15
