"""Commits that let go of their locks before they are on disk, and are answered only when they are.

Whoever waits for a hot row waits for the commit of whoever holds it. With `synchronous_commit = off` that is the time
of a few messages, not of a write to disk. What is told to a client has to be on disk all the same: one small
transaction, shared by all that wait for it, is committed with the usual care. The log is written in order, so that what
was committed before it is on disk when it is.

Danger: an answer that does not wait for `reached` could be of a commit that a crash of the database takes back.
"""

import asyncio
import contextlib
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
        self._next: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection[tuple[Any, ...]] | None = None

    async def reached(self) -> None:
        """Return when all that was committed before this call is on disk.

        Raises:
            sqlalchemy.exc.DBAPIError: the database went away: it is not known whether it is.

        """
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        waiting = self._next
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())
        with known_errors(_FLUSH):
            await asyncio.shield(waiting)

    async def close(self) -> None:
        """Hang up, when nobody waits any more."""
        if self._task is not None:
            await self._task
        if self._connection is not None:
            await self._connection.close()

    async def _run(self) -> None:
        while (waiting := self._next) is not None:
            self._next = None
            try:
                await self._flush_surely()
            except Exception as error:
                waiting.set_exception(error)
                waiting.exception()  # somebody who waited may be gone
            else:
                waiting.set_result(None)

    async def _flush_surely(self) -> None:
        try:
            await self._flush()
        except psycopg.Error:  # the connection was ended while it lay idle: to flush twice does no harm
            await self._hang_up()
            await self._flush()

    async def _flush(self) -> None:
        if self._connection is None or self._connection.closed:
            url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._connection = await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=10)
        await self._connection.execute(_FLUSH)

    async def _hang_up(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                await self._connection.close()
        self._connection = None
