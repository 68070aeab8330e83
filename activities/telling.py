"""The relay's way to Temporal: a note of the outbox becomes a workflow's start, or a signal to it."""

from uuid import UUID

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from ingestion.relay import GoneError
from store.outbox import Note
from workflows.contracts import Look
from workflows.starting import JourneyStart, signal_journey, start_journey


class TemporalTeller:
    """Implements `ingestion.relay.Teller`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def tell(self, note: Note) -> None:
        """Start or signal. Raises GoneError for a signal to a workflow that has ended."""
        if note.kind == "start_journey":
            await start_journey(self._client, _start(note))
            return
        try:
            await signal_journey(self._client, note.workflow_id, Look.model_validate(note.payload))
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise GoneError(note.workflow_id) from error
            raise


def _start(note: Note) -> JourneyStart:
    told = note.payload
    return JourneyStart(
        journey_id=note.journey_id,
        workflow_id=note.workflow_id,
        campaign_id=UUID(told["campaign_id"]),
        customer_id=UUID(told["customer_id"]),
        version_number=told["version_number"],
        priority=told["priority"],
        campaign_name=told["campaign_name"],
    )
