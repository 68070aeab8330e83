"""What channel splits chose, with which probability, and what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

MOST = 50_000
"""Decisions looked at: the newest."""
_LOGGED = text("""
    SELECT j.customer_id, c.slug, s.port, s.details -> 'propensities' AS propensities, s.details -> 'scores' AS scores,
           CASE m.channel WHEN 'sms' THEN m.clicked_at ELSE m.opened_at END IS NOT NULL AS answered,
           EXISTS (SELECT 1 FROM message_events f
                    WHERE f.message_id = m.id AND f.kind IN ('unsubscribed', 'complained')) AS left
      FROM journey_steps s
      JOIN journeys j ON j.id = s.journey_id
      JOIN campaigns c ON c.id = j.campaign_id
      JOIN LATERAL (SELECT id, channel, opened_at, clicked_at FROM messages
                     WHERE journey_id = j.id AND channel = s.port AND NOT test AND sent_at >= s.entered_at
                     ORDER BY sent_at LIMIT 1) m ON true
     WHERE s.kind = 'channel_split' AND s.details ? 'propensities' AND s.entered_at >= :since AND s.entered_at < :until
     ORDER BY s.entered_at DESC LIMIT :most
""")


async def logged(session: AsyncSession, *, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """Decisions whose message was sent: customer, campaign, channel, propensities, scores, answered, left."""
    return (await session.execute(_LOGGED, {"since": since, "until": until, "most": MOST})).all()
