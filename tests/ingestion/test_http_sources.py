"""GA4's Measurement Protocol and Mixpanel's bodies, onto the same pipeline."""

import base64
import gzip
import json

import pytest

from tests.ingestion.conftest import WRITE_KEY
from tests.ingestion.factories import flow, on, publish

AUTH = (WRITE_KEY, "")
COLLECT = f"/mp/collect?measurement_id=G-1&api_secret={WRITE_KEY}"


def ga4(*events, **body):
    return {"client_id": "1.2", "user_id": "ada", "events": list(events), **body}


PURCHASE = {
    "name": "purchase",
    "params": {
        "transaction_id": "o-1",
        "value": 49.9,
        "coupon": "FASHION",
        "items": [{"item_id": "p1", "item_name": "Scarf", "item_category": "Wool", "item_brand": "Ada", "price": 49.9}],
    },
}


async def test_a_ga4_purchase_is_an_order_and_counts_once(api, query):
    for _ in range(2):
        assert (await api.post(COLLECT, json=ga4(PURCHASE))).status_code == 204
    assert await query("SELECT name, properties->>'order_id', source FROM events") == [
        ("Order Completed", "o-1", "ga4")
    ]
    [row] = await query("SELECT external_id, traits FROM customers")
    assert row.external_id == "ada"
    assert {name: row.traits[name] for name in ("orders", "revenue", "last_product", "preferred_brand")} == {
        "orders": 1,
        "revenue": 49.9,
        "last_product": "Scarf",
        "preferred_brand": "Ada",
    }


async def test_ga4_events_keep_their_time_and_user_properties_reach_the_profile(api, query):
    viewed = {"name": "view_item", "params": {"items": [{"item_id": "p1", "item_name": "Hat"}]}}
    body = ga4(
        viewed, {"name": "level_up"}, timestamp_micros="1780000000000000", user_properties={"tier": {"value": 2}}
    )
    for _ in range(2):
        assert (await api.post(COLLECT, json=body)).status_code == 204
    assert await query("SELECT name, extract(epoch FROM occurred_at)::bigint FROM events ORDER BY name") == [
        ("Product Viewed", 1_780_000_000),
        ("level_up", 1_780_000_000),
    ]
    assert await query("SELECT attributes->'tier', traits->>'last_viewed_product' FROM customers") == [(2, "Hat")]


@pytest.mark.parametrize(
    ("url", "body", "status"),
    [
        ("/mp/collect", ga4(PURCHASE), 401),
        ("/mp/collect?api_secret=other", ga4(PURCHASE), 401),
        (COLLECT, {"events": []}, 400),
        (COLLECT, {"events": "x"}, 400),
        (COLLECT, {"events": [PURCHASE]}, 400),
        (COLLECT, ga4(*[PURCHASE] * 26), 400),
        (COLLECT, [1], 400),
    ],
)
async def test_what_ga4_cannot_say_is_told(api, url, body, status):
    answer = await api.post(url, json=body)
    assert answer.status_code == status
    assert answer.json()["detail"]


async def test_a_bad_ga4_event_does_not_cost_the_good_one(api, query):
    answer = await api.post(COLLECT, json=ga4(PURCHASE, {"params": {}}))
    assert (answer.status_code, answer.json()["rejected"]) == (400, ["an event names itself"])
    assert await query("SELECT count(*) FROM events") == [(1,)]


def mixpanel(event="Order Completed", **properties):
    return {"event": event, "properties": {"token": WRITE_KEY, "distinct_id": "ada", **properties}}


async def test_mixpanel_events_are_taken_once(api, query):
    item = mixpanel(time=1_780_000_000, revenue=5, **{"$insert_id": "i1"})
    for body in ([item], item, [item, item]):
        answer = await api.post("/track?verbose=1", json=body)
        assert answer.json() == {"status": 1, "error": None}
    assert await query("SELECT name, properties, extract(epoch FROM occurred_at)::bigint FROM events") == [
        ("Order Completed", {"revenue": 5}, 1_780_000_000)
    ]


@pytest.mark.parametrize("encode", [lambda t: t, lambda t: base64.b64encode(t.encode()).decode()], ids=["json", "b64"])
async def test_mixpanel_forms(api, query, encode):
    assert (await api.post("/track", data={"data": encode(json.dumps(mixpanel()))})).text == "1"
    assert await query("SELECT count(*) FROM events") == [(1,)]


async def test_mixpanel_devices_become_the_customer(api, query):
    before = mixpanel("Product Viewed", name="Hat", distinct_id="$device:d1", **{"$device_id": "d1"})
    after = mixpanel("Signed In", **{"$user_id": "ada", "$device_id": "d1"})
    for item in (before, after):
        assert (await api.post("/track", json=[item])).text == "1"
    assert await query("SELECT external_id, traits->>'last_viewed_product' FROM customers") == [("ada", "Hat")]


async def test_mixpanel_profiles(api, query):
    def change(**operation):
        return {"$token": WRITE_KEY, "$distinct_id": "ada", **{f"${name}": value for name, value in operation.items()}}

    items = [
        change(set={"$email": "ada@shop.example", "$first_name": "Ada", "size": "M", "old": 1}),
        change(unset=["old"]),
        change(set_once={"size": "L", "$city": "Rome"}),
    ]
    assert (await api.post("/engage", json=items)).text == "1"
    assert await query("SELECT email, first_name, city, attributes FROM customers") == [
        ("ada@shop.example", "Ada", "Rome", {"size": "M"})
    ]
    answer = await api.post("/engage?verbose=1", json=[change(increment={"n": 1})])
    assert answer.json()["status"] == 0
    assert answer.json()["error"].endswith("is taken, not nothing")


def engaged(operation: str, value: object) -> dict[str, object]:
    return {"$token": WRITE_KEY, "$distinct_id": "ada", operation: value}


@pytest.mark.parametrize(
    ("operation", "before", "value", "after"),
    [
        ("$add", None, 3, 3),
        ("$add", 4, -1, 3),
        ("$add", 0.1, 0.2, 0.3),
        ("$add", "7", 1, 8),
        ("$add", "gold", 1, "gold"),
        ("$add", 1, "much", 1),
        ("$add", 1, True, 1),
        ("$add", 10**300, 10**300, 10**300),
        ("$append", None, "hat", ["hat"]),
        ("$append", ["hat"], "hat", ["hat", "hat"]),
        ("$append", "hat", "scarf", "hat"),
        ("$append", ["hat"], {"a": 1}, ["hat"]),
        ("$union", ["hat"], ["hat", "scarf", "scarf"], ["hat", "scarf"]),
        ("$union", [1], [True], [1, True]),
        ("$union", None, "hat", ["hat"]),
        ("$remove", ["hat", "scarf", "hat"], "hat", ["scarf"]),
        ("$remove", ["hat"], "scarf", ["hat"]),
        ("$remove", None, "hat", None),
        ("$remove", "hat", "hat", "hat"),
    ],
)
async def test_mixpanel_changes_what_a_profile_holds(api, query, operation, before, value, after):
    items = [engaged("$set", {"x": before})] if before is not None else []
    assert (await api.post("/engage", json=[*items, engaged(operation, {"x": value})])).text == "1"
    assert await query("SELECT attributes->'x' FROM customers") == [(after,)]


async def test_mixpanel_changes_tags_and_no_fields(api, query):
    items = [
        engaged("$set", {"$email": "ada@shop.example", "tags": ["vip"]}),
        engaged("$union", {"tags": ["vip", "new"]}),
        engaged("$remove", {"tags": "vip"}),
        engaged("$append", {"$email": "bob@shop.example"}),
    ]
    assert (await api.post("/engage", json=items)).text == "1"
    assert await query("SELECT email, tags FROM customers") == [("ada@shop.example", ["new"])]
    [(reason,)] = await query("SELECT reason FROM intake_notes")
    assert reason == "email is left as it was: it can only be set"


async def test_mixpanel_additions_count_in_any_order(api, query):
    """A later `$set` of something else makes no addition outdated."""
    for item in (engaged("$add", {"visits": 1}), engaged("$set", {"size": "M"}), engaged("$add", {"visits": 1})):
        assert (await api.post("/engage", json=[item])).text == "1"
    assert await query("SELECT attributes FROM customers") == [({"size": "M", "visits": 2},)]


async def test_mixpanel_delete_empties_a_profile_and_keeps_its_no(api, query):
    context = {"device": {"token": "t-1", "type": "ios"}}
    call = {"userId": "ada", "context": context, "traits": {"email": "ada@shop.example", "size": "M", "tags": ["vip"]}}
    assert (await api.post("/v1/identify", json=call, auth=AUTH)).status_code == 200
    assert (await api.post("/track", json=[mixpanel("Signed In")])).text == "1"
    await query(
        "INSERT INTO consents (customer_id, channel, topic, status, source)"
        " SELECT id, 'email', '*', 'unsubscribed', 'test' FROM customers RETURNING 1"
    )
    assert (await api.post("/engage", json=[engaged("$delete", "")])).text == "1"
    assert await query("SELECT external_id, email, attributes, tags FROM customers") == [("ada", None, {}, [])]
    assert await query("SELECT (SELECT count(*) FROM devices), (SELECT count(*) FROM events)") == [(0, 1)]
    assert await query("SELECT status FROM consents") == [("unsubscribed",)]


async def test_mixpanel_import_is_history_and_says_what_failed(api, database, query):
    await publish(database, flow({"kind": "event", "on": on("Order Completed")}))
    items = [mixpanel(time=1_780_000_000_000, **{"$insert_id": "i1"}), {"properties": {"$insert_id": "i2"}}]
    packed = gzip.compress("\n".join(map(json.dumps, items)).encode())
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/x-ndjson"}
    answer = await api.post("/import?strict=1", content=packed, headers=headers, auth=AUTH)
    assert answer.status_code == 400
    body = answer.json()
    assert (body["num_records_imported"], body["failed_records"][0]["index"]) == (1, 1)
    assert body["failed_records"][0]["insert_id"] == "i2"
    answer = await api.post("/import?strict=0", content=packed, headers=headers, auth=AUTH)
    assert (answer.status_code, answer.json()["code"]) == (200, 200)
    assert await query("SELECT count(*) FROM events") == [(1,)]
    assert await query("SELECT count(*) FROM journeys") == [(0,)]
    assert await query("SELECT traits->'orders' FROM customers") == [(1,)]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"nonsense", 400),
        (b"[]", 400),
        (b"[1]", 401),
        (b'[{"event": "x", "properties": {"distinct_id": "a"}}]', 401),
        (b"[" * 100_000, 400),
        (b" " * 3_000_000, 413),
    ],
)
async def test_what_mixpanel_cannot_say_is_told(api, content, status):
    answer = await api.post("/track", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/v1/track/", "/v1/t/", "/v1/batch/", "/v1/b/", "/v1/identify/", "/v1/alias/"])
async def test_segments_paths_with_a_slash_are_not_redirected(api, query, path):
    call = {"userId": "c-1", "event": "X", "type": "track", "previousId": "v-1"}
    answer = await api.post(path, json={**call, "batch": [call]}, auth=(WRITE_KEY, ""))
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)


async def test_the_beacon_of_rudderstack_names_its_key_in_the_address(api, query):
    call = {"type": "track", "event": "X", "anonymousId": "v-1"}
    content, headers = json.dumps({"batch": [call]}), {"content-type": "text/plain;charset=UTF-8"}
    for path in ("/beacon/v1/batch", "/beacon/v1/batch/"):
        answer = await api.post(path, params={"writeKey": WRITE_KEY}, content=content, headers=headers)
        assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    assert (await api.post("/beacon/v1/batch", params={"writeKey": "x"}, content=content)).status_code == 401


async def test_other_roads_with_a_slash(api):
    event = {"client_id": "1.2", "events": [{"name": "x"}]}
    assert (await api.post(f"/mp/collect/?api_secret={WRITE_KEY}", json=event)).status_code == 204
    assert (await api.post("/webhooks/twilio/", data={"Body": "x"})).status_code in (400, 401)


async def test_profiles_of_groups_are_noted_and_break_no_library(api, query):
    item = {"$token": WRITE_KEY, "$group_key": "company", "$group_id": "1", "$set": {"size": 3}}
    answer = await api.post("/groups/", data={"data": json.dumps(item), "verbose": "1"})
    assert answer.json() == {"status": 1, "error": None}
    assert await query("SELECT outcome, reason, count FROM intake_notes") == [
        ("rejected", "a group's profile is not taken", 1)
    ]
