"""Experiments in journeys: arms are kept, looks decide, crashes neither repeat nor skip a step."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from temporalio.testing import ActivityEnvironment

from activities.experiments import ExperimentActivities, recomputed
from domain.experiments import (
    Allocation,
    ExclusionSlice,
    ExperimentArm,
    ExperimentPlan,
    ExperimentState,
    arm_index,
    split_salt,
    thresholds,
)
from domain.ids import hashed_share
from models import Experiment, ExperimentDecision
from store.customers import merges
from store.experiments import experiments
from store.experiments.assignments import IN_SQL
from store.experiments.outcomes import ArmSums
from tests.activities.walker import Walker
from tests.journey_driver import END, ENTRY, SetClock, World, flow
from workflows.contracts import ExperimentInput

ARMS = [ExperimentArm(id="a", weight=1), ExperimentArm(id="b", weight=1), ExperimentArm(id="c", weight=2)]
PLAN = ExperimentPlan.model_validate(
    {
        "hypothesis": "B is opened more often",
        "control": "a",
        "primary": {"event": "message_opened"},
        "guardrails": [{"event": "message_unsubscribed", "better": "less"}],
        "planned_customers": 2000,
        "win": "any_look",
        "look_hours": 1,
        "ramp_hours": 1,
    }
)
SPLIT = {
    "id": "split",
    "type": "random_split",
    "data": {"arms": [{"id": arm.id, "weight": arm.weight} for arm in ARMS]},
}
DRAWN = flow(ENTRY, SPLIT, END, edges=[])

PEOPLE = """SELECT array_agg(CAST(md5(CAST(n AS text)) AS uuid) ORDER BY n)
              FROM generate_series(1, 1000000) AS n"""


def drawn(weights=(1, 1, 2)):
    node = {**SPLIT, "data": {"arms": [{"id": n, "weight": w} for n, w in zip("abc", weights, strict=True)]}}
    edges = [{"id": "e0", "source": ENTRY["id"], "target": "split"}]
    edges += [{"id": f"e{n}", "source": "split", "sourceHandle": n, "target": END["id"]} for n in "abc"]
    return type(DRAWN).model_validate({"nodes": [ENTRY, node, END], "edges": edges})


async def running(world: World, campaign: UUID, **changes) -> UUID:
    """An experiment on the campaign's split, under way."""
    made = uuid4()
    values: dict[str, Any] = {
        "id": made,
        "campaign_id": campaign,
        "node_id": "split",
        "name": "Subjects",
        "state": "running",
    }
    values |= {"plan": PLAN.model_dump(mode="json"), "arms": [arm.model_dump(mode="json") for arm in ARMS]}
    now = datetime.now(UTC) - timedelta(days=1)
    async with world.database.transaction() as session:
        row = Experiment(**(values | {"started_at": now, "stepped_at": now, "created_at": now, "step": 1} | changes))
        session.add(row)
        await session.flush()
        await experiments.add_decision(session, ExperimentDecision(experiment_id=made, step=1, kind="started", at=now))
    return made


async def comes(world: World, campaign: UUID, who: UUID) -> str:
    """A customer walks through; the arm they came to."""
    journey = await world.journey(campaign, who, f"event:{uuid4()}")
    await Walker(world, journey, SetClock(datetime.now(UTC))).go()
    [step] = [step for step in await world.steps(journey) if step.node_id == "split"]
    return step.port or ""


async def expose(world: World, experiment: UUID, campaign: UUID, arm: str, n: int, **events: int) -> None:
    """Customers of an arm, so many of whom have an event of that name."""
    at = datetime.now(UTC) - timedelta(hours=2)
    async with world.database.transaction() as session:
        who = (
            await session.scalars(
                text("""
                    WITH who AS (INSERT INTO customers (id, external_id)
                                 SELECT gen_random_uuid(), 'x-' || gen_random_uuid() FROM generate_series(1, :n)
                                 RETURNING id)
                    INSERT INTO experiment_assignments
                           (experiment_id, customer_id, arm, counted, crossed, assigned_at, exposed_at)
                    SELECT :e, id, :arm, true, false, :at, :at FROM who RETURNING customer_id
                """),
                {"n": n, "e": experiment, "arm": arm, "at": at},
            )
        ).all()
        for name, count in events.items():
            await session.execute(
                text("""
                    INSERT INTO events (id, occurred_at, customer_id, name, properties, source)
                    SELECT gen_random_uuid(), CAST(:at AS timestamptz) + interval '1 minute', id, :name,
                           jsonb_build_object('campaign_id', CAST(:campaign AS text)), 'test'
                      FROM unnest(CAST(:who AS uuid[])) AS id
                """),
                {"at": at, "name": f"message_{name}", "campaign": str(campaign), "who": list(who[:count])},
            )


async def look(world: World, experiment: UUID, *, later: float = 0.0):
    """Look, so many hours from now."""
    world.services.clock = SetClock(datetime.now(UTC) + timedelta(hours=later))
    return await ActivityEnvironment().run(
        ExperimentActivities(world.services).look, ExperimentInput(experiment_id=experiment)
    )


async def row_of(world: World, experiment: UUID) -> tuple[Experiment, list[ExperimentDecision]]:
    async with world.database.transaction() as session:
        return await experiments.require(session, experiment), list(await experiments.decisions(session, experiment))


async def test_a_million_customers_come_to_the_same_arm_in_sql_and_python(database):
    salt, begins = split_salt(UUID(int=7), "split"), thresholds([3, 1, 0.37, 2])
    query = f"""
        SELECT array_agg({IN_SQL.format(customer="id")} ORDER BY n)
          FROM (SELECT n, CAST(md5(CAST(n AS text)) AS uuid) AS id FROM generate_series(1, 1000000) AS n) AS who"""
    async with database.transaction() as session:
        theirs = await session.scalar(text(query), {"salt": salt, "begins": begins})
        ids = await session.scalar(text(PEOPLE))
    assert [arm_index(salt, who, begins) for who in ids] == theirs
    shares = Counter(theirs)
    assert abs(shares[0] / 1e6 - 3 / 6.37) < 0.002


async def test_setting_up_an_experiment_moves_nobody(world):
    campaign = await world.campaign(drawn())
    people = [await world.customer(f"c-{n}") for n in range(40)]
    before = [await comes(world, campaign, who) for who in people]
    await running(world, campaign)
    assert [await comes(world, campaign, who) for who in people] == before
    share = hashed_share("split", str(campaign), "split", str(people[0]))
    assert before[0] == ("a" if share < 0.25 else "b" if share < 0.5 else "c")


async def test_an_arm_is_kept_through_re_entry_and_changed_weights(world):
    campaign = await world.campaign(drawn())
    experiment = await running(world, campaign)
    people = [await world.customer(f"c-{n}") for n in range(30)]
    before = [await comes(world, campaign, who) for who in people]
    await world.publish(campaign, drawn((1, 100, 1)))
    assert [await comes(world, campaign, who) for who in people] == before
    async with world.database.transaction() as session:
        rows = (await session.execute(text("SELECT arm, exposed_at, counted FROM experiment_assignments"))).all()
    assert len(rows) == len(people)
    assert all(row.exposed_at is not None and row.counted for row in rows)
    assert (await row_of(world, experiment))[0].state == "running"


async def test_of_two_customers_who_become_one_the_earlier_arm_stays(world):
    campaign = await world.campaign(drawn())
    experiment = await running(world, campaign)
    early, late = await world.customer("early"), await world.customer("late")
    async with world.database.transaction() as session:
        for who, arm, hours in ((early, "b", 3), (late, "a", 1)):
            await session.execute(
                text("""INSERT INTO experiment_assignments
                               (experiment_id, customer_id, arm, counted, crossed, assigned_at, exposed_at)
                        VALUES (:e, :who, :arm, true, false, :at, :at)"""),
                {"e": experiment, "who": who, "arm": arm, "at": datetime.now(UTC) - timedelta(hours=hours)},
            )
        await merges.move_references(session, early, late)
    async with world.database.transaction() as session:
        [row] = (await session.execute(text("SELECT customer_id, arm, crossed FROM experiment_assignments"))).all()
    assert (row.customer_id, row.arm, row.crossed) == (late, "b", True)
    assert await comes(world, campaign, late) == "b"


async def test_a_winner_is_rolled_out_step_by_step(world):
    campaign = await world.campaign(drawn())
    experiment = await running(world, campaign)
    for arm, n, opened in (("a", 500, 100), ("b", 500, 220), ("c", 1000, 200)):
        await expose(world, experiment, campaign, arm, n, opened=opened)
    kinds = []
    for hour in range(8):
        result = await look(world, experiment, later=hour * 1.01)
        kinds.append(((await row_of(world, experiment))[1])[-1].kind)
        if result.done:
            break
    row, steps = await row_of(world, experiment)
    assert [step.kind for step in steps] == ["started", "winner_found", "ramped", "ramped", "ramped", "ramped"]
    assert [step.ramp for step in steps][2:] == [0.05, 0.25, 0.5, 1.0]
    assert [step.step for step in steps] == list(range(1, 7))
    assert (row.state, row.winner) == ("decided", "b")
    who = await world.customer("new")
    assert await comes(world, campaign, who) == "b"
    # each step can be recomputed from what was kept with it
    async with world.database.transaction() as session:
        looks = {each.number: each for each in await experiments.looks(session, experiment)}
    for step in steps[1:]:
        kept = looks[step.look or 0].readout
        again = recomputed(row, [ArmSums(**each) for each in kept["sums"]], kept["sample_ratio_p"])
        assert [vars(effect) for effect in again.effects] == kept["effects"]


async def test_nothing_is_due_between_looks(world):
    campaign = await world.campaign(drawn())
    experiment = await running(world, campaign)
    for _ in range(3):
        await look(world, experiment)
    assert (await row_of(world, experiment))[0].looks == 1


async def test_a_guardrails_event_is_looked_at_at_once_and_rolls_back(world):
    campaign = await world.campaign(drawn())
    experiment = await running(world, campaign)
    for arm in "abc":
        await expose(world, experiment, campaign, arm, 500, opened=100)
    await look(world, experiment, later=-0.01)
    await expose(world, experiment, campaign, "b", 300, unsubscribed=90)
    result = await look(world, experiment)
    row, steps = await row_of(world, experiment)
    assert result.done
    assert row.state == "rolled_back"
    assert (steps[-1].kind, steps[-1].arm, steps[-1].reason) == ("rolled_back", "b", "message_unsubscribed")
    assert await comes(world, campaign, await world.customer("new")) == "a"


async def test_a_losing_arm_gets_nobody_any_more(world):
    campaign = await world.campaign(drawn())
    experiment = await running(world, campaign)
    for arm, n, opened in (("a", 500, 200), ("b", 500, 60), ("c", 1000, 400)):
        await expose(world, experiment, campaign, arm, n, opened=opened)
    await look(world, experiment)
    row, _ = await row_of(world, experiment)
    assert (row.state, list(row.retired)) == ("running", ["b"])
    arms = {await comes(world, campaign, await world.customer(f"n-{n}")) for n in range(25)}
    assert arms == {"a", "c"}


async def test_wrong_shares_win_nothing(world):
    campaign = await world.campaign(drawn())
    experiment = await running(world, campaign)
    for arm, n, opened in (("a", 2000, 400), ("b", 500, 250), ("c", 1000, 200)):
        await expose(world, experiment, campaign, arm, n, opened=opened)
    await look(world, experiment)
    row, steps = await row_of(world, experiment)
    assert row.state == "running"
    assert [step.kind for step in steps] == ["started"]


class Killed(Exception):
    """The process is gone."""


@pytest.mark.parametrize("after", ["before the step is kept", "after the step is kept", "after the commit"])
async def test_a_kill_at_any_instant_neither_repeats_nor_skips_a_step(world, monkeypatch, after):
    campaign = await world.campaign(drawn())
    experiment = await running(world, campaign)
    for arm, n, opened in (("a", 500, 100), ("b", 500, 220), ("c", 1000, 200)):
        await expose(world, experiment, campaign, arm, n, opened=opened)
    keep = experiments.add_decision

    async def dies(session, decision):
        if after == "after the step is kept":
            await keep(session, decision)
        raise Killed

    hour = 0.0
    for _ in range(20):
        if after != "after the commit":
            monkeypatch.setattr(experiments, "add_decision", dies)
            with pytest.raises(Killed):
                await look(world, experiment, later=hour)
            monkeypatch.setattr(experiments, "add_decision", keep)
        await look(world, experiment, later=hour)
        if (await look(world, experiment, later=hour)).done:  # the answer was lost: it is asked again
            break
        hour += 1.01
    _, steps = await row_of(world, experiment)
    assert [step.kind for step in steps] == ["started", "winner_found", *["ramped"] * 4]
    assert [step.ramp for step in steps][2:] == [0.05, 0.25, 0.5, 1.0]


def test_slices_and_rollbacks_decide_before_the_arms():
    part = ExclusionSlice(group="spring", start=0.0, end=0.5)
    whole = Allocation("split:x:y", ARMS, "a", ExperimentState.RUNNING, slice=part)
    people = [uuid4() for _ in range(400)]
    counted = [whole.assign(who) for who in people]
    assert 130 < sum(1 for _, counts in counted if counts) < 270
    assert {arm for arm, counts in counted if not counts} == {"a"}
    back = Allocation("split:x:y", ARMS, "a", ExperimentState.ROLLED_BACK, winner="b", ramp=1.0)
    assert {back.assign(who) for who in people} == {("a", False)}
    ramps = [Allocation("s", ARMS, "a", ExperimentState.RAMPING, winner="b", ramp=share) for share in (0.05, 0.5)]
    given = [{who for who in people if ramp.assign(who) == ("b", False)} for ramp in ramps]
    assert given[0] < given[1]
