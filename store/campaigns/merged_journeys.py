"""Journeys of two customers who become one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class MetJourney:
    """A journey of a campaign that both customers have been in."""

    id: UUID
    campaign_id: UUID
    version_id: UUID
    customer_id: UUID
    workflow_id: str
    state: str
    entry_key: str | None
    created_at: datetime
    is_open: bool
    """It has neither ended nor been told to end."""


# Of most visitors there are none: then the inner query reads one page of an index, and the outer one nothing.
_IN_COMMON = text("""
    SELECT id, campaign_id, version_id, customer_id, workflow_id, state, entry_key, created_at,
           state <> 'ended' AND exit_signal IS NULL AS is_open
      FROM journeys
     WHERE customer_id IN (:gone, :into)
       AND campaign_id IN (SELECT campaign_id FROM journeys WHERE customer_id = :gone
                           INTERSECT SELECT campaign_id FROM journeys WHERE customer_id = :into)
     ORDER BY campaign_id, created_at, id
""")


async def in_common(session: AsyncSession, gone: UUID, into: UUID) -> list[MetJourney]:
    """Journeys of both customers through campaigns that both have been in; by campaign, oldest first."""
    rows = await session.execute(_IN_COMMON, {"gone": gone, "into": into})
    return [MetJourney(**row._mapping) for row in rows]
