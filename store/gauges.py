"""Figures of the whole installation that are asked every few seconds: each is one index scan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from store import heartbeats, outbox
from store.outbox import Backlog


@dataclass(frozen=True)
class Failing:
    """A provider that does not answer well."""

    provider: str
    kind: str
    seconds: float
    """Since its first failure in a row."""


@dataclass(frozen=True)
class Figures:
    """One moment."""

    inside: dict[str, int]
    """State -> journeys that have not ended."""
    open_messages: dict[str, int]
    """State -> messages that are not settled."""
    overdue: int
    """Journeys whose wait ended more than a minute ago and that have not gone on."""
    overdue_sends: int
    """Journeys that have stood at a send for a quarter of an hour, their message not put off. Counted up to MOST."""
    outbox: Backlog
    ages: Mapping[str, float]
    """Recurring work (`store.heartbeats`) -> seconds since it was last done."""
    failing: Sequence[Failing]
    models: Mapping[str, float]
    """Score -> seconds since the model in use was trained."""


MOST = 10_000
"""Overdue sends beyond that are not counted: the figure is an alarm, and must stay cheap."""


_INSIDE = text("""
    SELECT state, count(*),
           count(*) FILTER (WHERE state = 'active' AND step->>'kind' = 'wait'
                              AND waiting_until < clock_timestamp() - interval '1 minute')
      FROM journeys WHERE state <> 'ended' GROUP BY state
""")
_OPEN = text("SELECT state, count(*) FROM messages WHERE state IN ('reserved','deferred','unknown') GROUP BY state")
_OVERDUE_SENDS = text("""
    SELECT count(*) FROM (
        SELECT 1 FROM journeys j JOIN journey_steps s ON s.journey_id = j.id AND s.seq = j.seq
         WHERE j.state = 'active' AND j.step->>'kind' = 'send'
           AND s.entered_at < clock_timestamp() - interval '15 minutes'
         LIMIT :most) late
""")
_FAILING = text("""
    SELECT provider, kind, greatest(0, extract(epoch FROM clock_timestamp() - failing_since))::float
      FROM breakers WHERE failing_since IS NOT NULL
""")
_MODELS = text("""
    SELECT name, greatest(0, extract(epoch FROM clock_timestamp() - trained_at))::float
      FROM models WHERE state = 'champion'
""")


async def read(session: AsyncSession) -> Figures:
    """Count now."""
    inside = list(await session.execute(_INSIDE))
    return Figures(
        inside={state: count for state, count, _ in inside},
        open_messages={row[0]: row[1] for row in await session.execute(_OPEN)},
        overdue=sum(late for _, _, late in inside),
        overdue_sends=(await session.execute(_OVERDUE_SENDS, {"most": MOST})).scalar_one(),
        outbox=await outbox.backlog(session),
        ages=await heartbeats.ages(session),
        failing=[Failing(*row) for row in await session.execute(_FAILING)],
        models={row[0]: row[1] for row in await session.execute(_MODELS)},
    )
