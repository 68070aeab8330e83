"""How the workflows of journeys and migrations are started and signalled: ids, queues and attributes in one place."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio.client import Client
from temporalio.common import (
    Priority,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError

from config.temporal import CAMPAIGN_ID, CAMPAIGNS_QUEUE, CUSTOMER_ID, JOURNEYS_QUEUE
from domain.admitted_journey import AdmittedJourney
from domain.ids import campaign_slug_of
from store.campaigns.reconcile import OpenRun
from workflows import policies
from workflows.contracts import (
    CAMPAIGN_VERSION,
    CAMPAIGN_WORKFLOW,
    EXPERIMENT_WORKFLOW,
    IMPORT_WORKFLOW,
    IMPORTS_QUEUE,
    JOURNEY_WORKFLOW,
    MIGRATION_WORKFLOW,
    PROMOTION_ORDER_WORKFLOW,
    SIGNAL_JOURNEY,
    SIGNAL_RESERVED,
    CampaignRunInput,
    ContinuedLaunch,
    ExperimentInput,
    ImportInput,
    JourneyInput,
    JourneySignal,
    MigrationInput,
    PromotionOrderInput,
    RunProgress,
)


@dataclass(frozen=True)
class JourneyStart:
    """What Temporal is told about a new journey. No personal data: it stays in history."""

    journey_id: UUID
    workflow_id: str
    campaign_id: UUID
    customer_id: UUID
    version_number: int
    priority: int = 3
    campaign_name: str = ""

    @classmethod
    def of(cls, journey: AdmittedJourney) -> "JourneyStart":
        """Of one that was made just now."""
        return cls.read(journey.id, journey.workflow_id, journey.told())

    @classmethod
    def read(cls, journey_id: UUID, workflow_id: str, told: Mapping[str, Any]) -> "JourneyStart":
        """Out of what `AdmittedJourney.told` wrote."""
        return cls(
            journey_id=journey_id,
            workflow_id=workflow_id,
            campaign_id=UUID(told["campaign_id"]),
            customer_id=UUID(told["customer_id"]),
            version_number=int(told["version_number"]),
            priority=int(told.get("priority", 3)),
            campaign_name=str(told.get("campaign_name", "")),
        )


async def start_journey(client: Client, start: JourneyStart, *, again: bool = False, app_url: str = "") -> bool:
    """Start the journey's workflow, once. False when it was started before (a repeat is harmless).

    Args:
        client: the connection to Temporal.
        start: the journey.
        again: start it although a workflow of that id has closed; one that runs goes on.
        app_url: of the application, for links from Temporal's UI.

    """
    allowed = WorkflowIDReusePolicy.ALLOW_DUPLICATE if again else WorkflowIDReusePolicy.REJECT_DUPLICATE
    try:
        await client.start_workflow(
            JOURNEY_WORKFLOW,
            JourneyInput(journey_id=start.journey_id),
            id=start.workflow_id,
            task_queue=JOURNEYS_QUEUE,
            id_reuse_policy=allowed,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            priority=Priority(priority_key=start.priority, fairness_key=start.campaign_id.hex[:12]),
            search_attributes=TypedSearchAttributes(
                [
                    SearchAttributePair(CAMPAIGN_ID, str(start.campaign_id)),
                    SearchAttributePair(CUSTOMER_ID, str(start.customer_id)),
                    SearchAttributePair(CAMPAIGN_VERSION, start.version_number),
                ]
            ),
            static_summary=start.campaign_name or None,
            static_details=_links(start, app_url) if app_url else None,
        )
    except WorkflowAlreadyStartedError:
        return False
    return True


def _links(start: JourneyStart, app_url: str) -> str:
    """What Temporal's UI shows an operator, in Markdown. Ids only: it stays in history."""
    base = f"{app_url.rstrip('/')}/app"
    return (
        f"[Journey]({base}/journeys/{start.journey_id})"
        f" · [Customer]({base}/customers/{start.customer_id})"
        f" · [Campaign]({base}/campaigns/{campaign_slug_of(start.workflow_id)}/monitor)"
    )


async def signal_journey(client: Client, workflow_id: str, signal: JourneySignal) -> None:
    """Tell a journey that something concerns it.

    Raises:
        temporalio.service.RPCError: with status NOT_FOUND when its workflow is over.

    """
    await client.get_workflow_handle(workflow_id).signal(SIGNAL_JOURNEY, signal)


async def start_migration(client: Client, migration_id: UUID, workflow_id: str, campaign_id: UUID) -> None:
    """Start a migration's workflow; one that is under way goes on, one that has ended begins again."""
    await client.start_workflow(
        MIGRATION_WORKFLOW,
        MigrationInput(migration_id=migration_id),
        id=workflow_id,
        task_queue=CAMPAIGNS_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        search_attributes=TypedSearchAttributes([SearchAttributePair(CAMPAIGN_ID, str(campaign_id))]),
    )


async def start_experiment(client: Client, experiment_id: UUID, campaign_id: UUID) -> None:
    """Start looking at an experiment; who looks already goes on."""
    await client.start_workflow(
        EXPERIMENT_WORKFLOW,
        ExperimentInput(experiment_id=experiment_id, pause_seconds=policies.LOOK_PAUSE_SECONDS),
        id=f"experiment/{experiment_id}",
        task_queue=CAMPAIGNS_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        search_attributes=TypedSearchAttributes([SearchAttributePair(CAMPAIGN_ID, str(campaign_id))]),
    )


async def begin_run(client: Client, campaign_id: UUID, workflow_id: str, not_before: datetime | None) -> bool:
    """Start a launch's workflow, once; it begins at `not_before`. False when it was started before.

    Its time is over while Temporal or the relay is away: then it begins at once.
    """
    wait = not_before - datetime.now(UTC) if not_before else timedelta(0)
    try:
        await client.start_workflow(
            CAMPAIGN_WORKFLOW,
            CampaignRunInput(campaign_id=campaign_id, launch=workflow_id),
            id=workflow_id,
            task_queue=CAMPAIGNS_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            search_attributes=TypedSearchAttributes([SearchAttributePair(CAMPAIGN_ID, str(campaign_id))]),
            start_delay=wait if wait > timedelta(0) else None,
        )
    except WorkflowAlreadyStartedError:
        return False
    return True


async def start_run(client: Client, run: OpenRun) -> None:
    """Start a launch again from its row: from its first page if the audience is stored. Nobody enters twice."""
    done = RunProgress(run_id=run.id, state=run.state, audience=run.audience)
    continued = ContinuedLaunch(progress=done, position=0) if run.audience is not None else None
    await client.start_workflow(
        CAMPAIGN_WORKFLOW,
        CampaignRunInput(campaign_id=run.campaign_id, launch=run.workflow_id, continued=continued),
        id=run.workflow_id,
        task_queue=CAMPAIGNS_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        search_attributes=TypedSearchAttributes([SearchAttributePair(CAMPAIGN_ID, str(run.campaign_id))]),
    )


async def wait_for_reservation(client: Client, order_key: UUID, workflow_id: str) -> None:
    """Start what ends the order's reservation; one that runs already looks at the order again."""
    await client.start_workflow(
        PROMOTION_ORDER_WORKFLOW,
        PromotionOrderInput(order_key=order_key),
        id=workflow_id,
        task_queue=CAMPAIGNS_QUEUE,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=SIGNAL_RESERVED,
    )


async def start_import(client: Client, import_id: UUID, *, again: bool = False) -> None:
    """Start an import's workflow; one that is under way goes on, one that has ended begins again only with `again`."""
    reuse = WorkflowIDReusePolicy.ALLOW_DUPLICATE if again else WorkflowIDReusePolicy.REJECT_DUPLICATE
    with suppress(WorkflowAlreadyStartedError):
        await client.start_workflow(
            IMPORT_WORKFLOW,
            ImportInput(import_id=import_id),
            id=f"import/{import_id}",
            task_queue=IMPORTS_QUEUE,
            id_reuse_policy=reuse,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
