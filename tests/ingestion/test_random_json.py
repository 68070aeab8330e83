"""Random JSON by Kafka, by providers' webhooks and by our own API: nothing is lost, nothing answers 5xx.

The sources over HTTP: test_every_road.py. Files: tests/activities/test_every_file.py.
"""

import itertools
import json
from urllib.parse import quote

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from ingestion.kafka import KafkaIntake, KafkaMessage
from tests.ingestion.conftest import API_KEY
from tests.ingestion.test_webhooks_api import sendgrid as signed_by_sendgrid
from tests.ingestion.test_webhooks_api import settings
from tests.ingestion.test_webhooks_api import twilio as signed_by_twilio

__all__ = ["settings"]
RECEIPTS = "SELECT count(*) FROM event_receipts"
OFFSETS = itertools.count(0, 100)
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
EVERYWHERE = hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def body(value: object) -> str:
    """As JavaScript and Python write it: NaN and Infinity too."""
    return json.dumps(value).encode("utf-8", "replace").decode()


async def count(query, sql: str) -> int:
    [(found,)] = await query(sql)
    return int(found)


async def rejected(query) -> int:
    return await count(query, "SELECT coalesce(sum(count), 0) FROM intake_notes WHERE outcome = 'rejected'")


async def set_aside(query) -> int:
    return await count(query, "SELECT count(*) FROM webhook_rejects")


def without_id(call: object) -> object:
    return {name: value for name, value in call.items() if name != "messageId"} if isinstance(call, dict) else call


@EVERYWHERE
@given(calls=st.lists((CALLS | JSON).map(without_id), min_size=1, max_size=6))
async def test_kafka(database, query, calls):
    """Messages that name no id of their own are known by their place: each of them is stored, or kept aside."""

    class Stream:
        async def poll(self):
            return []

        async def commit(self, offsets):
            pass

    before, aside, stored = await rejected(query), await set_aside(query), await count(query, RECEIPTS)
    base = next(OFFSETS)
    messages = [KafkaMessage("events", 0, base + n, body(call).encode(), base + n) for n, call in enumerate(calls)]
    await KafkaIntake(database, Stream()).take(messages)
    refused = await rejected(query) - before
    assert await set_aside(query) - aside == refused
    assert await count(query, RECEIPTS) - stored + refused == len(calls)


REPORTS = st.fixed_dictionaries(
    {},
    optional={
        "event": st.sampled_from(["delivered", "open", "click", "bounce", "dropped", "spamreport", "new"]) | JSON,
        "timestamp": st.sampled_from([1763308827, "1763308827", None, "", 1e300]) | JSON,
        "sg_event_id": st.sampled_from(["e-1", "e-2", 7, None]) | JSON,
        "message_id": st.sampled_from(["6f1c3c1e-7c0a-4a44-9c9b-3d7c5d3a1d11", "undefined"]) | JSON,
        "email": st.sampled_from(["ada@shop.example", None, []]) | JSON,
        "reason": st.sampled_from(["Unsubscribed Address", "550 5.1.1"]) | JSON,
        "url": JSON,
    },
)


@EVERYWHERE
@given(items=st.lists(REPORTS | JSON, min_size=1, max_size=6))
async def test_reports_of_providers(api, query, items):
    """Each is taken, a repeat, or kept aside, whatever it is."""
    aside = await set_aside(query)
    answer = await signed_by_sendgrid(api, body(items).encode())
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["taken"] + said["repeats"] + said["set_aside"] == len(items)
    assert await set_aside(query) - aside >= said["set_aside"]


WORDS = st.sampled_from(
    ["SM1", "delivered", "undelivered", "failed", "30003", "21610", "+393401234567", "STOP", "\0", ""]
)


@EVERYWHERE
@given(
    form=st.dictionaries(
        st.sampled_from(["MessageSid", "MessageStatus", "ErrorCode", "From", "To", "Body", "OptOutType", "x"]),
        WORDS | st.text(max_size=8).map(lambda text: text.encode("utf-8", "replace").decode()),
    )
)
async def test_callbacks_of_twilio(api, form):
    answer = await signed_by_twilio(api, form)
    assert answer.status_code in (200, 400), answer.text


@EVERYWHERE
@given(name=IDS, profile=st.dictionaries(st.sampled_from(["email", "phone", "city", "attributes", "tags"]), JSON))
async def test_the_api(api, name, profile):
    path = quote(str(name).encode("utf-8", "replace").decode().replace("\x00", ""), safe="")
    answer = await api.put(f"/customers/{path or 'x'}", content=body(profile), headers={"X-API-Key": API_KEY})
    assert answer.status_code in (200, 400, 404, 405, 422), (path, answer.text)
