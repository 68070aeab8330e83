"""Random JSON through every way in: nothing is lost, nothing answers 5xx, and no strangers are joined."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.external_ids import read_id
from ingestion.kafka import KafkaIntake, KafkaMessage
from tests.ingestion.conftest import WRITE_KEY

AUTH = (WRITE_KEY, "")
IDS = st.one_of(
    st.sampled_from(["ada", "ada ", "bob", "undefined", "null", "0", "guest", "user/13", "1042.0", "[object Object]"]),
    st.integers(-5, 10**20),
    st.floats(),
    st.none(),
    st.text(max_size=12),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
TIMES = st.sampled_from(
    ["2026-11-16T16:00:27.029Z", "2026-11-16T16:00:27.029:Z", "", None, 1763308827029, "2030-01-01"]
)
CALLS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["track", "identify", "page", "group", "alias", "dance"]),
        "event": st.sampled_from(["Order Completed", "X", "", "message_clicked"]) | JSON,
        "userId": IDS,
        "anonymousId": IDS,
        "previousId": IDS,
        "messageId": IDS,
        "timestamp": TIMES | JSON,
        "sentAt": TIMES | JSON,
        "properties": st.dictionaries(st.sampled_from(["revenue", "total", "order_id", "x"]), JSON) | JSON,
        "traits": st.dictionaries(st.sampled_from(["email", "phone", "country", "tags", "x"]), JSON) | JSON,
        "context": JSON,
    },
)
EVERYWHERE = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def body(value: object) -> str:
    """As JavaScript and Python write it: NaN and Infinity too."""
    return json.dumps(value).encode("utf-8", "replace").decode()


async def counted(query) -> int:
    [(rejected,)] = await query("SELECT coalesce(sum(count), 0)::int FROM intake_notes WHERE outcome = 'rejected'")
    return rejected


async def strangers_joined(query, *calls: dict) -> bool:
    """Whether a customer carries an external id that no call named."""
    named = {read_id(call.get(name)).value for call in calls for name in ("userId", "previousId")}
    found = await query("SELECT external_id FROM customers WHERE external_id IS NOT NULL")
    return not {row[0] for row in found} <= named


SEEN: list[dict] = []


@EVERYWHERE
@given(calls=st.lists(CALLS, min_size=1, max_size=8))
async def test_segment(api, query, calls):
    before, stored = await counted(query), (await query("SELECT count(*) FROM events"))[0][0]
    answer = await api.post("/v1/batch", content=body({"batch": calls}), auth=AUTH)
    assert answer.status_code in (200, 400), answer.text
    said = answer.json()
    rejected, accepted = len(said.get("rejected", [])), said.get("accepted", 0)
    assert accepted + rejected == len(calls)
    assert await counted(query) == before + rejected
    assert (await query("SELECT count(*) FROM events"))[0][0] - stored <= accepted
    SEEN.extend(calls)
    assert not await strangers_joined(query, *SEEN)
    assert (
        await query("SELECT count(*) FROM customers WHERE lower(external_id) IN ('undefined', 'null', 'guest', '0')")
    ) == [(0,)]


@EVERYWHERE
@given(
    items=st.lists(
        st.fixed_dictionaries(
            {
                "event": JSON,
                "properties": st.dictionaries(
                    st.sampled_from(["distinct_id", "$device_id", "$insert_id", "time", "x"]), IDS | JSON
                ),
            }
        ),
        min_size=1,
        max_size=6,
    )
)
async def test_mixpanel(api, query, items):
    before = await counted(query)
    answer = await api.post("/import?strict=1", content=body(items), auth=AUTH)
    assert answer.status_code in (200, 400), answer.text
    said = answer.json()
    failed = len(said.get("failed_records", []))
    assert said["num_records_imported"] + failed == len(items)
    assert await counted(query) == before + failed
    for path in ("/track", "/engage"):
        assert (await api.post(path, content=body(items), auth=AUTH)).text in ("0", "1")


@EVERYWHERE
@given(
    who=IDS,
    events=st.lists(
        st.fixed_dictionaries({"name": st.sampled_from(["purchase", "x", ""]), "params": JSON}), min_size=1, max_size=5
    ),
)
async def test_ga4(api, query, who, events):
    before = await counted(query)
    sent = body({"client_id": "a", "user_id": who, "events": events})
    answer = await api.post(f"/mp/collect?api_secret={WRITE_KEY}", content=sent)
    assert answer.status_code in (204, 400), answer.text
    rejected = len(answer.json()["rejected"]) if answer.status_code == 400 else 0
    assert await counted(query) == before + rejected


@EVERYWHERE
@given(calls=st.lists(CALLS | JSON, min_size=1, max_size=6))
async def test_kafka(database, query, calls):
    class Stream:
        async def poll(self):
            return []

        async def commit(self, offsets):
            pass

    before = await counted(query)
    messages = [KafkaMessage("events", 0, n, body(call).encode(), n) for n, call in enumerate(calls)]
    aside = (await query("SELECT count(*) FROM webhook_rejects"))[0][0]
    await KafkaIntake(database, Stream()).take(messages)
    rejected = await counted(query) - before
    assert (await query("SELECT count(*) FROM webhook_rejects"))[0][0] - aside == rejected <= len(calls)


@EVERYWHERE
@given(name=IDS, profile=st.dictionaries(st.sampled_from(["email", "phone", "city", "attributes", "tags"]), JSON))
async def test_the_api(api, name, profile):
    from urllib.parse import quote

    from tests.ingestion.conftest import API_KEY

    path = quote(str(name).encode("utf-8", "replace").decode().replace("\x00", ""), safe="")
    answer = await api.put(f"/customers/{path or 'x'}", content=body(profile), headers={"X-API-Key": API_KEY})
    assert answer.status_code in (200, 400, 404, 405, 422), (path, answer.text)
