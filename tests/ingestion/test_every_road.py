"""Random JSON through every HTTP road, on a real database: count in = stored + repeated + rejected, and no strangers
are joined. Files: see test_every_file.py."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from domain.external_ids import clean, read_id
from tests.ingestion.conftest import API_KEY, BROWSER_KEY, WRITE_KEY
from tests.ingestion.people import Claim, People, claim, owners, strangers_joined

TABLES = ("devices", "customer_identities", "events", "event_receipts", "intake_notes", "webhook_rejects", "customers")
ZEROS = "00000000-0000-0000-0000-000000000000"
IDS = st.one_of(
    st.sampled_from(["ada", "ada ", "ada\u200b", "Ada", "bob", "c-1", "1042", "1042.0", "user/13"]),
    st.sampled_from(["undefined", "null", "0", "guest", "[object Object]", "NaN", ZEROS]),
    st.sampled_from([1042, 1042.0, 2**53 + 0.0, -1, 0, None, True, [], {}, {"id": 1}, ["ada"]]),
    st.integers(-5, 10**20) | st.floats() | st.text(max_size=6),
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
TIMES = st.sampled_from(
    ["2026-11-16T16:00:27Z", "2026-11-17T16:00:27Z", "2026-11-16T16:00:27.029:Z", "", None, 1763308827029, "2030-01-01"]
)
EMAILS: st.SearchStrategy[object] = st.sampled_from(
    ["ada@shop.example", " ADA@shop.example", "bob@shop.example", "x@", 7, None, [], "a@b@c"]
)
TRAITS = st.fixed_dictionaries(
    {},
    optional={
        "email": EMAILS,
        "phone": st.sampled_from(["+393401234567", 393401234567, "0340 1234567", "x"]) | JSON,
        "country": st.sampled_from(["IT", "UK", "EL", 7]) | JSON,
        "tags": JSON,
        "birthday": st.sampled_from(["1990-05-12", 19900512]) | JSON,
        "address": JSON,
        "x": JSON,
    },
)
CALLS = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "track", "identify", "identify", "page", "screen", "group", "alias", "dance"])},
    optional={
        "event": st.sampled_from(["Order Completed", "X", "", "message_clicked", 7]) | JSON,
        "userId": IDS,
        "anonymousId": IDS,
        "previousId": IDS,
        "messageId": st.sampled_from(["m-1", "m-2", 4711, ""]) | JSON,
        "timestamp": TIMES,
        "sentAt": TIMES,
        "originalTimestamp": TIMES,
        "properties": st.dictionaries(st.sampled_from(["revenue", "total", "order_id", "currency", "x"]), JSON) | JSON,
        "traits": TRAITS | JSON,
        "context": st.fixed_dictionaries({}, optional={"traits": TRAITS | JSON, "device": JSON, "locale": JSON}) | JSON,
        "groupId": IDS,
    },
)
ANYTHING = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def body(value: object) -> str:
    """As JavaScript and Python write it: NaN and Infinity too."""
    return json.dumps(value).encode("utf-8", "replace").decode()


def as_sent(value: Any) -> Any:
    """What a reader of the body gets."""
    return json.loads(body(value))


class Ledger:
    """What is in the database after one request into an empty one."""

    def __init__(self, query: Any) -> None:
        self._query = query

    async def empty(self, database: Any) -> None:
        async with database.transaction() as session:
            for table in TABLES:
                await session.execute(text(f"DELETE FROM {table}"))

    async def _count(self, sql: str) -> int:
        [(count,)] = await self._query(sql)
        return int(count)

    async def stored(self) -> int:
        return await self._count("SELECT count(*) FROM event_receipts")

    async def events(self) -> int:
        return await self._count("SELECT count(*) FROM events")

    async def rejected(self) -> int:
        return await self._count("SELECT coalesce(sum(count), 0) FROM intake_notes WHERE outcome = 'rejected'")

    async def misplaced(self, people: People) -> list[tuple[str, str]]:
        """Events that another customer has than the one whose id their sender gave (as the property `who`)."""
        names = await owners(self._query)
        rows = await self._query("SELECT properties ->> 'who', customer_id::text FROM events WHERE properties ? 'who'")
        return [(who, customer) for who, customer in rows if names.get(who) not in (None, customer)]

    async def foreign_emails(self, said: Sequence[tuple[str | None, Any]], people: People) -> list[str]:
        """Addresses of customers of whom no call that names them said it."""
        rows = await self._query("SELECT external_id, email FROM customers WHERE email IS NOT NULL")
        return [
            f"{name}: {email}"
            for name, email in rows
            if name is not None
            and not any(
                isinstance(word, str) and clean(word).lower() == email and (who is None or people.are_one(who, name))
                for who, word in said
            )
        ]


def emails_in(call: dict[str, Any]) -> list[Any]:
    context = call.get("context")
    around = context.get("traits") if isinstance(context, dict) else None
    return [each["email"] for each in (around, call.get("traits")) if isinstance(each, dict) and "email" in each]


def marked(call: dict[str, Any]) -> dict[str, Any]:
    """The call with its customer's id among its properties, where it can hold it."""
    who = read_id(call.get("userId")).value
    properties = call.get("properties")
    if call["type"] in ("track", "page", "screen") and who is not None and isinstance(properties, dict):
        return call | {"properties": properties | {"who": who}}
    return call


def claims_of(calls: Sequence[dict[str, Any]]) -> list[Claim]:
    return [
        claim(call.get("userId"), call.get("anonymousId"), call.get("previousId") if call["type"] == "alias" else None)
        for call in calls
    ]


def different(calls: Sequence[dict[str, Any]]) -> int:
    """How many of the calls are surely no repeats: another type, name, customer or time, or no id of their own."""
    seen: set[str] = set()
    for number, call in enumerate(calls):
        key = read_id(call.get("messageId")).value
        who = claims_of([call])[0]
        told = (call["type"], call.get("event"), key, who.user or who.visitor, who.previous, call.get("timestamp"))
        seen.add(repr(told) if key else str(number))
    return len(seen)


def good_time(call: dict[str, Any]) -> dict[str, Any]:
    """The call with a time only where it can be read: of all others the sender has said none."""
    said = call.get("timestamp")
    try:
        readable = isinstance(said, str) and datetime.fromisoformat(said).year < 2027
    except ValueError:
        readable = False
    return call | {"timestamp": said if readable else None}


@ANYTHING
@given(calls=st.lists(CALLS, min_size=1, max_size=8), server=st.booleans())
async def test_segment(api, database, query, calls, server):
    calls = as_sent([marked(call) for call in calls])
    ledger, people = Ledger(query), People(claims_of(calls))
    await ledger.empty(database)
    answer = await api.post(
        "/v1/batch", content=body({"batch": calls}), auth=(WRITE_KEY if server else BROWSER_KEY, "")
    )
    assert answer.status_code in (200, 400), answer.text
    said = answer.json()
    refused = {each["index"] for each in said.get("rejected", [])}
    assert said.get("accepted", 0) + len(refused) == len(calls)
    assert await ledger.rejected() == len(refused)
    taken = [good_time(call) for index, call in enumerate(calls) if index not in refused]
    assert different(taken) <= await ledger.stored() <= len(taken)
    happened = [call for call in taken if call["type"] in ("track", "page", "screen")]
    assert different(happened) <= await ledger.events() <= len(happened)
    assert await strangers_joined(query, people) == []
    assert await ledger.misplaced(people) == []
    emails = [(read_id(call.get("userId")).value, email) for call in taken for email in emails_in(call)]
    assert await ledger.foreign_emails(emails, people) == []


MIXPANEL = st.fixed_dictionaries(
    {
        "event": st.sampled_from(["X", "Order Completed", "$identify", "$create_alias", "", 7]) | JSON,
        "properties": st.fixed_dictionaries(
            {},
            optional={
                "distinct_id": IDS | st.sampled_from(["$device:d-1", "$device:", "$device:undefined"]),
                "$device_id": IDS,
                "$user_id": IDS,
                "$anon_id": IDS,
                "alias": IDS,
                "$insert_id": st.sampled_from(["i-1", 4711]) | JSON,
                "time": st.sampled_from([1763308827, 1763308827029, "1763308827", True, None]) | JSON,
                "x": JSON,
            },
        )
        | JSON,
    }
)


def mixpanel_claims(items: Sequence[dict[str, Any]]) -> list[Claim]:
    """All that an item could be about: its ids, with and without the mark of a device."""
    found = []
    for item in items:
        given = item["properties"] if isinstance(item["properties"], dict) else {}
        names = ("distinct_id", "$device_id", "$user_id", "$anon_id", "$anon_distinct_id", "$identified_id")
        ids = [given.get(name) for name in names]
        ids += [each.removeprefix("$device:") for each in ids if isinstance(each, str)]
        if item["event"] == "$create_alias":
            before = given.get("distinct_id")
            before = before.removeprefix("$device:") if isinstance(before, str) else before
            found.append(claim(given.get("alias"), None, before))
        found += [claim(user, visitor) for user in ids for visitor in ids]
    return found


@ANYTHING
@given(items=st.lists(MIXPANEL, min_size=1, max_size=6), live=st.booleans())
async def test_mixpanel(api, database, query, items, live):
    items = as_sent(items)
    ledger = Ledger(query)
    await ledger.empty(database)
    path = "/track?verbose=1" if live else "/import?strict=1"
    answer = await api.post(path, content=body(items), auth=(WRITE_KEY, ""))
    assert answer.status_code in (200, 400), answer.text
    rejected = await ledger.rejected()
    if not live:
        said = answer.json()
        assert said["num_records_imported"] + len(said.get("failed_records", [])) == len(items)
        assert len(said.get("failed_records", [])) == rejected
    stored = await ledger.stored()
    keyless = [
        item
        for item in items
        if not isinstance(item["properties"], dict) or read_id(item["properties"].get("$insert_id")).value is None
    ]
    assert stored + rejected <= len(items)
    assert len(keyless) - rejected <= stored
    assert await strangers_joined(query, People(mixpanel_claims(items))) == []


ENGAGE = st.fixed_dictionaries(
    {},
    optional={
        "$distinct_id": IDS,
        "$device_id": IDS,
        "$user_id": IDS,
        "$set": st.fixed_dictionaries({}, optional={"$email": EMAILS, "$phone": JSON, "x": JSON}) | JSON,
        "$set_once": st.fixed_dictionaries({}, optional={"$email": EMAILS}) | JSON,
        "$unset": JSON,
        "$add": JSON,
    },
)


@ANYTHING
@given(items=st.lists(ENGAGE, min_size=1, max_size=6))
async def test_mixpanel_profiles(api, database, query, items):
    items = as_sent(items)
    ledger = Ledger(query)
    await ledger.empty(database)
    answer = await api.post("/engage?verbose=1", content=body(items), auth=(WRITE_KEY, ""))
    assert answer.status_code in (200, 400), answer.text
    assert await ledger.stored() + await ledger.rejected() == len(items)
    named = [(item.get("$user_id") or item.get("$distinct_id"), item.get("$device_id")) for item in items]
    people = People(claim(user, device) for user, device in named)
    assert await strangers_joined(query, people) == []
    emails = [
        (read_id(user).value, change["$email"])
        for item, (user, _) in zip(items, named, strict=True)
        for change in (item.get("$set"), item.get("$set_once"))
        if isinstance(change, dict) and "$email" in change
    ]
    assert await ledger.foreign_emails(emails, people) == []


GA4 = st.fixed_dictionaries(
    {"events": st.lists(st.fixed_dictionaries(
        {"name": st.sampled_from(["purchase", "view_item", "x", "", 7]) | JSON},
        optional={
            "params": st.dictionaries(st.sampled_from(["transaction_id", "value", "items", "x"]), JSON) | JSON,
            "timestamp_micros": st.sampled_from([1763308827029000, "1763308827029000", True, None]) | JSON,
        },
    ) | JSON, min_size=1, max_size=5)},
    optional={
        "client_id": IDS,
        "app_instance_id": IDS,
        "user_id": IDS,
        "user_properties": st.dictionaries(st.sampled_from(["email", "x"]), JSON) | JSON,
        "timestamp_micros": st.integers() | JSON,
        "user_token": JSON,
    },
)  # fmt: skip


@ANYTHING
@given(sent=GA4)
async def test_ga4(api, database, query, sent):
    sent = as_sent(sent)
    ledger = Ledger(query)
    await ledger.empty(database)
    answer = await api.post(f"/mp/collect?api_secret={WRITE_KEY}", content=body(sent))
    assert answer.status_code in (204, 400), answer.text
    rejected = len(answer.json()["rejected"]) if answer.status_code == 400 else 0
    assert await ledger.rejected() == rejected
    properties = sent.get("user_properties")
    calls = len(sent["events"]) + (isinstance(properties, dict) and bool(properties))
    same = len(sent["events"]) - len({body(event) for event in sent["events"]})
    purchases = sum(isinstance(event, dict) and event.get("name") == "purchase" for event in sent["events"])
    assert calls - rejected - same - max(0, purchases - 1) <= await ledger.stored() <= calls - rejected
    people = People([claim(sent.get("user_id"), sent.get("client_id") or sent.get("app_instance_id"))])
    assert await strangers_joined(query, people) == []


ADMIN = {"X-API-Key": API_KEY}


@ANYTHING
@given(
    customers=st.lists(
        st.fixed_dictionaries({"external_id": IDS}, optional={"email": EMAILS, "attributes": JSON, "tags": JSON})
        | st.fixed_dictionaries({"external_id": st.sampled_from(["ada", "bob"])}, optional={"email": EMAILS}),
        max_size=4,
    )
)
async def test_the_own_api(api, database, query, customers):
    sent = as_sent({"customers": customers})
    ledger = Ledger(query)
    await ledger.empty(database)
    answer = await api.post("/customers/bulk", content=body(sent), headers=ADMIN)
    assert answer.status_code in (200, 422), answer.text
    names = [read_id(each["external_id"]).value for each in sent["customers"]]
    found = await query("SELECT count(*) FROM customers")
    if answer.status_code == 422:  # all of them or none
        assert (found, await ledger.stored()) == ([(0,)], 0)
        return
    assert answer.json()["upserted"] == len(set(names)) == found[0][0]
    assert await ledger.stored() == len(names)
    people = People(claim(name) for name in names)
    assert await strangers_joined(query, people) == []
    emails = list(zip(names, [each.get("email") for each in sent["customers"]], strict=True))
    assert await ledger.foreign_emails(emails, people) == []
