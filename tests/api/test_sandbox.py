"""The sandbox's inbox by the API: what a real sandbox holds, and acting as its recipients."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest_asyncio
import uvicorn

from api.app import create_app
from api.dependencies import ApiServices
from domain.content import SmsContent
from domain.vocabulary import Category, Channel
from providers.base import Outgoing
from providers.registry import build_providers
from providers.sandbox.app import Options
from providers.sandbox.app import create_app as create_sandbox
from providers.sandbox.recipient_model import Behaviour
from providers.sandbox.test_keys import make_keys, sandbox_environment
from tests.api import rows
from tests.api.conftest import client_of

NOBODY = "http://127.0.0.1:1"


@pytest_asyncio.fixture
async def sandboxed(services: ApiServices, tmp_path: Path) -> AsyncIterator[tuple[httpx.AsyncClient, ApiServices]]:
    """A sandbox on a port of its own, and the API that knows it."""
    keys = make_keys()
    sandbox = create_sandbox(Options(str(tmp_path / "inbox"), NOBODY, keys, behaviour=Behaviour(mode="off")))
    server = uvicorn.Server(uvicorn.Config(sandbox, port=0, log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    environment = sandbox_environment(url, NOBODY, keys)
    changes = {name.removeprefix("CAMPAIGN_FLOW_").lower(): value for name, value in environment.items()}
    settings = type(services.settings).model_validate({**services.settings.model_dump(), **changes})
    with_sandbox = replace(services, settings=settings, providers=build_providers(settings))
    async with client_of(create_app(with_sandbox)) as client:
        yield client, with_sandbox
    server.should_exit = True
    await serving


async def _send(services: ApiServices) -> UUID:
    message_id = uuid4()
    provider = services.providers.for_channel(Channel.SMS)
    assert provider is not None
    await provider.send(
        Outgoing(
            message_id=message_id,
            channel=Channel.SMS,
            category=Category.MARKETING,
            address="+393331234567",
            content=SmsContent(body="Hello"),
            customer_id=uuid4(),
            external_id="c-1",
        )
    )
    return message_id


async def test_the_inbox_shows_what_was_sent_and_its_recipient_can_act(
    sandboxed: tuple[httpx.AsyncClient, ApiServices],
) -> None:
    api, services = sandboxed
    assert (await api.get("/me")).json()["sandbox"] is True
    message_id = await _send(services)
    await rows.customer(api, "c-1", first_name="Cleo")
    [item] = (await api.get("/sandbox/inbox", params={"channel": "sms"})).json()["items"]
    assert (item["message_id"], item["text"], item["customer"], item["opened_at"]) == (
        str(message_id),
        "Hello",
        "c-1",
        None,
    )
    assert item["customer_name"] == "Cleo"
    assert (await api.post(f"/sandbox/messages/{message_id}/open")).status_code == 202
    assert (await api.post(f"/sandbox/messages/{message_id}/reply", params={"text": "STOP"})).status_code == 202
    async with asyncio.timeout(30):
        while True:
            [item] = (await api.get("/sandbox/inbox", params={"message_id": str(message_id)})).json()["items"]
            if item["opened_at"] and item["replied_at"]:
                break
            await asyncio.sleep(0.05)
    assert (await api.post(f"/sandbox/messages/{uuid4()}/open")).status_code == 404


async def test_without_a_sandbox_there_is_no_inbox(api: httpx.AsyncClient) -> None:
    assert (await api.get("/me")).json()["sandbox"] is False
    assert (await api.get("/sandbox/inbox")).status_code == 404
