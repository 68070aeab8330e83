"""The first page: exact figures of periods, what needs attention, what runs next, the first steps."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text, update
from sqlmodel import col

from models import Campaign, CampaignRun, Event, Import, IntakeNote, Journey, TrainingRun
from store.campaigns.scheduled import of_active
from store.database.engine import Database
from store.metrics import campaign_counters
from tests.api import rows
from tests.api.conftest import WRITE_KEY
from tests.api.drawing import create, flow, publish

DAY = timedelta(days=1)
_MILAN = {"kind": "attribute", "name": "city", "op": "eq", "value": "Milan"}
_ENTRY = {"kind": "segment", "condition": _MILAN}
NOW = datetime.now(UTC)


async def _send(
    database: Database, journey: Journey, channel: str, at: datetime, *, opened: bool = False, clicked: bool = False
) -> None:
    await rows.message(
        database,
        journey.customer_id,
        campaign_id=journey.campaign_id,
        journey_id=journey.id,
        node_id="hello",
        channel=channel,
        reserved_at=at,
        sent_at=at,
        delivered_at=at,
        opened_at=at if opened else None,
        clicked_at=at if clicked else None,
    )


async def _convert(database: Database, journey: Journey, at: datetime, properties: dict[str, Any]) -> None:
    event_id = uuid4()
    async with database.transaction() as session:
        values: dict[str, Any] = {"customer_id": journey.customer_id, "name": "Order Completed", "source": "test"}
        session.add(Event(id=event_id, occurred_at=at, properties=properties, **values))
        await session.flush()
        ended: dict[str, Any] = {"state": "ended", "exit_reason": "goal", "ended_at": at}
        signal: dict[str, Any] = {"reason": "goal", "event_id": str(event_id)}
        await session.execute(update(Journey).where(col(Journey.id) == journey.id).values(exit_signal=signal, **ended))


async def _shop(api: httpx.AsyncClient, database: Database) -> tuple[str, str]:
    """Two campaigns: what they did today, 6 days ago, 7 days and a bit ago, and 40 days ago."""
    who = await rows.customer(api, "c-1")
    first, second = await publish(api), await publish(api)
    ones = [await rows.journey(api, database, first, who) for _ in range(4)]
    other = await rows.journey(api, database, second, who)
    today = NOW.replace(microsecond=0)
    for channel in ("email", "push", "sms", "silent_push"):
        await _send(database, ones[0], channel, today)
    await _send(database, ones[0], "email", today - 6 * DAY, opened=True, clicked=True)
    await _send(database, other, "email", today, opened=True)
    await _send(database, ones[0], "email", today - 7 * DAY - timedelta(hours=1), opened=True)
    await _send(database, ones[0], "email", today - 40 * DAY)
    await _convert(database, ones[0], today, {"revenue": 20.5, "currency": "eur"})
    await _convert(database, ones[1], today, {"revenue": 4, "currency": "EUR"})
    await _convert(database, ones[2], today, {"revenue": 100, "currency": "USD"})
    await _convert(database, ones[3], today - 8 * DAY, {"revenue": 7})
    return first, second


_WEEK = {"sent": 6, "open_trackable": 4, "opened": 2, "click_trackable": 5, "clicked": 1, "conversions": 3, "failed": 0}


@pytest.mark.parametrize("folded", [False, True])
async def test_a_period_is_counted_exactly_and_beside_the_one_before(
    api: httpx.AsyncClient, database: Database, folded: bool
) -> None:
    first, second = await _shop(api, database)
    if folded:
        async with database.transaction() as session:
            await campaign_counters.rollup(session, timedelta(hours=1))
            await campaign_counters.compact(session, NOW - 14 * DAY, DAY)
    week = (await api.get("/home/performance", params={"days": 7})).json()
    dollars, euros = {"currency": "USD", "amount": 100}, {"currency": "EUR", "amount": 24.5}
    assert week["now"] == {**_WEEK, "revenue": [dollars, euros]}
    assert (week["before"]["sent"], week["before"]["opened"], week["before"]["conversions"]) == (1, 1, 1)
    assert week["before"]["revenue"] == [{"currency": None, "amount": 7}]
    assert [(day["sent"], day["conversions"]) for day in week["days"]] == [(1, 0), (5, 3)]
    best = [(each["slug"], each["sent"], each["conversions"], each["revenue"]) for each in week["best"]]
    assert best == [(first, 5, 3, [dollars, euros]), (second, 1, 0, [])]
    month = (await api.get("/home/performance", params={"days": 30})).json()
    assert (month["now"]["sent"], month["before"]["sent"]) == (7, 1)
    assert month["now"]["revenue"] == [dollars, euros, {"currency": None, "amount": 7}]


async def test_the_list_has_the_same_figures_for_all_time(api: httpx.AsyncClient, database: Database) -> None:
    first, second = await _shop(api, database)
    launched = NOW - 3 * DAY
    async with database.transaction() as session:
        campaign = (await api.get(f"/campaigns/{first}")).json()["id"]
        version = (await api.get(f"/campaigns/{first}/versions/1")).json()["id"]
        of: dict[str, Any] = {"campaign_id": UUID(campaign), "version_id": UUID(version), "workflow_id": "x"}
        for at, state in ((launched - DAY, "finished"), (launched, "finished"), (NOW, "refused")):
            session.add(CampaignRun(id=uuid4(), created_at=at, state=state, **of))
    items = {item["slug"]: item for item in (await api.get("/campaigns")).json()["items"]}
    figures = ("sent", "open_trackable", "opened", "click_trackable", "clicked", "conversions", "entered", "active")
    assert tuple(items[first][each] for each in figures) == (7, 5, 2, 6, 1, 4, 4, 0)
    assert [each["currency"] for each in items[first]["revenue"]] == ["USD", "EUR", None]
    assert datetime.fromisoformat(items[first]["last_launch"]) == launched
    assert tuple(items[second][each] for each in figures) == (1, 1, 1, 1, 0, 0, 1, 1)
    assert items[second]["last_launch"] is None


async def test_a_monitor_adds_the_conversions_of_each_currency(api: httpx.AsyncClient, database: Database) -> None:
    first, _ = await _shop(api, database)
    figures = (await api.get(f"/campaigns/{first}/monitor")).json()
    assert figures["conversions"] == 4
    assert sum(each["conversions"] for each in figures["messages"]) == 1, "of the journey that was sent something"


async def test_periods_are_of_three_lengths(api: httpx.AsyncClient) -> None:
    answer = await api.get("/home/performance", params={"days": 8})
    assert answer.status_code == 422
    assert "7" in answer.text
    empty = (await api.get("/home/performance")).json()
    assert (empty["now"]["sent"], empty["now"]["revenue"], empty["days"], empty["best"]) == (0, [], [], [])


async def test_what_needs_attention_is_told_with_how_much_of_it(api: httpx.AsyncClient, database: Database) -> None:
    who = await rows.customer(api, "c-1")
    held, fails = await publish(api), await publish(api)
    for _ in range(2):
        await rows.journey(api, database, held, who, state="paused")
    await rows.journey(api, database, held, who, state="failed")
    endless = await rows.journey(api, database, fails, who)
    sent: dict[str, Any] = {"campaign_id": endless.campaign_id, "journey_id": endless.id, "node_id": "hello"}
    await rows.message(database, who, state="failed", **sent)
    await rows.message(database, who, state="delivered", **sent)
    async with database.transaction() as session:
        ended: dict[str, Any] = {"state": "ended", "exit_reason": "over_limit", "ended_at": NOW}
        await session.execute(update(Journey).where(col(Journey.id) == endless.id).values(**ended))
        await session.execute(update(Campaign).where(col(Campaign.slug) == held).values(state="paused"))
        for name, state, refused, at in (
            ("fine.csv", "finished", 0, NOW),
            ("rows.csv", "finished", 3, NOW),
            ("whole.csv", "failed", 0, NOW - DAY),
            ("old.csv", "failed", 0, NOW - 30 * DAY),
        ):
            values: dict[str, Any] = {"kind": "customers", "format": "csv", "created_at": at}
            session.add(Import(id=uuid4(), name=name, state=state, refused=refused, **values))
        for outcome, count, day in (("rejected", 2, NOW), ("rejected", 3, NOW - DAY), ("noted", 4, NOW)):
            note: dict[str, Any] = {"source": "segment", "reason": f"no userId {day.day}", "last_at": day}
            session.add(IntakeNote(day=day.date(), outcome=outcome, count=count, **note))
        for name, code in (("churn", "training_failed"), ("purchase_30", "needs_anybody")):
            said = {"code": code, "params": {"why": "ValueError"}}
            session.add(TrainingRun(name=name, moment=NOW, why=code, said=said))
    found = (await api.get("/home/attention")).json()
    assert [(each["slug"], each["count"]) for each in found["paused"]] == [(held, 3)]
    assert [(each["slug"], each["count"]) for each in found["failed_journeys"]] == [(held, 1)]
    assert [(each["slug"], each["count"]) for each in found["endless_journeys"]] == [(fails, 1)]
    assert [(each["slug"], each["count"]) for each in found["failed_messages"]] == [(fails, 1)]
    assert [(each["name"], each["state"], each["refused"]) for each in found["imports"]] == [
        ("rows.csv", "finished", 3),
        ("whole.csv", "failed", 0),
    ]
    assert found["dropped"] == {"rejected": 5, "noted": 4}
    assert [(each["name"], each["said"]["code"]) for each in found["trainings"]] == [("churn", "training_failed")]


async def test_a_message_fails_once(api: httpx.AsyncClient, database: Database) -> None:
    journey = await rows.journey(api, database, await publish(api), await rows.customer(api, "c-1"))
    sent: dict[str, Any] = {"campaign_id": journey.campaign_id, "journey_id": journey.id, "node_id": "hello"}
    row = await rows.message(database, journey.customer_id, state="reserved", **sent)
    async with database.transaction() as session:
        for reason in ("no", "still no"):
            change = text("UPDATE messages SET state = 'failed', reason = :reason WHERE id = :id")
            await session.execute(change, {"id": row.id, "reason": reason})
    assert (await api.get("/home/performance")).json()["now"]["failed"] == 1


async def test_the_checklist_ticks_itself(api: httpx.AsyncClient, database: Database) -> None:
    async def ticked() -> set[str]:
        return {step for step, done in (await api.get("/home/checklist")).json().items() if done}

    assert await ticked() == set()
    await rows.customer(api, "c-1", email="ada@shop.example")
    assert await ticked() == {"customers"}
    event = {"userId": "c-1", "event": "Order Completed", "properties": {}}
    answer = await api.post("/v1/track", json=event, auth=(WRITE_KEY, ""))
    assert answer.status_code == 200, answer.text
    assert await ticked() == {"customers", "source"}
    answer = await api.put("/shop", json={"currency": "EUR", "revision": 0})
    assert answer.status_code == 200, answer.text
    assert await ticked() == {"customers", "source", "currency"}
    for revision in (0, 1):  # a new installation has a first revision that nobody has saved
        answer = await api.put("/contact-policy", json={"policy": {"opt_in_channels": ["email"]}, "revision": revision})
        assert answer.status_code == 200, answer.text
    assert await ticked() == {"customers", "source", "currency", "consent_rule"}
    said = {"consents": [{"channel": "email", "topic": "*", "status": "subscribed"}]}
    answer = await api.put("/customers/c-1/consents", json=said)
    assert answer.status_code == 200, answer.text
    answer = await api.post("/segments", json={"name": "Milan", "condition": _MILAN})
    assert answer.status_code == 201, answer.text
    assert await ticked() == {"customers", "source", "currency", "consent_rule", "consent", "segment"}
    who = UUID((await api.get("/customers/c-1")).json()["id"])
    await _send(database, await rows.journey(api, database, await publish(api), who), "email", NOW)
    assert await ticked() == {"customers", "source", "currency", "consent_rule", "consent", "segment", "sent"}


async def test_the_schedules_of_active_campaigns_are_found(api: httpx.AsyncClient, database: Database) -> None:
    weekly = {"timezone": "Europe/Rome", "recurrence": {"frequency": "weekly", "weekdays": [0], "time": "17:05"}}
    scheduled = await publish(api, flow(_ENTRY, settings={"schedule": weekly}))
    plain, draft = await publish(api), await create(api, flow(_ENTRY, settings={"schedule": weekly}))
    async with database.transaction() as session:
        found = await of_active(session, [scheduled, plain, draft])
    assert [(each.slug, each.schedule["timezone"]) for each in found] == [(scheduled, "Europe/Rome")]
    answer = (await api.get("/upcoming-launches")).json()
    assert answer == {"known": False, "launches": []}, "without Temporal nobody knows which schedules are on"


async def test_the_launches_that_lie_ahead_are_listed_soonest_first(steered: httpx.AsyncClient) -> None:
    slugs: list[str] = []
    for hour, zone in (("17:05", "Europe/Rome"), ("08:00", "America/New_York")):
        daily = {"timezone": zone, "recurrence": {"frequency": "daily", "time": hour}}
        slugs.append(await publish(steered, flow(_ENTRY, settings={"schedule": daily})))
    rome, york = slugs
    assert (await steered.put(f"/campaigns/{rome}/schedule")).status_code == 200
    assert (await steered.put(f"/campaigns/{york}/schedule")).status_code == 200
    found = await _until_listed(steered, set(slugs), days=3)
    times: Sequence[datetime] = [datetime.fromisoformat(each["at"]) for each in found]
    assert list(times) == sorted(times)
    assert [each["slug"] for each in found].count(rome) == 3
    assert {each["slug"]: each["timezone"] for each in found} == {rome: "Europe/Rome", york: "America/New_York"}
    once = await steered.get("/upcoming-launches", params={"days": 366, "per_campaign": 1})
    assert sorted(each["slug"] for each in once.json()["launches"] if each["slug"] in slugs) == sorted(slugs)
    await steered.post(f"/campaigns/{york}/pause")
    after = (await steered.get("/upcoming-launches")).json()["launches"]
    assert york not in {each["slug"] for each in after}
    for slug in slugs:
        await steered.delete(f"/campaigns/{slug}/schedule")


async def _until_listed(api: httpx.AsyncClient, slugs: set[str], days: int) -> list[dict[str, Any]]:
    """Temporal's list of schedules is a little behind."""
    while True:
        answer = (await api.get("/upcoming-launches", params={"days": days})).json()
        assert answer["known"]
        mine = [each for each in answer["launches"] if each["slug"] in slugs]
        if {each["slug"] for each in mine} == slugs:
            return mine


async def test_campaigns_are_sought_by_name_or_slug(api: httpx.AsyncClient) -> None:
    for slug, name in (("spring-sale", "Fashion 100%"), ("win-back", "Come back")):
        await api.post("/campaigns", json={"slug": slug, "name": name})

    async def sought(words: str) -> list[str]:
        answer = await api.get("/campaigns", params={"search": words})
        return [item["slug"] for item in answer.json()["items"]]

    assert await sought("FASHION") == ["spring-sale"]
    assert await sought("win") == ["win-back"]
    assert await sought("100%") == ["spring-sale"]
    assert await sought("_") == []


async def test_customers_are_counted_to_a_bound(api: httpx.AsyncClient, database: Database) -> None:
    for name in ("c-1", "c-2", "count"):
        await rows.customer(api, name, first_name="Ada" if name == "c-1" else "Grace")
    assert (await api.get("/customer-count")).json() == {"count": 3, "more": False}
    assert (await api.get("/customer-count", params={"search": "ada"})).json() == {"count": 1, "more": False}
    await rows.customer(api, "c-2", country="IT", tags=["vip"])
    for narrow in ({"country": "it"}, {"tag": "vip"}, {"country": "IT", "tag": "vip", "search": "grace"}):
        assert (await api.get("/customer-count", params=narrow)).json() == {"count": 1, "more": False}
        listed = (await api.get("/customers", params=narrow)).json()["items"]
        assert [item["external_id"] for item in listed] == ["c-2"]
    assert (await api.get("/customer-count", params={"country": "Italy"})).status_code == 422
    turin = {"name": "In Turin", "condition": {"kind": "attribute", "name": "city", "op": "eq", "value": "Turin"}}
    segment = (await api.post("/segments", json=turin)).json()["id"]
    await rows.customer(api, "c-1", phone="+393471234567", tags=["vip"], city="Turin")
    for narrow in ({"segment": segment, "search": "ada"}, {"reachable": "sms"}, {"reachable": "sms", "tag": "vip"}):
        assert (await api.get("/customer-count", params=narrow)).json() == {"count": 1, "more": False}
        listed = (await api.get("/customers", params=narrow)).json()["items"]
        assert [item["external_id"] for item in listed] == ["c-1"]
    assert (await api.get("/customers", params={"segment": str(uuid4())})).status_code == 404
    assert (await api.get("/customers", params={"reachable": "fax"})).status_code == 422
    async with database.transaction() as session:
        await session.execute(
            text("INSERT INTO customers (id, external_id) SELECT gen_random_uuid(), n FROM generate_series(1, 10000) n")
        )
    assert (await api.get("/customer-count")).json() == {"count": 10_000, "more": True}


async def test_customers_are_read_from_either_end(api: httpx.AsyncClient) -> None:
    for number in range(5):
        await rows.customer(api, f"c-{number}")
    for order, names in (("newest", [4, 3, 2, 1, 0]), ("oldest", [0, 1, 2, 3, 4])):
        read, cursor = [], None
        while True:
            given: dict[str, str | int] = {"order": order, "limit": 2, **({"cursor": cursor} if cursor else {})}
            page = (await api.get("/customers", params=given)).json()
            read += [item["external_id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert read == [f"c-{number}" for number in names]
