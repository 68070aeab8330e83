"""Complete hours of what was sent, and what came of it within an hour: what sudden changes are looked for in."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

HOUR = timedelta(hours=1)
METRICS = ("sent", "delivered", "opened", "clicked")
_OUTCOMES = """
    count(*)::float8,
    (count(*) FILTER (WHERE m.delivered_at < m.sent_at + interval '1 hour'))::float8,
    (count(*) FILTER (WHERE m.opened_at < m.sent_at + interval '1 hour'))::float8,
    (count(*) FILTER (WHERE m.clicked_at < m.sent_at + interval '1 hour'))::float8
"""
# A message is reserved two days before it is sent at most: what was put off for longer is not looked for.
_SENT = """
      FROM messages m
     WHERE NOT m.test AND m.campaign_id IS NOT NULL AND m.sent_at >= :since AND m.sent_at < :until
       AND m.reserved_at >= CAST(:since AS timestamptz) - interval '2 days' AND m.reserved_at < :until
"""
_SERIES = text(f"""
    SELECT m.campaign_id, (extract(epoch FROM date_trunc('hour', m.sent_at))::bigint
                           - extract(epoch FROM CAST(:since AS timestamptz))::bigint) / 3600, {_OUTCOMES}
    {_SENT} GROUP BY 1, 2
""")  # noqa: S608 - texts from above
_SLICES = text(f"""
    SELECT m.channel, coalesce(m.provider, ''), coalesce(c.slug, ''),
           CASE WHEN m.channel = 'email' THEN lower(split_part(m.address, '@', 2)) ELSE '' END, {_OUTCOMES}
    {_SENT.replace("messages m", "messages m LEFT JOIN campaigns c ON c.id = m.campaign_id")}
       AND (CAST(:campaign AS uuid) IS NULL OR m.campaign_id = :campaign)
       AND (CAST(:hours AS int[]) IS NULL OR extract(hour FROM m.sent_at AT TIME ZONE 'UTC')::int = ANY(:hours))
     GROUP BY 1, 2, 3, 4
""")  # noqa: S608 - texts from above
DIMENSIONS = ("channel", "provider", "campaign", "domain")


@dataclass
class Counts:
    """Each metric by the hour, shape (hours,)."""

    hours: int
    metrics: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.metrics = {name: np.zeros(self.hours) for name in METRICS}


async def series(session: AsyncSession, since: datetime, hours: int) -> dict[UUID | None, Counts]:
    """Of every campaign, and of all together (None), by the hour from `since`, a full hour."""
    found: defaultdict[UUID | None, Counts] = defaultdict(lambda: Counts(hours))
    rows = await session.execute(_SERIES, {"since": since, "until": since + hours * HOUR})
    for campaign_id, hour, *counts in rows:
        for name, count in zip(METRICS, counts, strict=True):
            found[campaign_id].metrics[name][hour] += count
            found[None].metrics[name][hour] += count
    return dict(found)


async def slices(
    session: AsyncSession, since: datetime, until: datetime, *, campaign_id: UUID | None, hours: list[int] | None = None
) -> Mapping[tuple[str, str], Mapping[str, float]]:
    """(Dimension, value) -> metric -> count, of that campaign or of all.

    Args:
        session: the transaction.
        since: from that hour on.
        until: before that one.
        campaign_id: of that campaign only.
        hours: only those hours of the day (UTC).

    """
    values = {"since": since, "until": until, "campaign": campaign_id, "hours": hours}
    found: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(lambda: dict.fromkeys(METRICS, 0.0))
    for row in await session.execute(_SLICES, values):
        for dimension, value in zip(DIMENSIONS, row[:4], strict=True):
            if value:
                for name, count in zip(METRICS, row[4:], strict=True):
                    found[dimension, value][name] += count
    return found
