"""Temporal's UI and command line read sealed payloads through us; nobody else does."""

import base64

import httpx
import pytest
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload

from config.encryption import EncryptingCodec
from tests.api.conftest import ADMIN_KEY, client_of

KEY = base64.b64encode(bytes(32)).decode()
UI = "http://temporal.test:8233"
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'{"next":{"kind":"wait"}}')


def spelt(payload: Payload) -> dict[str, object]:
    """As Temporal's UI sends it."""
    metadata = {name: base64.b64encode(value).decode() for name, value in payload.metadata.items()}
    return {"metadata": metadata, "data": base64.b64encode(payload.data).decode()}


async def sealed() -> dict[str, object]:
    [payload] = await EncryptingCodec([KEY]).encode([PLAIN])
    return spelt(payload)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"payload_keys": [SecretStr(KEY)], "temporal_ui_url": f"{UI}/"})


async def test_an_operator_reads_what_is_sealed(api: httpx.AsyncClient):
    answer = await api.post("/temporal/codec/decode", json={"payloads": [await sealed(), spelt(PLAIN)]})
    assert answer.json() == {"payloads": [spelt(PLAIN), spelt(PLAIN)]}
    again = await api.post("/temporal/codec/encode", json={"payloads": [spelt(PLAIN)]})
    assert "next" not in base64.b64decode(again.json()["payloads"][0]["data"]).decode("latin-1")
    assert (await api.post("/temporal/codec/decode", json=again.json())).json() == {"payloads": [spelt(PLAIN)]}


@pytest.mark.parametrize("role", ["viewer", "marketer", "operator", None])
async def test_it_takes_the_key_of_an_operator(app, api: httpx.AsyncClient, role: str | None):
    body = {"payloads": [await sealed()]}
    key = (await api.post("/api-keys", json={"name": "k", "role": role})).json()["key"] if role else "a-guess"
    async with client_of(app, key=None) as browser:
        answer = await browser.post("/temporal/codec/decode", json=body, auth=("anybody", key))
    assert answer.status_code == {"operator": 200, None: 401}.get(role, 403)
    if role is None:
        assert answer.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize(("origin", "allowed"), [(UI, UI), ("http://elsewhere.test", None)])
async def test_only_pages_of_temporals_ui_may_read_the_answer(app, origin: str, allowed: str | None):
    asks = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    async with client_of(app, key=None) as browser:
        preflight = await browser.options("/temporal/codec/decode", headers=asks)
        auth = ("x", ADMIN_KEY)
        answer = await browser.post("/temporal/codec/decode", json={}, auth=auth, headers={"Origin": origin})
        other = await browser.get("/campaigns", headers={"Origin": origin})
    assert (preflight.status_code == 200) is (allowed is not None)
    assert answer.headers.get("access-control-allow-origin") == allowed
    assert "access-control-allow-origin" not in other.headers  # nothing else is open to it


@pytest.mark.parametrize(
    "payload",
    [
        {"data": "not base64!"},
        {"metadata": {"encoding": "?"}},
        {"metadata": {"encoding": base64.b64encode(b"binary/encrypted").decode()}},
        {"metadata": {"encoding": base64.b64encode(b"binary/encrypted").decode(), "key-id": "//8="}, "data": "AAAA"},
    ],
)
async def test_what_cannot_be_opened_is_said_to_be_so(api: httpx.AsyncClient, payload: dict[str, object]):
    answer = await api.post("/temporal/codec/decode", json={"payloads": [payload]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_a_payload_that_was_changed_is_not_opened(api: httpx.AsyncClient):
    payload = await sealed()
    data = bytearray(base64.b64decode(str(payload["data"])))
    for cut in (bytes(data[:5]), bytes([*data[:-1], data[-1] ^ 1])):
        changed = payload | {"data": base64.b64encode(cut).decode()}
        answer = await api.post("/temporal/codec/decode", json={"payloads": [changed]})
        assert answer.status_code == 422, answer.text


async def test_without_keys_there_is_none(api: httpx.AsyncClient, services):
    services.settings = services.settings.model_copy(update={"payload_keys": []})
    assert (await api.post("/temporal/codec/decode", json={})).status_code == 404
