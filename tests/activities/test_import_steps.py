"""An import in two steps: the look at it, the mapping, the question of consent; by the API, on a real worker."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from activities.outbox_publisher import OutboxPublisher
from api.app import create_app
from api.dependencies import ApiServices
from ingestion.relay import Relay
from providers.registry import build_providers
from tests.activities.test_imports import change, query
from tests.api.conftest import ADMIN_KEY
from tests.journey_driver import World

LIST = (
    "E-Mail;Vorname;Spent;email_consent;Nick\r\n"
    'ada@shop.example;Ada;"1,50";yes;x\r\n'
    'bob@shop.example;Bob;"2,25";no;y\r\n'
    "nobody;Cy;3,00;;z\r\n"
)


@pytest.fixture
async def api(world: World, temporal_client, settings) -> AsyncIterator[httpx.AsyncClient]:
    settings = settings.model_copy(update={"bootstrap_api_key": SecretStr(ADMIN_KEY)})
    services = ApiServices(settings, world.database, temporal_client, build_providers(settings))
    transport = httpx.ASGITransport(create_app(services))
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers) as client,
        world.workers(temporal_client),
    ):
        yield client


async def looked_at(api: httpx.AsyncClient, content: str | bytes, **query: Any) -> dict[str, Any]:
    asked = {"kind": "customers", "format": "csv", "name": "list.csv", **query}
    answer = await api.post("/imports/inspect", params=asked, content=content)
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def started(world: World, api: httpx.AsyncClient, temporal: Any, import_id: str, **body: Any) -> dict[str, Any]:
    answer = await api.post(f"/imports/{import_id}/start", json=body)
    assert answer.status_code == 202, answer.text
    await Relay(world.database, OutboxPublisher(temporal)).drain()
    await temporal.get_workflow_handle(f"import/{import_id}").result()
    view: dict[str, Any] = (await api.get(f"/imports/{import_id}")).json()
    return view


async def test_a_look_tells_what_was_understood_and_takes_nothing(world: World, api):
    seen = await looked_at(api, LIST.encode("cp1252"))
    assert (seen["separator"], seen["rows"], seen["looked_at"], seen["whole"]) == (";", 3, 3, True)
    assert [(c["name"], c["field"], c["key"], c["type"]) for c in seen["columns"]] == [
        ("E-Mail", "email", "", "text"),
        ("Vorname", "first_name", "", "text"),
        ("Spent", "attribute", "Spent", "number"),
        ("email_consent", "consent", "email", "text"),
        ("Nick", "attribute", "Nick", "text"),
    ]
    assert seen["preview"][0]["values"] == {
        "email": "ada@shop.example",
        "first_name": "Ada",
        "Spent": 1.5,
        "Nick": "x",
    }
    assert seen["preview"][0]["consents"] == {"email": "subscribed"}
    assert seen["refused"] == 1
    said = {"code": "intake_no_id_no_address", "params": {}}
    assert seen["reasons"] == [
        {"reason": "it has no id, and its e-mail address is none", "said": said, "taken": False, "rows": 1}
    ]
    assert seen["samples"]["Vorname"] == ["Ada", "Bob", "Cy"]
    assert "customers are known by E-Mail" in seen["notes"][0]["text"]
    assert await query(world, "SELECT state FROM imports") == [("ready",)]
    assert await query(world, "SELECT count(*) FROM customers") == [(0,)]


async def test_a_mapping_is_tried_confirmed_and_remembered(world: World, api, temporal_client):
    seen = await looked_at(api, LIST)
    mapping = {
        "columns": {"Nick": {"field": "user_id"}, "Spent": {"field": "attribute", "key": "spend", "type": "text"}}
    }
    again = (await api.post(f"/imports/{seen['id']}/inspect", json=mapping)).json()
    assert again["preview"][0]["customer"] == "x"
    assert again["preview"][0]["values"]["spend"] == "1,50"
    assert again["refused"] == 0
    done = await started(world, api, temporal_client, seen["id"], mapping=mapping)
    assert (done["state"], done["taken"], done["refused"]) == ("finished", 3, 0)
    assert await query(world, "SELECT external_id, attributes ->> 'spend' FROM customers ORDER BY 1") == [
        ("x", "1,50"),
        ("y", "2,25"),
        ("z", "3,00"),
    ]
    next_one = await looked_at(api, LIST.replace("Ada", "Adina"))
    assert next_one["remembered"]
    assert next_one["preview"][0]["customer"] == "x"
    assert (await api.post(f"/imports/{seen['id']}/start", json={})).status_code == 409


@pytest.mark.parametrize("encoding", ["\ud800", "a\0b", "zip", "idna", "undefined", "nope"])
async def test_an_encoding_that_is_none_is_refused_with_its_place(api, encoding: str):
    seen = await looked_at(api, LIST)
    body = json.dumps({"encoding": encoding})
    answer = await api.post(
        f"/imports/{seen['id']}/inspect", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422, answer.text
    assert "encoding" in answer.text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "cp037", "iso2022_jp", "utf_7", "hz", "Windows-1252"])
async def test_a_file_is_looked_at_in_any_encoding(api, encoding: str):
    seen = await looked_at(api, LIST.encode() + bytes(range(128, 256)))
    answer = await api.post(f"/imports/{seen['id']}/inspect", json={"encoding": encoding})
    assert answer.status_code == 200, answer.text


async def consents(world: World) -> dict[tuple[str, str], str]:
    rows = await query(
        world, "SELECT c.email, s.channel, s.status FROM consents s JOIN customers c ON c.id = s.customer_id"
    )
    return {(email, channel): status for email, channel, status in rows}


async def test_a_no_in_a_column_is_a_no_and_an_empty_cell_is_no_permission(world: World, api, temporal_client):
    content = "user_id,email,Accepts Email Marketing,sms_consent\n1,a@x.example,yes,\n2,b@x.example,no,TRUE\n"
    seen = await looked_at(api, content)
    await started(world, api, temporal_client, seen["id"], consent={"answer": "columns"})
    assert await consents(world) == {
        ("a@x.example", "email"): "subscribed",
        ("a@x.example", "sms"): "unsubscribed",
        ("b@x.example", "email"): "unsubscribed",
        ("b@x.example", "sms"): "subscribed",
    }


async def test_no_file_takes_back_a_customers_own_no(world: World, api, temporal_client):
    people = "user_id,email\n1,a@x.example\n2,b@x.example\n"
    await started(world, api, temporal_client, (await looked_at(api, people))["id"])
    told = {"consents": [{"channel": "email", "status": "unsubscribed"}]}
    assert (await api.put("/customers/1/consents", json=told)).status_code == 200
    proof = {"answer": "yes", "channels": ["email"], "how": "At the till", "when": "2026-01-02", "evidence": "Form 7"}
    view = await started(
        world, api, temporal_client, (await looked_at(api, people + "3,c@x.example\n"))["id"], consent=proof
    )
    assert await consents(world) == {
        ("a@x.example", "email"): "unsubscribed",
        ("b@x.example", "email"): "subscribed",
        ("c@x.example", "email"): "subscribed",
    }
    assert {key: view["consent"][key] for key in proof} == proof
    assert view["consent"]["said_by"]
    assert view["consent"]["said_at"]
    again = people.replace("user_id,email", "user_id,email,email_consent").replace(".example\n", ".example,yes\n")
    await started(world, api, temporal_client, (await looked_at(api, again))["id"])
    assert (await consents(world))["a@x.example", "email"] == "unsubscribed"
    for day, status in (("2027-01-01", "unsubscribed"), ("2024-01-01", "unsubscribed"), ("2026-02-01", "subscribed")):
        await change(world, "UPDATE consents SET at = '2026-01-01' WHERE status = 'unsubscribed'")
        later = f"user_id,email_consent,consent_at\n1,yes,{day}\n"
        await started(world, api, temporal_client, (await looked_at(api, later))["id"])
        assert (await consents(world))["a@x.example", "email"] == status


async def test_nobody_is_contacted_of_a_list_of_which_nothing_is_known(world: World, api, temporal_client):
    seen = await looked_at(api, "email\na@x.example\n")
    await started(world, api, temporal_client, seen["id"], consent={"answer": "no"})
    assert set((await consents(world)).values()) == {"unsubscribed"}
    assert {channel for _, channel in await consents(world)} == {"email", "sms", "whatsapp", "push", "in_app"}


async def test_a_list_of_addresses_finds_the_customers_who_are_known(world: World, api, temporal_client):
    people = "user_id,email\n1,a@x.example\n2,b@x.example\n3,b@x.example\n"
    await started(world, api, temporal_client, (await looked_at(api, people))["id"])
    listed = "Email,level\nA@x.example,gold\nb@x.example,gold\nnew@x.example,gold\n"
    done = await started(world, api, temporal_client, (await looked_at(api, listed))["id"])
    assert (done["taken"], done["refused"]) == (2, 1)
    found = await query(world, "SELECT external_id, attributes ->> 'level' FROM customers ORDER BY external_id")
    assert found == [("1", "gold"), ("2", None), ("3", None), ("new@x.example", "gold")]
    assert "several customers" in (await query(world, "SELECT reason FROM import_rejects"))[0][0]


async def test_a_no_by_a_shared_address_is_heard_for_everybody_who_has_it(world: World, api, temporal_client):
    people = "user_id,email\n1,a@x.example\n2,b@x.example\n3,b@x.example\nc@x.example,c@x.example\n5,c@x.example\n"
    await started(world, api, temporal_client, (await looked_at(api, people))["id"])
    listed = "Email,email_consent\na@x.example,yes\nb@x.example,no\nC@x.example,no\n"
    seen = await looked_at(api, listed)
    done = await started(world, api, temporal_client, seen["id"], consent={"answer": "columns"})
    assert (done["taken"], done["refused"]) == (2, 1)
    rows = await query(
        world, "SELECT c.external_id, s.status FROM consents s JOIN customers c ON c.id = s.customer_id ORDER BY 1"
    )
    left = {name for name, status in rows if status == "unsubscribed"}
    assert left == {"2", "3", "5", "c@x.example"}
    assert dict(rows)["1"] == "subscribed"
    assert "left is kept of all" in (await query(world, "SELECT reason FROM import_rejects"))[0][0]


async def test_push_tokens_of_a_file_reach_the_devices(world: World, api, temporal_client):
    seen = await looked_at(api, "user_id,push_token,push_platform\n1,t-1,iOS\n2,t-2,android\n")
    await started(world, api, temporal_client, seen["id"])
    found = await query(world, "SELECT token, platform FROM devices ORDER BY token")
    assert found == [("t-1", "ios"), ("t-2", "android")]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"mapping": {"columns": {"Nick": {"field": "colour"}}}}, "can't be colour"),
        ({"mapping": {"columns": {"Nick": {"field": "email"}, "Vorname": {"field": "email"}}}}, "given to two columns"),
        ({"mapping": {"columns": {"Nick": {"field": "consent", "key": "pigeon"}}}}, "neither a channel"),
        ({"mapping": {"columns": {"E-Mail": {"field": "skip"}}}}, "no column says who the customer is"),
        ({"mapping": {"encoding": "klingon"}}, "klingon"),
        ({"consent": {"answer": "yes", "channels": ["email:nonsense"]}}, "neither a channel"),
        ({"consent": {"answer": "perhaps"}}, ""),
    ],
)
async def test_what_can_t_be_is_told_before_anything_runs(world: World, api, body, words):
    seen = await looked_at(api, LIST)
    answer = await api.post(f"/imports/{seen['id']}/start", json=body)
    assert answer.status_code == 422, answer.text
    assert words in answer.text
    assert await query(world, "SELECT state FROM imports") == [("ready",)]


async def test_a_file_that_nobody_can_read_is_told_at_the_look(api):
    assert "who the customer is" in (await looked_at(api, "a,b\n1,2\n"))["problem"]
    assert "not Parquet" in (await looked_at(api, b"PAR1 or not", format="parquet"))["problem"]


async def test_a_file_that_was_looked_at_can_be_thrown_away(world: World, api):
    seen = await looked_at(api, LIST)
    assert (await api.post(f"/imports/{seen['id']}/stop")).json()["state"] == "stopped"
    assert await query(world, "SELECT count(*) FROM import_chunks") == [(0,)]
