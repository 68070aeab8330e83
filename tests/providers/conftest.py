"""A real sandbox on a free port, a shop that listens for webhooks, and the real providers pointed at both."""

import asyncio
import json
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response

from config.settings import Settings
from domain.content import EmailContent, PushContent, SilentPushContent, SmsContent, WhatsAppContent
from domain.vocabulary import Category, Channel
from providers.base import Outgoing, Parsed, Webhook, WebhookRequest
from providers.registry import Providers, build_providers
from providers.sandbox.app import Options, create_app
from providers.sandbox.faults import Faults
from providers.sandbox.recipient_model import Behaviour
from providers.sandbox.server import make_server
from providers.sandbox.test_keys import make_keys, sandbox_environment

GATEWAY_BODY = """{
  "channel": {{ message.channel | json }}, "to": {{ message.address | json }}, "text": {{ content.body | json }},
  "reference": {{ custom.message_id | json }}, "customer": {{ custom.customer | json }}
}"""
CONTENT = {
    Channel.EMAIL: EmailContent(subject="Hello", html="<p>Hello, you</p>", text="Hello, you"),
    Channel.SMS: SmsContent(body="Hello, you"),
    Channel.WHATSAPP: WhatsAppContent(template_sid="HX" + "a" * 32, variables={"1": "you"}),
    Channel.PUSH: PushContent(title="Hello", body="you", link="https://shop.example/x"),
    Channel.SILENT_PUSH: SilentPushContent(data={"refresh": "recommendations"}),
}
ADDRESSES = {
    Channel.EMAIL: "ada@shop.example",
    Channel.SMS: "+393331234567",
    Channel.WHATSAPP: "+393331234567",
    Channel.PUSH: "token-1",
    Channel.SILENT_PUSH: "token-1",
}
WAYS = [
    pytest.param("sendgrid", Channel.EMAIL, id="sendgrid"),
    pytest.param("mailchimp", Channel.EMAIL, id="mailchimp"),
    pytest.param("ses", Channel.EMAIL, id="ses"),
    pytest.param("twilio", Channel.SMS, id="twilio"),
    pytest.param("twilio", Channel.WHATSAPP, id="twilio-whatsapp"),
    pytest.param("fcm", Channel.PUSH, id="fcm"),
    pytest.param("fcm", Channel.SILENT_PUSH, id="fcm-silent"),
    pytest.param("gateway", Channel.SMS, id="gateway"),
]
"""Every provider with a channel of its."""


def outgoing(channel: Channel, **changes: Any) -> Outgoing:
    """A message that is ready to leave."""
    values: dict[str, Any] = {
        "message_id": uuid4(),
        "channel": channel,
        "category": Category.MARKETING,
        "address": ADDRESSES.get(channel),
        "content": CONTENT.get(channel),
        "customer_id": uuid4(),
        "external_id": "C-17",
        "campaign_id": uuid4(),
        "unsubscribe_url": "https://shop.example/unsubscribe/1",
    }
    return Outgoing(**{**values, **changes})


class Served:
    """An application served from a thread of its own, on a port that was free."""

    def __init__(self, make: Callable[[socket.socket], uvicorn.Server]) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = make(self._socket)
        threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True).start()

    def stop(self) -> None:
        """Tell it to end, which it does within moments; hundreds of tests need not wait for that."""
        self._server.should_exit = self._server.force_exit = True


@dataclass
class Shop:
    """The API's side of the webhooks: keeps every call, and answers as it is told."""

    calls: list[tuple[str, WebhookRequest]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """Statuses of the next answers; then 200."""
    url: str = ""

    def app(self) -> FastAPI:
        app = FastAPI()

        async def take(request: Request) -> Response:
            query = f"?{request.url.query}" if request.url.query else ""
            url = f"{self.url}{request.url.path}{query}"
            call = WebhookRequest(url, dict(request.headers), await request.body())
            status = self.answers.pop(0) if self.answers else 200
            self.calls.append((f"{request.method} {request.url.path}", call))
            return Response(status_code=status)

        app.add_route("/{path:path}", take, methods=["GET", "POST"])
        return app

    async def until(self, enough: Callable[[], bool]) -> None:
        """Wait until the calls satisfy a condition."""
        async with asyncio.timeout(20):
            while not enough():
                await asyncio.sleep(0.01)

    def of(self, path: str) -> list[WebhookRequest]:
        return [call for where, call in self.calls if where.split(" ")[1] == path]


@pytest.fixture(scope="session")
def keys() -> dict[str, str]:
    return make_keys()


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()
    served = Served(lambda _: uvicorn.Server(uvicorn.Config(made.app(), log_level="warning", access_log=False)))
    made.url = served.url
    yield made
    served.stop()


@dataclass
class Sandbox:
    """A running sandbox and a client for its API."""

    url: str
    client: httpx.AsyncClient

    async def stats(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.client.get("/sandbox/stats")).json()
        return answer

    async def inbox(self, **filters: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.client.get("/sandbox/inbox", params=filters)).json()["items"]
        return items

    async def faults(self, **values: Any) -> None:
        (await self.client.put("/sandbox/faults", json=values)).raise_for_status()

    async def behave(self, behaviour: Behaviour) -> None:
        (await self.client.put("/sandbox/behaviour", json=behaviour.model_dump())).raise_for_status()

    async def act(self, message_id: UUID, action: str, **query: str) -> None:
        (await self.client.post(f"/sandbox/messages/{message_id}/{action}", params=query)).raise_for_status()

    async def settled(self) -> dict[str, Any]:
        """Wait until nothing is pending."""
        async with asyncio.timeout(20):
            while (stats := await self.stats())["pending"]:
                await asyncio.sleep(0.02)
        return stats


@pytest_asyncio.fixture
async def sandbox(tmp_path: Path, keys: dict[str, str], shop: Shop) -> AsyncIterator[Sandbox]:
    """A sandbox whose recipients do nothing until told to, and whose days pass in no time."""
    options = Options(
        data=str(tmp_path / "inbox.sqlite"),
        api_url=shop.url,
        keys=keys,
        time_scale=1e-6,
        behaviour=Behaviour(mode="off"),
        faults=Faults(),
    )
    served = Served(lambda _: make_server(create_app(options), "127.0.0.1", 0))
    async with httpx.AsyncClient(base_url=served.url) as client:
        yield Sandbox(served.url, client)
    served.stop()


def gateway_file(folder: Path, sandbox_url: str, keys: dict[str, str]) -> Path:
    """The settings of the sandbox's plain HTTP gateway."""
    gateway = {
        "name": "gateway",
        "channels": ["sms"],
        "url": f"{sandbox_url}/gateway/messages",
        "headers": {"Authorization": f"Bearer {keys['gateway_token']}"},
        "body": GATEWAY_BODY,
        "success": {
            "path": "result",
            "values": ["OK"],
            "permanent_values": {"INVALID_NUMBER": "invalid_address"},
        },
        "id_path": "messages.0.id",
        "webhook": {
            "secret": keys["gateway_webhook_secret"],
            "items_path": "reports",
            "message_id_path": "reference",
            "provider_message_id_path": "message",
            "kind_path": "state",
            "time_path": "at",
            "engagements": {"SENT": "sent", "DELIVERED": "delivered", "DEAD": "bounced", "BOUNCED": "bounced"},
            "permanent_kinds": ["DEAD"],
        },
    }
    path = folder / "gateways.json"
    path.write_text(json.dumps({"gateways": [gateway]}))
    return path


def settings_for(
    name: str, folder: Path, sandbox_url: str, api_url: str, keys: dict[str, str], **changes: str
) -> Settings:
    """Settings under which the provider `name` sends on its channels, through the sandbox."""
    environment = sandbox_environment(sandbox_url, api_url, keys)
    values: dict[str, Any] = {key.removeprefix("CAMPAIGN_FLOW_").lower(): one for key, one in environment.items()}
    if name in ("mailchimp", "ses"):
        values["email_provider"] = name
    if name == "gateway":
        values |= {"sms_provider": "http", "http_provider_file": str(gateway_file(folder, sandbox_url, keys))}
    return Settings(_env_file=None, **{**values, **changes})


@pytest_asyncio.fixture
async def connect(
    tmp_path: Path, keys: dict[str, str], sandbox: Sandbox, shop: Shop
) -> AsyncIterator[Callable[..., Providers]]:
    """Make the providers that point at the sandbox; closed at the end."""
    made: list[Providers] = []

    def connect(name: str, **changes: str) -> Providers:
        made.append(build_providers(settings_for(name, tmp_path, sandbox.url, shop.url, keys, **changes)))
        return made[-1]

    yield connect
    for providers in made:
        await providers.close()


@pytest.fixture
def webhook(tmp_path: Path, keys: dict[str, str]) -> Callable[[str], Webhook]:
    """The webhook of a provider, with nothing running behind it."""

    def get(name: str) -> Webhook:
        settings = settings_for(name, tmp_path, "http://127.0.0.1:1", "http://shop.example", keys)
        return build_providers(settings).webhooks[name]

    return get


def read_all(providers: Providers, name: str, shop: Shop) -> Parsed:
    """What all webhook calls of one provider held, verified."""
    total = Parsed()
    for call in shop.of(f"/webhooks/{name}"):
        parsed = providers.webhooks[name].parse(call)
        total.reports += parsed.reports
        total.replies += parsed.replies
        total.rejected += parsed.rejected
    return total


@pytest.fixture(autouse=True)
def _no_proxy() -> Iterator[None]:
    """Loopback never goes through a proxy, whatever the machine's environment says."""
    before = os.environ.get("NO_PROXY")
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    yield
    os.environ.pop("NO_PROXY") if before is None else os.environ.__setitem__("NO_PROXY", before)
