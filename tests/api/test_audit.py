"""Every change is written down: who, what, when, before and after; secrets and personal values are not."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import WRITE_KEY
from tests.api.drawing import create, flow, publish
from tests.api.rows import customer

EVERYBODY = {"kind": "segment", "condition": {"kind": "all"}}


async def entries(api: httpx.AsyncClient, **narrow: str) -> list[dict[str, Any]]:
    answer = await api.get("/audit", params=narrow)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_campaigns_life_is_told_with_before_and_after(api: httpx.AsyncClient):
    slug = await publish(api)
    await api.patch(f"/campaigns/{slug}", json={"revision": 1, "name": "Better"})
    told = await entries(api, kind="campaign", subject=slug)
    assert {entry["actor"] for entry in told} == {"bootstrap"}
    assert [entry["action"] for entry in told] == ["changed"] * (len(told) - 1) + ["created"]
    assert (told[0]["before"], told[0]["after"]) == ({"name": slug}, {"name": "Better"})
    assert any(entry["after"].get("state") == "active" for entry in told[1:-1])
    assert told[-1]["before"] is None
    assert told[-1]["after"]["draft"]["nodes"]


async def test_an_autosave_that_changes_nothing_is_no_entry(api: httpx.AsyncClient):
    slug = await create(api)
    await api.patch(f"/campaigns/{slug}", json={"revision": 1, "flow": flow()})
    assert [entry["action"] for entry in await entries(api, kind="campaign", subject=slug)] == ["created"]


async def test_steering_is_told(steered: httpx.AsyncClient):
    slug = await publish(steered, flow(EVERYBODY))
    for _ in range(2):
        await steered.post(f"/campaigns/{slug}/launch", json={"key": "monday"})
    for path in ("pause", "pause", "resume", "stop"):
        await steered.post(f"/campaigns/{slug}/{path}")
    told = await entries(steered, subject=slug)
    assert [entry["action"] for entry in told[:4]] == ["changed", "changed", "changed", "launched"]
    assert [entry["after"]["state"] for entry in told[:3]] == ["stopped", "active", "paused"]
    assert told[3]["after"]["key"] == "monday"


async def test_keys_are_told_by_name_and_never_themselves(api: httpx.AsyncClient):
    made = (await api.post("/api-keys", json={"name": "robot", "role": "operator"})).json()
    robot = {"Authorization": f"Bearer {made['key']}"}
    slug = f"by-{made['id'][:8]}"
    await api.post("/campaigns", json={"slug": slug, "name": slug, "flow": flow()}, headers=robot)
    [created] = await entries(api, subject=slug)
    assert created["actor"] == "robot"
    told = await entries(api, kind="api_key")
    assert told[0]["after"]["role"] == "operator"
    assert "key_hash" not in told[0]["after"]


async def test_of_customers_only_the_fields_are_told(api: httpx.AsyncClient):
    ada = await customer(api, "ada", email="ada@shop.example")
    await customer(api, "ada", email="lovelace@shop.example", city="Rome")
    told = await entries(api, kind="customer", subject=str(ada))
    assert (told[0]["action"], told[-1]["action"]) == ("changed", "created")
    assert {"city", "email"} <= set(told[0]["after"]["changed"])
    assert [entry["before"] for entry in told] == [None] * len(told)
    assert "shop.example" not in str(told)


async def test_what_the_shop_tracks_is_no_change_by_anybody(api: httpx.AsyncClient):
    before = await entries(api)
    call = {"userId": "ada", "traits": {"email": "ada@shop.example"}}
    async with httpx.AsyncClient(transport=api._transport, base_url="http://api.test") as site:
        assert (await site.post("/v1/identify", json=call, auth=(WRITE_KEY, ""))).status_code == 200
    assert await entries(api) == before


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("marketer", 403), ("operator", 200)])
async def test_operators_read_it(api: httpx.AsyncClient, role: str, status: int):
    key = (await api.post("/api-keys", json={"name": role, "role": role})).json()["key"]
    assert (await api.get("/audit", headers={"Authorization": f"Bearer {key}"})).status_code == status


async def test_it_is_read_in_pages(api: httpx.AsyncClient):
    for _ in range(3):
        await create(api)
    first = (await api.get("/audit", params={"limit": 2})).json()
    second = (await api.get("/audit", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    ids = [entry["id"] for entry in first["items"] + second["items"]]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 3
