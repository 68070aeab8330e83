"""SIGTERM while a message is at the provider: the sender learns the answer, writes it down and then ends."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import httpx
import pytest_asyncio
from temporalio.client import Client

from providers.sandbox.app import Options, create_app
from providers.sandbox.faults import Faults
from providers.sandbox.recipient_model import Behaviour
from providers.sandbox.server import make_server
from providers.sandbox.test_keys import make_keys, sandbox_environment
from stack.ports import Ports
from stack.run_folder import ROOT
from tests.journey_driver import END, ENTRY, World, email, flow
from tests.providers.conftest import Served

SLOW = Faults(latency_seconds=4)
CUSTOMERS = 4


@pytest_asyncio.fixture
async def sandbox(tmp_path) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, str]]]:
    """A provider that takes its time before it takes anything; no webhook of its tells what it took."""
    keys = make_keys()
    options = Options(
        data=str(tmp_path / "inbox.sqlite"),
        api_url="http://127.0.0.1:9",
        keys=keys,
        behaviour=Behaviour(mode="off"),
        faults=SLOW,
    )
    served = Served(lambda _: make_server(create_app(options), "127.0.0.1", 0))
    async with httpx.AsyncClient(base_url=served.url) as client:
        yield client, sandbox_environment(served.url, "http://127.0.0.1:9", keys)
    served.stop()


async def test_a_sender_that_is_told_to_stop_finishes_what_is_at_the_provider(
    world: World, temporal_client: Client, temporal_address: str, sandbox: tuple[httpx.AsyncClient, dict[str, str]]
):
    inbox, environment = sandbox
    (port,) = Ports().claim(["metrics"]).values()
    environment = {
        **os.environ,
        **environment,
        "CAMPAIGN_FLOW_DATABASE_URL": world.settings.database_url,
        "CAMPAIGN_FLOW_TEMPORAL_ADDRESS": temporal_address,
        "CAMPAIGN_FLOW_METRICS_PORT": str(port),
    }
    campaign_id = await world.campaign(flow(ENTRY, email("offer"), END))
    sender = await asyncio.create_subprocess_exec(
        sys.executable, "worker.py", "--role", "senders", cwd=ROOT, env=environment, start_new_session=True
    )
    try:
        await until_ready(port)
        async with world.workers(temporal_client, sending=False):
            handles = []
            for number in range(CUSTOMERS):
                journey_id = await world.journey(campaign_id, await world.customer(f"c-{number}"))
                handles.append(await world.start(temporal_client, journey_id))
            await until_at_the_provider(world)
            sender.send_signal(signal.SIGTERM)
            async with asyncio.timeout(60):
                assert await sender.wait() == 0
            # the sender is gone, and all of it is known: nobody else could have asked the provider
            assert {message.state for message in await world.messages()} == {"accepted"}
            results = await asyncio.gather(*(handle.result() for handle in handles))
    finally:
        if sender.returncode is None:
            sender.kill()
            await sender.wait()
    assert [result.reason for result in results] == ["completed"] * CUSTOMERS
    taken = (await inbox.get("/sandbox/stats")).json()
    assert taken["accepted"] == CUSTOMERS


async def until_ready(port: int) -> None:
    async with asyncio.timeout(60), httpx.AsyncClient() as client:
        while True:
            try:
                answer = await client.get(f"http://127.0.0.1:{port}/readyz")
                if answer.is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


async def until_at_the_provider(world: World) -> None:
    async with asyncio.timeout(60):
        while [message.state for message in await world.messages()] != ["reserved"] * CUSTOMERS:
            await asyncio.sleep(0.02)
