"""How the installation is, for people: what its gauges say, and what of it is trouble."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentRequest
from temporalio.client import Client
from temporalio.service import RPCError

from config.redaction import redacted
from config.settings import Settings
from domain.status import FailingProvider, Queue, Trouble, troubles
from domain.vocabulary import JourneyState
from ingestion import backlogs
from store.database.engine import Database
from store.messages import circuit_breakers, possible_opt_outs
from store.messages.circuit_breakers import KeyCheckResult
from store.metrics import gauges
from store.metrics.gauges import GaugeReadings
from store.metrics.heartbeats import SWEEP, WEBHOOK

_DEADLINE_SECONDS = 3.0


@dataclass(frozen=True)
class ProviderStatus:
    """A provider of which something bad is known."""

    name: str
    kind: str
    since: datetime
    reason: str
    """Its own words, without addresses."""
    held_until: datetime | None


@dataclass(frozen=True)
class KeyStatus:
    """What a provider said last of our key."""

    result: KeyCheckResult
    at: datetime


@dataclass(frozen=True)
class Builds:
    """The worker deployment, where builds have names."""

    current: str | None
    known: Sequence[str]


@dataclass(frozen=True)
class Status:
    """One moment of the installation."""

    troubles: Sequence[Trouble]
    failing: Sequence[ProviderStatus]
    keys: Mapping[str, KeyStatus]
    """Provider -> what it said; those that no worker has asked yet are not there."""
    queues: Sequence[Queue] | None
    """None: Temporal does not answer."""
    figures: GaugeReadings
    sweep_seconds: float | None
    webhooks: Mapping[str, float]
    """Provider -> seconds since its webhook last came."""
    builds: Builds | None
    possible_opt_outs: int
    """Inbound SMS that wait for a person."""


async def read(database: Database, client: Client | None, settings: Settings) -> Status:
    """Ask PostgreSQL and Temporal now; Temporal may be away.

    Raises:
        sqlalchemy.exc.DBAPIError: PostgreSQL is away.

    """
    async with database.transaction() as session:
        figures = await gauges.read(session)
        rows = await circuit_breakers.every(session)
        waiting = await possible_opt_outs.count_open(session)
    failing = [
        ProviderStatus(row.provider, row.kind or "", row.failing_since, redacted(row.reason), row.open_until)
        for row in rows
        if row.failing_since is not None
    ]
    keys = {
        row.provider: KeyStatus(cast("KeyCheckResult", row.key_check), row.key_checked_at)
        for row in rows
        if row.key_check is not None and row.key_checked_at is not None
    }
    queues, builds = await _temporal(client, settings)
    sweep = figures.ages.get(SWEEP)
    found = troubles(
        providers=[FailingProvider(one.provider, one.kind, one.seconds) for one in figures.failing],
        queues=queues,
        sweep_seconds=sweep,
        outbox_seconds=figures.outbox.lag_seconds,
        failed_journeys=figures.active.get(JourneyState.FAILED, 0),
    )
    webhooks = {n.removeprefix(WEBHOOK): age for n, age in figures.ages.items() if n.startswith(WEBHOOK)}
    return Status(list(found), failing, keys, queues, figures, sweep, webhooks, builds, waiting)


async def _temporal(client: Client | None, settings: Settings) -> tuple[list[Queue] | None, Builds | None]:
    if client is None:
        return None, None
    try:
        async with asyncio.timeout(_DEADLINE_SECONDS):
            read = await backlogs.read(client)
            builds = await _builds(client, settings.worker_deployment)
    except (TimeoutError, RPCError, RuntimeError):
        return None, None
    return [Queue(one.queue, one.waiting, one.age_seconds, one.pollers) for one in read], builds


async def _builds(client: Client, deployment: str) -> Builds | None:
    request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=deployment)
    try:
        answer = await client.workflow_service.describe_worker_deployment(request)
    except RPCError:  # no worker has named a build
        return None
    info = answer.worker_deployment_info
    current = info.routing_config.current_deployment_version.build_id or None
    return Builds(current, [one.deployment_version.build_id for one in info.version_summaries])
