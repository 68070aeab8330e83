"""Broadcasts: written, sent once, taken back, copied, sent again to those who did not open."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import select, text
from sqlmodel import col

from models import CampaignRun, Customer, Journey, Message, MessageEvent
from store.database.engine import Database
from tests.api.drawing import GREETING, create, flow, publish

TAGGED = {"condition": {"kind": "tag", "tag": "reader"}}
MAIL = {"channel": "email", "subject": "News", "text": "Hello"}
WRITTEN = {"audience": TAGGED, "message": {"channel": "email", "content": MAIL}}


async def written(api: httpx.AsyncClient, **other: Any) -> dict[str, Any]:
    """A broadcast that lacks nothing."""
    body = {"name": "Autumn news", "broadcast": WRITTEN | other}
    answer = await api.post("/broadcasts", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def send(api: httpx.AsyncClient, made: dict[str, Any], key: str = "k", **other: Any) -> httpx.Response:
    body = {"revision": made["revision"], "key": key, "hold_seconds": 0} | other
    return await api.post(f"/broadcasts/{made['id']}/send", json=body)


async def people(api: httpx.AsyncClient, *names: str) -> None:
    body = [{"external_id": name, "email": f"{name}@people.example", "tags": ["reader"]} for name in names]
    (await api.post("/customers/bulk", json={"customers": body})).raise_for_status()


async def sql(database: Database, statement: str, **values: Any) -> list[Any]:
    async with database.transaction() as session:
        result = await session.execute(text(statement), values)
        return list(result.all()) if result.returns_rows else []  # type: ignore[attr-defined]


async def enrolled(database: Database, sent: dict[str, Any], *names: str, message: str | None = "accepted") -> None:
    """As the workers leave it: a journey each, and a message in that state."""
    run_id, campaign_id = UUID(sent["run_id"]), UUID(sent["broadcast"]["id"])
    done = "UPDATE campaign_runs SET state = 'finished', audience = :n, started = :n, finished_at = now() WHERE id = :r"
    await sql(database, done, n=len(names), r=run_id)
    async with database.transaction() as session:
        run = await session.get_one(CampaignRun, run_id)
        for who in await session.scalars(select(Customer).where(col(Customer.external_id).in_(names))):
            state = "active" if message in (None, "deferred") else "ended"
            walk: dict[str, Any] = {
                "campaign_id": campaign_id,
                "run_id": run_id,
                "customer_id": who.id,
                "node_id": "message",
            }
            journey = Journey(
                id=uuid4(), version_id=run.version_id, workflow_id=str(uuid4()), entry="run", state=state, **walk
            )
            session.add(journey)
            if message:
                kept: dict[str, Any] = {
                    "channel": "email",
                    "category": "marketing",
                    "state": message,
                    "address": who.email,
                }
                session.add(Message(id=uuid4(), journey_id=journey.id, sent_at=datetime.now(UTC), **walk, **kept))


async def opened(database: Database, name: str, *, machine: bool) -> None:
    async with database.transaction() as session:
        query = select(Message).join(Customer, col(Customer.id) == col(Message.customer_id))
        message = (await session.scalars(query.where(col(Customer.external_id) == name))).one()
        now = datetime.now(UTC)
        session.add(
            MessageEvent(
                id=uuid4(), message_id=message.id, kind="opened", occurred_at=now, machine=machine, source="test"
            )
        )


async def test_an_unfinished_draft_says_what_it_lacks_and_is_not_sent(api: httpx.AsyncClient):
    made = (await api.post("/broadcasts", json={"name": "News"})).json()
    assert (made["status"]["kind"], made["missing"], made["can_undo"]) == ("draft", ["audience", "message"], False)
    refused = await send(api, made)
    assert refused.status_code == 422
    assert [each["path"] for each in refused.json()["errors"]] == ["audience", "message"]


async def test_it_is_no_campaign_that_can_be_drawn(api: httpx.AsyncClient):
    made = await written(api)
    slugs = [each["slug"] for each in (await api.get("/campaigns")).json()["items"]]
    assert made["slug"] not in slugs
    assert made["id"] in [each["id"] for each in (await api.get("/broadcasts")).json()["items"]]
    answers = [
        await api.patch(f"/campaigns/{made['slug']}", json={"revision": 1, "name": "x"}),
        await api.post(f"/campaigns/{made['slug']}/publish"),
    ]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "is a broadcast" in answers[0].json()["detail"]


async def test_sending_needs_no_temporal_and_is_in_the_outbox(api: httpx.AsyncClient, database: Database):
    made = await written(api)
    sent = (await send(api, made)).json()
    assert (sent["repeated"], sent["broadcast"]["status"]["kind"]) == (False, "sending")
    [note] = await sql(database, "SELECT kind, workflow_id FROM outbox WHERE journey_id = :run", run=sent["run_id"])
    assert tuple(note) == ("start_run", f"campaign/{made['slug']}/k")
    # the same confirmation, and one of another tab before sending has begun
    for key in ("k", "another"):
        again = (await send(api, made, key)).json()
        assert (again["repeated"], again["run_id"]) == (True, sent["run_id"])


async def test_presses_in_several_tabs_send_once(api: httpx.AsyncClient, database: Database):
    made = await written(api)
    answers = await asyncio.gather(*(send(api, made, f"tab-{n}") for n in range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert [answer.json()["repeated"] for answer in answers].count(False) == 1
    rows = await sql(database, "SELECT id FROM campaign_runs WHERE campaign_id = :id", id=made["id"])
    assert len(rows) == 1


async def test_a_sent_one_is_locked_and_not_sent_again(api: httpx.AsyncClient, database: Database):
    await people(api, "b-1")
    made = await written(api)
    sent = (await send(api, made)).json()
    await enrolled(database, sent, "b-1")
    view = (await api.get(f"/broadcasts/{made['id']}")).json()
    assert (view["status"]["kind"], view["audience"], view["can_undo"]) == ("sent", 1, False)
    again = await send(api, made, "other")
    assert (again.status_code, again.json()["code"]) == (409, "launched_lately")
    assert again.json()["launched"]["audience"] == 1
    locked = await api.patch(f"/broadcasts/{made['id']}", json={"revision": 1, "name": "x"})
    assert locked.status_code == 409
    assert "Copy it" in locked.json()["detail"]
    assert (await api.delete(f"/broadcasts/{made['id']}")).status_code == 409
    copied = (await api.post(f"/broadcasts/{made['id']}/copy", json={"name": "Once more"})).json()
    assert (copied["status"]["kind"], copied["broadcast"]["message"]) == ("draft", view["broadcast"]["message"])


async def test_what_somebody_else_changed_is_not_sent(api: httpx.AsyncClient):
    made = await written(api)
    changed = await api.patch(f"/broadcasts/{made['id']}", json={"revision": 1, "name": "Winter news"})
    assert (changed.status_code, changed.json()["revision"]) == (200, 2)
    stale = await send(api, made)
    assert (stale.status_code, stale.json()["code"], stale.json()["revision"]) == (409, "revision_conflict", 2)


async def test_until_a_message_has_left_it_can_be_undone_and_sent_anew(api: httpx.AsyncClient, database: Database):
    await people(api, "u-1", "u-2")
    made = await written(api)
    sent = (await send(api, made)).json()
    assert sent["broadcast"]["can_undo"]
    await enrolled(database, sent, "u-1", "u-2", message=None)
    for _ in range(2):
        undone = await api.post(f"/broadcasts/{made['id']}/cancel")
        assert (undone.status_code, undone.json()["status"]["kind"]) == (200, "draft")
    [row] = await sql(database, "SELECT state FROM campaign_runs WHERE id = :run", run=sent["run_id"])
    assert row.state == "cancelled"
    rows = await sql(database, "SELECT exit_signal FROM journeys WHERE run_id = :run", run=sent["run_id"])
    assert [row.exit_signal["reason"] for row in rows] == ["cancelled", "cancelled"]
    # the confirmation that was undone is dead; a new one sends
    assert (await send(api, undone.json())).status_code == 409
    anew = await send(api, undone.json(), "k2")
    assert (anew.status_code, anew.json()["repeated"]) == (202, False)
    assert anew.json()["run_id"] != sent["run_id"]
    assert anew.json()["broadcast"]["status"]["kind"] == "sending"


@pytest.mark.parametrize(("state", "left"), [("accepted", 2), ("reserved", 2), ("deferred", 0), ("skipped", 0)])
async def test_undo_says_how_many_had_left(api: httpx.AsyncClient, database: Database, state: str, left: int):
    await people(api, "l-1", "l-2")
    made = await written(api)
    sent = (await send(api, made)).json()
    await enrolled(database, sent, "l-1", "l-2", message=state)
    answer = await api.post(f"/broadcasts/{made['id']}/cancel")
    if left:
        assert (answer.status_code, answer.json()["code"], answer.json()["left"]) == (409, "already_sending", left)
        assert "2 messages have left" in answer.json()["detail"]
    else:
        assert answer.status_code == 200


async def test_a_time_that_has_passed_is_refused_and_one_to_come_is_kept(api: httpx.AsyncClient):
    now = datetime.now(UTC)
    past = await written(api, timing={"kind": "at", "at": (now - timedelta(hours=1)).isoformat()})
    refused = await send(api, past)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "timing")
    at = now + timedelta(days=2)
    later = await written(api, timing={"kind": "at", "at": at.isoformat()})
    status = (await send(api, later)).json()["broadcast"]["status"]
    assert (status["kind"], datetime.fromisoformat(status["at"])) == ("scheduled", at)


async def test_each_customers_own_time_begins_with_the_earliest_zone(api: httpx.AsyncClient, database: Database):
    local = (datetime.now(UTC) + timedelta(days=3)).replace(tzinfo=None, microsecond=0)
    made = await written(api, timing={"kind": "local_time", "at": local.isoformat()})
    sent = (await send(api, made)).json()["broadcast"]
    assert datetime.fromisoformat(sent["sends_at"]) == local.replace(tzinfo=UTC) - timedelta(hours=14)
    [version] = await sql(database, "SELECT flow FROM campaign_versions WHERE campaign_id = :id", id=made["id"])
    [wait] = [node for node in version.flow["nodes"] if node["type"] == "wait"]
    assert wait["data"]["until"] == {"kind": "date", "at": local.isoformat()}


async def test_conversions_are_waited_for_after_the_message(api: httpx.AsyncClient):
    goal = {"on": {"event": "Order Completed"}, "window": {"days": 5}}
    made = await written(api, conversion=goal, timing={"kind": "best_hour"})
    assert (await send(api, made)).status_code == 202


async def test_a_resend_goes_to_those_who_did_not_open_and_once(api: httpx.AsyncClient, database: Database):
    names = ("o-1", "o-2", "o-3")
    await people(api, *names)
    made = await written(api)
    assert (await api.get(f"/broadcasts/{made['id']}/non-openers")).json() == {"count": 0}
    assert (await api.post(f"/broadcasts/{made['id']}/resend", json={"name": "Again"})).status_code == 409
    sent = (await send(api, made)).json()
    await enrolled(database, sent, *names)
    await opened(database, "o-1", machine=False)
    await opened(database, "o-2", machine=True)
    assert (await api.get(f"/broadcasts/{made['id']}/non-openers")).json() == {"count": 2}
    again = (await api.post(f"/broadcasts/{made['id']}/resend", json={"name": "Again"})).json()
    assert (again["resend_of"], again["status"]["kind"], again["missing"]) == (made["id"], "draft", [])
    review = (await api.get(f"/broadcasts/{again['id']}/review")).json()
    assert review["audience"] == 2
    # whoever got the resend is in no other one, also not in a resend of the resend
    await enrolled(database, (await send(api, again)).json(), "o-2")
    assert (await api.get(f"/broadcasts/{made['id']}/non-openers")).json() == {"count": 1}
    third = (await api.post(f"/broadcasts/{again['id']}/resend", json={"name": "Third"})).json()
    assert (await api.get(f"/broadcasts/{third['id']}/review")).json()["audience"] == 1


async def test_a_draft_can_be_deleted_and_a_template_must_fit_its_channel(api: httpx.AsyncClient):
    made = await written(api)
    assert (await api.delete(f"/broadcasts/{made['id']}")).status_code == 204
    assert (await api.get(f"/broadcasts/{made['id']}")).status_code == 404
    template = (await api.post("/templates", json={"name": f"sms-{uuid4().hex[:6]}", "content": GREETING})).json()
    wrong = await written(api, message={"channel": "email", "template_id": template["id"]})
    refused = await send(api, wrong)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "message.template_id")


async def test_a_launch_of_a_campaign_is_undone_too(steered: httpx.AsyncClient, database: Database):
    slug = await publish(steered, flow({"kind": "segment", "condition": {"kind": "all"}}))
    view = (await steered.get(f"/campaigns/{slug}")).json()
    assert view["status"]["kind"] == "ready"
    run = (await steered.post(f"/campaigns/{slug}/launch", json={"key": "a", "hold_seconds": 60})).json()
    view = (await steered.get(f"/campaigns/{slug}")).json()
    assert view["status"]["kind"] == "scheduled"
    undone = (await steered.post(f"/campaigns/{slug}/runs/{run['run_id']}/cancel")).json()
    assert (undone["repeated"], undone["ended"]) == (False, 0)
    assert (await steered.get(f"/campaigns/{slug}")).json()["status"]["kind"] == "ready"
    # and it may be launched at once
    assert (await steered.post(f"/campaigns/{slug}/launch", json={"key": "b"})).status_code == 202


async def test_what_is_confirmed_for_later_is_on_the_calendar_until_it_is_undone(steered: httpx.AsyncClient):
    await people(steered, "ada")
    at = datetime.now(UTC) + timedelta(days=3)
    made = await written(steered, timing={"kind": "at", "at": at.isoformat()}, timezone="Europe/Rome")
    (await send(steered, made)).raise_for_status()
    slug = await publish(steered, flow({"kind": "segment", "condition": {"kind": "all"}}))
    run = (await steered.post(f"/campaigns/{slug}/launch", json={"key": "a", "hold_seconds": 60})).json()

    async def ahead(days: int = 14) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = (await steered.get("/upcoming-launches", params={"days": days})).json()[
            "launches"
        ]
        return [each for each in listed if each["slug"] in (slug, made["slug"])]

    held, planned = await ahead()
    assert (held["slug"], held["kind"], held["broadcast_id"]) == (slug, "launch", None)
    assert datetime.fromisoformat(planned.pop("at")) == at
    assert planned == {
        "slug": made["slug"],
        "name": "Autumn news",
        "timezone": "Europe/Rome",
        "kind": "broadcast",
        "broadcast_id": made["id"],
        "local_time": False,
    }
    assert [each["slug"] for each in await ahead(days=2)] == [slug]
    assert (await steered.get(f"/campaigns/{slug}/runs/{run['run_id']}")).json()["can_undo"] is True
    (await steered.post(f"/campaigns/{slug}/runs/{run['run_id']}/cancel")).raise_for_status()
    (await steered.post(f"/broadcasts/{made['id']}/cancel")).raise_for_status()
    assert await ahead() == []
    assert (await steered.get(f"/campaigns/{slug}/runs/{run['run_id']}")).json()["can_undo"] is False
    assert (await steered.get(f"/campaigns/{made['slug']}")).json()["broadcast"] is True
    assert (await steered.get(f"/campaigns/{slug}")).json()["broadcast"] is False


async def test_a_local_time_is_on_the_calendar_where_its_author_wrote_it(steered: httpx.AsyncClient):
    await people(steered, "ada")
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    made = await written(steered, timing={"kind": "local_time", "at": f"{day}T10:00:00"}, timezone="Europe/Rome")
    (await send(steered, made)).raise_for_status()
    listed = (await steered.get("/upcoming-launches")).json()["launches"]
    [planned] = [each for each in listed if each["slug"] == made["slug"]]
    # sending begins hours before, where the clocks are first: the page shows ten o'clock of that day
    shown = datetime.fromisoformat(planned["at"]).astimezone(ZoneInfo("Europe/Rome"))
    assert (shown.date(), shown.hour, planned["local_time"]) == (day, 10, True)


async def test_a_drawn_campaign_is_no_broadcast(api: httpx.AsyncClient):
    slug = await create(api)
    campaign = (await api.get(f"/campaigns/{slug}")).json()
    assert (await api.get(f"/broadcasts/{campaign['id']}")).status_code == 404
