"""Who answers on which channel: one customer's record, and everybody's."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.channel_selection import EngagementCount, PopulationTally
from domain.vocabulary import Channel

# an answer is an open by a person; for SMS, which reports no opens, a click by a person
_ANSWERED = """
    EXISTS (SELECT 1 FROM message_events f WHERE f.message_id = m.id AND NOT f.machine
               AND f.kind = CASE m.channel WHEN 'sms' THEN 'clicked' ELSE 'opened' END)
"""
_OWN = text(f"""
    SELECT m.channel, count(*) AS sent, count(*) FILTER (WHERE {_ANSWERED}) AS answered
      FROM messages m
     WHERE m.customer_id = :customer AND m.reserved_at >= :since AND m.sent_at IS NOT NULL AND NOT m.test
       AND m.channel = ANY(CAST(:channels AS text[]))
     GROUP BY m.channel
""")  # noqa: S608 - the fragment is the constant above
_SHARE = text("SELECT reltuples FROM pg_class WHERE oid = 'messages'::regclass")
_EVERYBODY = text(f"""
    WITH each AS (
        SELECT m.channel, count(*) AS sent, count(*) FILTER (WHERE {_ANSWERED}) AS answered
          FROM messages m
         WHERE m.customer_id <= :last AND m.reserved_at >= :since AND m.sent_at IS NOT NULL AND NOT m.test
         GROUP BY m.channel, m.customer_id
    )
    SELECT channel, count(*) AS customers, sum(sent)::bigint AS sent, sum(answered)::bigint AS answered,
           sum(sent * sent)::float8 AS sent_squared, sum(answered * answered::float8 / sent) AS answered_squared
      FROM each GROUP BY channel
""")  # noqa: S608 - the fragment is the constant above


async def own_tallies(
    session: AsyncSession, customer_id: UUID, channels: Sequence[Channel], *, since: datetime
) -> dict[Channel, EngagementCount]:
    """One customer's record on those channels since then; a channel without messages is left out."""
    rows = await session.execute(
        _OWN, {"customer": customer_id, "since": since, "channels": [channel.value for channel in channels]}
    )
    return {Channel(row.channel): EngagementCount(row.sent, row.answered) for row in rows}


async def population_tallies(
    session: AsyncSession, *, since: datetime, at_most: int = 500_000
) -> dict[Channel, PopulationTally]:
    """Everybody's record since then, for a caller that keeps it for some minutes.

    Args:
        session: reads only.
        since: only messages reserved since.
        at_most: about so many messages are looked at: past them, those of a random share of the customers.

    """
    messages = (await session.execute(_SHARE)).scalar_one()
    share = min(1.0, at_most / messages) if messages > 0 else 1.0
    last = UUID(
        int=min(int(share * (1 << 128)), (1 << 128) - 1)
    )  # ids are random, so that an id below this one is a fair draw
    rows = await session.execute(_EVERYBODY, {"since": since, "last": last})
    return {
        Channel(row.channel): PopulationTally(
            row.customers, row.sent, row.answered, row.sent_squared, row.answered_squared
        )
        for row in rows
    }
