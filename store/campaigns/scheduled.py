"""Campaigns that have a schedule, and when campaigns were launched last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class Scheduled:
    """A campaign and the schedule of its current version."""

    slug: str
    name: str
    schedule: dict[str, Any]
    """A `domain.flow.CampaignSchedule`."""


_OF_ACTIVE = text("""
    SELECT c.slug, c.name, v.flow #> '{settings,schedule}'
      FROM campaigns AS c JOIN campaign_versions AS v ON v.id = c.current_version_id
     WHERE c.slug = ANY(:slugs) AND c.state = 'active'
       AND jsonb_typeof(v.flow #> '{settings,schedule}') = 'object' ORDER BY c.slug
""")
_LAST = text("""
    SELECT campaign_id, max(created_at) FROM campaign_runs
     WHERE campaign_id = ANY(:campaigns) AND state <> 'refused' GROUP BY campaign_id
""")


async def of_active(session: AsyncSession, slugs: Sequence[str]) -> list[Scheduled]:
    """Those of these campaigns that are active and have a schedule."""
    return [Scheduled(*row) for row in await session.execute(_OF_ACTIVE, {"slugs": list(slugs)})]


async def last_launches(session: AsyncSession, campaign_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Campaign id -> its latest launch; campaigns without one are left out."""
    rows = await session.execute(_LAST, {"campaigns": list(campaign_ids)})
    return {row[0]: row[1] for row in rows}
