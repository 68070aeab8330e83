"""Tell every running journey of a campaign to look at where it stands, by one batch operation of Temporal's."""

import asyncio
from uuid import UUID, uuid4

from temporalio.api.batch.v1 import BatchOperationSignal
from temporalio.api.common.v1 import Payloads
from temporalio.api.workflowservice.v1 import StartBatchOperationRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from steering.reach import reaching_temporal
from workflows.contracts import JOURNEY_WORKFLOW, SIGNAL_LOOK, Look

_TRIES = 6


async def wake_journeys(client: Client, campaign_id: UUID, reason: str) -> str:
    """Signal all of them, in the server, however many; returns the batch's job id.

    The campaign's state must be committed before: it is what a woken journey reads. A journey that the server's index
    does not show yet misses the signal, and reads the state at its next step.

    Raises:
        UnavailableError: Temporal can't be reached, or other batch operations run (a namespace has few at a time).

    """
    job_id = str(uuid4())
    payloads = await client.data_converter.encode([Look(id=f"{reason}:{job_id}")])
    request = StartBatchOperationRequest(
        namespace=client.namespace,
        job_id=job_id,
        reason=reason,
        visibility_query=(
            f"WorkflowType = '{JOURNEY_WORKFLOW}' AND CampaignId = '{campaign_id}' AND ExecutionStatus = 'Running'"
        ),
        signal_operation=BatchOperationSignal(
            signal=SIGNAL_LOOK, input=Payloads(payloads=payloads), identity=client.identity
        ),
    )
    with reaching_temporal("The campaign's state is saved, and journeys see it at their next step"):
        for attempt in range(_TRIES):
            try:
                await client.workflow_service.start_batch_operation(request)
                break
            except RPCError as error:
                # The server runs few batches at a time, and refuses more.
                if error.status is not RPCStatusCode.RESOURCE_EXHAUSTED or attempt == _TRIES - 1:
                    raise
                await asyncio.sleep(0.5 * 2**attempt)
    return job_id
