from collections.abc import Sequence

import httpx
import pytest
from fastapi import FastAPI

from tests.api.conftest import WRITE_KEY, client_of
from tests.api.drawing import create, flow

# what each role is the first that may do it
NEEDS = [
    ("viewer", "GET", "/campaigns", None),
    ("viewer", "POST", "/segments/preview", {"condition": {"kind": "all"}}),
    ("marketer", "POST", "/segments", {"name": "all", "condition": {"kind": "all"}}),
    ("marketer", "PUT", "/customers/ada", {"first_name": "Ada"}),
    ("operator", "POST", "/campaigns/a/publish", None),
    ("operator", "POST", "/campaigns/a/launch", {}),
    ("operator", "POST", "/campaigns/a/stop", None),
    ("admin", "GET", "/api-keys", None),
]
ROLES: Sequence[str] = ("viewer", "marketer", "operator", "admin")


async def _key(api: httpx.AsyncClient, **wanted: object) -> dict[str, str]:
    made = await api.post("/api-keys", json={"name": "test", **wanted})
    assert made.status_code == 201, made.text
    answer: dict[str, str] = made.json()
    return answer


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_may_do_what_the_lower_ones_may_and_no_more(app: FastAPI, api: httpx.AsyncClient, role: str):
    await create(api, flow(), "a")
    key = await _key(api, role=role)
    async with client_of(app, key["key"]) as client:
        for needed, method, path, body in NEEDS:
            answer = await client.request(method, path, json=body)
            refused = answer.status_code == 403
            assert refused == (ROLES.index(role) < ROLES.index(needed)), (method, path, answer.text)


@pytest.mark.parametrize("path", ["/campaigns", "/customers", "/messages", "/api-keys", "/segments", "/templates"])
async def test_nothing_is_told_without_a_key(app: FastAPI, path: str):
    async with client_of(app, None) as client:
        answer = await client.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unauthorized"


@pytest.mark.parametrize("key", ["wrong", "", "ä", "x" * 5000, WRITE_KEY])
async def test_a_wrong_key_opens_nothing(app: FastAPI, key: str):
    async with client_of(app, None) as client:
        for name, value in ((b"X-API-Key", key), (b"Authorization", f"Bearer {key}")):
            assert (await client.get("/campaigns", headers=[(name, value.encode())])).status_code == 401


async def test_a_key_is_shown_once_kept_as_a_hash_and_can_be_revoked(app: FastAPI, api: httpx.AsyncClient):
    made = await _key(api, role="viewer")
    listed = (await api.get("/api-keys")).json()["items"]
    assert [item["id"] for item in listed] == [made["id"]]
    assert made["key"] not in str(listed)
    async with client_of(app, made["key"]) as client:
        assert (await client.get("/campaigns")).status_code == 200
        assert (await api.delete(f"/api-keys/{made['id']}")).json()["revoked_at"] is not None
        assert (await client.get("/campaigns")).status_code == 401
    again = await api.delete(f"/api-keys/{made['id']}")
    assert again.status_code == 200


async def test_a_tracking_key_opens_nothing_but_tracking(app: FastAPI, api: httpx.AsyncClient):
    made = await _key(api, role="admin", tracking=True)
    async with client_of(app, made["key"]) as client:
        assert (await client.get("/campaigns")).status_code == 401
