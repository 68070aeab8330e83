"""When recurring work was last done, by the database's clock."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

SWEEP = "sweep"
"""The sweep of watched segments."""
EVENTS = "events"
"""Live events were taken by the API: from the shop, that is, and not from a file. Noted once a minute at most."""
WEBHOOK = "webhook:"
"""Before a provider's name: its webhook was called, and the call was trusted and taken."""

_BEAT = text("""
    INSERT INTO heartbeats (name, at) VALUES (:name, clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET at = greatest(heartbeats.at, excluded.at)
""")
_AGES = text("SELECT name, greatest(0, extract(epoch FROM clock_timestamp() - at))::float FROM heartbeats")


async def beat(session: AsyncSession, name: str) -> None:
    """It was done now."""
    await session.execute(_BEAT, {"name": name})


async def ages(session: AsyncSession) -> Mapping[str, float]:
    """Name -> seconds since it was last done."""
    return {row[0]: row[1] for row in await session.execute(_AGES)}
