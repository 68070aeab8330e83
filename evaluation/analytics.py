"""Funnels and attribution against second implementations, on random data in a real database."""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import Settings
from domain.comparisons import Operator, PropertyTest
from domain.matching import passes
from domain.reports.funnel import EventStep, Funnel, FunnelOrder, FunnelPeriod
from evaluation import funnel_reference
from evaluation.figures import Figure, Section
from evaluation.funnel_reference import Happened
from evaluation.sources import Sources
from models import Customer, Event
from stack import postgres
from store.conditions.scope import Scope
from store.database.engine import Database
from store.migrate import migrate
from store.reports import funnels

START = datetime(2026, 5, 4, tzinfo=UTC)
PEOPLE, EVENTS, FUNNELS = 100, 900, 150
NAMES = ("A", "B", "C", "D")
_HOME = UUID("5e0a8f0e-8f0b-4a63-9d2c-0a5a4c2f1b77")


def evaluate(_sources: Sources) -> Section:
    """Ask many random questions both ways; count the answers that differ."""
    with tempfile.TemporaryDirectory(prefix="campaign-flow-eval-") as folder:
        server = postgres.start(Path(folder), durable=False)
        try:
            url = postgres.create_database(server.get_uri(), "campaign_flow_analytics")
            migrate(url)
            figures = asyncio.run(_all(url))
        finally:
            server.cleanup_mode = "delete"
            server.cleanup()
    notes = [f"Funnels: {PEOPLE} customers, {EVENTS:,} events within seconds of each other, so that instants coincide."]
    return Section("analytics", "Reports against second implementations", "made here, with seeds", figures, notes)


async def _all(url: str) -> dict[str, Figure]:
    database = Database(Settings(_env_file=None, database_url=url, database_pool_size=2))
    try:
        async with database.transaction() as session:
            return {"funnel_mismatches": await _funnels(session)}
    finally:
        await database.close()


async def _funnels(session: AsyncSession) -> Figure:
    draws = np.random.default_rng(18)
    events = await _world(session, draws)
    wrong = 0
    for _ in range(FUNNELS):
        funnel = _random_funnel(draws)
        period = FunnelPeriod(since=START, until=START + timedelta(seconds=40))
        found = await funnels.answer(session, funnel, period, Scope(now=START + timedelta(days=9)))
        depths = [funnel_reference.depth(funnel, period, _things(funnel, theirs)) for theirs in events.values()]
        expected = [sum(depth > place for depth in depths) for place in range(len(funnel.steps))]
        wrong += [step.reached for step in found.whole] != expected
    return Figure(f"{FUNNELS} random funnels: answers that differ from trying every chain", wrong, most=0)


async def _world(session: AsyncSession, draws: np.random.Generator) -> Mapping[UUID, list[Event]]:
    people = [Customer(id=uuid5(_HOME, f"customer {number}")) for number in range(PEOPLE)]
    session.add_all(people)
    await session.flush()
    found: defaultdict[UUID, list[Event]] = defaultdict(list)
    for number in range(EVENTS):
        who = people[int(draws.integers(PEOPLE))].id
        event = Event(
            id=uuid5(_HOME, f"event {number}"),
            occurred_at=START + timedelta(seconds=int(draws.integers(-5, 60))),
            customer_id=who,
            name=str(draws.choice([*NAMES, "X"], p=[0.3, 0.25, 0.2, 0.15, 0.1])),
            properties={"v": int(draws.integers(3))},
            source="evaluation",
        )
        session.add(event)
        found[who].append(event)
    await session.flush()
    return found


def _random_funnel(draws: np.random.Generator) -> Funnel:
    order = FunnelOrder(str(draws.choice(list(FunnelOrder))))
    count = int(draws.integers(2, 5))
    if order is FunnelOrder.ANY:
        return Funnel(
            steps=[EventStep(event=str(name)) for name in draws.choice(NAMES, count, replace=False)],
            order=order,
            window_seconds=int(draws.integers(1, 40)),
            without=_without(draws),
        )
    tests: tuple[list[PropertyTest], ...] = ([], [PropertyTest(property="v", op=Operator.GTE, value=1)])
    spans = (None, 1, 5, 15)
    steps = [
        EventStep(
            event=str(draws.choice(NAMES)),
            where=tests[int(draws.integers(2))],
            within_seconds=spans[int(draws.integers(4))],
        )
        for _ in range(count)
    ]
    return Funnel(steps=steps, order=order, window_seconds=int(draws.integers(1, 40)), without=_without(draws))


def _without(draws: np.random.Generator) -> list[EventStep]:
    return [EventStep(event="X")] if draws.random() < 0.3 else []


def _things(funnel: Funnel, events: list[Event]) -> list[Happened]:
    return [
        Happened(
            round(event.occurred_at.timestamp() * 1e6),
            str(event.id),
            frozenset(
                place for place, step in enumerate(funnel.steps) if isinstance(step, EventStep) and _counts(step, event)
            ),
            any(_counts(step, event) for step in funnel.without),
        )
        for event in events
    ]


def _counts(step: EventStep, event: Event) -> bool:
    return step.event == event.name and passes(step.where, event.properties)
