"""What should be running in Temporal, by the rows: read page by page, so that any number of rows may be checked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class UnfinishedJourney:
    """A journey that has neither ended nor failed, and what its workflow is started with."""

    id: UUID
    workflow_id: str
    campaign_id: UUID
    customer_id: UUID
    version_number: int
    priority: int
    campaign_name: str


@dataclass(frozen=True)
class OpenRun:
    """A launch that has not been closed."""

    id: UUID
    workflow_id: str
    campaign_id: UUID
    state: str
    audience: int | None


@dataclass(frozen=True)
class OpenMigration:
    """A migration that has not told everybody."""

    id: UUID
    workflow_id: str
    campaign_id: UUID


_JOURNEYS = """
    SELECT j.id, j.workflow_id, j.campaign_id, j.customer_id, v.number AS version_number,
           coalesce((v.flow -> 'settings' ->> 'priority')::int, 3) AS priority, c.name AS campaign_name
      FROM journeys AS j
      JOIN campaign_versions AS v ON v.id = j.version_id
      JOIN campaigns AS c ON c.id = j.campaign_id
     WHERE j.id > :after AND j.state NOT IN ('ended', 'failed') AND j.created_at < :before
       AND (CAST(:everybody AS boolean) OR j.waiting_until IS NULL OR j.waiting_until < :before)
     ORDER BY j.id LIMIT :limit
"""


async def open_journeys(
    session: AsyncSession, *, after: UUID, before: datetime, everybody: bool, limit: int
) -> list[UnfinishedJourney]:
    """Journeys behind `after` in the order of their ids.

    Args:
        session: a transaction; nothing is written.
        after: the last id of the page before; `UUID(int=0)` for the first page.
        before: younger journeys, and waits that were over later than this, are left out: they are in hand.
        everybody: also those whose wait is not over.
        limit: the most of them.

    """
    rows = await session.execute(
        text(_JOURNEYS), {"after": after, "before": before, "everybody": everybody, "limit": limit}
    )
    return [UnfinishedJourney(**row._mapping) for row in rows]


async def is_open(session: AsyncSession, journey_id: UUID) -> bool:
    """Whether the journey has neither ended nor failed: then its workflow should run."""
    found = await session.scalar(
        text("SELECT state NOT IN ('ended', 'failed') FROM journeys WHERE id = :id"), {"id": journey_id}
    )
    return bool(found)


async def open_runs(session: AsyncSession, *, before: datetime) -> list[OpenRun]:
    """Launches that were begun before a moment and are not closed."""
    rows = await session.execute(
        text("""
            SELECT id, workflow_id, campaign_id, state, audience FROM campaign_runs
             WHERE state IN ('starting', 'running') AND coalesce(not_before, created_at) < :before ORDER BY id
        """),
        {"before": before},
    )
    return [OpenRun(**row._mapping) for row in rows]


async def open_migrations(session: AsyncSession, *, before: datetime) -> list[OpenMigration]:
    """Migrations that were begun before a moment and are not done."""
    rows = await session.execute(
        text("""
            SELECT id, workflow_id, campaign_id FROM journey_migrations
             WHERE state = 'running' AND created_at < :before ORDER BY id
        """),
        {"before": before},
    )
    return [OpenMigration(**row._mapping) for row in rows]


async def open_imports(session: AsyncSession, *, before: datetime) -> list[UUID]:
    """Files that were uploaded before a moment and have not been taken in."""
    rows = await session.scalars(
        text("SELECT id FROM imports WHERE state IN ('queued', 'running') AND created_at < :before ORDER BY id"),
        {"before": before},
    )
    return list(rows)
