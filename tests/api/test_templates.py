import asyncio

import httpx
import pytest

from tests.api import rows
from tests.api.drawing import GREETING

CARD = {"channel": "in_app", "title": "Hi {{ FirstName }}", "body": "Take {{ coupon.FASHION }}"}


async def _create(api: httpx.AsyncClient, content: dict[str, str], name: str = "greeting") -> str:
    made = await api.post("/templates", json={"name": name, "content": content})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def test_templates_are_listed_changed_under_their_revision_and_deleted(api: httpx.AsyncClient):
    ids = [await _create(api, GREETING, name) for name in ("b", "a")]
    listed = (await api.get("/templates", params={"channel": "sms"})).json()["items"]
    assert [item["name"] for item in listed] == ["a", "b"]
    changed = await api.patch(f"/templates/{ids[0]}", json={"revision": 1, "content": CARD})
    assert (changed.json()["revision"], changed.json()["channel"]) == (2, "in_app")
    stale = await api.patch(f"/templates/{ids[0]}", json={"revision": 1, "name": "c"})
    assert (stale.status_code, stale.json()["revision"]) == (409, 2)
    taken = await api.patch(f"/templates/{ids[0]}", json={"revision": 2, "name": "a"})
    assert (taken.status_code, taken.json()["code"]) == (409, "conflict")
    assert (await api.post("/templates", json={"name": "a", "content": GREETING})).status_code == 409
    assert (await api.delete(f"/templates/{ids[0]}")).status_code == 204
    assert (await api.delete(f"/templates/{ids[0]}")).status_code == 404


@pytest.mark.parametrize(
    ("content", "body", "problems"),
    [
        (GREETING, "Hello Grace!", 0),
        ({"channel": "sms", "body": "{{ trigger.shop }} {{ coupon.FASHION }}"}, "Milan FASHION-1", 0),
        ({"channel": "sms", "body": "Hello {{ LastName }}"}, None, 1),
        ({"channel": "sms", "body": "Hello {{ NoSuchThing }}"}, None, 2),
        ({"channel": "sms", "body": "Hello {% if %}"}, None, 1),
    ],
)
async def test_a_preview_shows_what_a_customer_would_get_or_what_is_wrong(
    api: httpx.AsyncClient, content: dict[str, str], body: str | None, problems: int
):
    await rows.customer(api, "grace", first_name="Grace")
    asked = {"content": content, "customer": "grace", "trigger": {"shop": "Milan"}, "coupons": {"FASHION": "FASHION-1"}}
    saved = await _create(api, GREETING)
    for path in ("/templates/preview", f"/templates/{saved}/preview"):
        told = (await api.post(path, json=asked)).json()
        assert (told["rendered"] or {}).get("body") == body
        assert (len(told["problems"]), told["sms_segments"]) == (problems, 1 if body else None)


async def test_a_preview_without_a_customer_is_of_a_made_up_one(api: httpx.AsyncClient):
    saved = await _create(api, GREETING)
    assert (await api.post(f"/templates/{saved}/preview", json={})).json()["rendered"]["body"] == "Hello Ada!"
    missing = await api.post(f"/templates/{saved}/preview", json={"customer": "nobody"})
    assert missing.status_code == 404


async def test_a_test_send_reaches_the_inbox_and_the_ledger(api: httpx.AsyncClient):
    await rows.customer(api, "grace", first_name="Grace")
    saved = await _create(api, CARD)
    asked = {"customer": "grace", "coupons": {"FASHION": "FASHION-1"}}
    sent = (await api.post(f"/templates/{saved}/test", json=asked)).json()
    assert (sent["state"], sent["test"], sent["campaign"], sent["external_id"]) == ("accepted", True, None, "grace")
    inbox = (await api.get("/customers/grace/inbox")).json()["items"]
    assert [(item["title"], item["body"]) for item in inbox] == [("Hi Grace", "Take FASHION-1")]


async def test_a_test_that_is_asked_for_again_is_sent_once(api: httpx.AsyncClient):
    for who in ("grace", "ada"):
        await rows.customer(api, who, first_name="Grace")
    saved = await _create(api, CARD)
    asked, key = {"customer": "grace", "coupons": {"FASHION": "FASHION-1"}}, {"Idempotency-Key": "click-1"}
    both = await asyncio.gather(*(api.post(f"/templates/{saved}/test", json=asked, headers=key) for _ in range(2)))
    again = await api.post("/templates/test", json=asked | {"content": CARD}, headers=key)
    assert len({answer.json()["id"] for answer in (*both, again)}) == 1
    assert len((await api.get("/customers/grace/inbox")).json()["items"]) == 1
    other = await api.post(f"/templates/{saved}/test", json=asked | {"customer": "ada"}, headers=key)
    assert (other.status_code, other.json()["detail"]) == (409, "This Idempotency-Key was used for another test")
    assert (
        await api.post(f"/templates/{saved}/test", json=asked, headers={"Idempotency-Key": "x" * 256})
    ).status_code == 422


async def test_content_that_is_not_saved_can_be_tried_too(api: httpx.AsyncClient):
    await rows.customer(api, "grace", first_name="Grace")
    asked = {"content": CARD, "customer": "grace", "coupons": {"FASHION": "FASHION-1"}}
    sent = (await api.post("/templates/test", json=asked)).json()
    assert (sent["state"], sent["test"], sent["campaign"]) == ("accepted", True, None)
    inbox = (await api.get("/customers/grace/inbox")).json()["items"]
    assert [(item["title"], item["body"]) for item in inbox] == [("Hi Grace", "Take FASHION-1")]
    assert (await api.get("/templates")).json()["items"] == []


async def test_a_test_send_that_fails_is_in_the_ledger_with_its_reason(api: httpx.AsyncClient):
    await rows.customer(api, "grace")
    saved = await _create(api, {"channel": "email", "subject": "Hi", "text": "There"})
    sent = await api.post(f"/templates/{saved}/test", json={"customer": "grace", "address": "qa@shop.example"})
    assert (sent.status_code, sent.json()["state"], sent.json()["address"]) == (200, "failed", "qa@shop.example")
    assert sent.json()["reason"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"customer": "grace"}, 409),
        ({"customer": "grace", "address": "12"}, 422),
        ({"customer": "nobody", "address": "+14155550123"}, 404),
    ],
)
async def test_a_test_send_that_cannot_be_is_refused(api: httpx.AsyncClient, asked: dict[str, str], status: int):
    await rows.customer(api, "grace", first_name="Grace")
    saved = await _create(api, GREETING)
    assert (await api.post(f"/templates/{saved}/test", json=asked)).status_code == status
    assert (await api.get("/messages")).json()["items"] == []


async def test_a_test_is_not_sent_to_a_suppressed_address_whosever_it_is(api: httpx.AsyncClient):
    await rows.customer(api, "grace")
    listed = {"channel": "email", "address": "gone@shop.example"}
    (await api.post("/suppressions", json=listed)).raise_for_status()
    content = {"channel": "email", "subject": "Hi", "text": "There"}
    asked = {"content": content, "customer": "grace", "address": "Gone@Shop.example"}
    answer = await api.post("/templates/test", json=asked)
    assert answer.status_code == 409
    assert "suppressed: " in answer.json()["detail"]
    assert (await api.get("/messages")).json()["items"] == []
