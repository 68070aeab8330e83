"""Metrics: the same figure wherever it is asked for."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from domain.metrics import catalogue
from domain.metrics.definition import Dimension, Measure, MetricFilter
from models import Experiment, ExperimentAssignment, MessageEvent
from store.database.engine import Database
from store.metrics import campaign_counters, query
from store.metrics.query import MetricQuestion
from tests.api import rows
from tests.api.drawing import publish
from tests.api.test_home import DAY, NOW, _convert, _send

TODAY = NOW.replace(microsecond=0)
ALL = catalogue.CATALOGUE


async def _report(database: Database, message_id: UUID, kind: str, at: datetime, *, machine: bool = False) -> None:
    async with database.transaction() as session:
        session.add(
            MessageEvent(
                id=uuid4(), message_id=message_id, kind=kind, machine=machine, occurred_at=at, source="test", raw={}
            )
        )


async def shop(api: httpx.AsyncClient, database: Database) -> tuple[str, str]:
    """Two campaigns with some of everything that a metric counts."""
    who, other_one = await rows.customer(api, "c-1"), await rows.customer(api, "c-2", city="Milan")
    first, second = await publish(api), await publish(api)
    ones = [await rows.journey(api, database, first, who, at=TODAY - DAY) for _ in range(4)]
    other = await rows.journey(api, database, second, other_one)
    for earlier, channel in enumerate(("silent_push", "sms", "push", "email")):
        await _send(database, ones[0], channel, TODAY - timedelta(seconds=earlier))
    await _send(database, ones[0], "email", TODAY - 6 * DAY, opened=True, clicked=True)
    await _send(database, ones[3], "email", TODAY - 9 * DAY, opened=True)
    await _send(database, other, "email", TODAY, opened=True)
    of = {"campaign_id": ones[0].campaign_id, "node_id": "hello", "reserved_at": TODAY, "delivered_at": None}
    sent = await rows.message(database, who, journey_id=ones[1].id, sent_at=TODAY, **of)
    await rows.message(database, who, state="failed", journey_id=ones[1].id, **of)
    await rows.message(database, who, state="skipped", skip_reason="cap", journey_id=ones[1].id, **of)
    await rows.message(database, who, test=True, sent_at=TODAY, opened_at=TODAY, **of)
    for kind in ("bounced", "unsubscribed", "complained", "replied"):
        for hours in (0, 1):
            await _report(database, sent.id, kind, TODAY + timedelta(hours=hours))
    await _report(database, sent.id, "opened", TODAY, machine=True)
    await _convert(database, ones[0], TODAY, {"revenue": 20.5, "currency": "eur", "revenue_refunded": 4.25})
    await _convert(database, ones[1], TODAY, {"revenue": 4, "currency": "EUR"})
    await _convert(database, ones[2], TODAY - 8 * DAY, {"revenue": 100, "currency": "USD"})
    async with database.transaction() as session:
        # as RESTATE writes it when a refund comes
        await session.execute(
            text("""
                INSERT INTO campaign_counter_deltas
                       (campaign_id, run_id, node_id, channel, metric, dimension, at, n, amount)
                VALUES (:id, counter_run(NULL), 'hello', 'silent_push', 'refunded', 'EUR', :at, 1, 4.25)"""),
            {"id": ones[0].campaign_id, "at": TODAY},
        )
        await session.execute(
            text("""INSERT INTO entry_rejections (campaign_id, customer_id, code, reason, at)
                    VALUES (:id, :who, 'paused', '', :at)"""),
            {"id": ones[0].campaign_id, "who": who, "at": TODAY},
        )
    return first, second


async def _both(database: Database, narrow: MetricFilter, by: list[Dimension]) -> tuple[Any, Any]:
    metrics = [
        each
        for each in ALL
        if not isinstance(each, Measure) or ((each.facts_tell or not by) and not (each.level and Dimension.DAY in by))
    ]
    if narrow.since:
        metrics = [each for each in metrics if each.key != "failed"]
    async with database.transaction() as session:
        counted = await query.ask(session, MetricQuestion(metrics, narrow, by))
        facts = await query.ask(session, MetricQuestion(metrics, narrow, by, counters=False))
    assert "counters" in counted.sources.values()
    assert set(facts.sources.values()) == {"facts"}
    return [(each.group, each.values) for each in counted.groups], [(each.group, each.values) for each in facts.groups]


async def test_counters_and_facts_tell_the_same(api: httpx.AsyncClient, database: Database):
    await shop(api, database)
    midnight = TODAY.replace(hour=0, minute=0, second=0)
    week = MetricFilter(since=midnight - 7 * DAY, until=midnight + 2 * DAY)
    breakdowns = [[], [Dimension.DAY], [Dimension.CAMPAIGN], [Dimension.STEP, Dimension.CHANNEL], [Dimension.RUN]]
    for folded in (False, True):
        for by in breakdowns:
            for narrow in (MetricFilter(), week):
                counted, facts = await _both(database, narrow, by)
                assert counted == facts, (folded, by, narrow)
        async with database.transaction() as session:
            await campaign_counters.rollup(session, timedelta(hours=1))


async def test_pages_show_what_the_catalogue_says(api: httpx.AsyncClient, database: Database):
    first, _ = await shop(api, database)
    keys = {"metric": [each.key for each in ALL]}
    home = (await api.get("/home/performance", params={"days": 7})).json()
    since = home["since"][:10]
    asked = await api.get("/metrics/query", params={**keys, "since": since, "until": home["until"][:10]})
    assert asked.status_code == 200, asked.text
    (everything,) = asked.json()["groups"]
    for key, value in home["now"].items():
        assert everything["values"][key] == value, key
    by_day = await api.get("/metrics/query", params={"metric": ["sent", "opened"], "since": since, "by": ["day"]})
    days = {each["group"]["day"]: each["values"] for each in by_day.json()["groups"]}
    for day in home["days"]:
        assert (days[day["day"]]["sent"], days[day["day"]]["opened"]) == (day["sent"], day["opened"])

    (of_first,) = (await api.get("/metrics/query", params={**keys, "campaign": first})).json()["groups"]
    monitor = (await api.get(f"/campaigns/{first}/monitor")).json()
    for key in ("entered", "active", "conversions", "revenue", "refunded"):
        assert of_first["values"][key] == monitor[key], key
    for key in ("attempted", "sent", "open_trackable", "click_trackable", "delivered", "opened", "clicked", "bounced",
                "unsubscribed", "complained", "replied"):  # fmt: skip
        assert of_first["values"][key] == sum(each[key] for each in monitor["messages"]), key
    listed = (await api.get("/campaigns")).json()
    shown = next(each for each in listed["items"] if each["slug"] == first)
    for key in home["now"]:
        assert of_first["values"][key] == shown[key], key
    assert of_first["values"]["refunded"] == [{"currency": "EUR", "amount": 4.25}]
    assert of_first["values"]["machine_opened"] == 1
    assert of_first["values"]["open_rate"] == of_first["values"]["opened"] / of_first["values"]["open_trackable"]


async def test_metrics_are_narrowed_and_broken_down_by_customers(api: httpx.AsyncClient, database: Database):
    first, second = await shop(api, database)
    milan = {"kind": "attribute", "name": "city", "op": "eq", "value": "Milan"}
    segment = (await api.post("/segments", json={"name": "Milan", "condition": milan})).json()["id"]

    async def sent(**narrow: Any) -> Any:
        answer = await api.get("/metrics/query", params={"metric": "sent", **narrow})
        assert answer.status_code == 200, answer.text
        return [(each["group"], each["values"]["sent"]) for each in answer.json()["groups"]]

    assert await sent() == [({}, 8)]
    assert await sent(segment_id=segment) == [({}, 1)]
    assert await sent(campaign=second, version=1) == [({}, 1)]
    assert await sent(channel="email", campaign=first) == [({}, 3)]
    assert await sent(step="hello", campaign=first) == [({}, 7)]
    ones = (await api.get(f"/campaigns/{first}")).json()["id"]
    who = (await api.get("/customers/c-1")).json()["id"]
    experiment = uuid4()
    async with database.transaction() as session:
        session.add(Experiment(id=experiment, campaign_id=UUID(ones), node_id="split", name="Test", plan={}))
        await session.flush()
        session.add(ExperimentAssignment(experiment_id=experiment, customer_id=UUID(who), arm="a"))
    assert await sent(experiment_id=str(experiment), by="arm") == [({"arm": "a"}, 7)]
    assert await sent(experiment_id=str(experiment), arm="b") == [({}, 0)]
    assert len(await sent(by=["hour", "version"])) >= 3


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"metric": "nonsense"}, "There is no metric nonsense"),
        ({"metric": "active", "by": "day"}, "active"),
        ({"metric": "failed", "by": "hour"}, "failed"),
        ({"metric": "sent", "arm": "a"}, "experiment"),
        ({"metric": "sent", "version": "1"}, "campaign"),
        ({"metric": "sent", "since": "2026-13-01"}, "since"),
        ({"metric": "sent", "since": "9999-12-31"}, "since"),
        ({"metric": "sent", "colour": "red"}, "colour"),
        ({}, "metric"),
    ],
)
async def test_a_question_that_makes_no_sense_is_told_so(api: httpx.AsyncClient, params: dict[str, str], says: str):
    answer = await api.get("/metrics/query", params=params)
    assert answer.status_code == 422
    assert says in answer.text


async def test_what_is_not_there_is_not_found(api: httpx.AsyncClient):
    assert (await api.get("/metrics/query", params={"metric": "sent", "campaign": "none"})).status_code == 404
    gone = await api.get("/metrics/query", params={"metric": "sent", "segment_id": str(uuid4())})
    assert gone.status_code == 422


async def test_the_catalogue_is_told_in_both_languages(api: httpx.AsyncClient):
    told = (await api.get("/metrics")).json()
    assert [each["key"] for each in told["metrics"]] == [each.key for each in ALL]
    assert all(each["name"]["it"] and each["formula"]["en"] for each in told["metrics"])
    assert len({each["name"]["en"] for each in told["metrics"]}) == len(ALL)
