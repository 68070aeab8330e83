"""Figures of the whole installation that are asked every few seconds.

Levels come from the counters, waits from the index of those that end: none costs more where there are more journeys.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from store import outbox
from store.outbox import Backlog

MOST_OVERDUE = 10_000
"""No more are counted: that it is so many is all one needs to know."""


@dataclass(frozen=True)
class Figures:
    """One moment."""

    inside: dict[str, int]
    """State -> journeys that have not ended."""
    open_messages: dict[str, int]
    """State -> messages of campaigns that are not settled."""
    overdue: int
    """Journeys whose wait ended more than a minute ago and that have not gone on, `MOST_OVERDUE` at the most."""
    outbox: Backlog


_LEVELS = text("""
    SELECT fact, detail, sum(n)::bigint
      FROM (SELECT fact, detail, n FROM tallies WHERE n <> 0 AND fact IN ('inside', 'state')
             UNION ALL
            SELECT fact, detail, n FROM tally_changes WHERE fact IN ('inside', 'state')) AS seen
     WHERE fact = 'inside' OR detail IN ('reserved', 'deferred', 'unknown')
     GROUP BY fact, detail HAVING sum(n) <> 0
""")
_OVERDUE = text("""
    SELECT count(*) FROM (
        SELECT 1 FROM journeys
         WHERE state = 'active' AND waiting_until IS NOT NULL AND step->>'kind' = 'wait'
           AND waiting_until < clock_timestamp() - interval '1 minute' LIMIT :most) AS late
""")


async def read(session: AsyncSession) -> Figures:
    """Read them now."""
    levels = list(await session.execute(_LEVELS))
    return Figures(
        inside={state: n for fact, state, n in levels if fact == "inside"},
        open_messages={state: n for fact, state, n in levels if fact == "state"},
        overdue=await session.scalar(_OVERDUE, {"most": MOST_OVERDUE}) or 0,
        outbox=await outbox.backlog(session),
    )
