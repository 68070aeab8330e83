"""The provider that any HTTP gateway fits, against answers of every kind."""

from collections.abc import Callable
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response

from domain.content import PushContent
from domain.vocabulary import Channel
from providers.base import (
    AmbiguousError,
    ConfigurationError,
    PermanentError,
    SendError,
    ThrottledError,
    TransientError,
)
from providers.http.config import GatewaySettings, at_path
from providers.http.send import HttpGateway
from tests.providers.conftest import Served, outgoing

Answering = Callable[..., "Peer"]


class Peer:
    """A gateway that gives one answer to everything, and keeps what it was asked."""

    def __init__(self, status: int, body: str, headers: dict[str, str]) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        app = FastAPI()

        async def take(request: Request) -> Response:
            self.requests.append((dict(request.headers), await request.body()))
            return Response(body, status_code=status, headers=headers)

        app.add_route("/send", take, methods=["POST", "PUT"])
        self._served = Served(lambda _: uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)))
        self.url = f"{self._served.url}/send"

    def stop(self) -> None:
        self._served.stop()


async def send(peer_answer: tuple[int, str, dict[str, str]], **settings: Any) -> tuple[str | None, Peer]:
    peer = Peer(*peer_answer)
    values: dict[str, Any] = {
        "name": "gate",
        "channels": ["sms"],
        "url": peer.url,
        "body": '{"to": {{ message.address | json }}}',
        **settings,
    }
    gateway = HttpGateway(GatewaySettings.model_validate(values))
    try:
        return (await gateway.send(outgoing(Channel.SMS))).provider_message_id, peer
    finally:
        await gateway.close()
        peer.stop()


SUCCESS = {"path": "state", "values": ["OK"], "permanent_values": {"DEAD": "invalid_address"}}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((401, "", {}), ConfigurationError),
        ((302, "", {"Location": "/"}), ConfigurationError),
        ((422, "", {}), PermanentError),
        ((429, "", {"Retry-After": "4"}), ThrottledError),
        ((503, "", {}), AmbiguousError),
        ((500, "", {}), AmbiguousError),
        ((503, "", {"Retry-After": "4"}), TransientError),
        ((504, "", {}), AmbiguousError),
        ((200, "not json", {}), AmbiguousError),
        ((200, '{"state": "DEAD"}', {}), PermanentError),
        ((200, '{"state": "BUSY"}', {}), PermanentError),
        ((200, "[]", {}), PermanentError),
    ],
)
async def test_an_answer_that_is_no_success(answer: tuple[int, str, dict[str, str]], kind: type[SendError]) -> None:
    with pytest.raises(SendError) as caught:
        await send(answer, success=SUCCESS)
    assert type(caught.value) is kind


async def test_success_by_rule_with_the_gateways_id_and_our_key() -> None:
    own_id, peer = await send(
        (200, '{"state": "OK", "items": [{"id": 17}]}', {}),
        success=SUCCESS,
        id_path="items.0.id",
        idempotency_header="Idempotency-Key",
        headers={"X-Token": "t"},
        method="PUT",
    )
    assert own_id == "17"
    [(headers, body)] = peer.requests
    assert headers["x-token"] == "t"
    assert len(headers["idempotency-key"]) == 36
    assert body == b'{"to": "+393331234567"}'


@pytest.mark.parametrize("body", ['{"to": {{ nobody.knows }} }', '{"to": {{ message.address }} }'])
async def test_a_body_that_cannot_be_rendered_is_our_fault_and_sends_nothing(body: str) -> None:
    with pytest.raises(ConfigurationError):
        await send((200, "", {}), body=body)


def test_a_body_that_is_not_liquid_is_refused_at_start() -> None:
    settings = GatewaySettings(name="gate", channels=[Channel.SMS], url="http://x", body="{% if %}")
    with pytest.raises(ValueError, match="gate"):
        HttpGateway(settings)


async def test_a_body_template_reaches_every_field_of_its_content() -> None:
    peer = Peer(200, "", {})
    settings = GatewaySettings(
        name="gate", channels=[Channel.PUSH], url=peer.url, content_type="text/plain", body="{{ content.data.k }}"
    )
    gateway = HttpGateway(settings)
    await gateway.send(outgoing(Channel.PUSH, content=PushContent(body="b", data={"k": "v"})))
    assert peer.requests[0][1] == b"v"
    await gateway.close()
    peer.stop()


@pytest.mark.parametrize(
    ("path", "value"),
    [("", {"a": [{"b": 1}]}), ("a", [{"b": 1}]), ("a.0.b", 1), ("a.1.b", None), ("a.x", None), ("a.0.b.c", None)],
)
def test_dotted_paths(path: str, value: object) -> None:
    assert at_path({"a": [{"b": 1}]}, path) == value
