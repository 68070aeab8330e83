"""A campaign's schedule as a Temporal Schedule. Its clock is the real one: time scale does not touch calendars.

Temporal is given instants, two years of them, and new ones each day (`renew_all`): a server that nobody renews goes on
for two years, and a change of a zone's rules is taken up with the next time zone database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
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

from campaigns.launch import require_active, search_attributes, workflow_id
from campaigns.temporal_errors import translate_rpc_errors
from config.temporal import CAMPAIGNS_QUEUE
from domain.errors import ConflictError, DomainError
from domain.flow import CampaignSchedule, Flow
from domain.i18n import sentence
from domain.occurrences import occurrences_until
from domain.scheduling import instant
from models import Campaign
from store.campaigns import campaigns
from store.database.engine import Database
from workflows.contracts import CAMPAIGN_WORKFLOW, CampaignRunInput, RenewedSchedules

log = structlog.get_logger()
AHEAD = timedelta(days=750)
"""Runs are handed to Temporal so long before they are due."""
_BEHIND = timedelta(days=8)
"""So long after; a run that the server missed can still be caught up with."""
_LAST = datetime(2099, 12, 31, tzinfo=UTC)
"""Temporal's calendars end in 2100."""
_OVERLAP = {
    "skip": ScheduleOverlapPolicy.SKIP,
    "buffer_one": ScheduleOverlapPolicy.BUFFER_ONE,
    "allow_all": ScheduleOverlapPolicy.ALLOW_ALL,
}


@dataclass(frozen=True)
class ScheduleStatus:
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


_PREFIX = "campaign/"


def schedule_id(slug: str) -> str:
    """The id of a campaign's schedule."""
    return f"{_PREFIX}{slug}"


def slug_of(schedule_id: str) -> str | None:
    """Whose schedule has that id; None where it is no campaign's."""
    return schedule_id.removeprefix(_PREFIX) if schedule_id.startswith(_PREFIX) else None


def to_spec(schedule: CampaignSchedule, now: datetime) -> ScheduleSpec:
    """The schedule in Temporal's terms: its runs as instants in UTC, of `AHEAD` from now or from its start.

    Danger: no local calendar may be handed over. Temporal leaves out local times that a clock change skips, and runs
    those twice that it repeats.

    Raises:
        ConflictError: it has neither a recurrence nor a start.

    """
    if schedule.recurrence is None and schedule.start is None:
        raise ConflictError(sentence("schedule_empty"))
    start = instant(schedule.start, schedule.timezone) if schedule.start else None
    first = max(now, start) if start else now
    until = _LAST if schedule.recurrence is None else min(_LAST, first + AHEAD)
    runs = [each.at for each in occurrences_until(schedule, now - _BEHIND, until)]
    return ScheduleSpec(calendars=_calendars(runs), time_zone_name="UTC")


def _calendars(runs: Sequence[datetime]) -> list[ScheduleCalendarSpec]:
    """One calendar for all runs of a month that are at the same time of day."""
    days: dict[tuple[int, int, int, int, int], list[int]] = {}
    for at in runs:
        days.setdefault((at.year, at.month, at.hour, at.minute, at.second), []).append(at.day)
    return [
        ScheduleCalendarSpec(
            year=_one(year),
            month=_one(month),
            day_of_month=[ScheduleRange(day) for day in of_month],
            hour=_one(hour),
            minute=_one(minute),
            second=_one(second),
        )
        for (year, month, hour, minute, second), of_month in days.items()
    ]


def _one(value: int) -> list[ScheduleRange]:
    return [ScheduleRange(value)]


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
        spec=to_spec(schedule, datetime.now(UTC)),
        policy=SchedulePolicy(
            overlap=_OVERLAP[schedule.overlap],
            catchup_window=timedelta(seconds=max(10.0, schedule.catchup.total_seconds)),
        ),
        state=state,
    )


async def enable(client: Client, campaign: Campaign, schedule: CampaignSchedule) -> None:
    """Let the campaign be launched by the clock; a schedule that is on already takes the new times.

    Raises:
        ConflictError: the campaign is not active, or its schedule says no time.
        UnavailableError: Temporal can't be reached.

    """
    require_active(campaign)
    built = _build(campaign, schedule, ScheduleState(note="on"))
    with translate_rpc_errors():
        try:
            await client.create_schedule(schedule_id(campaign.slug), built)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(schedule_id(campaign.slug)).update(lambda _: ScheduleUpdate(built))


async def renew(client: Client, campaign: Campaign, schedule: CampaignSchedule | None) -> None:
    """After publishing: a schedule that is on takes the new version's times, and goes with them if there are none."""
    if schedule is None:
        await disable(client, campaign.slug)
        return

    def replace(found: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(_build(campaign, schedule, found.description.schedule.state))

    with translate_rpc_errors("The version is published"):
        await _if_there(client.get_schedule_handle(schedule_id(campaign.slug)).update(replace))


async def renew_all(client: Client, database: Database) -> RenewedSchedules:
    """Give every schedule that is on the runs that lie ahead now. One that can't be renewed keeps none of the others.

    Raises:
        UnavailableError: Temporal can't be reached.

    """
    renewed = failed = 0
    with translate_rpc_errors():
        async for listed in await client.list_schedules():
            slug = slug_of(listed.id)
            if slug is None:
                continue
            try:
                renewed += await _renew_one(client, database, slug)
            except (DomainError, ValueError, RPCError):
                log.exception("schedule not renewed", campaign=slug)
                failed += 1
    return RenewedSchedules(renewed=renewed, failed=failed)


async def _renew_one(client: Client, database: Database, slug: str) -> bool:
    async with database.transaction() as session:
        campaign = await campaigns.require(session, slug)
        version = await campaigns.current_version(session, campaign)
    planned = Flow.model_validate(version.flow).settings.schedule if version else None
    if planned is None:
        return False
    await renew(client, campaign, planned)
    return True


async def disable(client: Client, slug: str) -> None:
    """Delete the schedule; one that is off stays off."""
    with translate_rpc_errors():
        await _if_there(client.get_schedule_handle(schedule_id(slug)).delete())


async def unpause(client: Client, slug: str) -> None:
    """Let a schedule go on that was paused in Temporal; without one nothing happens."""
    with translate_rpc_errors("The campaign's state is saved"):
        await _if_there(client.get_schedule_handle(schedule_id(slug)).unpause(note="campaign resumed"))


async def look(client: Client, slug: str) -> ScheduleStatus | None:
    """The schedule as it stands; None when it is off."""
    with translate_rpc_errors():
        found = await _if_there(client.get_schedule_handle(schedule_id(slug)).describe())
    if found is None:
        return None
    return ScheduleStatus(
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
