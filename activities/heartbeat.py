"""Heartbeats of an activity that is busy elsewhere: in a thread, or in the database."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from temporalio import activity

_BEAT_SECONDS = 10.0


@contextlib.asynccontextmanager
async def heartbeating() -> AsyncIterator[None]:
    """Tell Temporal that the activity lives, as long as the block lasts."""

    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(_BEAT_SECONDS)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
