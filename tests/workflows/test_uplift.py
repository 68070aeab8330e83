"""Uplift, whole: real Postgres, real Temporal, a campaign with a holdout whose effect was planted, or has none."""

from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import insert
from sqlmodel import col, select

from domain.flow import Flow
from domain.holdouts import score_name
from domain.i18n import sentence
from domain.vocabulary import ModelState
from intelligence.uplift_training import NOTHING_USABLE
from models import Campaign, CampaignVersion, Customer, Journey, JourneyStep, Model, Score, Segment, TrainingRun
from store.conditions.scope import Scope
from store.events.events import NewEvent, insert_events
from store.intelligence import training_runs
from store.segments.segments import count
from tests.intelligence.shop import NOW
from tests.workflows.test_intelligence import one, run, saved_condition, score, train

__all__ = ["run"]
CUSTOMERS = 900
ENTERED = NOW - timedelta(days=20)
FLOW = Flow.model_validate(
    {
        "nodes": [
            {"id": "in", "type": "entry", "data": {"trigger": {"kind": "api"}}},
            {
                "id": "split",
                "type": "random_split",
                "data": {"arms": [{"id": "a", "weight": 1}, {"id": "held", "weight": 1, "holdout": True}]},
            },
            {"id": "end", "type": "end", "data": {}},
        ],
        "edges": [],
    }
)


async def plant(session, effect) -> tuple[UUID, dict[UUID, bool]]:
    """Half are contacted. Those who looked around lately are moved by `effect[0]`, the others by `effect[1]`."""
    draws = np.random.default_rng(11)
    campaign, version = uuid4(), uuid4()
    session.add(Campaign(id=campaign, slug="spring", name="Spring", draft={}))
    await session.flush()
    flow = FLOW.model_dump(mode="json", by_alias=True)
    session.add(CampaignVersion(id=version, campaign_id=campaign, number=1, flow=flow, published_at=ENTERED))
    # drawn with the rest: by the rule one planted nothing in forty is taken for something, and ids decide on the folds
    people = [UUID(bytes=draws.bytes(16), version=4) for _ in range(CUSTOMERS)]
    browsers = {who: bool(draws.integers(0, 2)) for who in people}
    await session.execute(insert(Customer), [{"id": who, "external_id": str(who)} for who in browsers])
    journeys, steps, events = [], [], []
    for who, browses in browsers.items():
        held, journey = bool(draws.integers(0, 2)), uuid4()
        journeys.append(_journey(journey, campaign, version, who))
        steps.append(_step(journey, held))
        events += [_event(who, ENTERED - timedelta(days=int(each)), "Signed In") for each in draws.integers(1, 60, 3)]
        if browses:
            events += [_event(who, ENTERED - timedelta(days=int(each)), "Product Viewed") for each in (2, 5, 9)]
        if draws.uniform() < 0.3 + (0 if held else effect[0 if browses else 1]):
            events.append(_event(who, ENTERED + timedelta(days=3), "Order Completed"))
    await session.execute(insert(Journey), journeys)
    await session.execute(insert(JourneyStep), steps)
    await insert_events(session, events)
    return campaign, browsers


def _journey(id_, campaign, version, who):
    return {
        "id": id_, "campaign_id": campaign, "version_id": version, "customer_id": who, "workflow_id": str(id_),
        "entry": "test", "state": "ended", "created_at": ENTERED,
    }  # fmt: skip


def _step(journey, held):
    return {
        "journey_id": journey, "seq": 2, "node_id": "split", "kind": "random_split", "port": "held" if held else "a",
        "why": "", "details": {"holdout": held}, "entered_at": ENTERED, "left_at": ENTERED,
    }  # fmt: skip


def _event(who, at, name):
    return NewEvent(uuid4(), at, who, name, {}, "test", NOW)


async def test_a_planted_effect_is_found_scored_and_made_segments(run, database):
    async with database.transaction() as session:
        campaign, browsers = await plant(session, (0.35, -0.2))
    name = score_name(campaign)
    results = await train(run, "uplift")
    assert results["uplift"].model_id, results["uplift"].words
    [model] = await one(database, select(Model).where(col(Model.name) == name))
    effect = model.card["metrics"]["effect"]
    assert effect["low"] < 0.075 < effect["high"]
    assert model.card["metrics"]["evidence"] > 4
    assert {group: found["proven"] for group, found in model.card["groups"].items()} == {
        "persuadables": True,
        "do_not_disturb": True,
    }
    await score(run, ENTERED)  # when they are as they were: what they did since is the campaign's doing
    scores = {row.customer_id: row.value for row in await one(database, select(Score).where(col(Score.name) == name))}
    moved = np.mean([scores[who] for who, browses in browsers.items() if browses])
    others = np.mean([scores[who] for who, browses in browsers.items() if not browses])
    assert moved > 0.15
    assert others < -0.05
    segments = await one(database, select(Segment).where(col(Segment.name).endswith(": Spring")))
    assert {segment.name for segment in segments} == {"Persuadables: Spring", "Do not disturb: Spring"}
    async with database.transaction() as session:
        for segment in segments:
            assert await count(session, saved_condition(segment), Scope(now=NOW)) > CUSTOMERS / 10


@pytest.mark.parametrize("effect", [(0.0, 0.0), (0.2, 0.2)])
async def test_where_all_are_moved_alike_it_says_so_and_the_model_before_steps_down(run, database, effect):
    async with database.transaction() as session:
        campaign, _ = await plant(session, effect)
        before = Model(
            id=uuid4(), name=score_name(campaign), kind="uplift", state="champion", card={}, artifact="{}",
            trained_at=ENTERED,
        )  # fmt: skip
        session.add(before)
    results = await train(run, "uplift")
    assert NOTHING_USABLE in results["uplift"].words
    rows = {row.id: row for row in await one(database, select(Model).where(col(Model.name) == score_name(campaign)))}
    assert rows.pop(before.id).state == ModelState.RETIRED
    [newest] = rows.values()
    assert (newest.state, newest.card["usable"], newest.card["groups"]) == (ModelState.CHALLENGER, False, {})
    assert await one(database, select(Segment)) == []


async def test_a_holdout_too_young_to_tell_is_an_answer(run, database):
    async with database.transaction() as session:
        await plant(session, (0.3, 0.0))
    results = await train(run, "uplift", moment=ENTERED + timedelta(days=5))
    assert "not learned: 0 customers were contacted long enough ago" in results["uplift"].words


async def test_a_campaign_that_holds_nobody_out_any_more_is_told_of_no_more(run, database):
    moment = ENTERED + timedelta(days=5)
    async with database.transaction() as session:
        campaign, _ = await plant(session, (0.3, 0.0))
        await training_runs.note(session, score_name(uuid4()), sentence("needs_holdout"), moment=ENTERED)
    await train(run, "uplift", moment=moment)
    kept = await one(database, select(TrainingRun))
    assert [(row.name, row.moment, row.said["code"]) for row in kept] == [(score_name(campaign), moment, "not_learned")]
