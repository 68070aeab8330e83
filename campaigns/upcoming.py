"""The scheduled launches that lie ahead, of all campaigns."""

import asyncio
import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from temporalio.client import Client
from temporalio.service import RPCError

from campaigns.launch_schedule import slug_of
from domain.flow import CampaignSchedule
from domain.occurrences import occurrences_until
from store.campaigns import scheduled
from store.database.engine import Database

MOST = 200
"""Launches that are listed at most."""
_DEADLINE_SECONDS = 3.0


@dataclass(frozen=True, order=True)
class PlannedLaunch:
    """A launch that lies ahead."""

    at: datetime
    slug: str
    name: str
    timezone: str
    """Of the schedule: the clock that its audience is meant to see."""


async def upcoming(
    database: Database, client: Client | None, now: datetime, days: int, per_campaign: int
) -> list[PlannedLaunch] | None:
    """The launches of the next days, soonest first; None where Temporal does not say which schedules are on.

    Args:
        database: where campaigns and their schedules are.
        client: Temporal.
        now: the moment from which on they are sought.
        days: how far ahead.
        per_campaign: of one campaign, so many at most.

    """
    on = await _switched_on(client)
    if on is None:
        return None
    async with database.transaction() as session:
        found = await scheduled.of_active(session, sorted(on))
    until = now + timedelta(days=days)
    each = [islice(_launches(one, now, until), per_campaign) for one in found]
    return list(islice(heapq.merge(*each), MOST))


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
