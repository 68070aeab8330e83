"""Answers of funnels: how many came how far, who went no further, and a segment of those."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Text, cast, func, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.selectable import Select, Subquery
from sqlmodel import col

from domain.conditions import HasTag
from domain.reports.funnel import Funnel, FunnelPeriod
from models import Customer, Segment
from store.conditions.scope import Scope
from store.reports.funnel_sql import by_customer, narrowed, seen
from store.segments import saved_segments
from store.segments.segments import test_of

MOST_GROUPS = 30
MOST_TAGGED = 200_000


@dataclass(frozen=True)
class StepCount:
    """How many came to a step.

    Attributes:
        reached: customers.
        waiting: those who went no further and whose time for the next step is not over.
        median_seconds: from the first step, of each customer's shortest way; None where nobody came, or in any order.

    """

    reached: int
    waiting: int
    median_seconds: float | None


@dataclass(frozen=True)
class FunnelGroup:
    """A funnel of those who share a value; None: all of them, or those without one."""

    value: str | None
    steps: list[StepCount]


@dataclass(frozen=True)
class FunnelAnswer:
    """The whole funnel, and one for each value of the breakdown, the largest first (`MOST_GROUPS` of them)."""

    whole: list[StepCount]
    groups: list[FunnelGroup]


async def answer(
    session: AsyncSession, funnel: Funnel, period: FunnelPeriod, scope: Scope, *, time_scale: float = 1.0
) -> FunnelAnswer:
    """Count.

    Args:
        session: the transaction.
        funnel: the question.
        period: when the first step lies.
        scope: the moment of asking, for the filter and for who still waits.
        time_scale: real seconds of a second of the business clock.

    Raises:
        InvalidError: the filter can't be asked outside a journey, or names a segment that isn't there.

    """
    people = await _people(session, funnel, period, scope, time_scale)
    label, whole = ("label", "grouping(label)") if funnel.breakdown else ("NULL", "1")
    counts = [f"{label} AS label", *_counts(len(funnel.steps), scope), f"{whole} AS whole"]
    asked: Select[*tuple[Any, ...]] = select(*map(literal_column, counts)).select_from(people)
    if funnel.breakdown:
        asked = asked.group_by(text("GROUPING SETS ((), (label))"))
        asked = asked.order_by(text("whole DESC, reached0 DESC, label NULLS LAST"))
    rows = (await session.execute(asked.limit(MOST_GROUPS + 1))).all()
    total, *groups = [FunnelGroup(row[0], _steps(row[1:-1])) for row in rows]
    return FunnelAnswer(total.steps, groups)


def _counts(steps: int, scope: Scope) -> list[str]:
    now = round(scope.now.timestamp() * 1_000_000)
    found = []
    for place in range(steps):
        waits = f"r{place} AND NOT r{place + 1} AND d{place} >= {now}" if place + 1 < steps else "false"
        found += [
            f"count(*) FILTER (WHERE r{place}) AS reached{place}",
            f"count(*) FILTER (WHERE {waits})",
            f"percentile_cont(0.5) WITHIN GROUP (ORDER BY t{place})",
        ]
    return found


def _steps(values: Sequence[Any]) -> list[StepCount]:
    return [
        StepCount(reached, waiting, None if median is None else float(median) / 1_000_000)
        for reached, waiting, median in zip(values[::3], values[1::3], values[2::3], strict=True)
    ]


async def _people(
    session: AsyncSession, funnel: Funnel, period: FunnelPeriod, scope: Scope, time_scale: float
) -> Subquery:
    condition = await test_of(session, funnel.filter, scope) if funnel.filter is not None else None
    rows = narrowed(seen(funnel, period, time_scale=time_scale), condition, field_of(funnel.breakdown))
    return by_customer(funnel, period, rows, time_scale=time_scale).subquery("people")


def field_of(name: str | None) -> ColumnElement[Any] | None:
    """A field of the profile as text: null where the customer has none."""
    if name is None:
        return None
    home, dot, path = name.partition(".")
    if not dot:
        return cast(col(getattr(Customer, name)), Text)
    document = col(Customer.attributes) if home == "attributes" else col(Customer.traits)
    return func.left(document.op("->>")(path), 120)


async def stopped(
    session: AsyncSession,
    funnel: Funnel,
    period: FunnelPeriod,
    scope: Scope,
    *,
    step: int,
    after: UUID | None = None,
    limit: int = 50,
    time_scale: float = 1.0,
) -> Sequence[Customer]:
    """Customers who came to that step (from 0) and not to the next, by id, from behind `after`.

    Args:
        session: the transaction.
        funnel: the question.
        period: when the first step lies.
        scope: the moment of asking.
        step: the last that they came to.
        after: the id that the page before ended with.
        limit: so many at most.
        time_scale: real seconds of a second of the business clock.

    Raises:
        InvalidError: as for `answer`.

    """
    ids = await _stopped_ids(session, funnel, period, scope, step=step, time_scale=time_scale)
    query = select(Customer).where(col(Customer.id).in_(ids), col(Customer.erased_at).is_(None))
    if after is not None:
        query = query.where(col(Customer.id) > after)
    return (await session.scalars(query.order_by(col(Customer.id)).limit(limit))).all()


async def _stopped_ids(
    session: AsyncSession, funnel: Funnel, period: FunnelPeriod, scope: Scope, *, step: int, time_scale: float
) -> Select[tuple[Any]]:
    people = await _people(session, funnel, period, scope, time_scale)
    further = f"AND NOT r{step + 1}" if step + 1 < len(funnel.steps) else ""
    return select(literal_column("customer_id")).select_from(people).where(text(f"r{step} {further}"))


async def keep_stopped(
    session: AsyncSession,
    funnel: Funnel,
    period: FunnelPeriod,
    scope: Scope,
    *,
    step: int,
    name: str,
    time_scale: float = 1.0,
) -> tuple[Segment, int]:
    """Save those who went no further as a segment of that name: they are tagged, and the segment asks for the tag.

    Args:
        session: the transaction.
        funnel: the question.
        period: when the first step lies.
        scope: the moment of asking.
        step: the last that they came to, from 0.
        name: of the segment, and of the tag.
        time_scale: real seconds of a second of the business clock.

    Returns:
        The segment, and how many customers were tagged (`MOST_TAGGED` at most).

    Raises:
        ConflictError: there is a segment of that name.
        InvalidError: as for `answer`.

    """
    tag = f"funnel:{uuid4().hex[:8]}"
    segment = await saved_segments.create(session, name, "", HasTag(tag=tag))
    ids = await _stopped_ids(session, funnel, period, scope, step=step, time_scale=time_scale)
    found = sorted(await session.scalars(ids.limit(MOST_TAGGED)))
    # Danger: locked in the order in which every other writer locks profiles
    await session.execute(_LOCK, {"ids": found})
    await session.execute(_TAG, {"ids": found, "tag": tag})
    return segment, len(found)


_LOCK = text("SELECT FROM customers WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
_TAG = text("UPDATE customers SET tags = array_append(tags, :tag), updated_at = now() WHERE id = ANY(:ids)")
