"""The settler: closes messages that were left open, so that every one is accounted for.

- `unknown`, and no report came within `marketing_settle_hours`: it counts as not sent (`failed`). A report that comes
  later still corrects it.
- `reserved` by a sender that died, while the journey has gone on: `unknown`.
- `deferred`, while the journey has gone on: `skipped`.

Any number of settlers may run.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from config.settings import Settings
from store.database.engine import Database
from store.messages import stale_messages

_log = logging.getLogger(__name__)
_settled = Counter("campaign_flow_messages_settled_total", "Messages closed that were left open.", ["state"])

ABANDONED_AFTER = timedelta(minutes=10)
"""A living sender has settled its message long before: its activity is given 30 seconds."""
SHORTEST_WAIT = timedelta(minutes=1)
"""Where days pass in seconds, reports still take real time."""
_BATCH = 500
_EVERY_SECONDS = 30.0

_Step = Callable[[AsyncSession, datetime, int], Awaitable[int]]


class MessageReconciler:
    """Looks every half minute until it is stopped."""

    def __init__(self, database: Database, settings: Settings, *, every_seconds: float = _EVERY_SECONDS) -> None:
        """A settler of that ledger."""
        self._database = database
        self._every = every_seconds
        unreported = timedelta(hours=settings.marketing_settle_hours) * settings.time_scale
        self._place = stale_messages.START
        self._unreported_after = max(unreported, SHORTEST_WAIT)

    async def run(self, stop: asyncio.Event) -> None:
        """Settle until `stop` is set; a database that is away is asked again later."""
        while not stop.is_set():
            try:
                await self.settle(datetime.now(UTC))
            except Exception:
                _log.exception("messages could not be settled; trying again")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._every)

    async def settle(self, now: datetime) -> dict[str, int]:
        """Close what is overdue at `now`; how many messages came into each state."""
        steps: list[tuple[str, _Step, datetime]] = [
            ("unknown", stale_messages.release_forsaken, now - ABANDONED_AFTER),
            ("failed", stale_messages.give_up_unreported, now - self._unreported_after),
        ]
        counts = {state: await self._all(step, before) for state, step, before in steps}
        counts["skipped"] = await self._skip(now - ABANDONED_AFTER)
        for state, count in counts.items():
            _settled.labels(state).inc(count)
        if any(counts.values()):
            _log.info("messages settled: %s", counts)
        return counts

    async def _skip(self, before: datetime) -> int:
        """The next of those that were put off: there may be a million, of which few are looked at each time."""
        async with self._database.transaction() as session:
            skipped, self._place = await stale_messages.skip_never_sent(session, before, self._place)
        return skipped

    async def _all(self, step: _Step, before: datetime) -> int:
        """Batch after batch, each a transaction of its own."""
        total = 0
        while True:
            async with self._database.transaction() as session:
                count = await step(session, before, _BATCH)
            total += count
            if count < _BATCH:
                return total
