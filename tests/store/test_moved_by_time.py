"""Whoever time alone brings in or out is among those whom a sweep asks."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.mentions import mentions
from store.moved_by_time import moved_by_time
from store.scope import Scope
from tests.store import worlds
from tests.store.evaluator import Evaluator, World
from tests.store.test_condition_sql import save

KINDS = {"leaf": worlds.LEAVES_ANYWHERE, "nested": worlds.SAVED}
AGES = st.sampled_from([timedelta(seconds=30), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)])


def members(world: World, scope: Scope, condition):
    return Evaluator(world, scope).members(condition)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(world_and_scope=worlds.worlds(), age=AGES, data=st.data())
async def test_nobody_moves_unasked(shared_database, kind, world_and_scope, age, data):
    world, scope = world_and_scope
    now = replace(scope, journey=None)
    before = replace(now, now=now.now - age)
    async with shared_database.transaction() as session:
        await save(session, world, scope.journey.journey_id)
        for condition in data.draw(st.lists(KINDS[kind], min_size=8, max_size=8), kind):
            moved = members(world, before, condition) ^ members(world, now, condition)
            asked = await moved_by_time(session, condition, now, before.now)
            assert asked is None or moved <= set(asked), condition
            if moved:
                assert mentions(condition, scope.segments).time, condition
        await session.rollback()


async def test_a_window_that_moves_asks_only_those_whom_it_let_go(shared_database):
    """Else the test above would pass with everybody asked."""
    bought = worlds.CONDITION.validate_python(
        {"kind": "event", "event": "Order Completed", "window": {"kind": "last", "days": 15}}
    )
    async with shared_database.transaction() as session:
        assert await moved_by_time(session, bought, Scope(now=worlds.NOW), worlds.NOW - timedelta(minutes=1)) == []
