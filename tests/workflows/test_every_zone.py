"""Preview, schedule and what Temporal launches agree, for every zone over ten years.

Two questions to the real server, of every zone and clock time:

- its schedule as we hand it over launches at the instants of the preview;
- Temporal's own calendar (the zone's local time) differs from the preview only where a clock change leaves a time out,
  or shows it twice.

A run takes a dozen zones by chance, and looks at the days around their clock changes.
`CAMPAIGN_FLOW_TEST_ZONES=all` takes every zone and every day of the ten years (minutes, where nothing else runs);
beginnings of names (`Africa/,Europe/`) take those.
"""

import os
import random
from datetime import UTC, datetime, time, timedelta
from functools import cache
from uuid import uuid4
from zoneinfo import TZPATH, ZoneInfo, available_timezones

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.workflowservice.v1 import ListScheduleMatchingTimesRequest
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleCalendarSpec,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
)

from campaigns.launch_schedule import AHEAD, to_spec
from domain.flow import CampaignSchedule
from domain.occurrences import occurrences_until

BEGIN = datetime(2026, 12, 2, tzinfo=UTC)
YEARS = 10
END = BEGIN.replace(year=BEGIN.year + YEARS)
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
ASKED = os.environ.get("CAMPAIGN_FLOW_TEST_ZONES", "")
DOZEN = 12
PATIENCE = timedelta(minutes=2)
Span = tuple[datetime, datetime]


def zones() -> list[str]:
    if not ASKED:
        return sorted(random.sample(ZONES, DOZEN))
    return ZONES if ASKED == "all" else [zone for zone in ZONES if zone.startswith(tuple(ASKED.split(",")))]


@cache
def jumps(zone: str) -> tuple[tuple[datetime, time], ...]:
    """The clock changes of a zone within the years: the instant, and a local time that is left out or shown twice."""
    tz, found = ZoneInfo(zone), []
    at, step = BEGIN, timedelta(hours=6)
    while at < END:
        before, after = at.astimezone(tz).utcoffset(), (at + step).astimezone(tz).utcoffset()
        if before != after:
            low, high = at, at + step
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
                low, high = (middle, high) if middle.astimezone(tz).utcoffset() == before else (low, middle)
            assert before is not None
            assert after is not None
            length = abs(after - before)
            first = (high if after < before else low).astimezone(tz).replace(tzinfo=None)
            found.append((high, (first + length / 2).time().replace(second=0, microsecond=0)))
        at += step
    return tuple(found)


def clocks(zone: str) -> list[time]:
    """Midnight, and the times that the zone's clock changes leave out or show twice."""
    return sorted({time(0), *(clock for _, clock in jumps(zone))})[:3]


def daily(zone: str, clock: time) -> CampaignSchedule:
    return CampaignSchedule.model_validate({"recurrence": {"frequency": "daily", "time": clock}, "timezone": zone})


def spans(zone: str) -> list[Span]:
    """The years a thousand days at a time (an answer holds a thousand times), or the days around clock changes."""
    if ASKED:
        size = timedelta(days=900)
        starts = [BEGIN + number * size for number in range((END - BEGIN) // size + 1)]
        return [(start, min(start + size, END)) for start in starts]
    near = timedelta(days=2)
    return [(max(jump - near, BEGIN), jump + near) for jump, _ in jumps(zone)[:8]] or [(BEGIN, BEGIN + near)]


def handed_over(zone: str) -> list[Span]:
    """The years as our schedules are given to Temporal: so far ahead at a time."""
    found, at = [], BEGIN
    while at < END:
        found.append((at, min(at + AHEAD - timedelta(days=1), END)))
        at = found[-1][1]
    return found if ASKED else [random.choice(found)]


class Server:
    """A Temporal server that is asked when a schedule starts something."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, list[datetime]] = {}
        self.asked = 0

    async def times(self, spec: ScheduleSpec, within: list[Span]) -> list[datetime]:
        """What the server answers; a schedule that is like one before has the answer of that one."""
        key = f"{spec} {within}"
        if key not in self._known:
            self._known[key] = await self._ask(spec, within)
        return self._known[key]

    async def _ask(self, spec: ScheduleSpec, within: list[Span]) -> list[datetime]:
        self.asked += 1
        name = f"zone-{uuid4()}"
        action = ScheduleActionStartWorkflow("never", id=name, task_queue="nobody")
        handle = await self._client.create_schedule(
            name, Schedule(action=action, spec=spec, state=ScheduleState(paused=True)), rpc_timeout=PATIENCE
        )
        try:
            return [at for span in within for at in await self._page(name, span)]
        finally:
            await handle.delete(rpc_timeout=PATIENCE)

    async def _page(self, name: str, span: Span) -> list[datetime]:
        """The times later than the span's start and not later than its end."""
        bounds = [Timestamp(), Timestamp()]
        for bound, at in zip(bounds, (span[0] + timedelta(seconds=1), span[1]), strict=True):
            bound.FromDatetime(at.replace(tzinfo=None))
        found = await self._client.workflow_service.list_schedule_matching_times(
            ListScheduleMatchingTimesRequest(
                namespace=self._client.namespace, schedule_id=name, start_time=bounds[0], end_time=bounds[1]
            ),
            retry=True,
            timeout=PATIENCE,
        )
        return [each.ToDatetime(UTC) for each in found.start_time]


def local_calendar(zone: str, clock: time) -> ScheduleSpec:
    each = ScheduleCalendarSpec(hour=[ScheduleRange(clock.hour)], minute=[ScheduleRange(clock.minute)])
    return ScheduleSpec(calendars=[each], time_zone_name=zone)


def touched(zone: str, at: datetime) -> bool:
    """Whether a clock change is near: only there the two calendars may differ."""
    return any(abs(at - jump) <= timedelta(days=1) for jump, _ in jumps(zone))


async def test_the_server_launches_when_the_preview_says(temporal_client: Client):
    server, compared, among = Server(temporal_client), 0, zones()
    for zone in among:
        for clock in clocks(zone):
            plan = daily(zone, clock)
            for span in handed_over(zone):
                expected = [run.at for run in occurrences_until(plan, *span)]
                assert await server.times(to_spec(plan, span[0]), [span]) == expected, (zone, clock, span)
                compared += len(expected)
    print(f"{len(among)} zones, {compared} launches compared, {server.asked} schedules asked")  # noqa: T201


@pytest.mark.skipif(not any(map(os.path.isdir, TZPATH)), reason="Temporal's binary has other time zones than Python's")
async def test_the_preview_is_temporals_own_calendar_but_for_clock_changes(temporal_client: Client):
    server, compared, changed, among = Server(temporal_client), 0, 0, zones()
    for zone in among:
        within = spans(zone)
        for clock in clocks(zone):
            plan = daily(zone, clock)
            runs = [run for span in within for run in occurrences_until(plan, *span)]
            apart = {run.at for run in runs} ^ set(await server.times(local_calendar(zone, clock), within))
            assert [at for at in sorted(apart) if not touched(zone, at)] == [], (zone, clock)
            assert len({run.day for run in runs}) == len(runs), (zone, clock)  # one run a day
            compared, changed = compared + len(runs), changed + len(apart)
    print(f"{len(among)} zones, {compared} days compared, {changed} times moved by clock changes")  # noqa: T201
