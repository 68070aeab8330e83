"""What other ways to choose the channel would have earned: against planted truths, and from the live tables."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import insert

from intelligence.model_selection import NotEnoughError
from intelligence.off_policy_evaluation import BEST, LoggedDecision, decision_of, judge_choices
from intelligence.training import TrainingJob, learn
from intelligence.training_data import CutoffHistory
from models import Campaign, CampaignVersion, Customer, Journey, JourneyStep, Message
from tests.intelligence.shop import NOW

TRUTH = {"email": 0.6, "sms": 0.2, "push": 0.4}


def decisions(size=4_000, *, believed=TRUTH):
    """Choices by a policy that likes push, whose rewards are the truth's."""
    draws = np.random.default_rng(2)
    propensities = {"email": 0.15, "sms": 0.15, "push": 0.7}
    taken = draws.choice(list(propensities), size, p=list(propensities.values()))
    return [
        LoggedDecision(number // 3, "spring", channel, propensities, believed, float(draws.uniform() < TRUTH[channel]))
        for number, channel in enumerate(taken)
    ]


@pytest.mark.parametrize("believed", [TRUTH, {"email": 0.9, "sms": 0.1, "push": 0.2}])
def test_each_policy_is_told_what_it_would_have_earned(believed):
    result = judge_choices(decisions(believed=believed))
    assert result.winner is not None
    judged = result.winner.card["campaigns"]["spring"]
    assert judged["earned"]["value"] == pytest.approx(0.4, abs=0.03)
    assert judged["explored"] == pytest.approx(0.85, abs=0.03)
    for name, truth in {BEST: 0.6, "always email": 0.6, "always sms": 0.2, "always push": 0.4}.items():
        for how in ("inverse_propensity", "doubly_robust"):
            found = judged["policies"][name][how]
            assert found["value"] == pytest.approx(truth, abs=0.07)
            assert found["low"] < truth < found["high"]


def test_an_unsubscription_costs_what_the_setting_says():
    row = SimpleNamespace(
        customer_id=1, slug="a", port="email", propensities={"email": 1.0}, answered=True, left=True,
        scores={"email": {"expected": 0.5, "cost": 0.1}},
    )  # fmt: skip
    found = decision_of(row, 10.0)
    assert found.reward == -9.0
    assert dict(found.expected) == pytest.approx({"email": 0.4})


def test_too_few_choices_are_an_answer():
    with pytest.raises(NotEnoughError, match="199 channel choices"):
        judge_choices(decisions(199))


async def test_the_live_log_is_read_as_it_was_written(database):
    campaign, version, at = uuid4(), uuid4(), NOW - timedelta(days=10)
    people = [uuid4() for _ in range(240)]
    journeys = {who: uuid4() for who in people}
    async with database.transaction() as session:
        session.add(Campaign(id=campaign, slug="spring", name="Spring", draft={}))
        await session.flush()
        session.add(CampaignVersion(id=version, campaign_id=campaign, number=1, flow={}, published_at=at))
        await session.execute(insert(Customer), [{"id": who, "external_id": str(who)} for who in people])
        await session.execute(
            insert(Journey),
            [
                {"id": id_, "campaign_id": campaign, "version_id": version, "customer_id": who, "workflow_id": str(id_),
                 "entry": "test"}
                for who, id_ in journeys.items()
            ],
        )  # fmt: skip
        await session.execute(insert(JourneyStep), [_step(id_, at) for id_ in journeys.values()])
        await session.execute(
            insert(Message), [_message(who, id_, at, opened=who in people[:60]) for who, id_ in journeys.items()]
        )
    result = await learn("channel_choice", TrainingJob(CutoffHistory(database, lambda: None), NOW), None)
    assert result.winner is not None
    judged = result.winner.card["campaigns"]["spring"]
    assert (judged["decisions"], judged["earned"]["value"]) == (240, 0.25)
    with pytest.raises(NotEnoughError):  # their messages may still be answered
        await learn("channel_choice", TrainingJob(CutoffHistory(database, lambda: None), at + timedelta(days=1)), None)


def _step(journey, at):
    return {
        "journey_id": journey, "seq": 3, "node_id": "best", "kind": "channel_split", "port": "email", "why": "",
        "details": {"propensities": {"email": 0.9, "push": 0.1}, "scores": {"email": {"expected": 0.3}}},
        "entered_at": at, "left_at": at,
    }  # fmt: skip


def _message(who, journey, at, *, opened):
    return {
        "id": uuid4(), "customer_id": who, "journey_id": journey, "channel": "email", "category": "marketing",
        "state": "delivered", "sent_at": at, "reserved_at": at, "opened_at": at if opened else None,
    }  # fmt: skip
