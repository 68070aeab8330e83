"""Funnels in SQL give the answers of trying every chain, in random worlds."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.comparisons import Operator, PropertyTest
from domain.conditions import AttributeIs
from domain.matching import passes
from domain.reports.funnel import EventStep, Funnel, FunnelOrder, FunnelPeriod, NodeStep
from evaluation.funnel_reference import Happened, depth
from models import Campaign, CampaignVersion, Customer, Event, Journey, JourneyStep
from store.conditions.scope import Scope
from store.reports import funnels

START = datetime(2026, 5, 4, tzinfo=UTC)
NAMES = ["A", "B", "C"]
SCOPE = Scope(now=START + timedelta(days=3))
CAMPAIGN = uuid4()

events = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([*NAMES, "X", "n1", "n2"]), st.integers(-3, 20), st.integers(0, 2)),
    max_size=30,
)
where = st.sampled_from([[], [PropertyTest(property="v", op=Operator.GTE, value=1)]])
within = st.sampled_from([None, 1, 3, 10])


@st.composite
def asked(draw) -> Funnel:
    order = draw(st.sampled_from(list(FunnelOrder)))
    kinds = draw(st.lists(st.sampled_from([*NAMES, "n1", "n2"]), min_size=2, max_size=4))
    steps: list[EventStep | NodeStep] = []
    for kind in kinds:
        span = None if order is FunnelOrder.ANY else draw(within)
        if kind.startswith("n"):
            steps.append(NodeStep(campaign_id=CAMPAIGN, node_id=kind, within_seconds=span))
        else:
            steps.append(EventStep(event=kind, where=draw(where), within_seconds=span))
    if order is FunnelOrder.ANY:
        steps = [step for place, step in enumerate(steps) if step not in steps[:place]]
        steps = steps if len(steps) > 1 else [EventStep(event="A"), EventStep(event="B")]
    without = draw(st.sampled_from([[], [EventStep(event="X")], [EventStep(event="C", where=draw(where))]]))
    return Funnel(steps=steps, order=order, window_seconds=draw(st.sampled_from([2, 5, 15])), without=without)


def counts(step, name: str, properties: dict) -> bool:
    if isinstance(step, NodeStep):
        return step.node_id == name
    return step.event == name and passes(step.where, properties)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(happened=events, funnel=asked())
async def test_random_funnels(shared_database, happened, funnel):
    period = FunnelPeriod(since=START, until=START + timedelta(seconds=12))
    people = [Customer(id=uuid4(), country="IT" if place % 2 else "FR") for place in range(4)]
    version = uuid4()
    async with shared_database.transaction() as session:
        session.add(Campaign(id=CAMPAIGN, slug=uuid4().hex, name="any", draft={}))
        await session.flush()
        session.add(CampaignVersion(id=version, campaign_id=CAMPAIGN, number=1, flow={}))
        session.add_all(people)
        await session.flush()
        things: dict[UUID, list[Happened]] = {person.id: [] for person in people}
        journeys = [
            Journey(
                id=uuid4(), campaign_id=CAMPAIGN, version_id=version, customer_id=person.id,
                workflow_id=uuid4().hex, entry="api:1",
            )
            for person in people
        ]  # fmt: skip
        session.add_all(journeys)
        await session.flush()
        for seq, (who, name, second, value) in enumerate(happened):
            at, person = START + timedelta(seconds=second), people[who]
            properties, event_id = {"v": value}, uuid4()
            if name.startswith("n"):
                session.add(JourneyStep(journey_id=journeys[who].id, seq=seq, node_id=name, kind="wait", entered_at=at))
                properties = {}
            else:
                session.add(
                    Event(
                        id=event_id, occurred_at=at, customer_id=person.id, name=name, properties=properties, source="t"
                    )
                )
            steps = frozenset(place for place, step in enumerate(funnel.steps) if counts(step, name, properties))
            breaks = any(counts(step, name, properties) for step in funnel.without)
            things[person.id].append(Happened(round(at.timestamp() * 1e6), str(event_id), steps, breaks))
        await session.flush()
        if funnel.order is FunnelOrder.STRICT and _ties(things):
            await session.rollback()
            return
        depths = {person.id: depth(funnel, period, things[person.id]) for person in people}
        found = await funnels.answer(session, funnel, period, SCOPE)
        expected = [sum(reached > place for reached in depths.values()) for place in range(len(funnel.steps))]
        assert [step.reached for step in found.whole] == expected
        for place in range(len(funnel.steps)):
            who = await funnels.stopped(session, funnel, period, SCOPE, step=place)
            assert {each.id for each in who} == {key for key, reached in depths.items() if reached == place + 1}
        broken_down = await funnels.answer(session, funnel.model_copy(update={"breakdown": "country"}), period, SCOPE)
        assert broken_down.whole == found.whole
        for group in broken_down.groups:
            theirs = [depths[person.id] for person in people if person.country == group.value]
            assert [step.reached for step in group.steps] == [
                sum(reached > place for reached in theirs) for place in range(len(funnel.steps))
            ]
        only = funnel.model_copy(update={"filter": AttributeIs(name="country", op=Operator.EQ, value="IT")})
        italy = await funnels.answer(session, only, period, SCOPE)
        theirs = [depths[person.id] for person in people if person.country == "IT"]
        assert italy.whole[0].reached == sum(reached > 0 for reached in theirs)
        await session.rollback()


def _ties(things: dict[UUID, list[Happened]]) -> bool:
    """Nodes have ids that only the database knows: things of one instant and step would be taken in another order."""
    keys = [(who, each.at, min(each.steps)) for who, them in things.items() for each in them if each.steps]
    return len(keys) != len(set(keys))


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": [{"event": "A"}]},
        {"order": "any", "steps": [{"event": "A"}, {"event": "A"}]},
        {"order": "any", "steps": [{"event": "A"}, {"event": "B", "within_seconds": 5}]},
        {"steps": [{"event": "*"}, {"event": "B"}]},
        {"steps": [{"event": "A"}, {"event": "B"}], "breakdown": "email"},
        {"steps": [{"event": "A"}, {"event": "B"}], "window_seconds": 0},
    ],
)
def test_what_cannot_be_asked(wrong):
    steps = [{"kind": "event", **step} for step in wrong.pop("steps")]
    with pytest.raises(ValidationError):
        Funnel.model_validate({"steps": steps, **wrong})
