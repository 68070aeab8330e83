"""Launch, schedule, pause, resume, retire, stop: against a real Temporal server."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from temporalio.client import Client

from campaigns.launch import launch
from store.database.engine import Database
from tests.api.drawing import create, flow, publish

EVERYBODY = {"kind": "segment", "condition": {"kind": "all"}}
MONDAYS = {
    "recurrence": {"frequency": "weekly", "weekdays": [0, 6], "time": "10:30:00"},
    "timezone": "Europe/Istanbul",
    "overlap": "buffer_one",
    "catchup": {"hours": 2},
}


async def wakeups(database: Database, slug: str) -> list[str]:
    """What the journeys of a campaign are to be signalled: reason and states, as the outbox has it."""
    async with database.transaction() as session:
        rows = await session.execute(
            text("""
                SELECT o.payload FROM outbox AS o JOIN campaigns AS c ON c.id = o.journey_id
                 WHERE o.kind = 'wake_journeys' AND c.slug = :slug ORDER BY o.id
            """),
            {"slug": slug},
        )
        return [f"{row.payload['signal'].partition(':')[0]} {','.join(row.payload['states'])}" for row in rows]


async def test_a_launch_is_one_workflow_per_key(steered: httpx.AsyncClient, temporal_client: Client):
    slug = await publish(steered, flow(EVERYBODY))
    first = await steered.post(f"/campaigns/{slug}/launch", json={"key": "monday"})
    assert (first.status_code, first.json()["repeated"]) == (202, False)
    again = (await steered.post(f"/campaigns/{slug}/launch", json={"key": "monday"})).json()
    assert again == first.json() | {"repeated": True}
    other = (await steered.post(f"/campaigns/{slug}/launch", json={"again": True})).json()
    assert other["run_id"] != again["run_id"]
    found = await temporal_client.get_workflow_handle(f"campaign/{slug}/monday").describe()
    assert found.workflow_type == "CampaignWorkflow"


async def test_presses_in_several_tabs_launch_once(steered: httpx.AsyncClient, temporal_client: Client):
    slug = await publish(steered, flow(EVERYBODY))
    presses = [steered.post(f"/campaigns/{slug}/launch", json={"key": f"tab-{n % 2}-{n}"}) for n in range(10)]
    answers = [answer.json() for answer in await asyncio.gather(*presses)]
    assert len({answer["run_id"] for answer in answers}) == 1
    assert [answer["repeated"] for answer in answers].count(False) == 1
    (run,) = (await steered.get(f"/campaigns/{slug}/runs")).json()["items"]
    assert run["id"] == answers[0]["run_id"]
    await temporal_client.get_workflow_handle(answers[0]["workflow_id"]).describe()


class SlowClient:
    """Temporal, for one whose call hangs on the way."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.asked, self.go = asyncio.Event(), asyncio.Event()

    async def start_workflow(self, *given: Any, **named: Any) -> Any:
        self.asked.set()
        await self.go.wait()
        return await self._client.start_workflow(*given, **named)


@pytest.mark.parametrize("key", ["monday", "another tab"])
async def test_a_press_that_is_overtaken_by_another_is_the_launch(
    steered: httpx.AsyncClient, temporal_client: Client, database: Database, key: str
):
    """It wrote the row; the other only found it, though it came to Temporal first. The page counts on one launch."""
    slug = await publish(steered, flow(EVERYBODY))
    slow: Any = SlowClient(temporal_client)
    first = asyncio.create_task(launch(database, slow, slug, "monday"))
    await slow.asked.wait()
    second = await launch(database, temporal_client, slug, key)
    slow.go.set()
    assert ((await first).repeated, second.repeated) == (False, True)
    assert (await first).run_id == second.run_id


async def test_a_repeat_within_minutes_is_refused_with_what_was_sent(steered: httpx.AsyncClient, database: Database):
    slug = await publish(steered, flow(EVERYBODY))
    run = (await steered.post(f"/campaigns/{slug}/launch", json={"key": "first"})).json()
    await _change(database, "UPDATE campaign_runs SET state = 'running', audience = 65", run["run_id"])
    refused = await steered.post(f"/campaigns/{slug}/launch", json={"key": "second"})
    assert (refused.status_code, refused.json()["code"]) == (409, "launched_lately")
    launched = refused.json()["launched"]
    assert (launched["run_id"], launched["audience"], launched["state"]) == (run["run_id"], 65, "running")
    assert "for 65 customers" in refused.json()["detail"]
    # the same launch is no other one, and one on purpose is taken
    assert (await steered.post(f"/campaigns/{slug}/launch", json={"key": "first"})).json()["repeated"]
    again = await steered.post(f"/campaigns/{slug}/launch", json={"key": "second", "again": True})
    assert again.json()["run_id"] != run["run_id"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE campaign_runs SET state = 'finished', finished_at = now(), audience = 0",
        "UPDATE campaign_runs SET state = 'refused', finished_at = now()",
        "UPDATE campaign_runs SET state = 'running', audience = 5, created_at = now() - interval '11 minutes'",
    ],
    ids=["enrolled nobody", "refused", "long ago"],
)
async def test_a_launch_that_sent_nothing_lately_keeps_none_from_launching(
    steered: httpx.AsyncClient, database: Database, change: str
):
    slug = await publish(steered, flow(EVERYBODY))
    run = (await steered.post(f"/campaigns/{slug}/launch", json={})).json()
    await _change(database, change, run["run_id"])
    other = await steered.post(f"/campaigns/{slug}/launch", json={})
    assert (other.status_code, other.json()["repeated"]) == (202, False)


async def _change(database: Database, change: str, run_id: str) -> None:
    async with database.transaction() as session:
        await session.execute(text(f"{change} WHERE id = :run"), {"run": run_id})


async def test_a_finished_launch_is_not_started_again(steered: httpx.AsyncClient, temporal_client: Client):
    slug = await publish(steered, flow(EVERYBODY))
    launched = (await steered.post(f"/campaigns/{slug}/launch", json={"key": "k"})).json()
    await temporal_client.get_workflow_handle(launched["workflow_id"]).terminate()
    assert (await steered.post(f"/campaigns/{slug}/launch", json={"key": "k"})).json()["repeated"]


@pytest.mark.parametrize("path", ["launch", "pause", "resume", "retire", "stop"])
async def test_a_draft_cannot_be_steered(steered: httpx.AsyncClient, path: str):
    slug = await create(steered)
    answer = await steered.post(f"/campaigns/{slug}/{path}", json={})
    assert (answer.status_code, answer.json()["state"]) == (409, "draft")


async def test_the_schedule_is_turned_on_renewed_by_publishing_and_turned_off(steered: httpx.AsyncClient):
    slug = await publish(steered, flow(EVERYBODY, settings={"schedule": MONDAYS}))
    preview = (await steered.get(f"/campaigns/{slug}/schedule")).json()
    assert (preview["on"], len(preview["upcoming"])) == (False, 5)
    on = (await steered.put(f"/campaigns/{slug}/schedule")).json()
    assert (on["on"], on["upcoming"]) == (True, preview["upcoming"])
    moments = [datetime.fromisoformat(at).astimezone(UTC) for at in on["upcoming"]]
    assert {(at.weekday(), at.hour, at.minute) for at in moments} == {(0, 7, 30), (6, 7, 30)}
    assert (await steered.put(f"/campaigns/{slug}/schedule")).json() == on

    later = MONDAYS | {"recurrence": {"frequency": "daily", "time": "08:00:00"}, "timezone": "UTC"}
    draft = {"revision": 1, "flow": flow(EVERYBODY, settings={"schedule": later})}
    assert (await steered.patch(f"/campaigns/{slug}", json=draft)).status_code == 200
    assert (await steered.post(f"/campaigns/{slug}/publish")).status_code == 200
    renewed = (await steered.get(f"/campaigns/{slug}/schedule")).json()
    assert {datetime.fromisoformat(at).hour for at in renewed["upcoming"]} == {8}

    for _ in range(2):
        off = (await steered.delete(f"/campaigns/{slug}/schedule")).json()
        assert (off["on"], len(off["upcoming"])) == (False, 5)


async def test_a_single_start_is_scheduled_once(steered: httpx.AsyncClient):
    once = {"start": "2031-05-04T10:00:00", "timezone": "Europe/Istanbul"}
    slug = await publish(steered, flow(EVERYBODY, settings={"schedule": once}))
    on = (await steered.put(f"/campaigns/{slug}/schedule")).json()
    assert [datetime.fromisoformat(at) for at in on["upcoming"]] == [datetime(2031, 5, 4, 7, tzinfo=UTC)]


async def test_without_times_there_is_nothing_to_turn_on(steered: httpx.AsyncClient):
    slug = await publish(steered, flow(EVERYBODY))
    assert (await steered.put(f"/campaigns/{slug}/schedule")).status_code == 409


async def test_pausing_wakes_nobody_and_resuming_those_who_are_held(
    steered: httpx.AsyncClient, temporal_client: Client, database: Database
):
    slug = await publish(steered, flow(EVERYBODY, settings={"schedule": MONDAYS}))
    await steered.put(f"/campaigns/{slug}/schedule")
    for _ in range(2):
        paused = await steered.post(f"/campaigns/{slug}/pause")
        assert (paused.status_code, paused.json()["state"]) == (200, "paused")
    assert await wakeups(database, slug) == []
    # its launches are refused, and written down as such
    schedule = (await steered.get(f"/campaigns/{slug}/schedule")).json()
    assert (schedule["on"], schedule["paused"]) == (True, False)
    assert (await steered.post(f"/campaigns/{slug}/launch", json={})).status_code == 409
    await temporal_client.get_schedule_handle(f"campaign/{slug}").pause()
    resumed = await steered.post(f"/campaigns/{slug}/resume")
    assert resumed.json()["state"] == "active"
    assert await wakeups(database, slug) == ["resume paused"]
    assert not (await steered.get(f"/campaigns/{slug}/schedule")).json()["paused"]


@pytest.mark.parametrize(
    ("path", "state", "woken"), [("retire", "retired", "paused"), ("stop", "stopped", "starting,active,paused")]
)
async def test_an_ending_is_for_good_and_takes_the_schedule_with_it(
    steered: httpx.AsyncClient, database: Database, path: str, state: str, woken: str
):
    slug = await publish(steered, flow(EVERYBODY, settings={"schedule": MONDAYS}))
    await steered.put(f"/campaigns/{slug}/schedule")
    ended = await steered.post(f"/campaigns/{slug}/{path}")
    assert (ended.status_code, ended.json()["state"]) == (200, state)
    assert await wakeups(database, slug) == [f"{path} {woken}"]
    assert not (await steered.get(f"/campaigns/{slug}/schedule")).json()["on"]
    for refused in ("resume", "pause", "launch", "publish"):
        answer = await steered.post(f"/campaigns/{slug}/{refused}", json={})
        assert answer.status_code == 409, refused


async def test_a_ready_process_says_so(steered: httpx.AsyncClient):
    assert (await steered.get("/readyz")).json() == {"status": "ok"}
