"""HTTP calls: to the world outside alone, never redirected, and told in the step log."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any

import httpx
import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.http_call import HttpActivities
from activities.journey import JourneyActivities
from activities.ssrf_guard import NotPublicError, PublicOnly, may_be_called, networks
from tests.journey_driver import ENTRY, World, flow, steps_of
from workflows.contracts import AdvanceInput, Decision, HttpCall, StepInput

INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255",
    "224.0.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "fec0::1", "feff::1", "168.63.129.16", "::ffff:168.63.129.16", "192.0.0.192", "fd00:ec2::254",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_the_inside_are_not_called(address: str):
    assert not may_be_called(ip_address(address), [])


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_public_ones_are(address: str):
    assert may_be_called(ip_address(address), [])


@pytest.mark.parametrize("address", ["10.20.3.4", "::ffff:10.20.3.4"])
def test_so_are_those_that_the_operator_allows(address: str):
    assert may_be_called(ip_address(address), networks(["10.20.0.0/16", "fd00::/8"]))
    assert not may_be_called(ip_address("10.21.0.1"), networks(["10.20.0.0/16"]))


@pytest.mark.parametrize("addresses", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::1", "93.184.216.34"]])
async def test_one_bad_address_of_a_name_is_enough(addresses: list[str]):
    async def resolver(_host: str, _port: int) -> list[str]:
        return addresses

    async with httpx.AsyncClient(transport=PublicOnly(resolver=resolver), trust_env=False) as client:
        with pytest.raises(NotPublicError, match="not a public address"):
            await client.get("http://harmless.example/")


@asynccontextmanager
async def shop(answer: str) -> AsyncIterator[tuple[int, list[str]]]:
    """A server that gives this answer to every request; its port, and the requests it got."""
    asked: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        asked.append(head.decode())
        writer.write(answer.encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


def calling(url: str, **data: Any):
    call = {"id": "call", "type": "http_call", "data": {"url": url, "method": "GET", **data}}
    ends = [{"id": name, "type": "end", "data": {"reason": name}} for name in ("told", "missed")]
    return flow(ENTRY, call, *ends, edges=["entry>call", "call.next>told", "call.failed>missed"])


async def call(world: World, url: str) -> list[Any]:
    """Walk to the call and make it; the step log."""
    campaign_id = await world.campaign(calling(url))
    journey_id = await world.journey(campaign_id, await world.customer())
    entered: Decision = await ActivityEnvironment().run(
        JourneyActivities(world.services).advance, AdvanceInput(journey_id=journey_id, seq=0, cause="enter")
    )
    assert isinstance(entered.next, HttpCall)
    step = StepInput(journey_id=journey_id, seq=entered.next.seq)
    await ActivityEnvironment().run(HttpActivities(world.services).call_http, step)
    return await world.steps(journey_id)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "[::ffff:127.0.0.1]"])
async def test_a_call_to_this_machine_is_not_made(world: World, host: str):
    async with shop("HTTP/1.1 204 No Content\r\n\r\n") as (port, asked):
        log = await call(world, f"http://{host}:{port}/admin")
    assert (steps_of(log)[1], asked) == ("call:failed", [])
    assert "not a public address" in log[1].why


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("HTTP/1.1 204 No Content\r\n\r\n", "call:next"),
        ("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "call:failed"),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "call:failed"),
    ],
)
async def test_what_is_answered_decides_the_port(world: World, answer: str, left: str):
    world.settings.http_call_networks = ["127.0.0.0/8"]
    async with shop(answer) as (port, asked):
        log = await call(world, f"http://127.0.0.1:{port}/hook")
    assert steps_of(log)[1] == left
    [request] = asked
    assert f"Host: 127.0.0.1:{port}" in request
    assert "Idempotency-Key: " in request


async def test_no_answer_is_asked_for_again(world: World):
    world.settings.http_call_networks = ["127.0.0.0/8"]
    with pytest.raises(ApplicationError, match="no answer"):
        await call(world, "http://127.0.0.1:1/hook")
