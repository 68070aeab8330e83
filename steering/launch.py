"""Start a launch of a campaign: one workflow, whose id is the launch's key."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from config.temporal import CAMPAIGN_ID, CAMPAIGNS_QUEUE
from domain.errors import ConflictError
from domain.ids import run_id
from domain.sentences import sentence, state
from domain.vocabulary import CampaignState
from models import Campaign
from steering.reach import reaching_temporal
from workflows.contracts import CAMPAIGN_WORKFLOW, CampaignRunInput


@dataclass(frozen=True)
class Launch:
    """A launch that runs, or ran. `repeated` when its key was used before: nobody is enrolled twice."""

    run_id: UUID
    workflow_id: str
    repeated: bool


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


async def launch(client: Client, campaign: Campaign, key: str, customer_ids: Sequence[UUID] | None = None) -> Launch:
    """Launch the campaign's current version.

    Args:
        client: the connection to Temporal.
        campaign: an active campaign.
        key: tells this launch from others; the same key again is the same launch.
        customer_ids: only these; by default the entry segment, evaluated now.

    Raises:
        ConflictError: the campaign is not active.
        UnavailableError: Temporal can't be reached.

    """
    require_active(campaign)
    name = workflow_id(campaign.slug, key)
    ids = list(customer_ids) if customer_ids is not None else None
    repeated = False
    with reaching_temporal():
        try:
            await client.start_workflow(
                CAMPAIGN_WORKFLOW,
                CampaignRunInput(campaign_id=campaign.id, customer_ids=ids),
                id=name,
                task_queue=CAMPAIGNS_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                search_attributes=search_attributes(campaign.id),
                static_summary=f"Launch of {campaign.name}",
            )
        except WorkflowAlreadyStartedError:
            repeated = True
    return Launch(run_id=run_id(campaign.id, name), workflow_id=name, repeated=repeated)
