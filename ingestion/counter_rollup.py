"""Folds what the counters' triggers wrote into the counters, all day long."""

import asyncio
import logging
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from store.database.engine import Database
from store.metrics import campaign_counters

_log = logging.getLogger(__name__)
_ROUND = 20_000
_IDLE_SECONDS = 1.0
_FINE_FOR = timedelta(days=14)
"""After so long, a day's facts are kept together."""
_COMPACT_SECONDS = 3600.0


def bucket_width(time_scale: float) -> timedelta:
    """An hour of business time, and no less than a second: how finely facts are kept over time."""
    return timedelta(seconds=max(1, round(3600 * time_scale)))


async def fold_tallies(database: Database, time_scale: float, stop: asyncio.Event) -> None:
    """Fold until told to stop. Several may run: one folds, the others find nothing to do."""
    width = bucket_width(time_scale)
    compacted = -_COMPACT_SECONDS
    while not stop.is_set():
        try:
            async with database.transaction() as session:
                folded = await campaign_counters.rollup(session, width, most=_ROUND)
            if time.monotonic() - compacted > _COMPACT_SECONDS:
                async with database.transaction() as session:
                    await campaign_counters.compact(session, datetime.now(UTC) - _FINE_FOR, timedelta(days=1))
                compacted = time.monotonic()
        except Exception:  # the database is away: what is pending stays pending
            _log.warning("the counters could not be folded", exc_info=True)
            folded = 0
        if folded < _ROUND:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _IDLE_SECONDS)
