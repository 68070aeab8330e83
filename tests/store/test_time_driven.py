"""Whoever time alone brings in or out is among those whom a sweep asks."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.condition_dependencies import mentions
from models import Customer, Event
from store.conditions.scope import Scope
from store.conditions.time_driven import moved_by_time
from tests.store import generators
from tests.store.reference_evaluator import Evaluator, World
from tests.store.test_conditions import save

KINDS = {"leaf": generators.LEAVES_ANYWHERE, "nested": generators.SAVED}
AGES = st.sampled_from([timedelta(seconds=30), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)])


def members(world: World, scope: Scope, condition):
    return Evaluator(world, scope).members(condition)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(world_and_scope=generators.worlds(), age=AGES, data=st.data())
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


@pytest.mark.parametrize(
    ("age", "name", "asked"),
    [
        (timedelta(days=15, seconds=30), "Order Completed", True),
        (timedelta(days=15, seconds=90), "Order Completed", False),
        (timedelta(days=14), "Order Completed", False),
        (timedelta(days=15, seconds=30), "Signed In", False),
    ],
)
async def test_a_window_asks_only_those_whom_it_let_go(shared_database, age, name, asked):
    """Else the test above would pass with everybody asked."""
    who = Customer(id=uuid4())
    did = Event(id=uuid4(), customer_id=who.id, name=name, occurred_at=generators.NOW - age, source="test")
    bought = {"kind": "event", "event": "Order Completed", "window": {"kind": "last", "days": 15}}
    condition = generators.CONDITION.validate_python(bought)
    async with shared_database.transaction() as session:
        session.add_all([who, did])
        await session.flush()
        moved = await moved_by_time(
            session, condition, Scope(now=generators.NOW), generators.NOW - timedelta(minutes=1)
        )
        assert moved == ([who.id] if asked else [])
        await session.rollback()


CLOCK = {"kind": "date", "name": "birth_date", "time": "09:00"}
YEARS = {"kind": "attribute", "name": "birth_date", "op": "anniversary"}
UNTIL = {"kind": "event", "event": "Signed In", "window": {"kind": "between", "end": "2026-02-28T12:00:00Z"}}

RANK = {"kind": "percentile", "name": "attributes.spent", "percent": 10}
"""What others do moves the limit."""


@pytest.mark.parametrize(
    ("condition", "since", "now", "anybody"),
    [
        (RANK, "2026-02-28T11:59:30Z", "2026-02-28T12:00:10Z", True),
        (CLOCK, "2026-02-28T08:59:30Z", "2026-02-28T09:00:10Z", True),
        (CLOCK, "2026-02-28T09:01:30Z", "2026-02-28T09:02:10Z", False),
        (YEARS, "2026-02-28T23:59:30Z", "2026-03-01T00:00:10Z", True),
        (YEARS, "2026-02-28T11:59:30Z", "2026-02-28T12:00:10Z", False),
        (UNTIL, "2026-02-28T11:59:30Z", "2026-02-28T12:00:10Z", True),
        (UNTIL, "2026-02-28T12:00:30Z", "2026-02-28T12:01:10Z", False),
    ],
)
async def test_a_clock_or_a_date_asks_everybody_only_when_it_strikes(shared_database, condition, since, now, anybody):
    moments = [datetime.fromisoformat(each) for each in (since, now)]
    async with shared_database.transaction() as session:
        asked = generators.CONDITION.validate_python(condition)
        moved = await moved_by_time(session, asked, Scope(now=moments[1]), moments[0])
        assert moved == (None if anybody else [])
