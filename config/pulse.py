"""Whether what a process stands on still answers: asked every few seconds, and whenever a probe comes."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

_log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[None]]
"""Asks one thing whether it is there; raises where it is not. It may hang for ever."""

DEADLINE_SECONDS = 1.5
"""The longest that a probe waits, so that it answers within its own time-out of two seconds."""
STALE_SECONDS = 60.0
"""Without an answer for so long, a process is better started anew."""


class Pulse:
    """What a process stands on, and when each part of it last answered.

    Read from any thread; asked in the event loop. A loop that is stuck asks nothing, so that its pulse grows stale too.
    """

    def __init__(
        self,
        checks: Mapping[str, Check],
        *,
        every_seconds: float = 5.0,
        deadline_seconds: float = DEADLINE_SECONDS,
        stale_seconds: float = STALE_SECONDS,
    ) -> None:
        """A pulse of these parts, by the name that operators know them by."""
        self._checks = dict(checks)
        self._every = every_seconds
        self._deadline = deadline_seconds
        self._stale = stale_seconds
        self._asked: dict[str, asyncio.Task[None]] = {}
        self._answered = dict.fromkeys(self._checks, time.monotonic())
        self.starting = True
        """Not ready for work yet."""
        self.stopping = False
        """Told to end: no new work, please."""

    async def run(self, stop: asyncio.Event) -> None:
        """Ask every few seconds until `stop` is set, and log what falls silent and what answers again."""
        silent: set[str] = set()
        while not stop.is_set():
            found = set(await self.ask())
            for name in sorted(found - silent):
                _log.warning("%s does not answer", name)
            for name in sorted(silent - found):
                _log.info("%s answers again", name)
            silent = found
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._every)

    async def ask(self) -> list[str]:
        """Ask all parts at once; the names of those that did not answer within the deadline.

        A question that hangs is not waited for and not asked a second time meanwhile.
        """
        for name, check in self._checks.items():
            if name not in self._asked or self._asked[name].done():
                self._asked[name] = asyncio.create_task(self._ask(name, check))
        asked = dict(self._asked)
        # Danger: never `wait_for`: it waits for what it cancels, and a driver may wait for a server to confirm that.
        await asyncio.wait(asked.values(), timeout=self._deadline)
        return [name for name, task in asked.items() if not _went_well(task)]

    async def _ask(self, name: str, check: Check) -> None:
        async with asyncio.timeout(self._deadline):
            await check()
        self._answered[name] = time.monotonic()

    def stale(self) -> str | None:
        """Why this process is better started anew; None while it is well."""
        for name, moment in self._answered.items():
            silent = time.monotonic() - moment
            if silent > self._stale:
                return f"{name} has not answered for {silent:.0f} s"
        return None

    def unready(self) -> str | None:
        """Why no work should be given to this process now; None where it may be. Asks nothing."""
        if self.stopping:
            return "stopping"
        return "starting" if self.starting else self._silent()

    def _silent(self) -> str | None:
        """What did not answer when it was last asked."""
        return next(
            (f"{name} does not answer" for name, task in self._asked.items() if task.done() and not _went_well(task)),
            None,
        )


def _went_well(task: "asyncio.Task[None]") -> bool:
    return task.done() and not task.cancelled() and task.exception() is None
