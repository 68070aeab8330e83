"""Evaluation of conditions for one customer or for all. `store.segments.saved_segments` has the segments themselves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Uuid, any_, bindparam, case, func, insert, literal, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, psycopg
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.condition_dependencies import all_parts
from domain.conditions import Condition, DidEvent, InSegment, walk
from models import AudienceMember, Customer, Segment
from store.conditions.binds import Asking, Binds, Query
from store.conditions.compiler import compile_condition, expression, of_everybody
from store.conditions.members_sql import member_count, member_ids
from store.conditions.percentiles import FRESH, bring_up_to_date, names
from store.conditions.scope import Scope
from store.shop.settings import has_one_currency

_CONDITIONS: TypeAdapter[list[Condition]] = TypeAdapter(list[Condition])
_NESTED: TypeAdapter[dict[UUID, Condition]] = TypeAdapter(dict[UUID, Condition])
_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)
_DIALECT = psycopg.dialect()  # type: ignore[no-untyped-call]
_NESTED_MARK = b'"kind":"segment"'
_RANK_MARK = b'"kind":"percentile"'
_SUM_MARK = b'"sum":{'


async def load_conditions(session: AsyncSession, condition: Condition) -> dict[UUID, Condition]:
    """Definitions of the segments that a condition names, and of those that they name; missing ones are left out."""
    return await _load(session, [condition], {})


async def matches(session: AsyncSession, condition: Condition, customer_id: UUID, scope: Scope) -> bool:
    """Whether the condition holds for that customer. An erased customer matches nothing.

    Raises:
        InvalidError: see `first_match`.

    """
    return await first_match(session, [condition], customer_id, scope) is not None


async def first_match(
    session: AsyncSession, conditions: Sequence[Condition], customer_id: UUID, scope: Scope
) -> int | None:
    """Index of the first condition that holds for that customer, in one statement; None when none does.

    Raises:
        InvalidError: a segment that doesn't exist or contains itself; a journey's words outside a journey.

    """
    asked = _CONDITIONS.dump_json(list(conditions), by_alias=True)
    nested = b"{}"
    if _NESTED_MARK in asked or _RANK_MARK in asked or _SUM_MARK in asked:
        scope = await ready(session, conditions, scope, older_than=None)
        nested = _NESTED.dump_json(dict(scope.segments), by_alias=True)
    question = _question(asked, nested, scope.journey is not None, scope.one_currency)
    connection = await session.connection()
    result = await connection.exec_driver_sql(question.sql, question.parameters(scope, who=customer_id))
    return result.scalar_one_or_none()


async def matching(
    session: AsyncSession, conditions: Sequence[Condition], customer_ids: Collection[UUID], scope: Scope
) -> dict[UUID, list[bool]]:
    """Which of the conditions hold, for each of a few customers: each is looked up by itself, in one statement.

    Customers who don't exist, or were erased, are left out.

    Raises:
        InvalidError: see `first_match`.

    """
    if not conditions or not customer_ids:
        return {}
    scope = await ready(session, conditions, scope, older_than=None)
    asked = _CONDITIONS.dump_json(list(conditions), by_alias=True)
    nested = _NESTED.dump_json(dict(scope.segments), by_alias=True)
    question = _question_of_several(asked, nested, scope.journey is not None, scope.one_currency)
    connection = await session.connection()
    result = await connection.exec_driver_sql(question.sql, question.parameters(scope, who=list(customer_ids)))
    return {row[0]: list(row[1:]) for row in result}


async def count(session: AsyncSession, condition: Condition, scope: Scope) -> int:
    """How many customers the condition holds for, exactly."""
    question, scope = await approximate_count(session, condition, scope)
    cursor = await question.ask(session, scope)
    (total,) = await cursor.fetchone() or (0,)
    return int(total)


async def approximate_count(session: AsyncSession, condition: Condition, scope: Scope) -> tuple["SegmentQuery", Scope]:
    """The question that counts a condition's members, and the scope with the segments that it names.

    Raises:
        InvalidError: see `first_match`.

    """
    scope = await ready(session, [condition], scope)
    asked = _CONDITION.dump_json(condition, by_alias=True)
    nested = _NESTED.dump_json(dict(scope.segments), by_alias=True)
    return _counting(asked, nested, scope.journey is not None, scope.one_currency), scope


async def sample(session: AsyncSession, condition: Condition, scope: Scope, size: int = 10) -> list[Customer]:
    """Some customers that the condition holds for: always the same ones while nothing changes."""
    scope = await ready(session, [condition], scope)
    return list(
        (
            await session.scalars(
                select(Customer)
                .where(col(Customer.erased_at).is_(None), compile_condition(condition, scope))
                .order_by(col(Customer.id))
                .limit(size)
            )
        ).all()
    )


async def test_of(session: AsyncSession, condition: Condition, scope: Scope) -> ColumnElement[bool]:
    """The condition as a test of rows of `customers`, for a query of another module.

    Raises:
        InvalidError: see `first_match`.

    """
    return compile_condition(condition, await ready(session, [condition], scope))


async def insert_audience(session: AsyncSession, run_id: UUID, condition: Condition, scope: Scope) -> int:
    """Write the customers that the condition holds for at this moment as the audience of a run, positions from 0.

    Returns:
        How many they are.

    """
    scope = await ready(session, [condition], scope, older_than=timedelta(0))
    ids = member_ids(condition, of_everybody(scope)).subquery()
    members = select(literal(run_id, Uuid()), func.row_number().over() - 1, ids.c.id)
    statement = insert(AudienceMember).from_select(["run_id", "position", "customer_id"], members)
    connection = await session.connection()
    # SQLAlchemy forgets the row count of an INSERT unless told
    return (await connection.execute(statement, execution_options={"preserve_rowcount": True})).rowcount


async def ready(
    session: AsyncSession, conditions: Sequence[Condition], scope: Scope, *, older_than: timedelta | None = FRESH
) -> Scope:
    """The scope with all segments named; what the conditions rank by is there, and no older than that."""
    found = await _load(session, conditions, scope.segments)
    await bring_up_to_date(session, names(conditions, found), scope.now, older_than=older_than)
    parts = [part for condition in conditions for part in all_parts(condition, found)]
    sums = any(isinstance(part, DidEvent) and part.sum for part in parts)
    return replace(scope, segments=found, one_currency=sums and await has_one_currency(session))


async def _load(
    session: AsyncSession, conditions: Sequence[Condition], known: Mapping[UUID, Condition]
) -> dict[UUID, Condition]:
    found = dict(known)
    wanted = _named(conditions)
    for given in known.values():
        wanted |= _named([given])
    while missing := sorted(wanted - found.keys()):
        rows = await session.execute(
            select(col(Segment.id), col(Segment.condition)).where(col(Segment.id).in_(missing))
        )
        loaded = {segment_id: _CONDITION.validate_python(condition) for segment_id, condition in rows}
        found |= loaded
        wanted = _named(list(loaded.values()))
    return found


def _named(conditions: Sequence[Condition]) -> set[UUID]:
    return {part.segment_id for condition in conditions for part in walk(condition) if isinstance(part, InSegment)}


@dataclass(frozen=True)
class SegmentQuery:
    """A statement that asks a condition, ready for the driver. Only its values change from one asking to the next."""

    sql: str
    constants: dict[str, Any]
    binds: Binds

    def parameters(self, scope: Scope, **more: Any) -> dict[str, Any]:
        """The values in that scope, beside those of no scope's making."""
        return {**self.constants, **self.binds.values(scope), **more}

    async def ask(self, session: AsyncSession, scope: Scope, *, prefix: str = "") -> AsyncCursor[Any]:
        """Ask it of everybody.

        Unprepared: how much a window holds decides on the plan, and a prepared statement would forget its values.
        """
        connection = await (await session.connection()).get_raw_connection()
        driver: AsyncConnection[Any] = connection.driver_connection  # type: ignore[assignment]
        return await driver.execute((prefix + self.sql).encode(), self.parameters(scope), prepare=False)


@lru_cache(maxsize=4096)
def _question(conditions: bytes, nested: bytes, in_journey: bool, one_currency: bool) -> SegmentQuery:
    """Compiled once for all askings of the same conditions: that costs more than the query itself."""
    binds, who = Binds(), bindparam("who", type_=Uuid())
    asking = Asking(who, binds, in_journey, _NESTED.validate_json(nested), one_currency=one_currency)
    tests = [expression(condition, asking) for condition in _CONDITIONS.validate_json(conditions)]
    first = case(*((test, literal_column(str(index))) for index, test in enumerate(tests)))
    return _compiled(select(first).where(col(Customer.id) == who, col(Customer.erased_at).is_(None)), binds)


@lru_cache(maxsize=256)
def _question_of_several(conditions: bytes, nested: bytes, in_journey: bool, one_currency: bool) -> SegmentQuery:
    binds, who = Binds(), bindparam("who", type_=ARRAY(Uuid()))
    # a literal column, so that subqueries refer to the outer row and don't take customers into their own FROM
    customer = literal_column("customers.id", Uuid())
    asking = Asking(
        customer, binds, in_journey, _NESTED.validate_json(nested), one_currency=one_currency, one_by_one=True
    )
    tests = [expression(condition, asking) for condition in _CONDITIONS.validate_json(conditions)]
    statement: Query = select(col(Customer.id), *tests)
    return _compiled(statement.where(col(Customer.id) == any_(who), col(Customer.erased_at).is_(None)), binds)


@lru_cache(maxsize=1024)
def _counting(condition: bytes, nested: bytes, in_journey: bool, one_currency: bool) -> SegmentQuery:
    binds = Binds()
    asking = Asking(col(Customer.id), binds, in_journey, _NESTED.validate_json(nested), one_currency=one_currency)
    return _compiled(member_count(_CONDITION.validate_json(condition), asking), binds)


def _compiled(statement: Query, binds: Binds) -> SegmentQuery:
    compiled = statement.compile(dialect=_DIALECT)
    constants = {name: value for name, value in compiled.params.items() if name not in binds.makers}
    return SegmentQuery(str(compiled), constants, binds)
