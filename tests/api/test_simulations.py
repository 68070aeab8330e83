"""A customer is walked through a draft: every decision is told, nothing is sent or written."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from tests.api import drawing

EVERYTHING = ("journeys", "journey_steps", "messages", "coupons", "campaign_versions", "outbox")


def node(id_, kind, **data):
    return {"id": id_, "type": kind, "data": data}


def edge(source, target, port="next"):
    return {"id": f"{source}:{port}", "source": source, "sourceHandle": port, "target": target}


FLOW = {
    "nodes": [
        node("entry", "entry", trigger={"kind": "segment", "condition": {"kind": "tag", "tag": "vip"}}),
        node("gift", "coupon", prefix="GIFT"),
        node("mark", "update_profile", set={"seen": True}, add_tags=["marked"]),
        node("sms", "send_sms", content=drawing.GREETING),
        node("wait", "wait", until={"kind": "duration", "duration": {"days": 2}}),
        node(
            "ask",
            "check",
            branches=[{"id": "marked", "label": "Marked", "condition": {"kind": "tag", "tag": "marked"}}],
        ),
        node("buy", "wait_event", branches=[{"id": "bought", "on": {"event": "Order Completed"}}], timeout={"days": 1}),
        node("late", "end", reason="late"),
        node("bought", "end", reason="bought"),
        node("unmarked", "end", reason="unmarked"),
    ],
    "edges": [
        edge("entry", "gift"),
        edge("gift", "mark"),
        edge("mark", "sms"),
        edge("sms", "wait"),
        edge("wait", "ask"),
        edge("ask", "buy", "marked"),
        edge("ask", "unmarked", "else"),
        edge("buy", "late", "timeout"),
        edge("buy", "bought", "bought"),
    ],
}


@pytest.fixture
async def slug(api):
    await api.put("/customers/ada", json={"phone": "+393471234567", "tags": ["vip"], "timezone": "Europe/Rome"})
    return await drawing.create(api, FLOW)


async def rehearse(api, slug, **body):
    answer = await api.post(f"/campaigns/{slug}/simulations", json={"customer": "ada", **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def way(walked):
    return [(step["node_id"], step["port"]) for step in walked["steps"]]


async def test_every_decision_is_told_with_its_time(api, slug):
    walked = await rehearse(api, slug)
    assert walked["enters"] is True
    assert walked["complete"] is True
    assert way(walked) == [
        ("entry", "next"),
        ("gift", "next"),
        ("mark", "next"),
        ("sms", "next"),
        ("wait", "next"),
        ("ask", "marked"),
        ("buy", "timeout"),
        ("late", None),
    ]
    steps = {step["node_id"]: step for step in walked["steps"]}
    assert "+393471234567" in steps["sms"]["why"]
    at = {name: datetime.fromisoformat(step["at"]) for name, step in steps.items()}
    assert at["ask"] - at["wait"] == timedelta(days=2)
    assert at["late"] - at["buy"] == timedelta(days=1)
    assert steps["buy"]["ports"] == ["bought", "timeout"]


async def test_the_caller_chooses_what_only_the_future_knows(api, slug):
    walked = await rehearse(api, slug, choices={"buy": "bought", "sms": "no_such_port"})
    assert way(walked)[-2:] == [("buy", "bought"), ("bought", None)]
    assert [step["node_id"] for step in walked["steps"] if step["chosen"]] == ["buy"]


async def test_a_customer_who_cannot_be_reached_is_told_so(api, slug):
    await api.put("/customers/ada/consents", json={"consents": [{"channel": "sms", "status": "unsubscribed"}]})
    step = next(step for step in (await rehearse(api, slug))["steps"] if step["node_id"] == "sms")
    assert step["port"] == "not_sent"
    assert step["why"].startswith("would not be sent")


async def test_nothing_is_left_behind(api, slug, database):
    async def count():
        async with database.transaction() as session:
            return [await session.scalar(text(f"SELECT count(*) FROM {table}")) for table in EVERYTHING]

    before = await count()
    await rehearse(api, slug)
    assert await count() == before
    customer = (await api.get("/customers/ada")).json()
    assert (customer["tags"], customer["attributes"]) == (["vip"], {})


async def test_a_drawing_that_leads_nowhere_is_walked_as_far_as_it_goes(api, slug):
    unfinished = {**FLOW, "edges": FLOW["edges"][:2]}
    walked = await rehearse(api, slug, flow=unfinished)
    assert way(walked) == [("entry", "next"), ("gift", "next"), ("mark", "next")]
    assert walked["complete"] is False


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"customer": "nobody"}, 404),
        ({"customer": "ada", "flow": {"nodes": []}}, 422),
        ({"customer": "ada", "choices": {"buy": "not a port!"}}, 422),
    ],
)
async def test_what_cannot_be_walked_is_refused(api, slug, body, status):
    assert (await api.post(f"/campaigns/{slug}/simulations", json=body)).status_code == status
