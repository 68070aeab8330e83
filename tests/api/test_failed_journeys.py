"""Failed journeys over the API: listed with reason and step, retried or ended, and written down."""

from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from models import Journey
from store.database.engine import Database
from tests.api import rows
from tests.api.conftest import client_of
from tests.api.drawing import publish


async def failed(api: httpx.AsyncClient, database: Database, name: str = "ada", slug: str | None = None):
    slug = slug or await publish(api)
    journey = await rows.journey(api, database, slug, await rows.customer(api, name))
    async with database.transaction() as session:
        await session.execute(
            text("""UPDATE journeys SET state = 'failed', seq = 2, failed_at = now() - interval '1 minute',
                           failure_code = 'data', failure_error = 'UniqueViolation' WHERE id = :id"""),
            {"id": journey.id},
        )
    return slug, journey.id


async def test_they_are_listed_with_step_and_reason(api: httpx.AsyncClient, database: Database):
    slug, journey_id = await failed(api, database)
    other = await publish(api)
    await rows.journey(api, database, other, await rows.customer(api, "bob"))
    (item,) = (await api.get("/journeys", params={"state": "failed"})).json()["items"]
    assert (item["id"], item["campaign"], item["node_id"]) == (str(journey_id), slug, "hello")
    assert (item["failure_code"], item["failure_error"]) == ("data", "UniqueViolation")
    assert (await api.get(f"/campaigns/{slug}/journeys", params={"state": "failed"})).json()["items"] == [item]
    assert (await api.get(f"/campaigns/{slug}/monitor")).json()["failed"] == 1
    status = (await api.get("/status")).json()
    assert status["journeys"]["failed"] == 1
    assert [(one["code"], one["count"]) for one in status["troubles"] if one["count"]] == [("journeys_failed", 1)]


async def test_one_is_retried_by_a_row_of_the_outbox(api: httpx.AsyncClient, database: Database):
    _, journey_id = await failed(api, database)
    assert (await api.post(f"/journeys/{journey_id}/retry")).json() == {"journeys": 1}
    async with database.transaction() as session:
        row = await session.get_one(Journey, journey_id)
        assert (row.state, row.failed_at, row.failure_code, row.failure_error) == ("active", None, None, None)
        notes = (await session.execute(text("SELECT kind, journey_id, payload -> 'again' FROM outbox"))).all()
        assert notes == [("start_journey", journey_id, True)]
    again = await api.post(f"/journeys/{journey_id}/retry")
    assert (again.status_code, again.json()["state"]) == (409, "active")
    audited = (await api.get("/audit", params={"kind": "journey"})).json()["items"]
    assert [(one["action"], one["subject"]) for one in audited] == [("journey retried", str(journey_id))]


async def test_all_of_a_campaign_are_asked_for_once(api: httpx.AsyncClient, database: Database):
    slug, _ = await failed(api, database)
    await failed(api, database, "bob", slug)
    assert (await api.post(f"/campaigns/{slug}/journeys/retry")).json() == {"journeys": 2}
    async with database.transaction() as session:
        assert (await session.execute(text("SELECT kind FROM outbox"))).all() == [("retry_journeys",)]


@pytest.mark.parametrize("all_of_them", [False, True])
async def test_an_operator_ends_what_failed(api: httpx.AsyncClient, database: Database, all_of_them: bool):
    slug, journey_id = await failed(api, database)
    path = f"/campaigns/{slug}/journeys/end" if all_of_them else f"/journeys/{journey_id}/end"
    assert (await api.post(path)).json() == {"journeys": 1}
    found = (await api.get(f"/journeys/{journey_id}")).json()
    assert (found["state"], found["exit_reason"], found["said"]["code"]) == ("ended", "failed", "ended_by_operator")
    assert found["steps"][-1]["left_at"] is not None
    if not all_of_them:
        assert (await api.post(path)).status_code == 409


async def test_it_counts_as_inside(api: httpx.AsyncClient, database: Database):
    slug, _ = await failed(api, database)
    said = (await api.get(f"/campaigns/{slug}/customers/ada/explanation")).json()
    assert "failed" in str(said)


@pytest.mark.parametrize("path", ["/journeys/{id}/retry", "/journeys/{id}/end"])
async def test_unknown_ones_are_404_and_viewers_may_not(api: httpx.AsyncClient, app, path: str):
    assert (await api.post(path.format(id=uuid4()))).status_code == 404
    async with client_of(app, None) as nobody:
        assert (await nobody.post(path.format(id=uuid4()))).status_code == 401


async def test_other_states_are_not_listed_across_campaigns(api: httpx.AsyncClient):
    assert (await api.get("/journeys", params={"state": "active"})).status_code == 422
