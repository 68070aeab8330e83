"""A deadline is about a provider that refuses: its journeys go on, and a long queue loses nobody."""

import asyncio
from collections.abc import Callable

import pytest
from temporalio.client import Client

from providers.base import ConfigurationError, SendError, ThrottledError, TransientError
from tests.activities.test_http_call import calling, shop
from tests.journey_driver import ENTRY, World, flow, push, steps_of

REFUSALS: list[Callable[[], SendError]] = [
    lambda: TransientError("HTTP 503"),
    lambda: ThrottledError("too fast", retry_after=3600),
    lambda: ConfigurationError("HTTP 401: bad key"),
]

ENDS = [{"id": name, "type": "end", "data": {"reason": name}} for name in ("reached", "missed")]
OFFER = flow(ENTRY, push("offer"), *ENDS, edges=["entry>offer", "offer.next>reached", "offer.not_sent>missed"])


@pytest.mark.parametrize("refusal", REFUSALS, ids=["away", "throttling", "wrong key"])
async def test_a_provider_that_refuses_for_longer_than_the_deadline_lets_the_journey_go_on(
    world: World, temporal_client: Client, refusal: Callable[[], SendError]
):
    world.settings.time_scale, world.settings.send_deadline_hours = 1e-5, 50  # 1.8 seconds
    world.providers.provider.script = [refusal() for _ in range(1000)]
    async with world.workers(temporal_client):
        campaign_id = await world.campaign(OFFER)
        journey_id = await world.journey(campaign_id, await world.customer())
        result = await (await world.start(temporal_client, journey_id)).result()
    (message,) = await world.messages()
    assert (result.reason, message.state, message.attempts >= 2) == ("missed", "failed", True)
    assert message.said is not None
    assert message.said["code"] == "given_up"
    assert "would not take it for 50 hours" in (message.reason or "")
    assert steps_of(await world.steps(journey_id))[1] == "offer:not_sent"
    assert world.sent == []


async def test_a_queue_longer_than_the_deadline_loses_nobody(world: World, temporal_client: Client):
    world.settings.time_scale, world.settings.send_deadline_hours = 1e-5, 50  # 1.8 seconds
    world.settings.push_per_second = 3
    # two of them meet a provider that is briefly away, and then wait for their turn once more
    world.providers.provider.script = [TransientError("HTTP 503"), TransientError("HTTP 503")]
    async with world.workers(temporal_client):
        campaign_id = await world.campaign(OFFER)
        journeys = [await world.journey(campaign_id, await world.customer(f"c-{n}")) for n in range(15)]
        handles = [await world.start(temporal_client, journey_id) for journey_id in journeys]
        results = await asyncio.gather(*(handle.result() for handle in handles))
    assert [result.reason for result in results] == ["reached"] * 15
    assert len(world.sent) == 15
    assert {message.state for message in await world.messages()} == {"accepted"}


async def test_a_call_that_is_refused_for_longer_than_the_deadline_leaves_by_failed(
    world: World, temporal_client: Client
):
    world.settings.time_scale, world.settings.send_deadline_hours = 1e-5, 50
    world.settings.http_call_networks = ["127.0.0.0/8"]
    async with shop("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n") as (port, asked), world.workers(temporal_client):
        campaign_id = await world.campaign(calling(f"http://127.0.0.1:{port}/hook"))
        journey_id = await world.journey(campaign_id, await world.customer())
        result = await (await world.start(temporal_client, journey_id)).result()
    log = await world.steps(journey_id)
    assert (result.reason, steps_of(log)[1], len(asked) >= 2) == ("missed", "call:failed", True)
    assert "answered 503" in log[1].why


async def test_a_slow_server_that_never_ends_its_headers_gives_its_slot_back(world: World, temporal_client: Client):
    """httpx's own time-outs are per read: a byte a second keeps them all from ever being over."""
    world.settings.time_scale, world.settings.send_deadline_hours = 1e-5, 50
    world.settings.http_call_networks = ["127.0.0.0/8"]

    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        try:
            while True:
                writer.write(b"x-more: y\r\n")
                await writer.drain()
                await asyncio.sleep(0.2)
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server, world.workers(temporal_client):
        drawn = calling(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", timeout_seconds=1)
        campaign_id = await world.campaign(drawn)
        journey_id = await world.journey(campaign_id, await world.customer())
        result = await (await world.start(temporal_client, journey_id)).result()
        server.close()
    assert result.reason == "missed"
