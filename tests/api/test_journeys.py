from uuid import UUID, uuid4

import httpx
import pytest

from store.database.engine import Database
from store.metrics import monitoring
from tests.api import rows
from tests.api.drawing import publish
from tests.exact_figures import counted, shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"ada", "bob"}),
        ({"state": "ended"}, {"bob"}),
        ({"open": "false"}, {"bob"}),
        ({"open": "true"}, {"ada"}),
        ({"node": "hello"}, {"ada"}),
        ({"customer": "ada"}, {"ada"}),
        ({"exit_reason": "goal"}, {"bob"}),
        ({"version": "1"}, {"ada", "bob"}),
        ({"version": "2"}, set()),
        ({"run_id": str(uuid4())}, set()),
    ],
)
async def test_journeys_are_filtered(
    api: httpx.AsyncClient, database: Database, query: dict[str, str], found: set[str]
):
    slug, other = await publish(api), await publish(api)
    ada, bob = await rows.customer(api, "ada"), await rows.customer(api, "bob")
    await rows.journey(api, database, slug, ada)
    await rows.journey(api, database, slug, bob, state="ended", node_id="end", exit_reason="goal")
    await rows.journey(api, database, other, ada)
    items = (await api.get(f"/campaigns/{slug}/journeys", params=query)).json()["items"]
    assert {item["external_id"] for item in items} == found
    assert {item["campaign"] for item in items} <= {slug}


async def test_a_journey_tells_its_steps_and_why(api: httpx.AsyncClient, database: Database):
    slug, ada = await publish(api), await rows.customer(api, "ada")
    said = {"code": "waiting_for", "params": {"events": {"list": ["Order Completed"], "by": "choice"}}}
    inside = await rows.journey(api, database, slug, ada, why="waits", said=said, coupons={"FASHION": "FASHION-1"})
    told = (await api.get(f"/journeys/{inside.id}")).json()
    assert [(step["node_id"], step["port"], step["why"]) for step in told["steps"]] == [
        ("entry", "next", "named in a call of the API"),
        ("hello", None, ""),
    ]
    assert (told["said"], told["steps"][0]["said"]) == (said, None)
    assert (told["why"], told["coupons"], told["version"]) == ("waits", {"FASHION": "FASHION-1"}, 1)
    first = (await api.get(f"/journeys/{inside.id}/steps", params={"limit": 1})).json()
    rest = (await api.get(f"/journeys/{inside.id}/steps", params={"cursor": first["next_cursor"]})).json()
    assert first["items"] + rest["items"] == told["steps"]


async def test_rows_name_their_customer(api: httpx.AsyncClient, database: Database):
    slug, ada = await publish(api), await rows.customer(api, "ada", first_name="Ada", last_name="Lovelace")
    bob = await rows.customer(api, "bob", last_name="Marley")
    eve = await rows.customer(api, "eve")
    for who in (ada, bob, eve):
        inside = await rows.journey(api, database, slug, who)
        await rows.message(database, who, journey_id=inside.id, campaign_id=inside.campaign_id)
    named = {"ada": "Ada Lovelace", "bob": "Marley", "eve": None}
    for path in (f"/campaigns/{slug}/journeys", f"/messages?campaign={slug}"):
        items = (await api.get(path)).json()["items"]
        assert {item["external_id"]: item["customer_name"] for item in items} == named
    assert (await api.get(f"/messages/{items[0]['id']}")).json()["customer_name"] == named[items[0]["external_id"]]


async def test_the_monitor_counts_what_the_rows_say(api: httpx.AsyncClient, database: Database):
    slug = await publish(api)
    campaign_id = (await api.get(f"/campaigns/{slug}")).json()["id"]
    ada, bob = await rows.customer(api, "ada"), await rows.customer(api, "bob")
    inside = await rows.journey(api, database, slug, ada)
    await rows.journey(api, database, slug, bob, state="ended", node_id="end", exit_reason="goal")
    await rows.message(
        database, ada, campaign_id=campaign_id, journey_id=inside.id, node_id="hello", opened_at=rows.NOON
    )
    await rows.message(
        database, bob, campaign_id=campaign_id, node_id="hello", state="skipped", skip_reason="consent",
        delivered_at=None,
    )  # fmt: skip
    await rows.message(database, bob)  # of no campaign
    monitor = (await api.get(f"/campaigns/{slug}/monitor")).json()
    assert (monitor["entered"], monitor["active"], monitor["ended"]) == (2, 1, {"goal": 1})
    assert {node["node_id"]: node["active"] for node in monitor["nodes"] if node["active"]} == {"hello": 1}
    assert [message["states"] for message in monitor["messages"]] == [{"delivered": 1, "skipped": 1}]
    async with database.transaction() as session:
        figures = await monitoring.figures(session, UUID(campaign_id))
        assert shown(figures) == await counted(session, UUID(campaign_id))
        assert (await monitoring.figures(session, UUID(campaign_id), uuid4())).entered == 0


@pytest.mark.parametrize(
    ("query", "count"),
    [({}, 3), ({"customer": "ada"}, 2), ({"state": "failed"}, 1), ({"channel": "email"}, 1), ({"node": "x"}, 0)],
)
async def test_messages_are_filtered(api: httpx.AsyncClient, database: Database, query: dict[str, str], count: int):
    ada, bob = await rows.customer(api, "ada"), await rows.customer(api, "bob")
    await rows.message(database, ada)
    await rows.message(database, ada, state="failed", reason="no such number")
    await rows.message(database, bob, channel="email")
    items = (await api.get("/messages", params=query)).json()["items"]
    assert len(items) == count


async def test_a_message_tells_its_whole_life(api: httpx.AsyncClient, database: Database):
    sent = await rows.message(database, await rows.customer(api, "ada"))
    told = (await api.get(f"/messages/{sent.id}")).json()
    assert (told["content"], told["external_id"], told["test"]) == ({"channel": "sms", "body": "Hello"}, "ada", False)
    assert [(event["kind"], event["source"], event["raw"]) for event in told["events"]] == [
        ("delivered", "webhook:twilio", {"a": 1})
    ]


async def test_a_journey_whose_workflow_does_not_answer_is_said_not_to_be_reachable(
    steered: httpx.AsyncClient, database: Database
):
    slug, ada = await publish(steered), await rows.customer(steered, "ada")
    inside = await rows.journey(steered, database, slug, ada)
    told = (await steered.get(f"/journeys/{inside.id}/position")).json()
    assert told["reachable"] is False


@pytest.mark.parametrize(
    "path", ["/journeys/{}", "/journeys/{}/steps", "/messages/{}", "/templates/{}", "/segments/{}"]
)
async def test_what_is_not_there_is_not_found(api: httpx.AsyncClient, path: str):
    assert (await api.get(path.format(uuid4()))).status_code == 404
