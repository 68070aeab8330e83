"""Segment's HTTP specification, and its own Python library against it."""

import asyncio
import gzip
import json
import socket
import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import segment.analytics
import uvicorn
from sqlalchemy import text

from api.app import create_app
from ingestion import group_commit
from store.database.engine import Database
from tests.ingestion.conftest import WRITE_KEY

AUTH = (WRITE_KEY, "")


def call(**fields):
    return {"userId": "ada", "event": "Order Completed", "messageId": "m1", **fields}


async def test_a_tracked_event_is_committed_when_it_is_answered(api, query):
    answer = await api.post("/v1/track", json=call(properties={"revenue": 9.5}), auth=AUTH)
    assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
    assert await query("SELECT name, properties, source FROM events") == [
        ("Order Completed", {"revenue": 9.5}, "segment")
    ]


async def test_a_repeated_message_id_counts_once(api, query):
    for _ in range(2):
        assert (await api.post("/v1/track", json=call(), auth=AUTH)).status_code == 200
    assert await query("SELECT count(*) FROM events") == [(1,)]


@pytest.mark.parametrize(
    ("path", "body", "stored"),
    [
        ("page", {"name": "Home", "properties": {"path": "/"}}, ("Page Viewed", {"name": "Home", "path": "/"})),
        ("screen", {"name": "Cart", "category": "Shop"}, ("Screen Viewed", {"name": "Cart", "category": "Shop"})),
        ("track", {"event": " Signed In "}, ("Signed In", {})),
        ("t", {"event": "Signed In"}, ("Signed In", {})),
        ("p", {"name": "Home"}, ("Page Viewed", {"name": "Home"})),
    ],
)
async def test_views_are_events(api, query, path, body, stored):
    await api.post(f"/v1/{path}", json={"anonymousId": "a1", **body}, auth=AUTH)
    assert await query("SELECT name, properties FROM events") == [stored]


async def test_identify_group_alias_and_context_reach_the_profile(api, query):
    device = {"device": {"token": "tok", "type": "iOS"}, "locale": "tr-TR", "timezone": "Europe/Istanbul"}
    calls = [
        ("identify", {"userId": "old", "traits": {"email": "ada@shop.example"}, "context": device}),
        ("group", {"userId": "old", "groupId": "g1", "traits": {"name": "Family"}}),
        ("alias", {"userId": "ada", "previousId": "old"}),
    ]
    for path, body in calls:
        assert (await api.post(f"/v1/{path}", json=body, auth=AUTH)).status_code == 200
    [row] = await query("SELECT external_id, email, locale, timezone, attributes FROM customers")
    assert row[:4] == ("ada", "ada@shop.example", "tr-TR", "Europe/Istanbul")
    assert row.attributes == {"group_id": "g1", "group": {"name": "Family"}}
    assert await query("SELECT token, platform FROM devices") == [("tok", "ios")]


async def test_a_batch_keeps_the_good_and_tells_of_the_bad(api, query):
    batch = [
        {"type": "track", **call()},
        {"type": "track", "event": "X", "messageId": "nobody"},
        "nonsense",
        {"type": "dance", "userId": "ada"},
        {"type": "track", **call(messageId="big", properties={"x": "y" * 40_000})},
        {"type": "track", **call(messageId="late", timestamp="yesterday")},
        {"type": "identify", "userId": "ada", "traits": {"email": "nonsense"}},
    ]
    answer = await api.post("/v1/batch", json={"batch": batch}, auth=AUTH)
    assert answer.status_code == 200
    body = answer.json()
    assert body["accepted"] == 3
    assert {r["index"]: r["reason"].split(",")[0] for r in body["rejected"]} == {
        1: "it has neither userId nor anonymousId",
        2: "it is not an object",
        3: "type is not one of track",
        4: "it is larger than 32 KB",
    }
    assert body["rejected"][0]["messageId"] == "nobody"
    noted = " / ".join(body["notes"])
    assert "timestamp is not an ISO 8601 date and time: the time of receipt is taken" in noted
    assert "email is kept aside" in noted
    assert await query("SELECT count(*) FROM events") == [(2,)]


@pytest.mark.parametrize(
    ("stamps", "minutes_ago"),
    [
        ({}, 0),
        ({"timestamp": -30, "sentAt": -20}, 10),
        ({"timestamp": 500, "sentAt": 510}, 10),
        ({"originalTimestamp": -30, "sentAt": -20}, 10),
        ({"timestamp": -30}, 30),
        ({"timestamp": 60}, 0),
    ],
    ids=["none", "slow clock", "fast clock", "original", "no sentAt", "future"],
)
async def test_the_senders_clock_is_corrected(api, query, stamps, minutes_ago):
    now = datetime.now(UTC)
    body = call(**{name: (now + timedelta(minutes=m)).isoformat() for name, m in stamps.items()})
    assert (await api.post("/v1/track", json=body, auth=AUTH)).status_code == 200
    [row] = await query("SELECT occurred_at FROM events")
    assert abs(row.occurred_at - (now - timedelta(minutes=minutes_ago))) < timedelta(seconds=30)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"x"', 400),
        (b"\xff\xfe", 400),
        (b'{"userId": "a", "event": "x", "properties": {"n": NaN}}', 200),
        (b'{"userId": "a", "event": "x", "properties": {"n": 1e400}}', 200),
        (b'{"userId": "a", "event": "x", "properties": {"n": ' + b"9" * 4000 + b"}}", 200),
        (b'{"userId": "a", "event": "x", "properties": {"n": ' + b"9" * 5000 + b"}}", 200),
        (b"[" * 100_000, 400),
        (b'{"userId": "a", "event": "x", "properties": ' + b'{"a":' * 100 + b"1" + b"}" * 101, 200),
        (b'{"userId": "' + b"a" * 300 + b'", "event": "x"}', 400),
        (b'{"userId": "a", "event": "' + b"x" * 300 + b'"}', 400),
        (b'{"userId": "a", "event": "x", "properties": []}', 200),
        (b'{"userId": "a", "event": "x", "timestamp": "0001-01-01T00:00:00Z", "sentAt": "9999-01-01T00:00:00Z"}', 200),
        (b'{"userId": true, "event": "x"}', 400),
        (b'{"userId": 7, "event": "x", "context": 5}', 200),
        (b'{"userId": "a\\u0000b", "event": "x\\ud800", "properties": {"\\u0000": "\\udfff"}}', 400),
        (
            b'{"userId": "a", "event": "Order Completed", "properties": {"revenue": 1e308, "products": [1, null, {}]}}',
            200,
        ),
        (b'{"userId": "a", "event": "Product Viewed", "properties": {"product_id": {"x": 1}}}', 200),
        (b" " * 600_000, 413),
    ],
)
async def test_no_body_crashes_it(api, body, status):
    answer = await api.post("/v1/track", content=body, auth=AUTH)
    assert answer.status_code == status
    assert status == 200 or answer.json()["detail"]


async def test_gzip_is_unpacked_within_limits(api, query):
    packed = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    good = gzip.compress(json.dumps(call()).encode())
    bomb = gzip.compress(b" " * 50_000_000)
    for body, status in [(good, 200), (bomb, 413), (b"no gzip", 400), (good[:-9], 400)]:
        assert (await api.post("/v1/track", content=body, headers=packed, auth=AUTH)).status_code == status
    assert await query("SELECT count(*) FROM events") == [(1,)]


@pytest.mark.parametrize(
    ("auth", "body", "status"),
    [
        (AUTH, {}, 200),
        (None, {"writeKey": WRITE_KEY}, 200),
        (None, {}, 401),
        (None, {"writeKey": "other"}, 401),
        (None, {"writeKey": 5}, 401),
        (("other", ""), {"writeKey": WRITE_KEY}, 401),
    ],
)
async def test_only_a_write_key_may_send(api, auth, body, status):
    answer = await api.post("/v1/track", json=call(**body), auth=auth)
    assert answer.status_code == status


async def test_a_batch_of_nothing_good_is_a_bad_request(api):
    answer = await api.post("/v1/batch", json={"batch": [{"type": "track"}]}, auth=AUTH)
    assert answer.status_code == 400
    assert answer.json()["rejected"][0]["index"] == 0


class _Served(threading.Thread):
    """The application on a real port, in a loop of its own."""

    def __init__(self, services):
        super().__init__(daemon=True)
        # A pool belongs to the loop it is used in.
        services.database = Database(services.settings)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.server = uvicorn.Server(uvicorn.Config(create_app(services), log_level="warning"))

    def run(self):
        self.server.run(sockets=[self.socket])


def test_segments_own_library_works_unmodified(services, database_url):
    served = _Served(services)
    served.start()
    errors = []
    client = segment.analytics.Client(
        WRITE_KEY,
        host=f"http://127.0.0.1:{served.port}",
        on_error=lambda error, items: errors.append(error),
        gzip=True,
        max_retries=3,
    )
    client.identify("ada", {"email": "ada@shop.example", "first_name": "Ada"})
    for number in range(250):
        client.track("ada", "Order Completed", {"order_id": number, "revenue": 1.5})
    client.page(anonymous_id="a1", name="Home")
    client.alias("old", "ada")
    client.shutdown()
    served.server.should_exit = True
    served.join(10)
    assert errors == []
    with psycopg.connect(database_url) as connection:
        found = connection.execute(
            "SELECT email, traits->'orders', traits->'revenue' FROM customers WHERE external_id = 'ada'"
        ).fetchone()
        assert found is not None
        assert (found[0], found[1], float(found[2])) == ("ada@shop.example", 250, 375.0)
        views = connection.execute("SELECT name FROM events WHERE name = 'Page Viewed'").fetchall()
        assert views == [("Page Viewed",)]


async def test_events_beyond_what_may_wait_are_refused_with_when_to_come_back(api, database, query, monkeypatch):
    """The database stands still: what waits is bounded, and its senders keep the rest."""
    monkeypatch.setattr(group_commit, "MOST_WAITING", 3)

    def tracked(number: int):
        call = {"userId": "ada", "event": "Seen", "messageId": f"m-{number}"}
        return asyncio.create_task(api.post("/v1/track", json=call, auth=(WRITE_KEY, "")))

    assert (await tracked(-1)).status_code == 200
    async with database.transaction() as session:
        await session.execute(text("LOCK TABLE event_receipts IN ACCESS EXCLUSIVE MODE"))
        calls = []
        for number in range(12):
            calls.append(tracked(number))
            await asyncio.sleep(0.05)
        refused = [call.result() for call in calls if call.done()]
        assert refused, "nobody waits without end"
        for answer in refused:
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
            assert "send these again later" in answer.json()["detail"]
    taken = [call for call in calls if (await call).status_code == 200]
    assert len(taken) + len(refused) == len(calls)
    assert await query("SELECT count(*) FROM events") == [(1 + len(taken),)]
