"""Ids as real tools send them: placeholders, blanks, floats, ids given twice."""

import json

import pytest

from tests.ingestion.conftest import WRITE_KEY

AUTH = (WRITE_KEY, "")
PLACEHOLDERS = ["undefined", "null", "None", "NaN", "[object Object]", "0", 0, False, "guest", " Undefined\u00a0"]
PLACEHOLDERS += ["00000000-0000-0000-0000-000000000000", "{{user.id}}"]


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
async def test_a_placeholder_joins_nobody(api, query, placeholder):
    for visitor, email in (("a", "ada@shop.example"), ("b", "bob@shop.example")):
        body = {"userId": placeholder, "anonymousId": visitor, "traits": {"email": email}}
        answer = await api.post("/v1/identify", json=body, auth=AUTH)
        assert answer.status_code == 200
        assert "stands for no id" in answer.json()["notes"][0]
    assert await query("SELECT external_id, email FROM customers ORDER BY email") == [
        (None, "ada@shop.example"),
        (None, "bob@shop.example"),
    ]
    alone = await api.post("/v1/track", json={"userId": placeholder, "event": "X"}, auth=AUTH)
    assert alone.status_code == 400
    assert "stands for no id" in alone.json()["detail"]


async def test_an_alias_of_a_placeholder_joins_nobody(api, query):
    for name in ("ada", "bob"):
        body = {"userId": name, "previousId": "undefined"}
        assert (await api.post("/v1/alias", json=body, auth=AUTH)).status_code == 400
    assert await query("SELECT count(*) FROM customer_identities") == [(0,)]


async def test_placeholders_of_mixpanel_and_ga4(api, query):
    for device in ("d-1", "d-2"):
        properties = {"token": WRITE_KEY, "distinct_id": "undefined", "$device_id": device}
        assert (await api.post("/track", json=[{"event": "X", "properties": properties}])).text == "1"
        body = {"user_id": "null", "client_id": f"{device}.ga", "events": [{"name": "x"}]}
        assert (await api.post(f"/mp/collect?api_secret={WRITE_KEY}", json=body)).status_code == 204
    assert await query("SELECT count(*), count(external_id) FROM customers") == [(4, 0)]


async def test_ids_that_look_alike_are_one_customer(api, query):
    for name in ("c-1", "c-1 ", "c-1\u00a0", "c-1\t", "\u200bc-1"):
        body = {"userId": name, "event": "X"}
        assert (await api.post("/v1/track", json=body, auth=AUTH)).status_code == 200
    assert (
        await api.post(
            "/v1/identify", json={"userId": "c-1", "traits": {"email": " ada\u200b@shop.example "}}, auth=AUTH
        )
    ).json()["notes"] == []
    assert await query("SELECT external_id, email FROM customers") == [("c-1", "ada@shop.example")]


@pytest.mark.parametrize("name", [1042, 1042.0, "1042", "1042.0", " 1042 "])
async def test_a_number_is_an_id(api, query, name):
    answer = await api.post("/v1/track", content=json.dumps({"userId": name, "event": "X"}), auth=AUTH)
    assert answer.status_code == 200
    assert await query("SELECT external_id FROM customers") == [("1042",)]


@pytest.mark.parametrize("name", [1e17, 2.0**53, "1.04242E+11", 10.5, [1], {"a": 1}, "x" * 256, "a\x00b"])
async def test_an_id_that_lost_digits_is_refused_with_the_reason(api, query, name):
    answer = await api.post("/v1/track", json={"userId": name, "event": "X"}, auth=AUTH)
    assert answer.status_code == 400
    assert "userId" in answer.json()["detail"]
    assert await query("SELECT count(*) FROM customers") == [(0,)]


async def test_three_events_under_one_id_are_three(api, query):
    at = {"timestamp": "2026-11-01T10:00:00Z", "messageId": "m-1"}
    batch = [
        {"type": "track", "userId": "ada", "event": "A", **at},
        {"type": "track", "userId": "ada", "event": "B", **at},
        {"type": "track", "userId": "bob", "event": "A", **at},
        {"type": "track", "userId": "ada", "event": "A", **at, "timestamp": "2026-11-01T10:00:01Z"},
        {"type": "identify", "userId": "ada", "traits": {"email": "ada@shop.example"}, **at},
        {"type": "track", "userId": "ada", "event": "A", **at},
    ]
    for turn in range(2):
        answer = (await api.post("/v1/batch", json={"batch": batch}, auth=AUTH)).json()
        assert answer["accepted"] == 6
        assert sum("same id" in note for note in answer["notes"]) == (4 if turn == 0 else 0)
    assert await query("SELECT count(*) FROM events") == [(4,)]
    assert await query("SELECT count(*) FROM customers WHERE email IS NOT NULL") == [(1,)]
    late = {"userId": "eve", "event": "C", "messageId": "m-1"}
    assert "same id" in (await api.post("/v1/track", json=late, auth=AUTH)).json()["notes"][0]


async def test_one_insert_id_on_two_events(api, query):
    for name, time in (("A", 1_780_000_000), ("B", 1_780_000_000), ("A", 1_780_000_009)):
        properties = {"token": WRITE_KEY, "distinct_id": "ada", "$insert_id": 4711, "time": time}
        assert (await api.post("/track", json=[{"event": name, "properties": properties}])).text == "1"
    assert await query("SELECT count(*) FROM events") == [(3,)]
