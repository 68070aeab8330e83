"""The reference: the win-back path written by hand as one workflow, with the same sends and no database.

`python -m benchmarks.minimal --role workflows|sends` is its worker.
"""

import argparse
import asyncio
import signal
from datetime import timedelta
from uuid import UUID, uuid5

from pydantic import BaseModel
from temporalio import activity, workflow
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from config.settings import Settings
    from config.shutdown import exit_process
    from config.temporal import connect
    from domain.content import PushContent
    from domain.vocabulary import Category, Channel
    from providers.base import Outgoing
    from providers.registry import build_providers

QUEUE = "minimal"
SENDS = "minimal-sends"
_SPACE = UUID("0a8d6f0a-58b1-4a52-9c7e-3a4cfb6f3c11")


class MinimalInput(BaseModel):
    """One customer."""

    customer: UUID
    token: str
    wait_seconds: float


class MinimalSend(BaseModel):
    """One push."""

    customer: UUID
    token: str
    text: str


@workflow.defn
class MinimalWinBack:
    """Push, wait, check, push: what one would write for this one campaign."""

    @workflow.run
    async def run(self, input: MinimalInput) -> str:
        """Walk the path."""
        await self._push(input, "We miss you! Here's a 10% discount on your next purchase.")
        await workflow.sleep(timedelta(seconds=input.wait_seconds))
        opened = await workflow.execute_local_activity(
            "minimal_check", input.customer, result_type=bool, start_to_close_timeout=timedelta(seconds=20)
        )
        if not opened:
            await self._push(input, "Don't miss out! 10% off just for you.")
        return "completed"

    async def _push(self, input: MinimalInput, text: str) -> None:
        await workflow.execute_activity(
            "minimal_send",
            MinimalSend(customer=input.customer, token=input.token, text=text),
            task_queue=SENDS,
            start_to_close_timeout=timedelta(seconds=30),
        )


@activity.defn(name="minimal_check")
async def check(customer: UUID) -> bool:
    """Nobody opens anything: both sides take the long path."""
    return False


class Sends:
    """The same provider, by the same SDK, to the same sandbox."""

    def __init__(self, settings: Settings) -> None:
        provider = build_providers(settings).for_channel(Channel.PUSH)
        assert provider is not None
        self._provider = provider

    @activity.defn(name="minimal_send")
    async def send(self, input: MinimalSend) -> None:
        """Hand one push over."""
        await self._provider.send(
            Outgoing(
                message_id=uuid5(_SPACE, f"{input.customer}:{input.text}"),
                channel=Channel.PUSH,
                category=Category.MARKETING,
                address=input.token,
                content=PushContent(body=input.text),
                customer_id=input.customer,
            )
        )


async def _serve(role: str) -> None:
    settings = Settings()
    stop = asyncio.Event()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_, stop.set)
    client = await connect(settings)
    if role == "workflows":
        worker = Worker(
            client,
            task_queue=QUEUE,
            workflows=[MinimalWinBack],
            activities=[check],
            max_cached_workflows=2_000,
            no_remote_activities=True,
        )
    else:
        worker = Worker(
            client,
            task_queue=SENDS,
            activities=[Sends(settings).send],
            max_task_queue_activities_per_second=settings.push_per_second,
            max_concurrent_activities=settings.database_pool_size,
        )
    async with worker:
        await stop.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--role", choices=("workflows", "sends"), required=True)
    asyncio.run(_serve(parser.parse_args().role))
    exit_process(0)
