"""Figures of the whole installation that are asked every few seconds: each is one index scan."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from store import outbox
from store.outbox import Backlog


@dataclass(frozen=True)
class Figures:
    """One moment."""

    inside: dict[str, int]
    """State -> journeys that have not ended."""
    open_messages: dict[str, int]
    """State -> messages that are not settled."""
    overdue: int
    """Journeys whose wait ended more than a minute ago and that have not gone on."""
    outbox: Backlog


_INSIDE = text("""
    SELECT state, count(*),
           count(*) FILTER (WHERE state = 'active' AND step->>'kind' = 'wait'
                              AND waiting_until < clock_timestamp() - interval '1 minute')
      FROM journeys WHERE state <> 'ended' GROUP BY state
""")
_OPEN = text("SELECT state, count(*) FROM messages WHERE state IN ('reserved','deferred','unknown') GROUP BY state")


async def read(session: AsyncSession) -> Figures:
    """Count now."""
    inside = list(await session.execute(_INSIDE))
    return Figures(
        inside={state: count for state, count, _ in inside},
        open_messages={row[0]: row[1] for row in await session.execute(_OPEN)},
        overdue=sum(late for _, _, late in inside),
        outbox=await outbox.backlog(session),
    )
