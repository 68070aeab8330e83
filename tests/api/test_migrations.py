"""Edits of running campaigns by the API: the plan says what becomes of whom, the move is told once."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from domain.vocabulary import JourneyState
from store.database.engine import Database
from tests.api import rows
from tests.api.drawing import publish
from tests.journey_driver import END, ENTRY, push, wait
from tests.journey_driver import flow as draw


def drawing(*nodes) -> dict:
    return draw(*nodes).model_dump(mode="json", by_alias=True)


OLD = drawing(ENTRY, push("first"), wait("hello", days=2), END)
NEW = drawing(ENTRY, push("first"), wait("longer", days=3), END)


async def republish(api: httpx.AsyncClient, slug: str, flow_: dict) -> None:
    revision = (await api.get(f"/campaigns/{slug}")).json()["revision"]
    changed = await api.patch(f"/campaigns/{slug}", json={"revision": revision, "flow": flow_})
    assert changed.status_code == 200, changed.text
    published = await api.post(f"/campaigns/{slug}/publish")
    assert published.status_code == 200, published.text


@pytest.fixture
async def edited(steered: httpx.AsyncClient, database: Database) -> str:
    """A campaign whose version 2 is in force, while two customers wait in version 1 since a day."""
    slug = await publish(steered, OLD)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for name in ("a", "b"):
        await rows.journey(steered, database, slug, await rows.customer(steered, name), at=yesterday, seq=2)
    late = await rows.customer(steered, "late")
    await rows.journey(steered, database, slug, late, state=JourneyState.STARTING, node_id=None)
    await rows.journey(steered, database, slug, late, state=JourneyState.ENDED)
    await republish(steered, slug, NEW)
    return slug


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, ("exits", None, None)),
        ({"mapping": {"hello": "longer"}}, ("waits_anew", "longer", 0)),
        ({"mapping": {"hello": "end"}}, ("enters", "end", None)),
        ({"to": "draft", "mapping": {"hello": "longer"}}, ("waits_anew", "longer", 0)),
    ],
)
async def test_the_plan_says_what_becomes_of_whom(edited: str, steered: httpx.AsyncClient, body: dict, expected: tuple):
    plan = (await steered.post(f"/campaigns/{edited}/migrations/plan", json=body)).json()
    assert plan["journeys"] == 3
    at, unbegun = plan["nodes"]
    assert (at["node_id"], at["journeys"], at["version"]) == ("hello", 2, 1)
    assert (at["becomes"], at["to_node"], at["at_once"]) == expected
    assert (unbegun["node_id"], unbegun["journeys"], unbegun["becomes"]) == (None, 1, "begins")


async def test_the_plan_counts_who_is_overdue(edited: str, steered: httpx.AsyncClient):
    await republish(steered, edited, drawing(ENTRY, push("first"), wait("hello", seconds=1), END))
    plan = (await steered.post(f"/campaigns/{edited}/migrations/plan", json={})).json()
    assert (plan["nodes"][0]["becomes"], plan["nodes"][0]["at_once"]) == ("waits_anew", 2)


async def test_everybody_is_told_by_one_workflow(edited: str, steered: httpx.AsyncClient):
    body = {"mapping": {"hello": "longer"}}
    answer = await steered.post(f"/campaigns/{edited}/migrations", json=body)
    assert answer.status_code == 202, answer.text
    migration = answer.json()
    assert (migration["to_version"], migration["mapping"], migration["state"]) == (2, body["mapping"], "running")
    again = (await steered.post(f"/campaigns/{edited}/migrations", json=body)).json()
    assert again["id"] == migration["id"]
    listed = (await steered.get(f"/campaigns/{edited}/migrations")).json()["items"]
    assert [item["id"] for item in listed] == [migration["id"]]
    one = (await steered.get(f"/campaigns/{edited}/migrations/{migration['id']}")).json()
    assert "migration" in one["temporal_url"]


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"mapping": {"hello": "nowhere"}}, 422, "nowhere"),
        ({"mapping": {"hello": "entry"}}, 422, "entry"),
        ({"to": 9}, 404, "version 9"),
        ({"mapping": {"hello": 1}}, 422, ""),
    ],
)
@pytest.mark.parametrize("path", ["migrations", "migrations/plan"])
async def test_what_cannot_be_is_refused(
    edited: str, steered: httpx.AsyncClient, path: str, body: dict, status: int, word: str
):
    answer = await steered.post(f"/campaigns/{edited}/{path}", json=body)
    assert (answer.status_code, word in answer.text) == (status, True)


async def test_a_stopped_campaign_has_nobody_to_move(edited: str, steered: httpx.AsyncClient):
    await steered.post(f"/campaigns/{edited}/stop")
    answer = await steered.post(f"/campaigns/{edited}/migrations", json={})
    assert (answer.status_code, answer.json()["state"]) == (409, "stopped")
