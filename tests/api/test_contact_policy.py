"""The installation's limits by API."""

from uuid import uuid4

import httpx
import pytest

from api.dependencies import key_hash
from models import ApiKey
from store.access import api_keys
from store.database.engine import Database
from tests.api.conftest import client_of

LIMITS = {
    "caps": [{"channel": "email", "per": "day", "limit": 1}, {"per": "rolling", "window": {"days": 7}, "limit": None}],
    "cooldown": {"hours": 20},
    "quiet_hours": {"start": "21:00:00", "end": "08:00:00"},
    "fatigue": {"unopened": 5, "within": {"days": 30}},
    "priority_hold": {"hours": 12},
    "soft_bounces": 3,
}


async def test_limits_are_set_and_read_back(api: httpx.AsyncClient):
    before = (await api.get("/contact-policy")).json()
    assert (before["revision"], before["policy"]["caps"]) == (0, [])
    saved = await api.put("/contact-policy", json={"policy": LIMITS, "revision": 0})
    assert saved.status_code == 200, saved.text
    after = (await api.get("/contact-policy")).json()
    assert after == saved.json()
    assert after["revision"] == 1
    assert after["policy"]["quiet_hours"] == LIMITS["quiet_hours"]
    assert [cap["limit"] for cap in after["policy"]["caps"]] == [1, None]


@pytest.mark.parametrize("revision", [0, 2])
async def test_a_change_of_what_somebody_else_changed_is_refused(api: httpx.AsyncClient, revision: int):
    await api.put("/contact-policy", json={"policy": LIMITS, "revision": 0})
    late = await api.put("/contact-policy", json={"policy": {}, "revision": revision})
    assert (late.status_code, late.json()["revision"]) == (409, 1)
    assert (await api.put("/contact-policy", json={"policy": {}, "revision": 1})).status_code == 200


@pytest.mark.parametrize(
    "policy",
    [
        {"caps": [{"per": "fortnight", "limit": 1}]},
        {"caps": [{"limit": -1}]},
        {"fatigue": {"unopened": 3, "within": {"days": 1}}},
        {"quiet_hours": {"start": "08:00", "end": "08:00"}},
        {"cooldown": {}},
    ],
)
async def test_limits_that_mean_nothing_are_refused(api: httpx.AsyncClient, policy: dict):
    assert (await api.put("/contact-policy", json={"policy": policy, "revision": 0})).status_code == 422


@pytest.mark.parametrize(("role", "status"), [("marketer", 403), ("operator", 200)])
async def test_limits_are_for_operators(app, database: Database, role: str, status: int):
    async with database.transaction() as session:
        await api_keys.add(session, ApiKey(id=uuid4(), name=role, key_hash=key_hash(role), role=role))
    async with client_of(app, role) as client:
        assert (await client.put("/contact-policy", json={"policy": LIMITS, "revision": 0})).status_code == status
        assert (await client.get("/contact-policy")).status_code == 200
