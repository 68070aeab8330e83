"""Best hours, whole: planted habits are learned from events, and a wait finds them; a broken model is no error."""

from datetime import datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import insert, text

from activities.send_time import HourlyProfileCache, best_moment
from domain.flow import UntilBestHour
from domain.send_time import DAY, HOURS, hour_of_week
from intelligence.send_time_model import Visits, learn_weeks
from intelligence.training import TrainingJob, learn
from intelligence.training_data import CutoffHistory
from models import Customer
from store.events.events import NewEvent, insert_events
from store.intelligence import activity_hours, model_registry
from tests.intelligence.shop import NOW

CUSTOMERS, VISITS, ZONE = 240, 24, "Asia/Kolkata"


async def plant(session, *, habits: bool) -> dict:
    """Customers of a half-hour zone, each with a local hour of the day that they keep to; or none."""
    draws = np.random.default_rng(5)
    hours = {uuid4(): int(draws.choice([8, 20])) for _ in range(CUSTOMERS)}
    await session.execute(insert(Customer), [{"id": who, "external_id": str(who), "timezone": ZONE} for who in hours])
    await insert_events(
        session, [_visit(who, hour, draws, habits) for who, hour in hours.items() for _ in range(VISITS)]
    )
    return hours


def _visit(who, hour, draws, habits) -> NewEvent:
    kept = hour if habits and draws.uniform() < 0.8 else int(draws.integers(0, 24))
    day = NOW.replace(hour=0) - timedelta(days=int(draws.integers(1, 110)))
    at = day + timedelta(hours=kept, minutes=int(draws.integers(0, 60))) - timedelta(hours=5, minutes=30)
    return NewEvent(uuid4(), at, who, "Product Viewed", {}, "test", NOW)


async def trained(database) -> str:
    result = await learn("hours", TrainingJob(CutoffHistory(database, lambda: None), NOW), None)
    assert result.winner is not None
    async with database.transaction() as session:
        new = model_registry.NewModel("hours", result.winner.kind, result.winner.artifact, result.winner.card)
        await model_registry.promote(session, await model_registry.keep(session, new, now=NOW), now=NOW)
    return str(result.words)


async def asked(database, who, hours: HourlyProfileCache | None = None, *, now: datetime = NOW):
    async with database.transaction() as session:
        customer = await session.get(Customer, who)
        return await best_moment(
            session, UntilBestHour(within_hours=24), await (hours or HourlyProfileCache()).get(session, now), customer,
            now=now, zone=ZONE, quiet=[],
        )  # fmt: skip


async def test_each_customers_own_hour_is_found(database):
    async with database.transaction() as session:
        hours = await plant(session, habits=True)
    assert "hours of one's own foretell better" in await trained(database)
    right = 0
    for who, hour in list(hours.items())[:40]:
        moment, week = await asked(database, who)
        assert week.by == "own"
        right += hour_of_week(moment.at, ZONE) % 24 == hour
    assert right >= 38


async def test_where_nobody_has_hours_of_their_own_it_says_so(database):
    async with database.transaction() as session:
        hours = await plant(session, habits=False)
    assert "no hours of one's own found" in await trained(database)
    _, week = await asked(database, next(iter(hours)))
    assert week.by == "everyone"
    async with database.transaction() as session:
        used = await model_registry.champion(session, "hours")
    assert used is not None
    assert used.card["personal"] is False
    assert used.card["metrics"] == used.card["beside"]["everyone"]  # what waits go by, and not what lost


async def test_much_within_an_hour_is_one_visit(database):
    who = uuid4()
    evening = NOW.replace(hour=20, minute=0) - timedelta(days=9)
    times = [evening + timedelta(minutes=each) for each in range(12)] + [evening - timedelta(days=7)]
    async with database.transaction() as session:
        await session.execute(insert(Customer), [{"id": who, "external_id": "much", "timezone": "UTC"}])
        await insert_events(session, [NewEvent(uuid4(), at, who, "Product Viewed", {}, "test", NOW) for at in times])
        [row] = await activity_hours.by_customer(session, who, who, until=NOW)
        everybody = await activity_hours.of_everybody(session, until=NOW)
    assert (row.visits, sum(everybody)) == (2, 2)
    assert row.slot == hour_of_week(evening, "UTC")


@pytest.mark.parametrize(
    ("broken", "now", "said"),
    [
        ("DELETE FROM models", NOW, "no model has been learned yet"),
        ("UPDATE models SET artifact = '{}'", NOW, "the model can't be read"),
        ("SELECT 1", NOW + timedelta(days=60), "too old to be believed"),
    ],
)
async def test_without_a_model_everybodys_hours_decide_and_the_step_says_why(database, broken, now, said):
    async with database.transaction() as session:
        hours = await plant(session, habits=True)
    await trained(database)
    async with database.transaction() as session:
        await session.execute(text(broken))
    moment, week = await asked(database, next(iter(hours)), now=now)
    assert week.by == "everyone"
    assert said in str(moment.why)


async def test_nobody_known_is_no_wait(database):
    async with database.transaction() as session:
        moment, week = await best_moment(
            session, UntilBestHour(), await HourlyProfileCache().get(session, NOW), None, now=NOW, zone="UTC", quiet=[]
        )
    assert (moment.at, moment.late, week.by) == (NOW, True, "nobody")


def test_newcomers_and_people_seen_once_spoil_nothing():
    draws = np.random.default_rng(0)
    hours = np.where(np.arange(600) % 2, 20, 8)
    before, after = np.zeros((600, HOURS)), np.zeros((600, HOURS))
    for row, hour in enumerate(hours):
        for counts, many in ((before, 20 if row < 400 else 0), (after, 6)):  # the last third is new
            np.add.at(counts[row], draws.integers(0, 7, many) * DAY + hour, 1)
    result = learn_weeks(Visits(before, after, np.full(600, -1, dtype=np.intp)))
    assert result.winner is not None
    assert result.winner.card["personal"]
    assert 0 < result.winner.card["strengths"]["week"] < 1e6
    assert np.isfinite(result.winner.card["metrics"]["log_loss"]["value"])
    once = np.zeros((600, HOURS))
    once[np.arange(600), hours] = 1
    assert learn_weeks(Visits(once, after, np.full(600, -1, dtype=np.intp))).winner is not None
