"""Scheduled launches that were due and did not take place: Temporal did not have the schedule, or was away for long."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.flow import CampaignSchedule
from domain.ids import run_id
from domain.occurrences import occurrences_until, scheduled_launch
from store.campaigns import scheduled
from store.campaigns.scheduled import WantedSchedule

LOOKED_BACK = timedelta(days=31)
_IN_HAND = timedelta(minutes=10)
"""A launch that was due so lately may be about to begin."""


def plan_of(campaign: WantedSchedule) -> CampaignSchedule | None:
    """The times that Temporal should launch the campaign at; None where it should not."""
    if not campaign.on or not campaign.may_launch or campaign.schedule is None:
        return None
    plan = CampaignSchedule.model_validate(campaign.schedule)
    return plan if plan.recurrence or plan.start else None


async def missed(
    session: AsyncSession, campaign: WantedSchedule, now: datetime, *, in_hand: timedelta = _IN_HAND
) -> list[datetime]:
    """When the campaign should have been launched since its schedule is on, in the last month, and was not; UTC.

    A launch that was refused, as the campaign was paused, took place: it is in the list of launches.

    Args:
        session: the transaction.
        campaign: its row.
        now: the present moment.
        in_hand: what was due so lately counts as on its way.

    """
    plan = plan_of(campaign)
    if plan is None or campaign.since is None:
        return []
    begin = max(campaign.since, now - LOOKED_BACK)
    due: dict[UUID, datetime] = {}
    for each in occurrences_until(plan, begin, now - in_hand):
        key = scheduled_launch(plan, each.at)
        if key is not None:
            due[run_id(campaign.id, key)] = each.at
    there = await scheduled.launched(session, list(due))
    return [at for id_, at in due.items() if id_ not in there]
