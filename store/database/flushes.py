"""Commits that let go of their locks before they are on disk, and are answered only when they are.

Whoever waits for a hot row waits for the commit of whoever holds it. With `synchronous_commit = off` that is the time
of a few messages, not of a write to disk. What is told to a client has to be on disk all the same: one small
transaction, shared by all that wait for it, is committed with the usual care. The log is written in order, so that what
was committed before it is on disk when it is.

Danger: an answer that does not wait for `reached` could be of a commit that a crash of the database takes back. A crash
ends every connection: a flush proves something only over a connection that was open before the commit.
"""

import asyncio
import contextlib
import select
from typing import Any

import psycopg
from sqlalchemy import URL

from store.database.driver import known_errors

_FLUSH = "SELECT pg_logical_emit_message(true, 'campaign_flow', '')"


class Flushes:
    """One connection of its own; at most one flush at a time, and one that the others wait for."""

    def __init__(self, url: URL) -> None:
        """Flushes of that database."""
        self._url = url
        self._next: asyncio.Future[int] | None = None
        self._task: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection[tuple[Any, ...]] | None = None
        self._number = 0
        self._opening = asyncio.Lock()

    async def begin(self) -> int:
        """Open the connection, if need be; its number, asked for before the commit that is to be flushed.

        Raises:
            sqlalchemy.exc.DBAPIError: the database is away.

        """
        if self._is_open():
            return self._number
        async with self._opening:
            if not self._is_open():
                await self._hang_up()
                url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
                with known_errors(_FLUSH):
                    opened = await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=10)
                self._connection = opened
                self._number += 1
        return self._number

    async def reached(self, number: int) -> None:
        """Return when all that was committed before this call is on disk.

        Args:
            number: what `begin` said before the commit.

        Raises:
            sqlalchemy.exc.DBAPIError: the connection was lost meanwhile: it is not known whether it is.

        """
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        waiting = self._next
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())
        with known_errors(_FLUSH):
            if await asyncio.shield(waiting) != number:
                raise psycopg.OperationalError("the database was lost between a commit and its flush")

    async def close(self) -> None:
        """Hang up, when nobody waits any more."""
        if self._task is not None:
            await self._task
        await self._hang_up()

    async def _run(self) -> None:
        while (waiting := self._next) is not None:
            self._next = None
            try:
                number = await self._flush()
            except Exception as error:
                await self._hang_up()
                waiting.set_exception(error)
                waiting.exception()  # somebody who waited may be gone
            else:
                waiting.set_result(number)

    async def _flush(self) -> int:
        """Commit; the number of the connection that did it."""
        connection, number = self._connection, self._number
        if connection is None:
            raise psycopg.OperationalError("the database was lost between a commit and its flush")
        await connection.execute(_FLUSH)
        return number

    def _is_open(self) -> bool:
        connection = self._connection
        if connection is None or connection.closed:
            return False
        flushing = self._task is not None and not self._task.done()
        # A server says nothing unasked, but that it hangs up.
        return flushing or not select.select([connection.fileno()], [], [], 0)[0]

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error):
                await connection.close()
