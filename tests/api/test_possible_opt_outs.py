"""Replies that may ask to stop: listed for a person, who decides; kept for a while, and erased with the customer."""

from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from api.dependencies import ApiServices
from domain.vocabulary import Channel
from ingestion.inbound_sms import record_replies
from providers.base import Reply
from tests.api.rows import NOON, customer

NUMBER, OTHER = "+905321234567", "+393331234567"


def reply(said: str, number: str = NUMBER) -> Reply:
    return Reply(uuid4(), "twilio", Channel.SMS, number, said, {"Body": said})


@pytest.fixture
def say(database):
    async def call(*replies: Reply):
        async with database.transaction() as session:
            await record_replies(session, replies, now=NOON)

    return call


@pytest.fixture
def query(database):
    async def call(sql: str):
        async with database.transaction() as session:
            return [tuple(row) for row in await session.execute(text(sql))]

    return call


async def listed(api: httpx.AsyncClient, **narrow: str) -> list[dict]:
    return (await api.get("/possible-opt-outs", params=narrow)).json()["items"]


async def test_a_number_is_listed_once_with_its_newest_text(api, say):
    ada = await customer(api, "ada", phone=NUMBER)
    first = reply("Please stop texting me")
    await say(first, reply("nice shoes"), reply("I said stop texting, please"), reply("x" * 5_000 + " stop", OTHER))
    await say(first)  # a repeat of a webhook
    found = {item["address"]: item for item in await listed(api, state="open")}
    assert found[NUMBER]["text"] == "I said stop texting, please"
    assert found[NUMBER]["customer_id"] == str(ada)
    assert found[OTHER]["customer_id"] is None
    assert len(found[OTHER]["text"]) == 1_600
    assert len(found) == 2


async def test_confirming_suppresses_the_number_and_withdraws_consent(api, say, database, query):
    await customer(api, "ada", phone=NUMBER)
    await say(reply("Please stop texting me"))
    [entry] = await listed(api)
    decided = await api.post(f"/possible-opt-outs/{entry['id']}/confirm")
    assert decided.status_code == 200, decided.text
    assert (decided.json()["state"], decided.json()["decided_by"]) == ("opted_out", "bootstrap")
    assert await query("SELECT channel, address, reason FROM suppressions") == [("sms", NUMBER, "stop")]
    assert await query("SELECT channel, status, source FROM consents") == [("sms", "unsubscribed", "review")]
    assert await query("SELECT count(*) FROM events WHERE name = 'message_unsubscribed'") == [(1,)]
    logged = await query("SELECT actor, subject, after FROM audit_log WHERE kind = 'possible_opt_out'")
    assert logged == [("bootstrap", entry["id"], {"state": "opted_out", "decided_by": "bootstrap"})]
    assert (await api.post(f"/possible-opt-outs/{entry['id']}/dismiss")).status_code == 409
    assert await listed(api, state="open") == []
    await say(reply("START"))
    assert await query("SELECT count(*) FROM suppressions") == [(0,)]


async def test_dismissing_changes_nothing_else(api, say, query):
    await customer(api, "ada", phone=NUMBER)
    await say(reply("Cancel my order"))
    [entry] = await listed(api)
    assert (await api.post(f"/possible-opt-outs/{entry['id']}/dismiss")).json()["state"] == "dismissed"
    assert await query("SELECT count(*) FROM suppressions") == await query("SELECT count(*) FROM consents") == [(0,)]
    assert (await api.post(f"/possible-opt-outs/{uuid4()}/confirm")).status_code == 404


@pytest.mark.parametrize(("keyword", "state"), [("STOP", "opted_out"), ("START", "dismissed")])
async def test_a_keyword_that_follows_decides_by_itself(api, say, keyword: str, state: str):
    await say(reply("Please stop texting me"), reply(keyword))
    [entry] = await listed(api)
    assert (entry["state"], entry["decided_by"]) == (state, f"sms:{keyword}")


async def test_the_status_counts_those_that_wait(steered, say, services: ApiServices):
    await say(reply("Please stop texting me"), reply("please cancel all", OTHER))
    assert (await steered.get("/status")).json()["possible_opt_outs"] == 2
    services.status = None
    [entry, _] = await listed(steered)
    await steered.post(f"/possible-opt-outs/{entry['id']}/dismiss")
    assert (await steered.get("/status")).json()["possible_opt_outs"] == 1


async def test_they_move_with_a_merge_and_go_with_an_erasure(api, say, query):
    await customer(api, "ada", phone=NUMBER)
    await customer(api, "bob")
    await say(reply("Please stop texting me"))
    assert (await api.post("/customers/ada/merge", json={"into": "bob"})).status_code == 200
    bob = (await api.get("/customers/bob")).json()["id"]
    assert [item["customer_id"] for item in await listed(api)] == [bob]
    assert (await api.get("/customers/bob/export")).json()["possible_opt_outs"]
    assert (await api.post("/customers/bob/erase")).status_code == 200
    assert await query("SELECT count(*) FROM possible_opt_outs") == [(0,)]
