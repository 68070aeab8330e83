"""The connection to Temporal, and the names of its task queues and search attributes."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client, Interceptor
from temporalio.common import SearchAttributeKey, VersioningBehavior, WorkerDeploymentVersion
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.worker import WorkerDeploymentConfig

from config.encryption import EncryptingCodec
from config.failure_converter import EncodedDiscreetFailures, RedactingFailureConverter
from config.settings import Settings
from domain.vocabulary import Channel

JOURNEYS_QUEUE = "journeys"
CAMPAIGNS_QUEUE = "campaigns"

CAMPAIGN_ID = SearchAttributeKey.for_keyword("CampaignId")
CUSTOMER_ID = SearchAttributeKey.for_keyword("CustomerId")
SEARCH_ATTRIBUTES = {"CampaignId": "Keyword", "CustomerId": "Keyword", "CampaignVersion": "Int"}


def send_queue(channel: Channel | str) -> str:
    """The task queue of a channel's sends, so that the server can hold its rate for the whole fleet."""
    name = Channel(channel)
    return f"send-{'push' if name is Channel.SILENT_PUSH else name.value.replace('_', '-')}"


def converter(settings: Settings) -> DataConverter:
    """How payloads are written: as Pydantic's JSON; encrypted, with the kinds of errors, where there is a key."""
    if not settings.payload_keys:
        return dataclasses.replace(pydantic_data_converter, failure_converter_class=RedactingFailureConverter)
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=EncryptingCodec([key.get_secret_value() for key in settings.payload_keys]),
        failure_converter_class=EncodedDiscreetFailures,
    )


def deployment(
    settings: Settings, behavior: VersioningBehavior = VersioningBehavior.PINNED
) -> WorkerDeploymentConfig | None:
    """How a worker of workflows names its build; None where no build id is set.

    Args:
        settings: name the deployment and the build.
        behavior: of the worker's workflows when another build becomes current. It belongs here and not into
            `workflow.defn`: the server refuses every task of a workflow that states one on a worker without a build.

    """
    if not settings.worker_build_id:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(settings.worker_deployment, settings.worker_build_id),
        use_worker_versioning=True,
        # A run stays on its build; journeys move to the next one themselves, by continuing as new at a safe point.
        default_versioning_behavior=behavior,
    )


async def connect(settings: Settings, *, lazy: bool = False, interceptors: Sequence[Interceptor] = ()) -> Client:
    """A client of the configured server.

    Args:
        settings: where the server is.
        lazy: connect at the first call instead of now.
        interceptors: of the client; those that are a worker's too are used by its workers.

    Raises:
        RuntimeError: it can't be reached (with `lazy`, the first call raises).

    """
    return await Client.connect(
        settings.temporal_address,
        namespace=settings.temporal_namespace,
        api_key=settings.temporal_api_key.get_secret_value() if settings.temporal_api_key else None,
        tls=settings.temporal_tls,
        data_converter=converter(settings),
        lazy=lazy,
        interceptors=interceptors,
    )


async def ask_namespace(client: Client | None) -> None:
    """Ask the server for our namespace: whether it can be reached, and knows us.

    Raises:
        ConnectionError: there is no client yet.
        RPCError: it can't be reached, or refuses.

    """
    if client is None:
        raise ConnectionError("not connected to Temporal yet")
    request = DescribeNamespaceRequest(namespace=client.namespace)
    await client.workflow_service.describe_namespace(request, timeout=timedelta(seconds=2))
