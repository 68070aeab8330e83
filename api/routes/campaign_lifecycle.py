"""Campaigns: launch, schedule, pause, resume, retire, stop. All of it may be repeated without harm."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import Client

from api.dependencies import ApiServices, Operator, ServicesDep, TemporalDep, Transaction, Viewer
from api.paging import Page, Paging, decode, paged
from api.problems import responses
from api.routes.campaigns import campaign_view
from api.schemas.base import SlugPath
from api.schemas.campaigns import (
    CampaignView,
    EntryResultView,
    LaunchBody,
    LaunchView,
    RunDetail,
    RunView,
    ScheduleView,
    StartBody,
    StartView,
    UndoneView,
)
from api.strict_json import StrictRoute
from api.temporal_ui import workflow_url
from campaigns import api_entry, launch_schedule, lifecycle, schedule_sync, undo
from campaigns import launch as launching
from campaigns.missed_launches import missed
from domain.errors import ConflictError, NotFoundError
from domain.flow import CampaignSchedule, Flow
from domain.i18n import sentence
from domain.occurrences import occurrences
from domain.vocabulary import RunState
from models import Campaign, CampaignRun
from store.access import audit
from store.campaigns import broadcasts, campaigns, runs, scheduled

router = APIRouter(prefix="/campaigns", tags=["campaigns"], route_class=StrictRoute)
_ERRORS = responses(401, 403, 404, 409, 422, 503)


@router.post("/{slug}/launch", status_code=202, dependencies=[Operator], responses=_ERRORS)
async def launch_campaign(slug: SlugPath, body: LaunchBody, services: ServicesDep, client: TemporalDep) -> LaunchView:
    """Evaluate the entry segment now, and start a journey of each member. The same key again is the same launch.

    Another key within ten minutes of a launch is refused (409, `launched_lately`, with what was launched), unless it
    says `again`.
    """
    key = body.key or f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    launched = await launching.launch(
        services.database, client, slug, key, again=body.again, hold_seconds=body.hold_seconds
    )
    return LaunchView(
        run_id=launched.run_id,
        workflow_id=launched.workflow_id,
        repeated=launched.repeated,
        temporal_url=workflow_url(services.settings, launched.workflow_id),
    )


@router.get("/{slug}/runs", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def list_runs(slug: SlugPath, session: Transaction, services: ServicesDep, query: Paging) -> Page[RunView]:
    """Launches, newest first."""
    campaign = await campaigns.require(session, slug)
    rows = await campaigns.runs(session, campaign.id, decode(query.cursor, tuple[datetime, UUID]), query.limit + 1)
    numbers = await campaigns.version_numbers(session, [row.version_id for row in rows])

    def item(row: CampaignRun) -> RunView:
        url = workflow_url(services.settings, row.workflow_id)
        return RunView.model_validate({**row.model_dump(), "version": numbers[row.version_id], "temporal_url": url})

    return paged(rows, query.limit, item, lambda row: (row.created_at, row.id))


@router.get("/{slug}/runs/{run_id}", dependencies=[Viewer], responses=responses(401, 403, 404, 422))
async def get_run(slug: SlugPath, run_id: UUID, session: Transaction, services: ServicesDep) -> RunDetail:
    """One launch and how far it is. A launch just started is not there before its audience is known."""
    campaign = await campaigns.require(session, slug)
    row = await campaigns.run(session, campaign.id, run_id)
    if row is None:
        raise NotFoundError(sentence("no_run_of", run=str(run_id), slug=slug))
    numbers = await campaigns.version_numbers(session, [row.version_id])
    url = workflow_url(services.settings, row.workflow_id)
    may_be = row.state not in (RunState.CANCELLED, RunState.REFUSED)
    return RunDetail.model_validate(
        {
            **row.model_dump(),
            "version": numbers[row.version_id],
            "temporal_url": url,
            "can_undo": may_be and not await runs.any_left(session, row.id),
        }
    )


@router.post("/{slug}/runs/{run_id}/cancel", dependencies=[Operator], responses=responses(401, 403, 404, 409, 422))
async def undo_launch(slug: SlugPath, run_id: UUID, services: ServicesDep) -> UndoneView:
    """Take a launch back before its first message has left. 409, `already_sending`, with how many have left."""
    async with services.database.transaction() as session:
        campaign = await campaigns.require(session, slug)
        if await broadcasts.among(session, [campaign.id]):
            raise ConflictError(sentence("is_broadcast"))
    return UndoneView.model_validate(await undo.undo(services.database, slug, run_id))


@router.post(
    "/{slug}/journeys", status_code=202, dependencies=[Operator], responses=responses(401, 403, 404, 409, 413, 422)
)
async def start_journeys(slug: SlugPath, body: StartBody, session: Transaction, services: ServicesDep) -> StartView:
    """Let customers enter a campaign whose entry is `api`. Those who can't are answered with the reason."""
    campaign = await campaigns.require(session, slug)
    entrants = await api_entry.admit(
        session,
        campaign,
        [customer.external_id for customer in body.customers],
        body.data,
        body.idempotency_key,
        now=datetime.now(UTC),
        time_scale=services.settings.time_scale,
    )
    what = {"key": body.idempotency_key, "started": sum(entrant.started for entrant in entrants)}
    await audit.note(session, "journeys started", "campaign", slug, what)
    return StartView(journeys=[EntryResultView.model_validate(entrant) for entrant in entrants])


async def _planned(session: AsyncSession, campaign: Campaign) -> CampaignSchedule | None:
    version = await campaigns.current_version(session, campaign)
    return Flow.model_validate(version.flow if version else campaign.draft).settings.schedule


async def _schedule_view(
    client: Client, services: ApiServices, campaign: Campaign, planned: CampaignSchedule | None
) -> ScheduleView:
    found = await launch_schedule.look(client, campaign.slug)
    async with services.database.transaction() as session:
        rows = await scheduled.wanted(session, campaign.id)
        left_out = [at for row in rows for at in await missed(session, row, datetime.now(UTC))]
    if found is None:
        upcoming = occurrences(planned, datetime.now(UTC), 5) if planned else []
        return ScheduleView(on=False, schedule=planned, upcoming=upcoming, missed_launches=left_out)
    return ScheduleView(
        on=True,
        paused=found.paused,
        schedule=planned,
        upcoming=found.upcoming,
        started=found.started,
        missed=found.missed,
        skipped=found.skipped,
        missed_launches=left_out,
    )


@router.get("/{slug}/schedule", dependencies=[Viewer], responses=responses(401, 403, 404, 422, 503))
async def get_schedule(slug: SlugPath, services: ServicesDep, client: TemporalDep) -> ScheduleView:
    """Whether the clock launches the campaign, and the next five dates."""
    async with services.database.transaction() as session:
        campaign = await campaigns.require(session, slug)
        planned = await _planned(session, campaign)
    return await _schedule_view(client, services, campaign, planned)


@router.put("/{slug}/schedule", dependencies=[Operator], responses=_ERRORS)
async def turn_schedule_on(slug: SlugPath, services: ServicesDep, client: TemporalDep) -> ScheduleView:
    """Let the clock launch the campaign, as the schedule of its current version says."""
    async with services.database.transaction() as session:
        campaign = await campaigns.require(session, slug, lock=True)
        planned = await _planned(session, campaign)
        launching.require_active(campaign)
        if planned is None:
            raise ConflictError(sentence("no_schedule"))
        if planned.recurrence is None and planned.start is None:
            raise ConflictError(sentence("schedule_empty"))
        await schedule_sync.request(session, campaign.id, on=True, unpause=True)
        await audit.note(session, "schedule turned on", "campaign", slug)
    await schedule_sync.sync_now(client, services.database, campaign.id, unpause=True)
    return await _schedule_view(client, services, campaign, planned)


@router.delete("/{slug}/schedule", dependencies=[Operator], responses=responses(401, 403, 404, 422, 503))
async def turn_schedule_off(slug: SlugPath, services: ServicesDep, client: TemporalDep) -> ScheduleView:
    """Launch it by hand only. Journeys that run go on."""
    async with services.database.transaction() as session:
        campaign = await campaigns.require(session, slug, lock=True)
        planned = await _planned(session, campaign)
        await schedule_sync.request(session, campaign.id, on=False)
        await audit.note(session, "schedule turned off", "campaign", slug)
    await schedule_sync.sync_now(client, services.database, campaign.id)
    return await _schedule_view(client, services, campaign, planned)


async def _after(services: ApiServices, campaign: Campaign) -> CampaignView:
    async with services.database.transaction() as session:
        return await campaign_view(session, campaign)


@router.post("/{slug}/pause", dependencies=[Operator], responses=_ERRORS)
async def pause_campaign(slug: SlugPath, services: ServicesDep) -> CampaignView:
    """Hold every journey at its next step, and start none."""
    return await _after(services, await lifecycle.pause(services.database, slug))


@router.post("/{slug}/resume", dependencies=[Operator], responses=_ERRORS)
async def resume_campaign(slug: SlugPath, services: ServicesDep, client: TemporalDep) -> CampaignView:
    """Let held journeys go on; waits that ended meanwhile end now."""
    return await _after(services, await lifecycle.resume(services.database, client, slug))


@router.post("/{slug}/retire", dependencies=[Operator], responses=_ERRORS)
async def retire_campaign(slug: SlugPath, services: ServicesDep, client: TemporalDep) -> CampaignView:
    """Take nobody new, for good; those inside finish."""
    return await _after(services, await lifecycle.retire(services.database, client, slug))


@router.post("/{slug}/stop", dependencies=[Operator], responses=_ERRORS)
async def stop_campaign(slug: SlugPath, services: ServicesDep, client: TemporalDep) -> CampaignView:
    """End every journey at once, for good."""
    return await _after(services, await lifecycle.stop(services.database, client, slug))
