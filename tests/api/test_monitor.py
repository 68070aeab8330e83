"""The monitor: what the counters say, live."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from sqlalchemy import update
from sqlmodel import col

from api.server_sent_events import Broadcaster
from models import CampaignRun, Event, Journey
from store.database.engine import Database
from tests.api import rows
from tests.api.conftest import ADMIN_KEY
from tests.api.drawing import publish


async def test_the_monitor_says_where_everybody_is_and_what_was_sent(
    api: httpx.AsyncClient, database: Database
) -> None:
    slug = await publish(api)
    who = await rows.customer(api, "c-1")
    journey = await rows.journey(api, database, slug, who)
    for state in ("delivered", "bounced"):
        await rows.message(
            database,
            who,
            campaign_id=journey.campaign_id,
            journey_id=journey.id,
            node_id="hello",
            state=state,
            sent_at=rows.NOON,
        )
    figures = (await api.get(f"/campaigns/{slug}/monitor")).json()
    assert (figures["entered"], figures["active"], figures["conversions"]) == (1, 1, 0)
    assert {node["node_id"]: (node["entered"], node["active"], node["exited"]) for node in figures["nodes"]} == {
        "entry": (1, 0, {"next": 1}),
        "hello": (1, 1, {}),
    }
    [messages] = figures["messages"]
    assert (messages["node_id"], messages["channel"], messages["attempted"], messages["sent"]) == ("hello", "sms", 2, 2)
    assert messages["states"] == {"delivered": 1, "bounced": 1}
    series = (await api.get(f"/campaigns/{slug}/monitor/series")).json()
    assert sum(point["n"] for point in series["points"] if point["metric"] == "sent") == 2
    for node, sent in (("hello", 2), ("entry", 0)):
        of_one = (await api.get(f"/campaigns/{slug}/monitor/series", params={"node": node})).json()
        assert sum(point["n"] for point in of_one["points"] if point["metric"] == "sent") == sent
    assert (await api.get(f"/campaigns/{slug}/monitor/runs")).json() == []


async def test_another_launch_has_its_own_figures(api: httpx.AsyncClient, database: Database) -> None:
    slug = await publish(api)
    who, run_id = await rows.customer(api, "c-1"), uuid4()
    await rows.journey(api, database, slug, who, run_id=run_id)
    assert (await api.get(f"/campaigns/{slug}/monitor", params={"run_id": str(run_id)})).json()["entered"] == 1
    assert (await api.get(f"/campaigns/{slug}/monitor", params={"run_id": str(uuid4())})).json()["entered"] == 0


async def test_rates_of_opens_and_clicks_are_of_messages_that_tell_of_them(
    api: httpx.AsyncClient, database: Database
) -> None:
    slug = await publish(api)
    who, run_id = await rows.customer(api, "c-1"), uuid4()
    journey = await rows.journey(api, database, slug, who, run_id=run_id)
    async with database.transaction() as session:
        campaign, version = journey.campaign_id, journey.version_id
        session.add(CampaignRun(id=run_id, campaign_id=campaign, version_id=version, workflow_id="campaign/x"))
    sent = {"campaign_id": journey.campaign_id, "run_id": run_id, "node_id": "hello", "sent_at": rows.NOON}
    for channel in ("email", "email", "push", "in_app", "sms", "silent_push"):
        await rows.message(database, who, channel=channel, journey_id=journey.id, **sent)
    told = ("sent", "open_trackable", "click_trackable")
    messages = (await api.get(f"/campaigns/{slug}/monitor", params={"run_id": str(run_id)})).json()["messages"]
    assert {each["channel"]: tuple(each[name] for name in told) for each in messages} == {
        "email": (2, 2, 2),
        "push": (1, 1, 1),
        "in_app": (1, 1, 1),
        "sms": (1, 0, 1),
        "silent_push": (1, 0, 0),
    }
    [run] = (await api.get(f"/campaigns/{slug}/monitor/runs")).json()
    assert tuple(run[name] for name in told) == (6, 4, 5)
    assert run["entered"] == 1


async def test_the_list_says_what_each_campaign_came_to(api: httpx.AsyncClient, database: Database) -> None:
    slug = await publish(api)
    who = await rows.customer(api, "c-1")
    await rows.journey(api, database, slug, who)
    bought = await rows.journey(api, database, slug, who)
    async with database.transaction() as session:
        ended = {"state": "ended", "exit_reason": "goal", "ended_at": rows.NOON}
        await session.execute(update(Journey).where(col(Journey.id) == bought.id).values(**ended))
    await api.post("/campaigns", json={"slug": "untouched", "name": "Untouched"})
    items = (await api.get("/campaigns")).json()["items"]
    came = {item["slug"]: (item["entered"], item["active"], item["conversions"]) for item in items}
    assert came == {slug: (2, 1, 1), "untouched": (0, 0, 0)}


async def test_revenue_of_several_currencies_is_never_added(api: httpx.AsyncClient, database: Database) -> None:
    slug = await publish(api)
    who, run_id = await rows.customer(api, "c-1"), uuid4()
    goals = (
        {"revenue": 0.1, "currency": "EUR"},
        {"revenue": 0.2, "currency": "EUR"},
        {"revenue": 20, "currency": "USD"},
    )
    for goal in (*goals, {"revenue": 7}):
        journey = await rows.journey(api, database, slug, who, run_id=run_id)
        async with database.transaction() as session:
            order = Event(
                id=uuid4(),
                occurred_at=rows.NOON,
                customer_id=journey.customer_id,
                name="Order Completed",
                properties=goal,
                source="test",
            )
            session.add(order)
            await session.flush()
            ended = {
                "state": "ended",
                "exit_reason": "goal",
                "exit_signal": {"reason": "goal", "event_id": str(order.id)},
            }
            await session.execute(update(Journey).where(col(Journey.id) == journey.id).values(**ended))
    async with database.transaction() as session:
        session.add(
            CampaignRun(
                id=run_id, campaign_id=journey.campaign_id, version_id=journey.version_id, workflow_id="campaign/x"
            )
        )
    each = [
        {"currency": "USD", "amount": 20.0},
        {"currency": None, "amount": 7.0},
        {"currency": "EUR", "amount": 0.3},
    ]
    figures = (await api.get(f"/campaigns/{slug}/monitor")).json()
    assert (figures["conversions"], figures["revenue"]) == (4, each)
    [run] = (await api.get(f"/campaigns/{slug}/monitor/runs")).json()
    assert run["revenue"] == each
    points = (await api.get(f"/campaigns/{slug}/monitor/series")).json()["points"]
    earned = {point["currency"]: point["amount"] for point in points if point["metric"] == "conversions"}
    assert earned == {"USD": 20.0, None: 7.0, "EUR": 0.3}


async def test_a_campaign_that_does_not_exist_has_no_monitor(api: httpx.AsyncClient) -> None:
    for path in ("monitor", "live", "monitor/series", "monitor/runs"):
        assert (await api.get(f"/campaigns/nobody/{path}")).status_code == 404


@pytest_asyncio.fixture
async def served(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The application behind a real server: a stream needs one."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False) as client:
        yield client
    app.state.feeds.close()
    server.should_exit = True
    await serving


async def test_a_watcher_is_told_of_each_change_and_two_share_one_reading(
    served: httpx.AsyncClient, api: httpx.AsyncClient, app: FastAPI, database: Database
) -> None:
    slug = await publish(api)
    journey = await rows.journey(api, database, slug, await rows.customer(api, "c-1"))
    async with contextlib.AsyncExitStack() as streams:
        lines = []
        for _ in range(2):
            answer = await streams.enter_async_context(
                served.stream("GET", f"/campaigns/{slug}/monitor/stream", timeout=60)
            )
            assert answer.headers["content-type"].startswith("text/event-stream")
            lines.append(answer.aiter_lines())
            assert '"node_id":"hello","entered":1,"active":1' in await _told(lines[-1])
        assert app.state.feeds.subjects == 1
        async with database.transaction() as session:
            await session.execute(
                update(Journey).where(col(Journey.id) == journey.id).values(state="ended", exit_reason="completed")
            )
        for each in lines:
            assert '"node_id":"hello","entered":1,"active":0' in await _told(each)


async def _told(lines: AsyncIterator[str]) -> str:
    async for line in lines:
        if line.startswith("data: "):
            return line
    raise AssertionError("the stream ended")


async def test_a_feed_ends_with_its_last_watcher_and_all_end_with_the_process() -> None:
    feeds = Broadcaster(every=0.01, silence=0.05)

    async def read() -> str:
        return "the same"

    watching = feeds.watch("subject", read)
    assert await anext(watching) == "the same"
    assert await anext(watching) is None
    assert feeds.subjects == 1
    await watching.aclose()  # type: ignore[attr-defined]
    assert feeds.subjects == 0
    others = feeds.watch("subject", read)
    assert await anext(others) == "the same"
    feeds.close()
    assert [news async for news in others] == []
