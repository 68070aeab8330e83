"""Wakes the relays after a commit that wrote notes: at most once every few milliseconds, from one place a process.

Danger: `NOTIFY` within the transaction that writes notes would let only one such transaction of the whole database
commit at a time: Postgres keeps the notifications in the order of the commits, by one lock held over the write to disk.

Nothing depends on an announcement: relays also look by themselves, once a second.
"""

import asyncio
import contextlib
import logging

import psycopg
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncSession

CHANNEL = "outbox"
"""The name that `NOTIFY` wakes relays by."""
ANNOUNCE = "announce"
"""Set in a session's `info`: its commit is to be announced."""
EVERY_SECONDS = 0.01
_log = logging.getLogger(__name__)


def announce_after_commit(session: AsyncSession) -> None:
    """Let relays know of what this transaction wrote, once it is committed."""
    session.info[ANNOUNCE] = True


class Announcer:
    """One connection of its own, opened when there is something to say."""

    def __init__(self, url: URL) -> None:
        """An announcer for that database."""
        self._url = url
        self._wanted = False
        self._task: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection[tuple[object, ...]] | None = None

    def request(self) -> None:
        """Announce soon; many requests are one announcement."""
        self._wanted = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._announce())

    async def close(self) -> None:
        """Say what is left to say, and hang up."""
        if self._task is not None:
            with contextlib.suppress(Exception):
                await self._task
        if self._connection is not None:
            await self._connection.close()

    async def _announce(self) -> None:
        while self._wanted:
            self._wanted = False
            try:
                await self._notify()
            except psycopg.Error as error:
                self._connection = None
                _log.warning("relays could not be woken (%s): they look by themselves", error)
            await asyncio.sleep(EVERY_SECONDS)

    async def _notify(self) -> None:
        if self._connection is None or self._connection.closed:
            url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._connection = await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=10)
        await self._connection.execute(f"NOTIFY {CHANNEL}")
