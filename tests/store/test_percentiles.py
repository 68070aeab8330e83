"""The highest and lowest shares by a number of the profile: the rule, how fresh it is, and what is said of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import text

from domain.condition_dependencies import mentions
from domain.condition_text import say
from domain.conditions import AllOf, Not, PercentileIs
from models import Customer
from store.conditions.explanation import explain
from store.conditions.percentiles import FRESH, refresh_oldest
from store.conditions.scope import Scope
from store.segments import segments
from tests.store.reference_evaluator import Evaluator, World

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SCOPE = Scope(now=NOW)
TOP_TENTH = PercentileIs(name="traits.revenue", percent=10)


@pytest.fixture
async def session(shared_database):
    async with shared_database.transaction() as opened:
        await opened.execute(text("DELETE FROM property_percentiles"))
        yield opened
        await opened.rollback()


def spent(*values: Any) -> list[Customer]:
    return [Customer(id=uuid4(), tags=[], traits={} if value is None else {"revenue": value}) for value in values]


async def save(session, customers: list[Customer]) -> list[Customer]:
    session.add_all(customers)
    await session.flush()
    return customers


VALUES = st.none() | st.integers(-3, 3) | st.sampled_from(["1.5", "2", "much", "", True, [1, 7], {"a": 1}, 1e300])
CONDITIONS = st.builds(
    PercentileIs,
    name=st.just("traits.revenue"),
    of=st.sampled_from(["highest", "lowest"]),
    percent=st.sampled_from([0.1, 7, 10, 25, 50, 93, 99.9]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(values=st.lists(VALUES, max_size=20), conditions=st.lists(CONDITIONS, min_size=4, max_size=4))
async def test_all_askings_give_the_answer_of_the_plain_rule(shared_database, values, conditions):
    async with shared_database.transaction() as session:
        customers = await save(session, spent(*values))
        ids = [each.id for each in customers]
        evaluator = Evaluator(World(customers=customers), SCOPE)
        for condition in conditions:
            expected = evaluator.members(condition)
            assert await segments.count(session, condition, SCOPE) == len(expected), condition
            assert {one.id for one in await segments.sample(session, condition, SCOPE, 50)} == expected
            few = await segments.matching(session, [condition], ids, SCOPE)
            assert {who for who, (held,) in few.items() if held} == expected
            assert {one for one in ids if await segments.matches(session, condition, one, SCOPE)} == expected
            others = await segments.count(session, Not(condition=condition), SCOPE)
            assert others == len(ids) - len(expected)
        await session.rollback()


async def test_the_top_tenth_of_a_hundred_is_ten(session):
    customers = await save(session, spent(*range(1, 101)))
    assert await segments.count(session, TOP_TENTH, SCOPE) == 10
    found = await segments.sample(session, TOP_TENTH, SCOPE, 50)
    assert {one.id for one in found} == {one.id for one in customers[90:]}


async def test_everybody_is_asked_by_fresh_limits_and_one_customer_by_those_there_are(session):
    [*_, last] = await save(session, spent(*range(1, 11)))
    assert await segments.matches(session, TOP_TENTH, last.id, SCOPE)
    await save(session, spent(*range(20, 40)))
    assert await segments.matches(session, TOP_TENTH, last.id, SCOPE), "as of the limits that are kept"
    assert await segments.count(session, TOP_TENTH, SCOPE) == 21, "within the ten minutes"
    later = replace(SCOPE, now=NOW + FRESH + timedelta(seconds=1))
    assert await segments.count(session, TOP_TENTH, later) == 3
    assert not await segments.matches(session, TOP_TENTH, last.id, later)


async def test_the_sweep_keeps_limits_fresh_for_checks_in_journeys(session):
    [*_, last] = await save(session, spent(*range(1, 11)))
    assert await segments.matches(session, TOP_TENTH, last.id, SCOPE)
    await save(session, spent(*range(20, 40)))
    await refresh_oldest(session, NOW + timedelta(minutes=1))
    assert await segments.matches(session, TOP_TENTH, last.id, SCOPE)
    await refresh_oldest(session, NOW + FRESH)
    assert not await segments.matches(session, TOP_TENTH, last.id, SCOPE)


async def test_why(session):
    [poor, *_, rich] = await save(session, spent(*range(1, 11), None)[:10])
    nobody = (await save(session, spent(None)))[0]
    lowest = PercentileIs(name="traits.revenue", of="lowest", percent=20)
    for condition, who, holds, found in (
        (TOP_TENTH, rich, True, "10; the limit is above 9"),
        (TOP_TENTH, poor, False, "1; the limit is above 9"),
        (lowest, poor, True, "1; the limit is below 3"),
        (TOP_TENTH, nobody, False, "no number"),
    ):
        explained = await explain(session, condition, who.id, SCOPE)
        assert (explained.holds, str(explained.found)) == (holds, found)


def test_in_words():
    lowest = PercentileIs(name="attributes.points", of="lowest", percent=2.5)
    assert str(say(AllOf(of=[TOP_TENTH, Not(condition=lowest)]))) == (
        "is in the top 10 % by revenue and is not in the bottom 2.5 % by points"
    )


def test_a_rank_moves_with_every_event_and_by_itself():
    found = mentions(TOP_TENTH, {})
    assert found.every_event
    assert found.time


@pytest.mark.parametrize("wrong", [{"percent": 0}, {"percent": 100}, {"percent": 0.05}, {"name": "city"}])
def test_what_cannot_be_ranked(wrong):
    with pytest.raises(ValidationError):
        PercentileIs.model_validate({"name": "traits.revenue", "percent": 10} | wrong)
