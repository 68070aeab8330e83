"""Experiments over the API: written down, started, read out, rolled out; refusals say what is wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text

from store.database.engine import Database
from tests.api.drawing import GREETING, publish

PLAN: dict[str, Any] = {
    "hypothesis": "A shorter subject is opened more often",
    "control": "a",
    "primary": {"event": "message_opened"},
    "guardrails": [{"event": "message_unsubscribed", "better": "less"}],
    "planned_customers": 2000,
}


def divided() -> dict[str, Any]:
    """Entry, a split into three, an SMS in two of its arms."""
    arms = [{"id": name, "weight": 1} for name in ("a", "b", "c")]
    return {
        "nodes": [
            {"id": "entry", "type": "entry", "data": {"trigger": {"kind": "api"}}},
            {"id": "split", "type": "random_split", "data": {"arms": arms}},
            {"id": "one", "type": "send_sms", "data": {"content": GREETING}},
            {"id": "two", "type": "send_sms", "data": {"content": GREETING}},
            {"id": "end", "type": "end", "data": {}},
        ],
        "edges": [
            {"id": "e1", "source": "entry", "target": "split"},
            {"id": "e2", "source": "split", "sourceHandle": "a", "target": "one"},
            {"id": "e3", "source": "split", "sourceHandle": "b", "target": "two"},
            {"id": "e4", "source": "split", "sourceHandle": "c", "target": "end"},
            {"id": "e5", "source": "one", "target": "end"},
            {"id": "e6", "source": "two", "target": "end"},
        ],
        "settings": {},
    }


async def planned(api: httpx.AsyncClient, slug: str, name: str = "Subjects", **plan: Any) -> dict[str, Any]:
    body = {"campaign": slug, "node_id": "split", "name": name, "plan": PLAN | plan}
    answer = await api.post("/experiments", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def expose(database: Database, experiment_id: str, campaign: str, arm: str, *, n: int, opened: int) -> None:
    """Customers of an arm, some of whom opened."""
    now = datetime.now(UTC) - timedelta(minutes=5)
    values = {"e": UUID(experiment_id), "arm": arm, "n": n, "opened": opened, "at": now, "campaign": campaign}
    async with database.transaction() as session:
        await session.execute(
            text("""
                WITH who AS (INSERT INTO customers (id, external_id)
                             SELECT gen_random_uuid(), :arm || '-' || gen_random_uuid() FROM generate_series(1, :n)
                             RETURNING id),
                     a AS (INSERT INTO experiment_assignments
                                  (experiment_id, customer_id, arm, counted, crossed, assigned_at, exposed_at)
                           SELECT :e, id, :arm, true, false, :at, :at FROM who RETURNING customer_id)
                INSERT INTO events (id, occurred_at, customer_id, name, properties, source)
                SELECT gen_random_uuid(), CAST(:at AS timestamptz) + interval '1 minute', customer_id,
                       'message_opened', jsonb_build_object('campaign_id', CAST(:campaign AS text)), 'test'
                  FROM a LIMIT :opened
            """),
            values,
        )


async def campaign_id(database: Database, slug: str) -> str:
    async with database.transaction() as session:
        return str(await session.scalar(text("SELECT id FROM campaigns WHERE slug = :slug"), {"slug": slug}))


async def test_a_plan_is_frozen_at_the_start(api, database):
    slug = await publish(api, divided())
    made = await planned(api, slug)
    assert made["state"] == "draft"
    assert made["arms"] == []
    longer = await api.patch(f"/experiments/{made['id']}", json={"revision": 1, "plan": PLAN | {"win": "any_look"}})
    assert longer.json()["plan"]["win"] == "any_look"
    stale = await api.patch(f"/experiments/{made['id']}", json={"revision": 1, "name": "x"})
    assert stale.status_code == 409
    started = (await api.post(f"/experiments/{made['id']}/start")).json()
    assert started["state"] == "running"
    assert [arm["id"] for arm in started["frozen_arms"]] == ["a", "b", "c"]
    assert [step["kind"] for step in started["decisions"]] == ["started"]
    late = await api.patch(f"/experiments/{made['id']}", json={"revision": started["revision"], "plan": PLAN})
    assert late.status_code == 409
    assert "can't be changed" in late.json()["detail"]
    named = await api.patch(f"/experiments/{made['id']}", json={"revision": started["revision"], "name": "New"})
    assert named.json()["name"] == "New"
    async with database.transaction() as session:
        kinds = (await session.scalars(text("SELECT kind FROM outbox"))).all()
    assert kinds == ["start_experiment"]


async def test_refusals_say_what_is_wrong(api):
    slug = await publish(api, divided())
    wrong = await planned(api, slug, control="z")
    answer = await api.post(f"/experiments/{wrong['id']}/start")
    assert answer.status_code == 422
    assert "'z'" in answer.json()["detail"]
    first, second = await planned(api, slug), await planned(api, slug, "Another")
    assert (await api.post(f"/experiments/{first['id']}/start")).status_code == 200
    twice = await api.post(f"/experiments/{first['id']}/start")
    assert twice.status_code == 409
    there = await api.post(f"/experiments/{second['id']}/start")
    assert there.status_code == 409
    assert "Another experiment" in there.json()["detail"]
    control = await api.post(f"/experiments/{first['id']}/promote", json={"arm": "a"})
    assert control.status_code == 422
    assert (await api.get(f"/experiments/{uuid4()}")).status_code == 404
    body = {"campaign": "no-such", "node_id": "split", "name": "x", "plan": PLAN}
    assert (await api.post("/experiments", json=body)).status_code == 404
    unpublished = await api.post("/campaigns", json={"slug": "raw", "name": "raw", "flow": divided()})
    assert unpublished.status_code == 201
    raw = await planned(api, "raw")
    assert (await api.post(f"/experiments/{raw['id']}/start")).status_code == 409


async def test_slices_of_one_group_never_meet(api):
    one, two = await publish(api, divided()), await publish(api, divided())
    first = await planned(api, one, slice={"group": "spring", "start": 0.0, "end": 0.5})
    second = await planned(api, two, slice={"group": "spring", "start": 0.4, "end": 0.9})
    assert (await api.post(f"/experiments/{first['id']}/start")).status_code == 200
    answer = await api.post(f"/experiments/{second['id']}/start")
    assert answer.status_code == 422
    assert "spring" in answer.json()["detail"]


async def test_reads_out_arms_effects_and_guardrails(api, database):
    slug = await publish(api, divided())
    made = await planned(api, slug, win="any_look")
    await api.post(f"/experiments/{made['id']}/start")
    campaign = await campaign_id(database, slug)
    for arm, opened in (("a", 250), ("b", 400), ("c", 245)):
        await expose(database, made["id"], campaign, arm, n=1000, opened=opened)
    said = (await api.get(f"/experiments/{made['id']}")).json()
    assert [arm["exposed"] for arm in said["arms"]] == [1000, 1000, 1000]
    assert said["arms"][1]["means"][0] == 0.4
    effects = {(e["arm"], e["metric"]): e for e in said["effects"]}
    b = effects["b", 0]
    assert b["better"]
    assert b["low"] < 0.15 < b["high"]
    assert b["high"] - b["low"] > b["fixed_high"] - b["fixed_low"]
    assert not effects["c", 0]["better"]
    assert not effects["c", 0]["worse"]
    assert not effects["b", 1]["worse"]
    assert said["sample_ratio_ok"]
    listed = (await api.get("/experiments", params={"search": "shorter SUBJECT"})).json()["items"]
    assert [each["id"] for each in listed] == [made["id"]]
    assert (await api.get("/experiments", params={"search": "nothing like it"})).json()["items"] == []
    table = await api.get(f"/experiments/{made['id']}/looks.csv")
    assert table.text.startswith("look,at,arm,metric,effect")


async def test_power_answers_with_customers_and_days(api):
    question = {"baseline": 0.2, "effect": 0.02, "arms": 3, "daily": 1000}
    said = (await api.post("/experiments/power", json=question)).json()
    assert 7_000 < said["per_arm"] < 9_000
    assert said["total"] == 3 * said["per_arm"]
    assert said["days"] == -(-said["total"] // 1000)
    assert (await api.post("/experiments/power", json={"baseline": 20, "effect": 2})).status_code == 422


async def test_a_decided_winner_is_folded_into_the_draft(api, database):
    slug = await publish(api, divided())
    made = await planned(api, slug)
    early = await api.post(f"/experiments/{made['id']}/fold")
    assert early.status_code == 409
    await api.post(f"/experiments/{made['id']}/start")
    await api.post(f"/experiments/{made['id']}/promote", json={"arm": "b"})
    async with database.transaction() as session:
        await session.execute(text("UPDATE experiments SET state = 'decided', ramp = 1"))
    assert (await api.post(f"/experiments/{made['id']}/fold")).status_code == 200
    flow = (await api.get(f"/campaigns/{slug}")).json()["draft"]
    assert {node["id"] for node in flow["nodes"]} == {"entry", "two", "end"}
    assert [(e["source"], e["target"]) for e in flow["edges"]] == [("entry", "two"), ("two", "end")]
    again = await api.post(f"/experiments/{made['id']}/fold")
    assert again.status_code == 409


async def test_it_is_rolled_back_ended_and_put_away_by_hand(api):
    slug = await publish(api, divided())
    first, second = await planned(api, slug), await planned(api, slug, "Another")
    at = f"/experiments/{first['id']}"
    assert (await api.post(f"{at}/roll-back")).status_code == 409
    await api.post(f"{at}/start")
    assert (await api.post(f"{at}/archive")).status_code == 409
    back = (await api.post(f"{at}/roll-back")).json()
    assert (back["state"], back["decisions"][-1]["reason"]) == ("rolled_back", "by hand")
    assert (await api.post(f"{at}/roll-back")).status_code == 409
    assert (await api.post(f"/experiments/{second['id']}/start")).status_code == 409
    assert (await api.post(f"{at}/stop")).json()["state"] == "stopped"
    assert (await api.post(f"/experiments/{second['id']}/start")).status_code == 200
    assert (await api.post(f"{at}/archive")).json()["archived_at"]

    async def listed(stage: str) -> list[str]:
        found = await api.get("/experiments", params={"stage": stage, "campaign": slug, "node_id": "split"})
        return [each["name"] for each in found.json()["items"]]

    assert [await listed(stage) for stage in ("running", "decided", "archived")] == [["Another"], [], ["Subjects"]]
    assert (await api.post(f"{at}/restore")).json()["archived_at"] is None
    assert await listed("decided") == ["Subjects"]


async def test_effects_are_divided_by_day_and_by_segment(api, database):
    slug = await publish(api, divided())
    made = await planned(api, slug)
    at = f"/experiments/{made['id']}"
    condition = {"kind": "attribute", "name": "external_id", "op": "exists"}
    segment = await api.post("/segments", json={"name": "Known", "condition": condition})
    asked = f"{at}/segments/{segment.json()['id']}"
    assert (await api.get(asked)).status_code == 409
    assert (await api.get(f"{at}/days")).json() == []
    await api.post(f"{at}/start")
    campaign = await campaign_id(database, slug)
    for arm, opened in (("a", 50), ("b", 150), ("c", 50)):
        await expose(database, made["id"], campaign, arm, n=300, opened=opened)
    async with database.transaction() as session:
        await session.execute(text("UPDATE experiment_assignments SET exposed_at = exposed_at - interval '50 hours'"))
        await session.execute(text("UPDATE events SET occurred_at = occurred_at - interval '50 hours'"))
    days = (await api.get(f"{at}/days")).json()
    assert [(each["day"], each["arm"], each["n"]) for each in days] == [(0, "b", 300), (0, "c", 300)]
    assert days[0]["low"] < days[0]["effect"] < days[0]["high"]
    assert round(days[0]["effect"], 3) == 0.333
    said = (await api.get(asked)).json()
    assert said["segment_name"] == "Known"
    assert [arm["exposed"] for arm in said["arms"]] == [300, 300, 300]
    assert {each["metric"] for each in said["effects"]} == {0}


async def test_home_tells_of_steps_that_nobody_took(api, database):
    slug = await publish(api, divided())
    made = await planned(api, slug)
    await api.post(f"/experiments/{made['id']}/start")
    assert (await api.get("/home/attention")).json()["experiments"] == []
    async with database.transaction() as session:
        await session.execute(text("UPDATE experiments SET step = 2, state = 'rolled_back'"))
        await session.execute(
            text("""INSERT INTO experiment_decisions (experiment_id, step, kind, arm, ramp, look, reason, at)
                    VALUES (:id, 2, 'rolled_back', 'b', 0, NULL, 'message_unsubscribed', now())"""),
            {"id": UUID(made["id"])},
        )
    [notice] = (await api.get("/home/attention")).json()["experiments"]
    assert (notice["kind"], notice["arm"], notice["reason"]) == ("rolled_back", "b", "message_unsubscribed")


async def test_a_campaigns_own_traffic_is_told(api, database):
    slug = await publish(api, divided())
    question = {"campaign": slug, "metric": {"event": "message_opened", "within_hours": 24}}
    none = (await api.post("/experiments/traffic", json=question)).json()
    assert none == {"daily": 0, "customers": 0, "mean": None, "variance": None}
    campaign = await campaign_id(database, slug)
    async with database.transaction() as session:
        await session.execute(
            text("""
                WITH who AS (INSERT INTO customers (id, external_id)
                             SELECT gen_random_uuid(), 'came-' || g FROM generate_series(1, 100) g
                             RETURNING id, external_id),
                     j AS (INSERT INTO journeys (id, campaign_id, version_id, customer_id, workflow_id, entry, state,
                                                 visit, seq, why, created_at)
                           SELECT gen_random_uuid(), c.id, c.current_version_id, who.id, who.external_id,
                                  'api:' || who.external_id, 'ended', 0, 0, '', now() - interval '10 days'
                             FROM who, campaigns c WHERE c.id = CAST(:campaign AS uuid) RETURNING customer_id)
                INSERT INTO events (id, occurred_at, customer_id, name, properties, source)
                SELECT gen_random_uuid(), now() - interval '9 days 23 hours', customer_id, 'message_opened',
                       jsonb_build_object('campaign_id', CAST(:campaign AS text)), 'test'
                  FROM j LIMIT 30
            """),
            {"campaign": campaign},
        )
    said = (await api.post("/experiments/traffic", json=question)).json()
    assert (said["customers"], said["mean"]) == (100, 0.3)
    assert round(said["daily"]) == 10
    assert round(said["variance"], 3) == round(0.3 * 0.7 * 100 / 99, 3)
