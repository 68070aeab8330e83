"""A campaign's schedule as a Temporal Schedule. Its clock is the real one: time scale does not touch calendars.

Temporal is given instants, two years of them, and new ones each day (`campaigns.schedule_sync.renew_all`):
a server that nobody renews goes on for two years, and a change of a zone's rules is taken up with the next time zone
database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleBackfill,
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

from campaigns.launch import search_attributes, workflow_id
from campaigns.temporal_errors import translate_rpc_errors
from config.temporal import CAMPAIGNS_QUEUE
from domain.errors import ConflictError
from domain.flow import CampaignSchedule
from domain.i18n import sentence
from domain.occurrences import occurrences, occurrences_until
from domain.scheduling import instant
from workflows.contracts import CAMPAIGN_WORKFLOW, CampaignRunInput

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


def _build(campaign_id: UUID, slug: str, name: str, schedule: CampaignSchedule, state: ScheduleState) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            CAMPAIGN_WORKFLOW,
            CampaignRunInput(campaign_id=campaign_id),
            id=workflow_id(slug, "scheduled"),
            task_queue=CAMPAIGNS_QUEUE,
            typed_search_attributes=search_attributes(campaign_id),
            static_summary=f"Scheduled launch of {name}",
        ),
        spec=to_spec(schedule, datetime.now(UTC)),
        policy=SchedulePolicy(
            overlap=_OVERLAP[schedule.overlap],
            catchup_window=timedelta(seconds=max(10.0, schedule.catchup.total_seconds)),
        ),
        state=state,
    )


async def put(
    client: Client, campaign_id: UUID, slug: str, name: str, schedule: CampaignSchedule, *, unpause: bool = False
) -> None:
    """Let the campaign be launched by the clock; a schedule that is on already takes the new times.

    Args:
        client: the connection to Temporal.
        campaign_id: whose.
        slug: of the campaign.
        name: of the campaign.
        schedule: when.
        unpause: let it go on, if somebody paused it in Temporal.

    Raises:
        ConflictError: the schedule says no time.
        UnavailableError: Temporal can't be reached.

    """
    on = ScheduleState(note="on")
    built = _build(campaign_id, slug, name, schedule, on)

    def replace(found: ScheduleUpdateInput) -> ScheduleUpdate:
        built.state = on if unpause else found.description.schedule.state
        return ScheduleUpdate(built)

    with translate_rpc_errors():
        try:
            await client.create_schedule(schedule_id(slug), built)
        except ScheduleAlreadyRunningError:
            await client.get_schedule_handle(schedule_id(slug)).update(replace)


async def catch_up(client: Client, slug: str, schedule: CampaignSchedule, due: Sequence[datetime]) -> None:
    """Let the schedule launch now what it was to launch at these instants."""
    moment = timedelta(seconds=1)
    overlap = _OVERLAP[schedule.overlap]
    backfills = [ScheduleBackfill(start_at=at - moment, end_at=at + moment, overlap=overlap) for at in due]
    with translate_rpc_errors():
        await client.get_schedule_handle(schedule_id(slug)).backfill(*backfills)


def lies_ahead(schedule: CampaignSchedule) -> bool:
    """Whether it has a run that is still to come."""
    return bool(occurrences(schedule, datetime.now(UTC), 1))


async def listed(client: Client) -> set[str]:
    """Slugs of the campaigns whose schedules Temporal lists; what was made or deleted just now comes later.

    Raises:
        UnavailableError: Temporal can't be reached.

    """
    with translate_rpc_errors():
        return {slug async for found in await client.list_schedules() if (slug := slug_of(found.id)) is not None}


async def disable(client: Client, slug: str) -> None:
    """Delete the schedule; one that is off stays off."""
    with translate_rpc_errors():
        await _if_there(client.get_schedule_handle(schedule_id(slug)).delete())


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
