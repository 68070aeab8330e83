"""The suppression list by API."""

import httpx
import pytest

ADA = {"channel": "email", "address": "ada@shop.example"}


async def listed(api: httpx.AsyncClient, **narrow) -> list[tuple[str, str, str]]:
    items = (await api.get("/suppressions", params=narrow)).json()["items"]
    return [(item["channel"], item["address"], item["reason"]) for item in items]


async def test_addresses_are_suppressed_listed_and_lifted(api: httpx.AsyncClient):
    for body in (ADA, {"channel": "sms", "address": "+39 333 123 4567"}, ADA | {"address": "Ada@Shop.example"}):
        answer = await api.post("/suppressions", json=body)
        assert answer.status_code == 200, answer.text
    ada, phone = ("email", "ada@shop.example", "manual"), ("sms", "+393331234567", "manual")
    assert await listed(api) == [ada, phone]
    assert await listed(api, channel="sms") == [phone]
    assert await listed(api, address="ada@shop.example") == [ada]
    assert await listed(api, search="SHOP") == await listed(api, search="ada@") == [ada]
    assert await listed(api, search="333123") == [phone]
    assert await listed(api, search="%") == await listed(api, search="ada_shop") == []
    assert await listed(api, reason="complaint") == []
    first = (await api.get("/suppressions", params={"limit": 1})).json()
    rest = (await api.get("/suppressions", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert [item["channel"] for item in first["items"] + rest["items"]] == ["email", "sms"]
    assert (await api.post("/suppressions/lift", json=ADA)).status_code == 204
    assert await listed(api) == [phone]
    assert (await api.post("/suppressions/lift", json=ADA)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [{"channel": "push", "address": "x"}, {"channel": "email", "address": "x"}, {"channel": "sms", "address": "12"}],
)
async def test_what_is_no_address_is_refused(api: httpx.AsyncClient, body: dict[str, str]):
    assert (await api.post("/suppressions", json=body)).status_code == 422
