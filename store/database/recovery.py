"""What a database that was restored to an earlier moment must be told: see docs/backup.md."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
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


@dataclass(frozen=True)
class Standing:
    """An open journey, and how often it has come to each node."""

    journey: UUID
    campaign: UUID
    run: UUID | None
    customer: UUID
    version: UUID
    visits: Mapping[str, int]


async def standing(session: AsyncSession, after: UUID, limit: int) -> list[Standing]:
    """Open journeys behind `after` in the order of their ids; `UUID(int=0)` for the first page."""
    rows = await session.execute(
        text("""
            SELECT id, campaign_id, run_id, customer_id, version_id, visits FROM journeys
             WHERE id > :after AND state <> 'ended' ORDER BY id LIMIT :limit
        """),
        {"after": after, "limit": limit},
    )
    return [Standing(*row) for row in rows]


async def flow_of(session: AsyncSession, version: UUID) -> dict[str, Any]:
    """A published version's flow, as JSON."""
    found: dict[str, Any] = (
        await session.execute(text("SELECT flow FROM campaign_versions WHERE id = :id"), {"id": version})
    ).scalar_one()
    return found


async def named_by_webhooks(session: AsyncSession, since: datetime) -> list[str]:
    """What webhooks since then named as a message of ours that the ledger does not know."""
    rows = await session.execute(
        text("""
            SELECT substr(reason, length(:begins) + 1) FROM webhook_rejects
             WHERE received_at >= :since AND starts_with(reason, :begins)
        """),
        {"since": since, "begins": "no message of ours: "},
    )
    return list(rows.scalars())


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
