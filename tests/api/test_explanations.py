"""One call tells why a customer is, or is not, where they are."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from domain.entry_rejections import EntryRejection, RejectionCode
from models import EntryRejectionRow
from store.database.engine import Database
from tests.api import rows
from tests.api.drawing import create, flow, publish

ANN = {"kind": "segment", "condition": {"kind": "attribute", "name": "city", "op": "eq", "value": "Rome"}}
BOUGHT = {
    "kind": "event",
    "on": {"event": "Order Completed", "where": [{"property": "revenue", "op": "gt", "value": 10}]},
}


async def ask(api: httpx.AsyncClient, slug: str, who: str = "ada") -> dict[str, Any]:
    answer = await api.get(f"/campaigns/{slug}/customers/{who}/explanation")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.parametrize(
    ("state", "changes", "where", "words"),
    [
        ("active", {"why": "waiting for Order Completed"}, "inside", "inside at 'hello': waiting for Order Completed"),
        ("active", {"why": "waits", "waiting_until": rows.NOON}, "inside", "until 2026-11-22 12:00:00 UTC"),
        ("paused", {"why": "the campaign is paused"}, "held", "held at 'hello': the campaign is paused"),
        (
            "ended",
            {"exit_reason": "goal", "why": "did it", "ended_at": rows.NOON},
            "left",
            "(reached the goal): did it",
        ),
    ],
)
async def test_who_is_or_was_inside_is_told_where_and_why(
    api: httpx.AsyncClient, database: Database, state: str, changes: dict[str, Any], where: str, words: str
):
    slug = await publish(api)
    ada = await rows.customer(api, "ada")
    journey = await rows.journey(api, database, slug, ada, state=state, **changes)
    await rows.message(
        database,
        ada,
        journey_id=journey.id,
        node_id="hello",
        state="skipped",
        reason="over the cap",
        delivered_at=None,
    )
    told = await ask(api, slug)
    assert (told["where"], words in told["words"]) == (where, True)
    assert [step["node_id"] for step in told["steps"]] == ["entry", "hello"]
    assert (told["messages"][0]["state"], told["messages"][0]["reason"]) == ("skipped", "over the cap")
    assert told["journey"]["id"] == str(journey.id)


@pytest.mark.parametrize(
    ("profile", "where", "holds"),
    [({"city": "Rome"}, "could_enter", True), ({"city": "Oslo"}, "kept_out", False), ({}, "kept_out", False)],
)
async def test_who_is_outside_is_held_against_the_audience_leaf_by_leaf(
    api: httpx.AsyncClient, profile: dict[str, Any], where: str, holds: bool
):
    slug = await publish(api, flow(ANN))
    await rows.customer(api, "ada", **profile)
    told = await ask(api, slug)
    assert (told["where"], told["entry"]["holds"], told["journey"]) == (where, holds, None)
    assert told["entry"]["explained"]["holds"] is holds
    assert told["entry"]["words"] in told["words"]


@pytest.mark.parametrize(
    ("revenue", "words"),
    [(None, "has never done Order Completed"), (5, "properties that do not let them in"), (50, "as it happens")],
)
async def test_an_event_campaign_tells_what_was_done(api: httpx.AsyncClient, revenue: float | None, words: str):
    slug = await publish(api, flow(BOUGHT))
    await rows.customer(api, "ada")
    if revenue is not None:
        call = {"userId": "ada", "event": "Order Completed", "properties": {"revenue": revenue, "order_id": "1"}}
        assert (await api.post("/v1/track", json=call, auth=("a-write-key-for-tests", ""))).status_code == 200
        await asyncio.sleep(0)
    told = await ask(api, slug)
    assert words in told["entry"]["words"]


async def test_a_refusal_is_told_with_its_reason(api: httpx.AsyncClient, database: Database):
    slug = await publish(api)
    ada = await rows.customer(api, "ada")
    campaign_id = UUID((await api.get(f"/campaigns/{slug}")).json()["id"])
    async with database.transaction() as session:
        given = {"campaign_id": campaign_id, "customer_id": ada, "at": rows.NOON}
        session.add(EntryRejectionRow.model_validate(given | EntryRejection(RejectionCode.STILL_INSIDE).row()))
    told = await ask(api, slug)
    [refusal] = told["refusals"]
    assert (told["where"], refusal["reason"]) == ("refused", "re-entry: is still inside")
    assert (refusal["code"], refusal["about"]) == ("still_inside", None)
    assert "re-entry: is still inside" in told["words"]


async def test_suppression_is_told_for_each_channel_of_the_campaign(api: httpx.AsyncClient):
    slug = await publish(api)
    await rows.customer(api, "ada")
    [sms] = (await ask(api, slug))["channels"]
    assert (sms["channel"], sms["reachable"], sms["why"]) == ("sms", False, "no phone number")


@pytest.mark.parametrize("prepare", [create, publish])
async def test_a_draft_and_a_paused_campaign_say_so(api: httpx.AsyncClient, database: Database, prepare: Any):
    slug = await prepare(api)
    await rows.customer(api, "ada")
    told = await ask(api, slug)
    expected = ("kept_out", None) if prepare is create else ("could_enter", "api")
    assert (told["where"], told["entry"] and told["entry"]["kind"]) == expected


async def test_whom_nobody_knows_cannot_be_explained(api: httpx.AsyncClient):
    assert (await api.get(f"/campaigns/{await publish(api)}/customers/nobody/explanation")).status_code == 404
    assert (await api.get("/campaigns/nothing/customers/nobody/explanation")).status_code == 404
