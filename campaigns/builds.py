"""Which build of the workers takes new workflows: Temporal calls it the current version of the deployment.

Danger: while a deployment has no current version, a worker with a build id gets no work, and while it has one, a worker
without a build id gets none. Neither is an error anywhere in Temporal, so it is said here.
"""

import asyncio
from contextlib import suppress

import structlog
from prometheus_client import Gauge
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from config.settings import Settings
from store.campaigns import wakeups
from store.database.engine import Database

EVERY_SECONDS = 15.0
_current = Gauge(
    "campaign_flow_build_current", "1 where this worker's build takes new workflows, 0 where another does.", ["build"]
)
log = structlog.get_logger()


async def current_build(client: Client, settings: Settings) -> str | None:
    """The build in force; empty where none is, None while Temporal does not know the deployment."""
    request = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=settings.worker_deployment)
    try:
        found = await client.workflow_service.describe_worker_deployment(request, retry=True)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return found.worker_deployment_info.routing_config.current_deployment_version.build_id


async def put_in_force(client: Client, settings: Settings, build: str) -> None:
    """Let new workflows begin on this build; an empty name means workers without one.

    Raises:
        RPCError: Temporal refuses; it knows no such build until a worker of it has asked for work.

    """
    await client.workflow_service.set_worker_deployment_current_version(
        SetWorkerDeploymentCurrentVersionRequest(
            namespace=client.namespace,
            deployment_name=settings.worker_deployment,
            build_id=build,
            identity=client.identity,
        )
    )


async def roll_out(database: Database, client: Client, settings: Settings, build: str) -> int:
    """Put a build in force, and wake sleeping journeys so that they move to it; how many campaigns have such."""
    await put_in_force(client, settings, build)
    async with database.transaction() as session:
        return await wakeups.request_all(session, f"roll-out-{build or 'unversioned'}")


async def watch_build(client: Client, settings: Settings, stop: asyncio.Event) -> None:
    """Put this worker's build in force where none is; say so as long as another one is."""
    said = ""
    while not stop.is_set():
        try:
            said = await _look(client, settings, said)
        except RPCError as error:
            log.info("the current build is not known yet", error=error.status.name)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), EVERY_SECONDS if said else 1.0)


async def _look(client: Client, settings: Settings, said: str) -> str:
    mine = settings.worker_build_id
    current = await current_build(client, settings)
    if current is None:
        return ""
    if not current and mine:
        await put_in_force(client, settings, mine)
        log.info("the deployment had no current build: this one is now", build=mine)
        current = mine
    _current.labels(mine or "unversioned").set(current == mine)
    state = f"current:{current}"
    if current != mine and state != said:
        log.error(
            "this worker gets no new workflows: another build is current",
            build=mine or "unversioned",
            current=current,
            remedy=f"python -m campaigns.rollout {mine or '--unversioned'}",
        )
    return state
