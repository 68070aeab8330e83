from uuid import uuid4

import httpx
import pytest

from store.database.engine import Database
from tests.api import rows
from tests.api.drawing import publish

ADA = {
    "email": "Ada@Shop.EXAMPLE",
    "phone": "+1 415 555 0123",
    "first_name": "Ada",
    "birth_date": "1915-12-10",
    "timezone": "Europe/London",
    "tags": ["top spender"],
    "attributes": {"preferred_brand": "Analytical", "size": 42},
}


async def test_a_profile_is_created_changed_field_by_field_and_emptied(api: httpx.AsyncClient):
    made = (await api.put("/customers/ada", json=ADA)).json()
    assert (made["external_id"], made["email"], made["phone"]) == ("ada", "ada@shop.example", "+14155550123")
    assert (made["tags"], made["attributes"]) == (ADA["tags"], ADA["attributes"])
    changed = (
        await api.put("/customers/ada", json={"first_name": None, "tags": None, "attributes": {"size": None, "a": [1]}})
    ).json()
    assert (changed["id"], changed["first_name"], changed["email"]) == (made["id"], None, "ada@shop.example")
    assert (changed["tags"], changed["attributes"]) == ([], {"preferred_brand": "Analytical", "a": [1]})
    assert (await api.get(f"/customers/{made['id']}")).json() == changed | {"personas": []}


@pytest.mark.parametrize(
    ("profile", "path"),
    [
        ({"email": "no-at-sign"}, "/body"),
        ({"phone": "12"}, "/body"),
        ({"timezone": "Mars/Olympus"}, "/body"),
        ({"birth_date": "yesterday"}, "/body/birth_date"),
        ({"country": "Turkey"}, "/body/country"),
        ({"attributes": {"email": "a@b.example"}}, "/body/attributes"),
        ({"nickname": "Countess"}, "/body/nickname"),
    ],
)
async def test_a_wrong_profile_is_refused_and_nothing_of_it_is_kept(
    api: httpx.AsyncClient, profile: dict[str, object], path: str
):
    answer = await api.put("/customers/ada", json={"first_name": "Ada", **profile})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["path"] == path
    assert (await api.get("/customers/ada")).status_code == 404


async def test_a_bulk_call_writes_all_or_none(api: httpx.AsyncClient):
    people = [{"external_id": f"c-{n}", "first_name": f"N{n}"} for n in range(50)]
    wrong = [*people, {"external_id": "bad", "email": "no"}]
    refused = await api.post("/customers/bulk", json={"customers": wrong})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"] == "/body/customers/50"
    assert (await api.get("/customers")).json()["items"] == []
    assert (await api.post("/customers/bulk", json={"customers": people})).json() == {"upserted": 50}
    assert (await api.get("/customers/c-49")).json()["first_name"] == "N49"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"search": "ada"}, {"ada"}),
        ({"search": "lovelace"}, {"ada"}),
        ({"search": "shop.ex"}, {"ada", "100%"}),
        ({"search": "ada@shop"}, {"ada"}),
        ({"search": "LOVE ad"}, {"ada"}),
        ({"search": "100"}, {"100%"}),
        ({"search": "100%"}, {"100%"}),
        ({"search": "%"}, set()),
        ({"search": "& | ! : * ( ' \\"}, set()),
        ({"search": "+14155550123"}, {"ada"}),
        ({"tag": "vip"}, {"ada"}),
        ({"search": "nobody"}, set()),
        ({}, {"ada", "100%", "bob"}),
    ],
)
async def test_customers_are_found(api: httpx.AsyncClient, query: dict[str, str], found: set[str]):
    ada = {"first_name": "Ada", "last_name": "Lovelace", "email": "a@shop.example", "phone": "+14155550123"}
    await rows.customer(api, "ada", **ada, tags=["vip"])
    await rows.customer(api, "100%", email="hundred%25@shop.example".replace("%25", "%"))
    await rows.customer(api, "bob")
    items = (await api.get("/customers", params=query)).json()["items"]
    assert {item["external_id"] for item in items} == found


async def test_customers_are_listed_by_name_page_by_page(api: httpx.AsyncClient):
    names = {"n1": "zoe", "n2": "Ada", "n3": "ada", "n4": "Émile", "n5": None}
    for external_id, first_name in names.items():
        await rows.customer(api, external_id, first_name=first_name)
    await rows.customer(api, "n6", first_name="Ada", last_name="x" * 255)
    found: list[str] = []
    query = {"order": "name", "limit": "2"}
    while True:
        page = (await api.get("/customers", params=query)).json()
        found += [item["external_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(found) == ["n1", "n2", "n3", "n4", "n5", "n6"], "each once"
    assert set(found[:2]) == {"n2", "n3"}, "letters' case does not matter"
    assert found.index("n6") == 2
    assert found.index("n5") < found.index("n1"), "without a name by the external id"
    of_another_order = (await api.get("/customers", params={"limit": "2"})).json()["next_cursor"]
    assert (await api.get("/customers", params={"order": "name", "cursor": of_another_order})).status_code == 200
    assert (await api.get("/customers", params={"order": "newest", "cursor": query["cursor"]})).status_code == 422


async def test_consents_are_written_and_the_last_word_counts(api: httpx.AsyncClient):
    await rows.customer(api, "ada")
    for status in ("subscribed", "unsubscribed"):
        body = {
            "consents": [{"channel": "email", "status": status}, {"channel": "sms", "topic": "vip", "status": status}]
        }
        assert (await api.put("/customers/ada/consents", json=body)).status_code == 200
    known = (await api.get("/customers/ada/consents")).json()
    assert [(item["channel"], item["topic"], item["status"], item["source"]) for item in known] == [
        ("email", "*", "unsubscribed", "api"),
        ("sms", "vip", "unsubscribed", "api"),
    ]


async def test_a_device_moves_to_whom_it_belongs_now_and_can_be_dropped(api: httpx.AsyncClient):
    for name in ("ada", "bob"):
        await rows.customer(api, name)
        await api.put(f"/customers/{name}/devices", json={"token": "t/1", "platform": "ios"})
    assert (await api.get("/customers/ada/devices")).json() == []
    assert (await api.delete("/customers/ada/devices", params={"token": "t/1"})).status_code == 404
    assert (await api.delete("/customers/bob/devices", params={"token": "t/1"})).status_code == 204
    assert [item["active"] for item in (await api.get("/customers/bob/devices")).json()] == [False]


async def test_the_inbox_holds_in_app_messages_and_reading_one_counts_as_opening_it(
    api: httpx.AsyncClient, database: Database
):
    ada, bob = await rows.customer(api, "ada"), await rows.customer(api, "bob")
    card = {"channel": "in_app", "provider": "in_app", "content": {"channel": "in_app", "title": "Hi", "body": "There"}}
    shown = await rows.message(database, ada, **card, state="accepted", delivered_at=None)
    await rows.message(database, ada, **card, state="skipped")
    await rows.message(database, bob, **card)
    await rows.message(database, ada)
    items = (await api.get("/customers/ada/inbox")).json()["items"]
    assert [(item["id"], item["title"], item["read_at"]) for item in items] == [(str(shown.id), "Hi", None)]
    read = [(await api.post(f"/customers/ada/inbox/{shown.id}/read")).json()["read_at"] for _ in range(2)]
    assert read[0] == read[1]
    assert (await api.get("/customers/ada/inbox", params={"unread": True})).json()["items"] == []
    life = (await api.get(f"/messages/{shown.id}")).json()
    assert [event["kind"] for event in life["events"]].count("opened") == 1
    assert life["opened_at"] is not None
    assert (await api.post(f"/customers/bob/inbox/{shown.id}/read")).status_code == 404


async def test_the_timeline_merges_all_kinds_and_pages_without_gap_or_repeat(
    api: httpx.AsyncClient, database: Database
):
    ada, slug = await rows.customer(api, "ada"), await publish(api)
    inside = await rows.journey(api, database, slug, ada)
    for _ in range(3):
        await rows.message(database, ada, journey_id=inside.id)  # all at the same instant
    whole = (await api.get("/customers/ada/timeline")).json()["items"]
    assert sorted(item["kind"] for item in whole) == ["message"] * 3 + ["step"] * 2
    assert [item["at"] for item in whole] == sorted((item["at"] for item in whole), reverse=True)
    seen, cursor = [], None
    for _ in range(5):
        page = (
            await api.get("/customers/ada/timeline", params={"limit": 1} | ({"cursor": cursor} if cursor else {}))
        ).json()
        seen += page["items"]
        cursor = page["next_cursor"]
    assert (seen, cursor) == (whole, None)


@pytest.mark.parametrize("path", ["", "/timeline", "/consents", "/devices", "/inbox"])
async def test_nobody_has_nothing(api: httpx.AsyncClient, path: str):
    for name in ("nobody", str(uuid4())):
        assert (await api.get(f"/customers/{name}{path}")).status_code == 404
