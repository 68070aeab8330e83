"""Statements of the hot roads, handed to the driver as they are.

SQLAlchemy's session takes three times the driver's CPU for a statement that is text anyway, and sends one at a time.
Here those that do not wait for each other's answers go to the server together. The transaction is the session's, and
errors come as if the session had executed the statement.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, LiteralString, TypeVar, cast, overload

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

Rows = list[tuple[Any, ...]]
_Read_co = TypeVar("_Read_co", covariant=True)
_First = TypeVar("_First")
_Second = TypeVar("_Second")
_Third = TypeVar("_Third")


@dataclass(frozen=True, slots=True)
class Statement(Generic[_Read_co]):
    """A question or an order to the database."""

    query: LiteralString
    """With psycopg's placeholders, `%(name)s`."""
    values: Mapping[str, Any]
    read: Callable[[Rows], _Read_co]
    """Makes the answer of the rows; of no rows for a statement that returns none."""


def order(query: LiteralString, **values: Any) -> Statement[None]:
    """A statement whose answer is of no interest."""
    return Statement(query, values, lambda _: None)


async def run(session: AsyncSession, statement: Statement[_First]) -> _First:
    """Execute a statement; its answer.

    Raises:
        sqlalchemy.exc.DBAPIError: the database refused, or is away.

    """
    connection = await connection_of(session)
    with known_errors(statement.query):
        cursor = await connection.execute(statement.query, statement.values)
        return statement.read(await _rows(cursor))


@overload
async def pipelined(
    session: AsyncSession,
    first: Statement[_First],
    second: Statement[_Second],
    /,
    *,
    after: Sequence[Statement[None]] = (),
) -> tuple[_First, _Second]: ...
@overload
async def pipelined(
    session: AsyncSession,
    first: Statement[_First],
    second: Statement[_Second],
    third: Statement[_Third],
    /,
    *,
    after: Sequence[Statement[None]] = (),
) -> tuple[_First, _Second, _Third]: ...
async def pipelined(
    session: AsyncSession, *asked: Statement[Any], after: Sequence[Statement[None]] = ()
) -> tuple[Any, ...]:
    """Execute statements one after another, in one round trip; their answers.

    Each sees what those before it wrote, and what others committed before it began. Those of `after` come first.

    Raises:
        sqlalchemy.exc.DBAPIError: the database refused one of them, or is away.

    """
    connection = await connection_of(session)
    statements = (*after, *asked)
    with known_errors("; ".join(statement.query for statement in statements)):
        async with connection.pipeline():
            cursors = [await connection.execute(statement.query, statement.values) for statement in statements]
        rows = [await _rows(cursor) for cursor in cursors]
    return tuple(statement.read(found) for statement, found in zip(asked, rows[len(after) :], strict=True))


async def _rows(cursor: "psycopg.AsyncCursor[tuple[Any, ...]]") -> Rows:
    return await cursor.fetchall() if cursor.description else []


async def connection_of(session: AsyncSession) -> "psycopg.AsyncConnection[tuple[Any, ...]]":
    """The driver's connection that the session's transaction is on."""
    known = session.info.get("driver")
    if known is None or known[0] is not session.get_transaction():
        connection = await (await session.connection()).get_raw_connection()
        # kept for this transaction only: the next one may be on another connection
        known = session.info["driver"] = (session.get_transaction(), connection.driver_connection)
    return cast("psycopg.AsyncConnection[tuple[Any, ...]]", known[1])


@contextmanager
def known_errors(query: str) -> Iterator[None]:
    """Give the driver's errors the type that the house expects of the database."""
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError(query, None, error) from error
