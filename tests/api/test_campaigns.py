from typing import Any

import httpx
import pytest
from sqlalchemy import text

from api.dependencies import ApiServices
from tests.api.drawing import GREETING, create, flow, publish


async def test_a_campaign_is_created_read_and_listed(api: httpx.AsyncClient):
    slugs = [await create(api, slug=f"campaign-{n}") for n in range(5)]
    seen, cursor = [], None
    while True:
        page = (await api.get("/campaigns", params={"limit": 2, **({"cursor": cursor} if cursor else {})})).json()
        seen += [item["slug"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == slugs[::-1]
    one = (await api.get(f"/campaigns/{slugs[0]}")).json()
    assert (one["state"], one["revision"], one["current_version"]) == ("draft", 1, None)
    assert [node["id"] for node in one["draft"]["nodes"]] == ["entry", "hello", "end"]
    assert one["draft"]["edges"][0]["sourceHandle"] == "next"


async def test_a_slug_is_taken_once(api: httpx.AsyncClient):
    await create(api, slug="a")
    again = await api.post("/campaigns", json={"slug": "a", "name": "another"})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


async def test_of_two_who_change_a_draft_the_second_is_told(api: httpx.AsyncClient):
    await create(api, slug="a")
    first = await api.patch("/campaigns/a", json={"revision": 1, "name": "mine"})
    second = await api.patch("/campaigns/a", json={"revision": 1, "name": "theirs"})
    assert first.json()["revision"] == 2
    assert (second.status_code, second.json()["code"], second.json()["revision"]) == (409, "revision_conflict", 2)
    assert (await api.get("/campaigns/a")).json()["name"] == "mine"
    missing = await api.patch("/campaigns/b", json={"revision": 1, "name": "x"})
    assert missing.status_code == 404


async def test_validation_says_everything_at_once_and_publishing_refuses(api: httpx.AsyncClient):
    wrong = flow(send={"content": {"channel": "sms", "body": "Hello {{ NoSuchThing }}"}})
    wrong["edges"] = wrong["edges"][:1]
    await create(api, wrong, "a")
    checked = (await api.post("/campaigns/a/validate")).json()
    assert not checked["valid"]
    assert len(checked["violations"]) >= 2
    assert {violation["node_id"] for violation in checked["violations"]} == {"hello", "end"}
    refused = await api.post("/campaigns/a/publish")
    assert (refused.status_code, refused.json()["code"]) == (422, "flow_violations")
    assert refused.json()["violations"] == checked["violations"]
    mended = await api.post("/campaigns/a/validate", json={"flow": flow()})
    assert mended.json() == {"valid": True, "violations": []}
    assert (await api.get("/campaigns/a")).json()["state"] == "draft"


async def test_publishing_freezes_templates_and_the_same_again_makes_no_version(api: httpx.AsyncClient):
    template = (await api.post("/templates", json={"name": "greeting", "content": GREETING})).json()
    slug = await publish(api, flow(send={"template_id": template["id"]}))
    first = (await api.get(f"/campaigns/{slug}/versions/1")).json()
    assert first["templates"] == {template["id"]: GREETING}
    assert (await api.post(f"/campaigns/{slug}/publish")).json()["number"] == 1
    changed = {"revision": 1, "content": {"channel": "sms", "body": "Good day"}}
    assert (await api.patch(f"/templates/{template['id']}", json=changed)).status_code == 200
    assert (await api.get(f"/campaigns/{slug}/versions/1")).json() == first
    assert (await api.get(f"/campaigns/{slug}")).json()["state"] == "active"


async def test_an_event_campaign_knows_what_starts_it_and_what_it_listens_to(api: httpx.AsyncClient):
    goal = {"on": {"event": "Order Completed"}, "window": {"days": 7}}
    trigger = {"kind": "event", "on": {"event": "Cart Updated"}, "key": "cart_id"}
    slug = await publish(api, flow(trigger, settings={"goal": goal}))
    version = (await api.get(f"/campaigns/{slug}/versions")).json()["items"][0]
    assert (version["trigger_event"], version["subscribed_events"]) == ("Cart Updated", ["Order Completed"])


async def test_a_version_keeps_the_names_of_its_segments(api: httpx.AsyncClient):
    segment = (await api.post("/segments", json={"name": "Everybody", "condition": {"kind": "all"}})).json()
    slug = await publish(api, flow({"kind": "segment", "segment_id": segment["id"]}))
    assert (await api.get(f"/campaigns/{slug}/versions/1")).json()["segments"] == {segment["id"]: "Everybody"}
    used = await api.delete(f"/segments/{segment['id']}")
    assert (used.status_code, used.json()["code"]) == (409, "conflict")


@pytest.mark.parametrize(
    ("customers", "reasons"),
    [
        (["ada", "bob"], [None, None]),
        (["ada", "nobody"], [None, "there is no such customer"]),
        (["ada", "ada"], [None, None]),
    ],
)
async def test_named_customers_enter_once_per_key(api: httpx.AsyncClient, customers: list[str], reasons: list[Any]):
    for name in ("ada", "bob"):
        await api.put(f"/customers/{name}", json={})
    slug = await publish(api)
    body = {
        "customers": [{"external_id": name} for name in customers],
        "data": {"order_id": "4711"},
        "idempotency_key": "once",
    }
    first = (await api.post(f"/campaigns/{slug}/journeys", json=body)).json()["journeys"]
    assert [item["reason"] for item in first] == reasons
    again = (await api.post(f"/campaigns/{slug}/journeys", json=body)).json()["journeys"]
    assert [item["journey_id"] for item in again] == [item["journey_id"] for item in first]
    assert not any(item["started"] for item in again)
    listed = (await api.get(f"/campaigns/{slug}/journeys")).json()["items"]
    expected = {name for name, reason in zip(customers, reasons, strict=True) if reason is None}
    assert {item["external_id"] for item in listed} == expected
    assert {item["state"] for item in listed} == {"starting"}
    journey = (await api.get(f"/journeys/{listed[0]['id']}")).json()
    assert journey["trigger"] == {"order_id": "4711"}
    assert journey["temporal_url"].endswith(journey["workflow_id"].replace("/", "%2F"))


async def test_who_is_inside_already_is_refused_and_the_refusal_is_kept(api: httpx.AsyncClient):
    await api.put("/customers/ada", json={})
    slug = await publish(api)
    body = {"customers": [{"external_id": "ada"}], "idempotency_key": "first"}
    await api.post(f"/campaigns/{slug}/journeys", json=body)
    second = (await api.post(f"/campaigns/{slug}/journeys", json=body | {"idempotency_key": "second"})).json()
    assert second["journeys"][0]["reason"] == "re-entry: is still inside"
    refusals = (await api.get(f"/campaigns/{slug}/entry-rejections", params={"customer": "ada"})).json()["items"]
    assert [refusal["reason"] for refusal in refusals] == ["re-entry: is still inside"]


async def test_who_is_named_while_the_campaign_is_paused_is_written_down(api: httpx.AsyncClient, services: ApiServices):
    await api.put("/customers/ada", json={})
    slug = await publish(api)
    async with services.database.transaction() as session:
        await session.execute(text("UPDATE campaigns SET state = 'paused'"))
    body = {"customers": [{"external_id": "ada"}], "idempotency_key": "paused"}
    answer = (await api.post(f"/campaigns/{slug}/journeys", json=body)).json()["journeys"]
    assert [(item["started"], item["reason"]) for item in answer] == [(False, "paused")]
    refusals = (await api.get(f"/campaigns/{slug}/entry-rejections")).json()["items"]
    assert [(item["external_id"], item["reason"]) for item in refusals] == [("ada", "paused")]


async def test_a_campaign_that_is_not_active_or_not_for_the_api_takes_nobody(api: httpx.AsyncClient):
    await api.put("/customers/ada", json={})
    body = {"customers": [{"external_id": "ada"}], "idempotency_key": "k"}
    draft = await create(api)
    assert (await api.post(f"/campaigns/{draft}/journeys", json=body)).status_code == 409
    segment = await publish(api, flow({"kind": "segment", "condition": {"kind": "all"}}))
    assert (await api.post(f"/campaigns/{segment}/journeys", json=body)).status_code == 409


async def test_what_needs_temporal_says_so_and_changes_nothing(api: httpx.AsyncClient):
    slug = await publish(api, flow({"kind": "segment", "condition": {"kind": "all"}}))
    for path in ("launch", "resume", "stop", "retire"):
        answer = await api.post(f"/campaigns/{slug}/{path}", json={})
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable"), path
    assert (await api.get(f"/campaigns/{slug}")).json()["state"] == "active"
    assert (await api.get(f"/campaigns/{slug}/runs")).json()["items"] == []


async def test_a_campaign_is_paused_though_temporal_is_away(api: httpx.AsyncClient):
    slug = await publish(api)
    assert (await api.post(f"/campaigns/{slug}/pause")).json()["state"] == "paused"
    assert (await api.post(f"/campaigns/{slug}/resume")).status_code == 503
    assert (await api.get(f"/campaigns/{slug}")).json()["state"] == "paused"
