"""A launch's activities: who is in the audience, start their journeys, close the run."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.client import Client

from activities import metrics
from activities.heartbeat import heartbeating
from activities.journey_client import JourneyStart, start_journey
from activities.services import WorkerServices
from activities.version_cache import LoadedVersion
from domain import ids
from domain.admitted_journey import AdmittedJourney, EnteredVersion
from domain.conditions import InSegment
from domain.entry_rejections import EntryRejection
from domain.i18n import sentence
from domain.occurrences import scheduled_launch
from domain.reentry import EntryRule
from domain.triggers import SegmentTrigger
from domain.vocabulary import CampaignState, RunState
from models import CampaignRun
from store.campaigns import runs, triggers
from store.conditions.scope import Scope
from store.segments import segments
from workflows.contracts import (
    ENROL,
    FINISH_RUN,
    SNAPSHOT,
    EnrolInput,
    EnrolResult,
    FinishInput,
    RunProgress,
    SnapshotInput,
)

PAGE = 500
"""Members enrolled in one transaction."""
STARTS_AT_ONCE = 50
"""Starts under way at the same time; more only queue in the server."""


@dataclass(frozen=True)
class _Page:
    starts: list[JourneyStart] = field(default_factory=list)
    started: int = 0
    refused: int = 0
    paused: bool = False


class CampaignActivities:
    """Idempotent: deterministic ids, and rows that stay as they are when they exist."""

    def __init__(self, services: WorkerServices, client: Client) -> None:
        self._services = services
        self._client = client

    @activity.defn(name=SNAPSHOT)
    async def snapshot_audience(self, input: SnapshotInput) -> RunProgress:
        """Open the run and write its audience down, in one statement; a repeat finds it written.

        A launch that comes while the campaign is paused, or after its end, is written down as a run that was refused.
        """
        async with heartbeating(), self._services.database.transaction() as session:
            campaign = await runs.read_campaign(session, input.campaign_id)
            if campaign.current_version_id is None:
                return RunProgress(state=f"not started: the campaign is {campaign.state}")
            version = await self._services.versions.get(session, campaign.current_version_id)
            run = await runs.open_run(
                session,
                CampaignRun(
                    id=ids.run_id(campaign.id, _launch_key(input, version)),
                    campaign_id=campaign.id,
                    version_id=campaign.current_version_id,
                    workflow_id=input.workflow_id,
                ),
            )
            if run.state == RunState.STARTING and campaign.state != CampaignState.ACTIVE:
                await runs.close_run(session, run.id, state=RunState.REFUSED, started=0, refused=0)
                metrics.runs.labels(RunState.REFUSED.value).inc()
                return RunProgress(run_id=run.id, state=RunState.REFUSED)
            if run.state == RunState.STARTING:
                version = await self._services.versions.get(session, run.version_id)
                run.audience = await self._audience(session, run.id, version, input.customer_ids)
                run.state = RunState.RUNNING
            return RunProgress(run_id=run.id, state=run.state, audience=run.audience)

    @activity.defn(name=ENROL)
    async def enrol(self, input: EnrolInput) -> EnrolResult:
        """Start the journeys of a stretch of the audience, page by page; the heartbeat says how far it came."""
        done = _heartbeaten(input)
        while done.position < input.position + input.limit:
            size = min(PAGE, input.position + input.limit - done.position)
            page = await self._page(input.run_id, done.position, size)
            if page is None:
                break
            if page.paused:
                return done.model_copy(update={"paused": True})
            await self._start(page.starts)
            metrics.enrolled.labels("started").inc(page.started)
            metrics.enrolled.labels("refused").inc(page.refused)
            done = EnrolResult(
                position=done.position + size, started=done.started + page.started, refused=done.refused + page.refused
            )
            activity.heartbeat(done.model_dump())
        return EnrolResult(position=input.position + input.limit, started=done.started, refused=done.refused)

    @activity.defn(name=FINISH_RUN)
    async def finish_run(self, input: FinishInput) -> RunProgress:
        """Close the run; one that is closed stays as it is."""
        async with self._services.database.transaction() as session:
            run = await runs.read_run(session, input.run_id)
            campaign = await runs.read_campaign(session, run.campaign_id)
            stopped = campaign.state == CampaignState.STOPPED
            state = RunState.STOPPED if stopped else RunState.FINISHED
            await runs.close_run(session, run.id, state=state, started=input.started, refused=input.refused)
            await session.refresh(run)
            metrics.runs.labels(run.state).inc()
            return RunProgress(
                run_id=run.id, state=run.state, audience=run.audience, started=run.started, refused=run.refused
            )

    async def _audience(
        self, session: AsyncSession, run_id: UUID, version: LoadedVersion, named: Sequence[UUID] | None
    ) -> int:
        if named is not None:
            return await runs.insert_named_audience(session, run_id, named)
        trigger = version.graph.entry.data.trigger
        if not isinstance(trigger, SegmentTrigger):
            return 0
        condition = trigger.condition or InSegment(segment_id=_the(trigger.segment_id))
        scope = Scope(
            now=await self._services.clock.now(),
            journey=None,
            segments=await segments.load_conditions(session, condition),
        )
        return await segments.insert_audience(session, run_id, condition, scope)

    async def _page(self, run_id: UUID, position: int, size: int) -> _Page | None:
        """Write the journeys of one page, and say which of them have no workflow yet; None past the end, or stopped."""
        async with self._services.database.transaction() as session:
            run = await runs.read_run(session, run_id, hold=True)
            campaign = await runs.read_campaign(session, run.campaign_id)
            over = campaign.state in (CampaignState.STOPPED, CampaignState.RETIRED) or run.state == RunState.CANCELLED
            if position >= (run.audience or 0) or over:
                return None
            if campaign.state == CampaignState.PAUSED:
                return _Page(paused=True)
            version = await self._services.versions.get(session, run.version_id)
            members = await runs.lock_members(session, run_id, position, size)
            kept_out = await self._kept_out(session, run, version, members)
            await _refuse(session, run, kept_out)
            # a repeat of this page, after profiles became one: a journey that was begun for the other profile is theirs
            there = await runs.entered(session, run_id, members)
            inside = {journey.customer_id for journey in there}
            entering = [customer_id for customer_id in members if customer_id not in kept_out.keys() | inside]
            journeys = [_journey(run, campaign.slug, version, customer_id) for customer_id in entering]
            await triggers.insert_journeys(session, [journey.row() for journey in journeys])
            waiting = await runs.starting_among(session, [journey.id for journey in journeys])
            starts = [JourneyStart.of(journey) for journey in journeys if journey.id in waiting]
            starts += [
                JourneyStart(
                    journey_id=journey.id,
                    workflow_id=journey.workflow_id,
                    campaign_id=run.campaign_id,
                    customer_id=journey.customer_id,
                    version_number=version.number,
                    priority=version.settings.priority,
                    campaign_name=version.campaign_name,
                )
                for journey in there
                if journey.is_starting
            ]
            return _Page(starts=starts, started=len(journeys) + len(inside - kept_out.keys()), refused=len(kept_out))

    async def _kept_out(
        self, session: AsyncSession, run: CampaignRun, version: LoadedVersion, members: Sequence[UUID]
    ) -> dict[UUID, EntryRejection]:
        return await runs.kept_out(
            session,
            run.campaign_id,
            run.id,
            members,
            EntryRule.of(version.settings.reentry, None),
            now=await self._services.clock.now(),
            time_scale=self._services.settings.time_scale,
        )

    async def _start(self, starts: Sequence[JourneyStart]) -> None:
        """Start workflows, a bounded number at a time. One that runs already is no error."""
        todo = iter(starts)

        async def one_after_the_other() -> None:
            for start in todo:
                await start_journey(self._client, start, app_url=self._services.settings.public_url)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(STARTS_AT_ONCE, len(starts))):
                group.create_task(one_after_the_other())


def _launch_key(input: SnapshotInput, version: LoadedVersion) -> str:
    """What tells this launch from others: of a schedule's runs, their day."""
    schedule = version.settings.schedule
    if input.scheduled_at is None or schedule is None:
        return input.launch
    return scheduled_launch(schedule, input.scheduled_at) or input.launch


def _heartbeaten(input: EnrolInput) -> EnrolResult:
    """Where the attempt before this one was when it died, or the start."""
    details = activity.info().heartbeat_details
    if details:
        return EnrolResult.model_validate(details[0])
    return EnrolResult(position=input.position, started=0, refused=0)


def _journey(run: CampaignRun, slug: str, version: LoadedVersion, customer_id: UUID) -> AdmittedJourney:
    return AdmittedJourney(
        version=EnteredVersion(
            campaign_id=run.campaign_id,
            slug=slug,
            campaign_name=version.campaign_name,
            version_id=run.version_id,
            number=version.number,
            priority=version.settings.priority,
        ),
        customer_id=customer_id,
        entry=f"run:{run.id}",
        why=sentence("in_audience"),
        run_id=run.id,
    )


async def _refuse(session: AsyncSession, run: CampaignRun, kept_out: dict[UUID, EntryRejection]) -> None:
    known = await runs.refused_by_run(session, run.id, list(kept_out)) if kept_out else set()
    await runs.record_refusals(
        session,
        [
            {"campaign_id": run.campaign_id, "customer_id": customer_id, "run_id": run.id} | kept_out[customer_id].row()
            for customer_id in sorted(kept_out)
            if customer_id not in known
        ],
    )


def _the(segment_id: UUID | None) -> UUID:
    assert segment_id is not None  # the flow's own model holds a segment or a condition
    return segment_id
