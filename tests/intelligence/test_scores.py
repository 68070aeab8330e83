"""Scores as they are kept, and what explains them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import text
from sqlmodel import select

from intelligence.feature_attribution import explain
from intelligence.features import Span
from intelligence.score_matrix import ScoreMatrix, kept, percentiles, ranked
from intelligence.scoring import NOTHING, PredictedScore
from intelligence.training_data import TrainingDataCache
from models import Customer, CustomerMerge, CustomerScores, Model, Score
from store.events import copy_binary
from store.intelligence import score_batches
from store.intelligence.score_batches import Column, Places, ScorePage
from store.intelligence.scores import of_customer
from tests.intelligence.shop import NOW, plant
from tests.scores import put_in

LATER = NOW + timedelta(days=1)


@pytest.fixture
async def session(database):
    async with database.transaction() as session:
        yield session


async def two(session, prefix="c"):
    rows = [Customer(id=uuid4(), external_id=f"{prefix}{number}") for number in range(2)]
    session.add_all(rows)
    await session.flush()
    return [row.id for row in rows]


async def values(session):
    rows = (await session.execute(select(Score))).scalars().all()
    return {row.customer_id: (row.value, row.percentile, row.low, row.high, row.at) for row in rows}


MODEL = uuid4()


async def write(session, at, numbers):
    """A scoring of one value, by customer: value, low, high, percentile."""
    await score_batches.describe(session, at, [Column("ltv_90", MODEL, at, Places(1, 4, 2, 3))])
    ids = b"".join(customer.bytes for customer in numbers)
    written = await score_batches.write(
        session, at, copy_binary.rows(ids, np.array(list(numbers.values()), dtype=float))
    )
    await session.execute(text("DROP TABLE arriving_scores"))  # as the end of the transaction would
    return written


async def test_a_newer_score_is_never_overwritten_by_an_older_one(session):
    first, second = await two(session)
    assert await write(session, LATER, {first: [5, 1, 9, 50]}) == 1
    older = {second: [2, NOTHING, NOTHING, NOTHING], first: [3, 1, 9, 0]}
    assert await write(session, NOW, older) == 1
    kept = {first: (5.0, 50.0, 1.0, 9.0, LATER), second: (2.0, None, None, None, NOW)}
    assert await values(session) == kept
    assert await write(session, LATER + timedelta(days=1), older) == 2
    assert {found[0] for found in (await values(session)).values()} == {2.0, 3.0}


async def test_the_end_of_a_scoring_leaves_nothing_of_those_before(session):
    first, second = await two(session)
    await write(session, NOW, {first: [1, 0, 2, 0], second: [1, 0, 2, 0]})
    await write(session, LATER, {second: [3, 0, 4, 0]})
    for at in (NOW, LATER):
        await score_batches.keep_page(session, at, ScorePage(first, first.bytes, b""))
    await score_batches.end(session, LATER)
    assert set(await values(session)) == {second}
    for table in ("customer_scores", "score_columns"):
        assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 1
    assert not await score_batches.firsts(session, LATER)


async def test_a_score_that_is_forgotten_is_gone_at_once(session):
    first, _ = await two(session)
    await write(session, NOW, {first: [1, 0, 2, 0]})
    await score_batches.forget(session, "ltv_90")
    assert not await values(session)


async def test_customers_who_are_gone_or_were_joined_meanwhile_are_passed_over(session):
    first, second = await two(session)
    gone = await session.get(Customer, second)
    gone.erased_at = datetime(2026, 1, 1, tzinfo=UTC)
    [joined, before] = await two(session, "j")
    session.add(CustomerMerge(surviving_id=joined, merged_id=uuid4(), reason="manual", at=NOW + timedelta(seconds=1)))
    session.add(CustomerMerge(surviving_id=before, merged_id=uuid4(), reason="manual", at=NOW - timedelta(seconds=1)))
    await session.flush()
    assert await write(session, NOW, {who: [1, 0, 2, 0] for who in (first, second, joined, before, uuid4())}) == 2
    assert set(await values(session)) == {first, before}


async def test_rows_of_any_size_arrive_as_they_were(session):
    people = [await two(session, f"p{turn}-") for turn in range(50)]
    ids = [who for pair in people for who in pair]
    numbers = np.random.default_rng(0).normal(size=(len(ids), 37)) * 1e6
    numbers[::3, 5] = NOTHING
    assert (
        await score_batches.write(session, NOW, copy_binary.rows(b"".join(each.bytes for each in ids), numbers)) == 100
    )
    found = {row.customer_id: row.numbers for row in (await session.execute(select(CustomerScores))).scalars()}
    np.testing.assert_array_equal(np.array([found[who] for who in ids]), numbers)


def test_percentiles_are_the_share_of_lower_values():
    found = percentiles(np.array([3.0, NOTHING, 1.0, 2.0, 2.0, 5.0]))
    np.testing.assert_array_equal(found, [75.0, NOTHING, 0.0, 25.0, 25.0, 100.0])
    np.testing.assert_array_equal(percentiles(np.array([7.0])), [0.0])
    assert not len(percentiles(np.array([])))


def test_a_sheet_gives_every_score_a_place_of_its_own():
    sheet = ScoreMatrix(("churn", "ltv_365", "purchase_7"))
    numbers = sheet.blank(2)
    column = np.array([1.0, 2.0])
    sheet.put(numbers, "ltv_365", PredictedScore(column, column - 1, column + 1))
    sheet.put(numbers, "purchase_7", PredictedScore(column / 10))
    np.testing.assert_array_equal(sheet.read(kept(numbers)), [[NOTHING, 1, 0, 2, 0.1], [NOTHING, 2, 1, 3, 0.2]])
    ranks, places = ranked(sheet, numbers, ["churn"])
    np.testing.assert_array_equal(ranks, [[0, 0], [100, 100]])
    assert places == {"ltv_365": Places(2, 6, 3, 4), "purchase_7": Places(5, 7)}


async def test_a_score_whose_model_is_gone_or_broken_has_no_reasons_and_no_error(database):
    async with database.transaction() as session:
        first, _ = await two(session)
        broken = Model(
            id=uuid4(), name="churn", kind="boosted", state="champion", artifact="{}", card={}, trained_at=NOW,
            promoted_at=NOW,
        )  # fmt: skip
        session.add(broken)
        facts = {"customer_id": first, "value": 0.1, "at": NOW}
        found = [Score(name="churn", model_id=broken.id, **facts), Score(name="purchase_7", model_id=uuid4(), **facts)]
        await put_in(session, found)
        assert await explain(session, first, await of_customer(session, first)) == {"churn": [], "purchase_7": []}


async def test_features_of_a_training_are_read_once_and_forgotten_after_it(database):
    kept = TrainingDataCache()
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
