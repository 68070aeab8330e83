"""Campaigns that have a schedule, and when campaigns were launched last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.vocabulary import CampaignState
from models import Campaign, CampaignRun


@dataclass(frozen=True)
class Scheduled:
    """A campaign and the schedule of its current version."""

    slug: str
    name: str
    schedule: dict[str, Any]
    """A `domain.flow.CampaignSchedule`."""


@dataclass(frozen=True)
class WantedSchedule:
    """Whether Temporal should launch a campaign, by its row."""

    id: UUID
    slug: str
    name: str
    state: str
    on: bool | None
    """Null where an earlier release turned it on or off: then Temporal alone knows."""
    schedule: dict[str, Any] | None
    """Of the current version, a `domain.flow.CampaignSchedule`."""
    since: datetime | None = None
    """Since when it is on with these times."""

    @property
    def may_launch(self) -> bool:
        """The campaign is in a state that a schedule may be on in; a paused one refuses its launches itself."""
        return self.state in (CampaignState.ACTIVE, CampaignState.PAUSED)


_WANTED = text("""
    SELECT c.id, c.slug, c.name, c.state, c.schedule_on, nullif(v.flow #> '{settings,schedule}', 'null'),
           c.schedule_since
      FROM campaigns AS c JOIN campaign_versions AS v ON v.id = c.current_version_id
     WHERE CAST(:campaign AS uuid) IS NULL OR c.id = CAST(:campaign AS uuid) ORDER BY c.slug
""")
_OF_ACTIVE = text("""
    SELECT c.slug, c.name, v.flow #> '{settings,schedule}'
      FROM campaigns AS c JOIN campaign_versions AS v ON v.id = c.current_version_id
     WHERE c.slug = ANY(:slugs) AND c.state = 'active'
       AND jsonb_typeof(v.flow #> '{settings,schedule}') = 'object' ORDER BY c.slug
""")
_WAITING = text("""
    SELECT r.not_before, c.slug, c.name, b.campaign_id,
           coalesce(b.definition ->> 'timezone', v.flow #>> '{settings,timezone}'),
           CASE b.definition #>> '{timing,kind}' WHEN 'local_time' THEN b.definition #>> '{timing,at}' END
      FROM campaign_runs AS r
      JOIN campaigns AS c ON c.id = r.campaign_id
      JOIN campaign_versions AS v ON v.id = r.version_id
      LEFT JOIN broadcasts AS b ON b.campaign_id = c.id
     WHERE r.state = 'starting' AND r.not_before > :now AND r.not_before <= :until
     ORDER BY r.not_before, r.id LIMIT :most
""")
_LAST = text("""
    SELECT campaign_id, max(created_at) FROM campaign_runs
     WHERE campaign_id = ANY(:campaigns) AND state <> 'refused' GROUP BY campaign_id
""")


async def wanted(session: AsyncSession, campaign_id: UUID | None = None) -> list[WantedSchedule]:
    """What the rows of all published campaigns say, or that of one."""
    rows = await session.execute(_WANTED, {"campaign": campaign_id})
    return [WantedSchedule(*row) for row in rows]


async def turn(session: AsyncSession, campaign_id: UUID, *, on: bool, unknown_only: bool = False) -> None:
    """Say that a campaign's schedule is on, or off; with `unknown_only`, where nothing is said yet."""
    changed = update(Campaign).where(col(Campaign.id) == campaign_id)
    if unknown_only:
        changed = changed.where(col(Campaign.schedule_on).is_(None))
    stays_on = and_(col(Campaign.schedule_on).is_(True), col(Campaign.schedule_since).is_not(None))
    since = case((stays_on, col(Campaign.schedule_since)), else_=func.now()) if on else None
    await session.execute(changed.values(schedule_on=on, schedule_since=since))


async def has_new_times(session: AsyncSession, campaign_id: UUID) -> None:
    """From now on the schedule that is on has other times."""
    theirs = and_(col(Campaign.id) == campaign_id, col(Campaign.schedule_since).is_not(None))
    await session.execute(update(Campaign).where(theirs).values(schedule_since=func.now()))


async def launched(session: AsyncSession, run_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these launches that took place, or were refused."""
    return set(await session.scalars(select(col(CampaignRun.id)).where(col(CampaignRun.id).in_(run_ids))))


async def lock(session: AsyncSession, campaign_id: UUID) -> None:
    """Let no other transaction tell Temporal of this campaign's schedule until this one ends."""
    key = f"schedule:{campaign_id}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def of_active(session: AsyncSession, slugs: Sequence[str]) -> list[Scheduled]:
    """Those of these campaigns that are active and have a schedule."""
    return [Scheduled(*row) for row in await session.execute(_OF_ACTIVE, {"slugs": list(slugs)})]


@dataclass(frozen=True)
class Waiting:
    """A launch that was confirmed and waits for its time."""

    at: datetime
    slug: str
    name: str
    broadcast_id: UUID | None
    timezone: str | None
    """The broadcast's, or its campaign's."""
    local_time: str | None
    """What each customer's clock shows when they get it; null where all get it at one moment."""


async def waiting(session: AsyncSession, now: datetime, until: datetime, most: int) -> list[Waiting]:
    """The launches that begin between the two moments, soonest first."""
    rows = await session.execute(_WAITING, {"now": now, "until": until, "most": most})
    return [Waiting(*row) for row in rows]


async def last_launches(session: AsyncSession, campaign_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Campaign id -> its latest launch; campaigns without one are left out."""
    rows = await session.execute(_LAST, {"campaigns": list(campaign_ids)})
    return {row[0]: row[1] for row in rows}
