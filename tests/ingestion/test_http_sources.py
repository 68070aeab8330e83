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
    answer = await api.post("/engage?verbose=1", json=[change(add={"n": 1})])
    assert answer.json() == {"status": 0, "error": "item 0: one of $set, $set_once, $unset is taken, not $add"}


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
