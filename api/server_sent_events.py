"""Figures that move by themselves: one question to the database per subject, however many watch it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

Read = Callable[[], Awaitable[str]]
_log = logging.getLogger(__name__)


@dataclass
class _Feed:
    """One subject: its watchers, and what was read last."""

    watchers: int = 0
    latest: str | None = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    task: asyncio.Task[None] | None = None


class Broadcaster:
    """Subjects that somebody watches. A subject is read while it has watchers, and forgotten with the last of them."""

    def __init__(self, *, every: float = 0.7, silence: float = 15.0) -> None:
        """No feeds yet.

        Args:
            every: seconds between two readings of a subject.
            silence: seconds after which a watcher is told that nothing changed.

        """
        self._every = every
        self._silence = silence
        self._feeds: dict[str, _Feed] = {}
        self._closed = asyncio.Event()

    def close(self) -> None:
        """Let every watcher go: the process ends."""
        self._closed.set()

    @property
    def subjects(self) -> int:
        """How many subjects are read at this moment."""
        return len(self._feeds)

    async def watch(self, subject: str, read: Read) -> AsyncIterator[str | None]:
        """What the subject says, now and after each change; None where nothing changed for a while."""
        feed = self._feeds.setdefault(subject, _Feed())
        feed.watchers += 1
        if feed.task is None:
            feed.task = asyncio.create_task(self._poll(feed, read))
        seen: str | None = None
        try:
            while not self._closed.is_set():
                news = await self._news(feed, seen)
                seen = news if news is not None else seen
                yield news
        finally:
            feed.watchers -= 1
            if feed.watchers == 0:
                feed.task.cancel()
                self._feeds.pop(subject, None)

    async def _news(self, feed: _Feed, seen: str | None) -> str | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._silence), feed.changed:
                await feed.changed.wait_for(lambda: self._closed.is_set() or feed.latest != seen)
                return feed.latest if feed.latest != seen else None
        return None

    async def _poll(self, feed: _Feed, read: Read) -> None:
        while not self._closed.is_set():
            try:
                latest = await read()
            except Exception:  # the database is away: watchers keep what they have until it is back
                _log.warning("a monitor could not be read", exc_info=True)
            else:
                if latest != feed.latest:
                    async with feed.changed:
                        feed.latest = latest
                        feed.changed.notify_all()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), self._every)
        async with feed.changed:
            feed.changed.notify_all()
