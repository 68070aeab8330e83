"""Statements of the hot roads, handed to the driver as they are.

SQLAlchemy's session takes three times the driver's CPU for a statement that is text anyway; a batch of events has a
dozen of them. The transaction is the session's, and so are the errors.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, LiteralString, cast

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession


async def connection_of(session: AsyncSession) -> "psycopg.AsyncConnection[tuple[Any, ...]]":
    """The driver's connection that the session's transaction is on."""
    known = session.info.get("driver")
    if known is None or known[0] is not session.get_transaction():
        connection = await (await session.connection()).get_raw_connection()
        # kept for this transaction only: the next one may be on another connection
        known = session.info["driver"] = (session.get_transaction(), connection.driver_connection)
    return cast("psycopg.AsyncConnection[tuple[Any, ...]]", known[1])


async def fetch(
    session: AsyncSession, query: LiteralString, values: Mapping[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """The rows that a statement answers with; none where it answers with none.

    Args:
        session: the transaction.
        query: with psycopg's placeholders, `%(name)s`.
        values: by name.

    Raises:
        sqlalchemy.exc.DBAPIError: as if the session had executed it.

    """
    connection = await connection_of(session)
    with known_errors(query):
        cursor = await connection.execute(query, values)
        return await cursor.fetchall() if cursor.description else []


@contextmanager
def known_errors(query: str) -> Iterator[None]:
    """Give the driver's errors the type that the house expects of the database."""
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError(query, None, error) from error
