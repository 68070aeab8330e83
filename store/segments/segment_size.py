"""How many are in: exactly where that is quick, else an estimate with its error, from customers taken at random.

Whether it is quick the planner says beforehand, so that an estimate is not kept waiting for a count that is given up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from uuid import UUID

from psycopg.errors import QueryCanceled
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.conditions import Condition
from models import Customer
from store.conditions.scope import Scope
from store.segments import segments

QUICK_MS = 800
"""How long an exact count may take before an estimate is given instead."""
_QUICK_COST = 150_000
"""What the planner may think of a count that is tried: above it, none of those measured ended within `QUICK_MS`."""
_ASKED = 2000
"""Customers asked one by one for an estimate."""
_SURE = 1.96
"""Standard errors on either side that hold the truth 95 times of 100."""


@dataclass(frozen=True)
class Size:
    """Members of a condition, and some of them. The truth is within `error` of `count` 95 times of 100."""

    count: int
    error: int
    """Zero for an exact count."""
    sample: Sequence[Customer]

    @property
    def exact(self) -> bool:
        """Whether they were counted."""
        return self.error == 0


async def exact_size(session: AsyncSession, condition: Condition, scope: Scope, sample: int) -> Size:
    """Counted, however long that takes.

    Raises:
        InvalidError: the condition can't be asked.

    """
    counted = await segments.count(session, condition, scope)
    shown = await segments.sample(session, condition, scope, sample) if sample else []
    return Size(counted, 0, shown)


async def quick_size(
    session: AsyncSession, condition: Condition, scope: Scope, sample: int, *, quick_ms: int = QUICK_MS
) -> Size:
    """Counted if that is quick, else estimated. Raises as `exact_size` does."""
    if await _cost(session, condition, scope) > _QUICK_COST:
        return await estimated_size(session, condition, scope, sample)
    patience = (await session.execute(text("SELECT current_setting('statement_timeout')"))).scalar_one()
    try:
        async with session.begin_nested():
            await _set_timeout(session, f"{quick_ms}ms")
            size = await exact_size(session, condition, scope, sample)
            await _set_timeout(session, patience)
            return size
    except QueryCanceled:
        pass
    except DBAPIError as error:
        if not isinstance(error.orig, QueryCanceled):
            raise
    return await estimated_size(session, condition, scope, sample)


async def _cost(session: AsyncSession, condition: Condition, scope: Scope) -> float:
    """What the planner thinks that counting costs, in its own units."""
    question, scope = await segments.approximate_count(session, condition, scope)
    cursor = await question.ask(session, scope, prefix="EXPLAIN (FORMAT JSON) ")
    (plans,) = await cursor.fetchone() or ([],)
    return float(plans[0]["Plan"]["Total Cost"])


async def estimated_size(session: AsyncSession, condition: Condition, scope: Scope, sample: int) -> Size:
    """The share of some pages of the table, taken at random, that the condition holds for, times all customers."""
    total = max(1, (await session.execute(text(_ROUGHLY))).scalar_one())
    share = min(100.0, 100 * 1.2 * _ASKED / total)
    rows = await session.execute(
        text("SELECT id FROM customers TABLESAMPLE SYSTEM (:share) WHERE erased_at IS NULL LIMIT :most"),
        {"share": share, "most": _ASKED},
    )
    asked: list[UUID] = list(rows.scalars())
    answers = await segments.matching(session, [condition], asked, scope)
    held = [customer_id for customer_id, (holds,) in answers.items() if holds]
    number = max(1, len(asked))
    # the rule of three, where none or all of them are in
    spread = _SURE * sqrt(len(held) * (number - len(held)) / number) / number or 3 / number
    shown = await session.scalars(select(Customer).where(col(Customer.id).in_(held[:sample])))
    return Size(round(total * len(held) / number), ceil(total * spread), shown.all())


# analysed tables know their size; one that never was is small
_ROUGHLY = """
    SELECT CASE WHEN reltuples < 10000 THEN (SELECT count(*) FROM customers) ELSE reltuples::bigint END
      FROM pg_class WHERE oid = 'customers'::regclass
"""


async def _set_timeout(session: AsyncSession, value: str) -> None:
    await session.execute(text("SELECT set_config('statement_timeout', :value, true)"), {"value": value})
