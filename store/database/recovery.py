"""What a database that was restored to an earlier moment must be told: see docs/backup.md."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from domain.i18n import Sentence

_PAUSE = text("""
    UPDATE campaigns SET state = 'paused', updated_at = now() WHERE state = 'active' RETURNING slug
""")
_RESERVED = text("""
    UPDATE messages SET state = 'unknown', reason = :reason, said = CAST(:said AS jsonb)
     WHERE state = 'reserved' RETURNING id
""")
# Danger: at these moments the journeys stood at a send or would have come to one, and nobody knows what was sent then.
_AT_A_SEND = text("""
    SELECT j.id, j.campaign_id, j.run_id, j.node_id, j.visit, j.customer_id, j.step ->> 'queue' AS queue
      FROM journeys j
     WHERE j.state IN ('active', 'paused') AND j.step ->> 'kind' = 'send'
       AND NOT EXISTS (SELECT FROM messages m
                        WHERE m.journey_id = j.id AND m.node_id = j.node_id AND m.visit = j.visit)
     ORDER BY j.id
""")
_IN_THE_GAP = text("""
    SELECT c.slug, count(*) FROM journeys j JOIN campaigns c ON c.id = j.campaign_id
     WHERE j.state IN ('active', 'paused') AND j.waiting_until >= :since AND j.waiting_until < :until
     GROUP BY c.slug ORDER BY c.slug
""")


async def pause_all(session: AsyncSession) -> list[str]:
    """Pause every active campaign; their slugs."""
    return sorted((await session.execute(_PAUSE)).scalars())


async def doubt_reserved(session: AsyncSession, why: Sentence) -> int:
    """Messages that were at a provider at the restored moment become `unknown`; how many."""
    changed = await session.execute(_RESERVED, {"reason": str(why), "said": json.dumps(why.said())})
    return len(changed.all())


async def at_a_send(session: AsyncSession) -> Sequence[tuple[UUID, UUID, UUID | None, str, int, UUID, str]]:
    """Journeys that stood at a send which the ledger does not know.

    Returns:
        (journey, campaign, run, node, visit, customer, task queue) of each.

    """
    return [tuple(row) for row in await session.execute(_AT_A_SEND)]


async def waits_that_ended(session: AsyncSession, since: datetime, until: datetime) -> dict[str, int]:
    """Campaign -> journeys whose wait ended within the time that was lost."""
    rows = await session.execute(_IN_THE_GAP, {"since": since, "until": until})
    return {row.slug: row[1] for row in rows}


async def erased_since(session: AsyncSession, since: datetime) -> list[UUID]:
    """Ids of customers who were erased from that moment on."""
    query = text("SELECT former_id FROM erasures WHERE at >= :since ORDER BY at")
    return list((await session.execute(query, {"since": since})).scalars())


async def not_erased(session: AsyncSession, ids: Sequence[UUID]) -> list[tuple[UUID, str | None]]:
    """Which of these customers are there again, with their external ids."""
    rows = await session.execute(
        text("SELECT id, external_id FROM customers WHERE id = ANY(:ids) AND erased_at IS NULL ORDER BY id"),
        {"ids": list(ids)},
    )
    return [(row.id, row.external_id) for row in rows]
