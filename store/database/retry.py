"""Transactions that the database broke off for the sake of another are done again."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from psycopg import errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from store.database.engine import Database

_Result = TypeVar("_Result")
_ATTEMPTS = 3
_AGAIN = (errors.DeadlockDetected, errors.SerializationFailure, errors.UniqueViolation)


async def run_in_transaction(database: Database, work: Callable[[AsyncSession], Awaitable[_Result]]) -> _Result:
    """Do `work` in a transaction and commit it; again, from its beginning, when it loses against another one.

    Raises:
        sqlalchemy.exc.DBAPIError: it failed for another reason, or lost several times.

    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            async with database.transaction() as session:
                return await work(session)
        except DBAPIError as error:
            if attempt == _ATTEMPTS or not isinstance(error.orig, _AGAIN):
                raise
    raise AssertionError("unreachable")
