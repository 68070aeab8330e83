"""What the relay tells Temporal with: the outbox's notes, as starts and signals of journeys."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.journey_client import (
    JourneyStart,
    begin_run,
    signal_journey,
    start_experiment,
    start_import,
    start_journey,
    start_migration,
    wait_for_reservation,
)
from ingestion.relay import WorkflowNotFoundError
from store.campaigns.outbox import START_IMPORT, SYNC_SCHEDULE, OutboxMessage
from workflows.contracts import JourneySignal


class SyncSchedule(Protocol):
    """Brings Temporal's schedule of a campaign to what its row says."""

    async def __call__(self, campaign_id: UUID, *, unpause: bool = False) -> None: ...  # noqa: D102


class OutboxPublisher:
    """A `ingestion.relay.Publisher` on a Temporal client."""

    def __init__(
        self,
        client: Client,
        sync_schedule: SyncSchedule | None = None,
        tell_promotions: Callable[[OutboxMessage], Awaitable[None]] | None = None,
        *,
        app_url: str = "",
    ) -> None:
        """A publisher.

        Args:
            client: the connection to Temporal.
            sync_schedule: `campaigns.schedule_sync.sync`, bound by the composition root.
            tell_promotions: `ingestion.promotions.notes.PromotionNotes.tell`, bound by the composition root.
            app_url: the application's, for links from Temporal's UI.

        """
        self._app_url = app_url
        self._client = client
        self._tell_promotions = tell_promotions
        self._sync_schedule = sync_schedule

    async def tell(self, note: OutboxMessage) -> None:
        """Start or signal what the note is about; a repeat changes nothing.

        Raises:
            GoneError: the journey to signal has ended.

        """
        if note.kind == "start_journey":
            await start_journey(
                self._client,
                JourneyStart.read(note.journey_id, note.workflow_id, note.payload),
                again=bool(note.payload.get("again")),
                app_url=self._app_url,
            )
            return
        if note.kind == "start_migration":
            await start_migration(self._client, note.journey_id, note.workflow_id, UUID(note.payload["campaign_id"]))
            return
        if note.kind == "start_experiment":
            await start_experiment(self._client, note.journey_id, UUID(note.payload["campaign_id"]))
            return
        if note.kind in ("promotion_event", "redeem_order"):
            if self._tell_promotions is None:
                raise ValueError("this publisher was given nothing that knows promotions")
            await self._tell_promotions(note)
            return
        if note.kind == "end_reservation":
            await wait_for_reservation(self._client, note.journey_id, note.workflow_id)
            return
        if note.kind == SYNC_SCHEDULE:
            if self._sync_schedule is None:
                raise ValueError("this publisher was given nothing that knows schedules")
            await self._sync_schedule(note.journey_id, unpause=bool(note.payload.get("unpause")))
            return
        if note.kind == START_IMPORT:
            await start_import(self._client, note.journey_id)
            return
        if note.kind == "start_run":
            await begin_run(self._client, UUID(note.payload["campaign_id"]), note.workflow_id, _not_before(note))
            return
        try:
            await signal_journey(self._client, note.workflow_id, JourneySignal.model_validate(note.payload))
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise WorkflowNotFoundError from error
            raise


def _not_before(note: OutboxMessage) -> datetime | None:
    at = note.payload.get("not_before")
    return datetime.fromisoformat(at) if at else None
