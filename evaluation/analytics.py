"""Funnels and attribution against second implementations, on random data in a real database."""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path as Folder
from uuid import UUID, uuid5

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import Settings
from domain.comparisons import Operator, PropertyTest
from domain.matching import passes
from domain.reports.attribution import AttributionModel, Path, Touch, attribute, removal_effects, shapley_values
from domain.reports.funnel import EventStep, Funnel, FunnelOrder, FunnelPeriod
from evaluation import attribution_reference, funnel_reference
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
PEOPLE, EVENTS, FUNNELS, GAMES = 100, 900, 150, 100
NAMES = ("A", "B", "C", "D")
_HOME = UUID("5e0a8f0e-8f0b-4a63-9d2c-0a5a4c2f1b77")


def evaluate(_sources: Sources) -> Section:
    """Ask many random questions both ways; count the answers that differ."""
    with tempfile.TemporaryDirectory(prefix="campaign-flow-eval-") as folder:
        server = postgres.start(Folder(folder), durable=False)
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
            return {"funnel_mismatches": await _funnels(session), "attribution_mismatches": _attributed()}
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


def _attributed() -> Figure:
    draws = np.random.default_rng(81)
    wrong = 0
    for _ in range(GAMES):
        paths = [_random_path(draws) for _ in range(int(draws.integers(1, 60)))]
        for ours, theirs in (
            (shapley_values(paths), attribution_reference.shapley(paths)),
            (removal_effects(paths), attribution_reference.removal_effects(paths)),
        ):
            wrong += any(abs(ours.get(player, 0.0) - value) > 1e-6 for player, value in theirs.items())
        won = [path for path in paths if path.converted_at and path.touches]
        for model in AttributionModel:
            credits = attribute(paths, model).values()
            wrong += sum(credit.conversions for credit in credits) != len(won)
            wrong += sum(credit.revenue for credit in credits) != sum(path.value for path in won)
    return Figure(
        f"{GAMES} random sets of paths: Shapley, Markov by brute force, and sums to the cent that differ", wrong, most=0
    )


def _random_path(draws: np.random.Generator) -> Path:
    hours = np.sort(draws.integers(0, 400, int(draws.integers(0, 6))))
    touches = tuple(Touch("abcdef"[int(draws.integers(6))], START + timedelta(hours=int(hour))) for hour in hours)
    if draws.random() < 0.5:
        return Path(touches)
    return Path(touches, START + timedelta(hours=401), Decimal(int(draws.integers(1, 100_000))) / 100)


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
