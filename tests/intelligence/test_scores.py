"""Scores as they are kept, and what explains them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlmodel import select

from intelligence.examples import Kept
from intelligence.explaining import explain
from intelligence.features import Span
from models import Customer, Model, Score
from store.scores import NewScores, of_customer, write
from tests.intelligence.shop import NOW, plant

LATER = NOW + timedelta(days=1)


async def two(session):
    rows = [Customer(id=uuid4(), external_id=f"c{number}") for number in range(2)]
    session.add_all(rows)
    await session.flush()
    return [row.id for row in rows]


async def values(session):
    rows = (await session.execute(select(Score))).scalars().all()
    return {row.customer_id: (row.value, row.low, row.high, row.at) for row in rows}


async def test_a_newer_score_is_never_overwritten_by_an_older_one(database):
    async with database.transaction() as session:
        first, second = await two(session)
        model = uuid4()
        assert await write(session, [NewScores("ltv_90", model, [first], [5.0], [1.0], [9.0])], at=LATER) == 1
        both = NewScores("ltv_90", model, [second, first], [2.0, 3.0])
        assert await write(session, [both], at=NOW) == 1
        assert await values(session) == {first: (5.0, 1.0, 9.0, LATER), second: (2.0, None, None, NOW)}
        assert await write(session, [both], at=LATER + timedelta(days=1)) == 2
        assert {found[0] for found in (await values(session)).values()} == {2.0, 3.0}


async def test_customers_who_are_gone_are_passed_over(database):
    async with database.transaction() as session:
        first, second = await two(session)
        gone = await session.get(Customer, second)
        gone.erased_at = datetime(2026, 1, 1, tzinfo=UTC)
        await session.flush()
        assert (
            await write(session, [NewScores("churn", uuid4(), [first, second, uuid4()], [0.1, 0.2, 0.3])], at=NOW) == 1
        )
        assert set(await values(session)) == {first}


async def test_a_score_whose_model_is_gone_or_broken_has_no_reasons_and_no_error(database):
    async with database.transaction() as session:
        first, _ = await two(session)
        broken = Model(
            id=uuid4(), name="churn", kind="boosted", state="champion", artifact="{}", card={}, trained_at=NOW,
            promoted_at=NOW,
        )  # fmt: skip
        session.add(broken)
        await session.flush()
        await write(session, [NewScores("churn", broken.id, [first], [0.1])], at=NOW)
        await write(session, [NewScores("purchase_7", uuid4(), [first], [0.1])], at=NOW)
        session.add(Score(customer_id=first, name="vip", value=1.0, reasons=["because"], at=NOW))
        await session.flush()
        found = await explain(session, first, await of_customer(session, first))
    assert found == {"churn": [], "purchase_7": [], "vip": ["because"]}


async def test_features_of_a_training_are_read_once_and_forgotten_after_it(database):
    kept = Kept()
    async with database.transaction() as session:
        shop = await plant(session, 3, strangers=0)
        span = Span(min(shop.customers), max(shop.customers))
        kept.begin(NOW)
        known = await kept.read(session, NOW, span, 1.0)
        assert len(known) == 3
        assert await kept.read(session, NOW, span, 1.0) is known
        kept.begin(NOW)
        assert await kept.read(session, NOW, span, 1.0) is known
        kept.begin(LATER)
        assert await kept.read(session, NOW, span, 1.0) is not known
