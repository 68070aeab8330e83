"""A campaign's recurrence as a Temporal Schedule. Its clock is the real one: time scale does not touch calendars."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from config.temporal import CAMPAIGNS_QUEUE
from domain.errors import ConflictError
from domain.flow import CampaignSchedule, Recurrence
from domain.moments import instant
from domain.sentences import sentence
from models import Campaign
from steering.launch import require_active, search_attributes, workflow_id
from steering.reach import reaching_temporal
from workflows.contracts import CAMPAIGN_WORKFLOW, CampaignRunInput

_OVERLAP = {
    "skip": ScheduleOverlapPolicy.SKIP,
    "buffer_one": ScheduleOverlapPolicy.BUFFER_ONE,
    "allow_all": ScheduleOverlapPolicy.ALLOW_ALL,
}


@dataclass(frozen=True)
class ScheduleView:
    """A schedule as Temporal has it."""

    paused: bool
    note: str
    upcoming: list[datetime]
    """At most five, UTC; a paused schedule keeps them, and lets them pass."""
    started: int
    missed: int
    """Runs left out because they could only have started too late."""
    skipped: int
    """Runs left out because the one before still enrolled."""


def schedule_id(slug: str) -> str:
    """The id of a campaign's schedule."""
    return f"campaign/{slug}"


def _one(value: int) -> list[ScheduleRange]:
    return [ScheduleRange(value)]


def _recurring(recurrence: Recurrence) -> ScheduleCalendarSpec:
    clock = recurrence.time
    narrow: dict[str, Any] = {}
    if recurrence.frequency == "weekly":
        # Temporal's week begins on Sunday, ours on Monday.
        narrow["day_of_week"] = [ScheduleRange((day + 1) % 7) for day in sorted(set(recurrence.weekdays))]
    if recurrence.day_of_month is not None:
        narrow["day_of_month"] = _one(recurrence.day_of_month)
    return ScheduleCalendarSpec(second=_one(clock.second), minute=_one(clock.minute), hour=_one(clock.hour), **narrow)


def _once(at: datetime) -> ScheduleCalendarSpec:
    return ScheduleCalendarSpec(
        second=_one(at.second),
        minute=_one(at.minute),
        hour=_one(at.hour),
        day_of_month=_one(at.day),
        month=_one(at.month),
        year=_one(at.year),
    )


def to_spec(schedule: CampaignSchedule) -> ScheduleSpec:
    """The schedule in Temporal's terms.

    Raises:
        ConflictError: it has neither a recurrence nor a start.

    """
    start, end = (instant(at, schedule.timezone) if at else None for at in (schedule.start, schedule.end))
    if schedule.recurrence is not None:
        calendar = _recurring(schedule.recurrence)
    elif start is not None:
        calendar = _once(start.astimezone(ZoneInfo(schedule.timezone)))
        start = start - timedelta(seconds=1)
    else:
        raise ConflictError(sentence("schedule_empty"))
    return ScheduleSpec(calendars=[calendar], start_at=start, end_at=end, time_zone_name=schedule.timezone)


def _build(campaign: Campaign, schedule: CampaignSchedule, state: ScheduleState) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            CAMPAIGN_WORKFLOW,
            CampaignRunInput(campaign_id=campaign.id),
            id=workflow_id(campaign.slug, "scheduled"),
            task_queue=CAMPAIGNS_QUEUE,
            typed_search_attributes=search_attributes(campaign.id),
            static_summary=f"Scheduled launch of {campaign.name}",
        ),
        spec=to_spec(schedule),
        policy=SchedulePolicy(
            overlap=_OVERLAP[schedule.overlap],
            catchup_window=timedelta(seconds=max(10.0, schedule.catchup.total_seconds)),
        ),
        state=state,
    )


async def turn_on(client: Client, campaign: Campaign, schedule: CampaignSchedule) -> None:
    """Let the campaign be launched by the clock; a schedule that is on already takes the new times.

    Raises:
        ConflictError: the campaign is not active, or its schedule says no time.
        UnavailableError: Temporal can't be reached.

    """
    require_active(campaign)
    built = _build(campaign, schedule, ScheduleState(note="on"))
    with reaching_temporal():
        try:
            await client.create_schedule(schedule_id(campaign.slug), built)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(schedule_id(campaign.slug)).update(lambda _: ScheduleUpdate(built))


async def renew(client: Client, campaign: Campaign, schedule: CampaignSchedule | None) -> None:
    """After publishing: a schedule that is on takes the new version's times, and goes with them if there are none."""
    if schedule is None:
        await turn_off(client, campaign.slug)
        return

    def replace(found: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(_build(campaign, schedule, found.description.schedule.state))

    with reaching_temporal("The version is published"):
        await _if_there(client.get_schedule_handle(schedule_id(campaign.slug)).update(replace))


async def turn_off(client: Client, slug: str) -> None:
    """Delete the schedule; one that is off stays off."""
    with reaching_temporal():
        await _if_there(client.get_schedule_handle(schedule_id(slug)).delete())


async def let_go_on(client: Client, slug: str) -> None:
    """Let a schedule go on that was paused in Temporal; without one nothing happens."""
    with reaching_temporal("The campaign's state is saved"):
        await _if_there(client.get_schedule_handle(schedule_id(slug)).unpause(note="campaign resumed"))


async def look(client: Client, slug: str) -> ScheduleView | None:
    """The schedule as it stands; None when it is off."""
    with reaching_temporal():
        found = await _if_there(client.get_schedule_handle(schedule_id(slug)).describe())
    if found is None:
        return None
    return ScheduleView(
        paused=found.schedule.state.paused,
        note=found.schedule.state.note or "",
        upcoming=list(found.info.next_action_times)[:5],
        started=found.info.num_actions,
        missed=found.info.num_actions_missed_catchup_window,
        skipped=found.info.num_actions_skipped_overlap,
    )


async def _if_there(call: Any) -> Any:
    try:
        return await call
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
