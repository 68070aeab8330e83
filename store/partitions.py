"""Partitions of `events`: ahead of time, and the end of those that retention no longer keeps."""

import re
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_NAME = re.compile(r"^events_(\d{4})q([1-4])$")


async def ensure_partitions(session: AsyncSession, *, first: date, last: date) -> int:
    """Make the quarterly partitions of `events` from `first` to `last` that are missing; how many were.

    Raises:
        sqlalchemy.exc.IntegrityError: the default partition already holds events of a missing quarter.

    """
    made: int = (
        await session.execute(text("SELECT ensure_event_partitions(:first, :last)"), {"first": first, "last": last})
    ).scalar_one()
    return made


def _end(year: int, quarter: int) -> date:
    """The first day after a quarter."""
    return date(year + 1, 1, 1) if quarter == 4 else date(year, quarter * 3 + 1, 1)


async def drop_older(session: AsyncSession, *, before: date) -> list[str]:
    """Drop the partitions of `events` that end on or before that day; their names.

    Danger: their events are gone. Conditions that look further back than that will answer as if they never happened.
    """
    names = await session.execute(
        text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1")
    )
    dropped = []
    for name in names.scalars():
        quarter = _NAME.match(name)
        if quarter and _end(int(quarter[1]), int(quarter[2])) <= before:
            await session.execute(text(f"DROP TABLE {name}"))
            dropped.append(name)
    return dropped
