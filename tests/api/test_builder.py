"""What the builder asks: who am I, examples, known names, previews of times."""

from datetime import datetime
from typing import Any

import pytest

from tests.api.conftest import client_of


async def test_me_is_the_key_its_role_and_the_channels(api):
    me = (await api.get("/me")).json()
    assert (me["name"], me["role"]) == ("bootstrap", "admin")
    assert me["channels"] == ["email", "sms", "push", "silent_push", "in_app"]


async def test_me_needs_a_key(app):
    async with client_of(app, None) as stranger:
        assert (await stranger.get("/me")).status_code == 401


async def test_every_example_becomes_a_campaign_that_can_be_published(api):
    examples = (await api.get("/campaign-templates")).json()
    assert {"win_back", "fashion_show", "cart_abandonment"} <= {example["name"] for example in examples}
    for example in examples:
        begun = await api.post(
            "/campaigns/from-template",
            json={"example": example["name"], "slug": example["slug"], "name": example["title"]},
        )
        assert begun.status_code == 201, begun.text
        assert [node["type"] for node in begun.json()["draft"]["nodes"]] == example["kinds"]
        assert (await api.post(f"/campaigns/{example['slug']}/validate")).json() == {"valid": True, "violations": []}


async def test_a_second_campaign_from_an_example_uses_the_templates_that_are_there(api):
    for slug in ("first", "second"):
        body = {"example": "win_back", "slug": slug, "name": slug}
        assert (await api.post("/campaigns/from-template", json=body)).status_code == 201
    templates = (await api.get("/templates")).json()["items"]
    assert len(templates) == len({template["name"] for template in templates})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"example": "no_such", "slug": "a", "name": "A"}, 404),
        ({"example": "../etc", "slug": "a", "name": "A"}, 422),
        ({"example": "win_back", "slug": "Not a slug", "name": "A"}, 422),
    ],
)
async def test_an_example_that_is_none_is_refused(api, body, status):
    assert (await api.post("/campaigns/from-template", json=body)).status_code == status


async def test_known_names_are_those_of_the_data(api):
    profile = {"first_name": "Ada", "tags": ["vip"], "attributes": {"tier": "gold"}}
    await api.put("/customers/ada", json=profile)
    batch = [
        {"type": "track", "event": "Cart Updated", "userId": "ada", "messageId": "m1", "properties": {"cart_id": "c1"}},
        {"type": "track", "event": "Signed In", "userId": "ada", "messageId": "m2", "properties": {"device": "phone"}},
    ]
    taken = await api.post("/v1/batch", json={"batch": batch}, auth=("a-write-key-for-tests", ""))
    assert taken.status_code == 200, taken.text
    known = (await api.get("/data-dictionary")).json()
    assert {"Cart Updated", "Signed In"} <= set(known["events"])
    assert known["properties"]["Cart Updated"] == ["cart_id"]
    assert "tier" in known["attributes"]
    assert known["tags"] == ["vip"]
    assert known["event_counts"] == {"Cart Updated": 1, "Signed In": 1}
    assert known["values"]["attributes.tier"] == {"count": 1, "type": "string", "examples": ["gold"]}
    # what says who somebody is, is no example
    assert "first_name" not in known["values"]


async def test_known_names_of_an_empty_installation_are_none(api):
    known = (await api.get("/data-dictionary")).json()
    lists: dict[str, Any] = {"events": [], "attributes": [], "traits": [], "tags": []}
    assert known == lists | {"properties": {}, "event_counts": {}, "values": {}}


async def test_a_question_about_a_journey_is_said_in_words(api):
    opened = {"kind": "engagement", "action": "opened", "node_id": "push"}
    said = (await api.post("/previews/condition", json={"condition": {"kind": "not", "condition": opened}})).json()
    assert said["words"] == "did not open the message of the step 'push'"
    assert said["said"]["code"] == "not_engaged_opened"
    assert said["said"]["params"]["message"]["params"] == {"step": {"step": "push"}}


async def test_a_wait_is_said_on_the_customers_clock(api):
    await api.put("/customers/ayse", json={"timezone": "Europe/Istanbul"})
    until = {"kind": "local_time", "time": "10:00", "weekdays": [0, 1, 2, 3, 4]}
    said = (await api.post("/previews/wait", json={"until": until, "customer": "ayse"})).json()
    assert said["timezone"] == "Europe/Istanbul"
    assert datetime.fromisoformat(said["at"]).hour == 7
    assert "10:00, Europe/Istanbul" in said["words"]


async def test_a_wait_for_nobody_in_particular_is_on_the_campaigns_clock(api):
    until = {"kind": "duration", "duration": {"days": 2}}
    said = (await api.post("/previews/wait", json={"until": until, "timezone": "Europe/Rome"})).json()
    assert said["timezone"] == "Europe/Rome"


async def test_the_next_five_runs_of_a_schedule(api):
    schedule = {"timezone": "Europe/Rome", "recurrence": {"frequency": "weekly", "weekdays": [0], "time": "09:00"}}
    upcoming = (await api.post("/previews/schedule", json={"schedule": schedule})).json()["upcoming"]
    moments = [datetime.fromisoformat(at) for at in upcoming]
    assert len(moments) == 5
    assert {moment.weekday() for moment in moments} == {0}
