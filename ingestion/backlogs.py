"""What waits in Temporal's task queues, and whether anybody takes it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, DescribeTaskQueueResponse
from temporalio.client import Client

from config.temporal import CAMPAIGNS_QUEUE, JOURNEYS_QUEUE, send_queue
from domain.vocabulary import Channel
from workflows.contracts import HTTP_QUEUE, IMPORTS_QUEUE, UPKEEP_QUEUE
from workflows.intelligence_contracts import INTELLIGENCE_QUEUE

QUEUES = (
    JOURNEYS_QUEUE,
    CAMPAIGNS_QUEUE,
    IMPORTS_QUEUE,
    UPKEEP_QUEUE,
    INTELLIGENCE_QUEUE,
    *dict.fromkeys(send_queue(channel) for channel in Channel),
    HTTP_QUEUE,
)
_KINDS = (TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY)
_CALL = timedelta(seconds=5)
_PRESENT = timedelta(minutes=2)
"""A worker polls for a minute at most: one that has not asked for two is gone, though the server still lists it."""


@dataclass(frozen=True)
class QueueBacklog:
    """One task queue, its workflow and activity tasks together."""

    queue: str
    waiting: int
    """Tasks that no worker has taken yet; Temporal's estimate."""
    age_seconds: float
    """How long the oldest of them has waited."""
    pollers: int
    """Pollers of the last two minutes; 0: nobody works here."""


async def read(client: Client, queues: Sequence[str] = QUEUES) -> list[QueueBacklog]:
    """Ask Temporal for each queue.

    Raises:
        RPCError: it can't be reached.

    """
    return list(await asyncio.gather(*(_read(client, queue) for queue in queues)))


async def _read(client: Client, queue: str) -> QueueBacklog:
    answers = await asyncio.gather(*(_describe(client, queue, kind) for kind in _KINDS))
    since = datetime.now(UTC) - _PRESENT
    seen = {
        poller.identity
        for answer in answers
        for poller in answer.pollers
        if poller.last_access_time.ToDatetime(UTC) >= since
    }
    return QueueBacklog(
        queue,
        waiting=sum(answer.stats.approximate_backlog_count for answer in answers),
        age_seconds=max(answer.stats.approximate_backlog_age.ToTimedelta().total_seconds() for answer in answers),
        pollers=len(seen),
    )


async def _describe(client: Client, queue: str, kind: "TaskQueueType.ValueType") -> DescribeTaskQueueResponse:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind, report_stats=True
    )
    return await client.workflow_service.describe_task_queue(request, timeout=_CALL)
