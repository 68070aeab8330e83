"""The launches that lie ahead, of all campaigns and broadcasts."""

import asyncio
import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from uuid import UUID

from temporalio.client import Client
from temporalio.service import RPCError

from campaigns.launch_schedule import slug_of
from domain.flow import CampaignSchedule
from domain.occurrences import occurrences_until
from domain.scheduling import instant
from store.campaigns import scheduled
from store.database.engine import Database

MOST = 200
"""Launches that are listed at most."""
_DEADLINE_SECONDS = 3.0


class LaunchKind(StrEnum):
    """What begins a launch."""

    SCHEDULE = "schedule"
    """The schedule of a campaign."""
    BROADCAST = "broadcast"
    """A broadcast that was confirmed for that time."""
    LAUNCH = "launch"
    """A launch by hand, which can be undone until then."""


@dataclass(frozen=True)
class PlannedLaunch:
    """A launch that lies ahead."""

    at: datetime
    slug: str
    name: str
    timezone: str
    """Of the schedule: the clock that its audience is meant to see."""
    kind: LaunchKind = LaunchKind.SCHEDULE
    broadcast_id: UUID | None = None
    local_time: bool = False
    """Each customer gets it when their own clock shows what the clock of `timezone` shows at `at`."""


@dataclass(frozen=True)
class Upcoming:
    """What runs next."""

    known: bool
    """False where Temporal does not say which schedules are on: then `launches` lacks theirs."""
    launches: list[PlannedLaunch]
    """Soonest first, `MOST` at most."""


async def upcoming(database: Database, client: Client | None, now: datetime, days: int, per_campaign: int) -> Upcoming:
    """The launches of the next days: by schedules, and those confirmed that wait for their time.

    Args:
        database: where campaigns and their schedules are.
        client: Temporal.
        now: the moment from which on they are sought.
        days: how far ahead.
        per_campaign: of one campaign, so many at most.

    """
    on = await _switched_on(client)
    until = now + timedelta(days=days)
    async with database.transaction() as session:
        found = await scheduled.of_active(session, sorted(on or ()))
        waiting = await scheduled.waiting(session, now, until, MOST)
    each = [islice(_launches(one, now, until), per_campaign) for one in found]
    confirmed = sorted(map(_confirmed, waiting), key=lambda launch: (launch.at, launch.slug))
    merged = heapq.merge(confirmed, *each, key=lambda launch: (launch.at, launch.slug))
    return Upcoming(on is not None, list(islice(merged, MOST)))


def _confirmed(one: scheduled.Waiting) -> PlannedLaunch:
    kind = LaunchKind.LAUNCH if one.broadcast_id is None else LaunchKind.BROADCAST
    zone, at = one.timezone or "UTC", one.at
    if one.local_time is not None:  # it begins where the clocks are first, and belongs where its author wrote it
        at = instant(datetime.fromisoformat(one.local_time), zone)
    return PlannedLaunch(at, one.slug, one.name, zone, kind, one.broadcast_id, one.local_time is not None)


def _launches(campaign: scheduled.Scheduled, now: datetime, until: datetime) -> Iterator[PlannedLaunch]:
    schedule = CampaignSchedule.model_validate(campaign.schedule)
    for run in occurrences_until(schedule, now, until):
        yield PlannedLaunch(run.at, campaign.slug, campaign.name, schedule.timezone)


async def _switched_on(client: Client | None) -> set[str] | None:
    if client is None:
        return None
    try:
        async with asyncio.timeout(_DEADLINE_SECONDS):
            return {
                slug
                async for listed in await client.list_schedules()
                if (slug := slug_of(listed.id)) and listed.schedule and not listed.schedule.state.paused
            }
    except (TimeoutError, RPCError, RuntimeError):  # a RuntimeError is a connection that can't be made
        return None
