"""Start a launch of a campaign: one workflow, whose id is the launch's key."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from campaigns.temporal_errors import translate_rpc_errors
from config.temporal import CAMPAIGN_ID, CAMPAIGNS_QUEUE
from domain.errors import ConflictError
from domain.i18n import MomentParam, sentence, state
from domain.ids import run_id
from domain.vocabulary import CampaignState, RunState
from models import Campaign, CampaignRun
from store.access import audit
from store.campaigns import broadcasts, campaigns, outbox, runs
from store.campaigns.outbox import OutboxMessage
from store.database.engine import Database
from workflows.contracts import CAMPAIGN_WORKFLOW, CampaignRunInput

REPEAT_WINDOW = timedelta(minutes=10)
"""A launch so soon after another one is taken for the same one, unless it says `again`."""


class LaunchedLatelyError(ConflictError):
    """The campaign was launched a moment ago. `extra["launched"]` is {run_id, at, audience, state}."""

    code, title = "launched_lately", "Launched a moment ago"


@dataclass(frozen=True)
class Launch:
    """A launch that runs, or ran. `repeated` when it was begun before: nobody is enrolled twice."""

    run_id: UUID
    workflow_id: str
    repeated: bool


def start_note(run: CampaignRun) -> OutboxMessage:
    """What the relay is to start: the launch of this row."""
    told = {"campaign_id": str(run.campaign_id)}
    if run.not_before is not None:
        told["not_before"] = run.not_before.isoformat()
    return OutboxMessage("start_run", run.id, run.workflow_id, told)


def workflow_id(slug: str, key: str) -> str:
    """The id of the workflow of one launch."""
    return f"campaign/{slug}/{key}"


def search_attributes(campaign_id: UUID) -> TypedSearchAttributes:
    """What a campaign's own workflows are found by."""
    return TypedSearchAttributes([SearchAttributePair(CAMPAIGN_ID, str(campaign_id))])


def require_active(campaign: Campaign) -> None:
    """Refuse what only an active campaign can do.

    Raises:
        ConflictError: it is in another state.

    """
    if campaign.state != CampaignState.ACTIVE:
        raise ConflictError(sentence("takes_no_customers", state=state(campaign.state)), state=campaign.state)


async def launch(
    database: Database, client: Client, slug: str, key: str, *, again: bool = False, hold_seconds: int = 0
) -> Launch:
    """Launch the campaign's current version to its entry segment, evaluated now.

    The launch is written down before Temporal hears of it, while the campaign is locked: of any number of presses,
    tabs and retries within `REPEAT_WINDOW` one launches, and the others are answered with that one.

    Args:
        database: the database.
        client: the connection to Temporal.
        slug: the campaign.
        key: tells this launch from others; the same key again is the same launch.
        again: launch even though the campaign was launched within `REPEAT_WINDOW`.
        hold_seconds: it begins so much later, and can be undone until then.

    Raises:
        NotFoundError: there is no such campaign.
        ConflictError: the campaign is not active, or was launched just now; then `extra["launched"]` says what was.
        UnavailableError: Temporal can't be reached. The launch is kept: a repeat carries it out.

    """
    name = workflow_id(slug, key)
    async with database.transaction() as session:
        campaign = await campaigns.require(session, slug, lock=True)
        require_active(campaign)
        if await broadcasts.among(session, [campaign.id]):
            raise ConflictError(sentence("is_broadcast"))
        run, repeated = await _intended(session, campaign, name, again=again, hold_seconds=hold_seconds)
        if not repeated:
            await outbox.add(session, [start_note(run)])
            noted = {"key": key, "run_id": str(run.id), **({"again": True} if again else {})}
            await audit.note(session, "launched", "campaign", slug, noted)
    # The relay does the same; this is for whom Temporal is away from. Another press may have started it meanwhile.
    # Which of them is the launch, the row has said.
    with translate_rpc_errors(sentence("launch_kept")), suppress(WorkflowAlreadyStartedError):
        await client.start_workflow(
            CAMPAIGN_WORKFLOW,
            CampaignRunInput(campaign_id=campaign.id, launch=run.workflow_id),
            id=run.workflow_id,
            task_queue=CAMPAIGNS_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            search_attributes=search_attributes(campaign.id),
            static_summary=f"Launch of {campaign.name}",
            start_delay=_wait(run),
        )
    return Launch(run_id=run.id, workflow_id=run.workflow_id, repeated=repeated)


async def _intended(
    session: AsyncSession, campaign: Campaign, name: str, *, again: bool, hold_seconds: int
) -> tuple[CampaignRun, bool]:
    """The run that the caller means, and whether it was there before."""
    known = await campaigns.run(session, campaign.id, run_id(campaign.id, name))
    if known is not None:
        return known, True
    latest = None if again else await runs.latest_within(session, campaign.id, REPEAT_WINDOW)
    if latest is not None and latest.state != RunState.STARTING:
        raise launched_lately(latest)
    if latest is not None:
        return latest, True
    run = CampaignRun(
        id=run_id(campaign.id, name),
        campaign_id=campaign.id,
        version_id=_the(campaign.current_version_id),
        workflow_id=name,
        not_before=datetime.now(UTC) + timedelta(seconds=hold_seconds) if hold_seconds else None,
    )
    return await runs.open_run(session, run), False


def _wait(run: CampaignRun) -> timedelta | None:
    wait = run.not_before - datetime.now(UTC) if run.not_before else timedelta(0)
    return wait if wait > timedelta(0) else None


def launched_lately(run: CampaignRun) -> LaunchedLatelyError:
    """The refusal of a launch that seems to be this one again."""
    count = run.audience or 0
    return LaunchedLatelyError(
        sentence("launched_lately", moment=MomentParam(run.created_at), count=count),
        launched={"run_id": run.id, "at": run.created_at, "audience": count, "state": run.state},
    )


def _the(version_id: UUID | None) -> UUID:
    assert version_id is not None  # an active campaign has a version
    return version_id
