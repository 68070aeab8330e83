"""The crowd with secrets of `make learn`, and what its report calls a failure."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.flow import Flow
from domain.holdouts import holdout_of
from providers.sandbox.recipient_model import draw
from providers.sandbox.types import DeliveryOutcome, ReceivedMessage
from stack.simulation.flow import SPLIT, campaign
from stack.simulation.population import CHANNELS, HOURS, behaviour, crowd, effect, past
from stack.simulation.report import LearningReport, RunFound, UpliftFound

MEMBERS = crowd(900)
NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)


def test_the_crowds_secrets_are_spread_evenly_and_stay_the_same():
    for secrets, of in (
        (Counter(each.channel for each in MEMBERS), CHANNELS),
        (Counter(each.hour for each in MEMBERS), HOURS),
    ):
        assert set(secrets) == set(of)
        assert min(secrets.values()) > 240
    assert [each.channel for each in crowd(20)] == [each.channel for each in MEMBERS[:20]]
    assert [each.channel for each in crowd(20, seed=1)] != [each.channel for each in MEMBERS[:20]]
    assert len({each.phone for each in MEMBERS}) == 900


def test_people_answer_their_own_channel_and_hardly_another():
    opened: Counter[bool] = Counter()
    for member in MEMBERS[:300]:
        for channel in CHANNELS:
            arrival = ReceivedMessage("x", channel, "a", f"{member.id}-{channel}", customer=member.id)
            fates = [planned.fate for planned in draw(behaviour(), arrival, 0, 1)]
            opened[channel == member.channel] += DeliveryOutcome.OPENED in fates
    assert opened[True] > 0.8 * 300
    assert opened[False] < 0.15 * 600


def test_orders_follow_the_planted_effect():
    for kind in (None, "browser", "buyer"):
        some = [each for each in MEMBERS if kind in (None, each.kind)]
        with_it, without = (sum(each.orders(contacted=arm) for each in some) / len(some) for arm in (True, False))
        assert with_it - without == pytest.approx(effect(MEMBERS, kind), abs=0.06)


def test_the_past_lies_before_now_and_shows_the_hour():
    calls = [call for member in MEMBERS[:50] for call in past(member, NOW, timedelta(seconds=20))]
    assert all(datetime.fromisoformat(call["timestamp"]) < NOW for call in calls)
    visits = [call for call in calls if call["event"] == "Signed In" and call["userId"] == MEMBERS[0].id]
    own = sum(datetime.fromisoformat(call["timestamp"]).hour == MEMBERS[0].hour for call in visits)
    assert own > len(visits) / 2


def test_the_campaign_holds_somebody_out():
    flow = Flow.model_validate(campaign()["flow"])
    found = holdout_of(flow)
    assert found is not None
    assert (found.node_id, found.event) == (SPLIT, "Order Completed")


GOOD = LearningReport(
    900,
    20.0,
    1 / 3,
    [RunFound(1, 600, 0.33, 0.34, 0.0), RunFound(2, 600, 0.9, 1.0, 0.5)],
    UpliftFound(0.1, 0.11, 0.12, 0.05, 0.19, True, "the ranking holds", {
        "browser": {"planted": 0.4, "found": 0.2}, "buyer": {"planted": -0.2, "found": -0.1},
    }),
)  # fmt: skip


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (GOOD, None),
        (replace(GOOD, runs=GOOD.runs[:1]), "not over 80%"),
        (replace(GOOD, uplift=replace(GOOD.uplift, planted=0.3)), "misses the planted effect"),
        (replace(GOOD, uplift=replace(GOOD.uplift, usable=False)), "was not found"),
        (
            replace(GOOD, uplift=replace(GOOD.uplift, by_kind={
                "browser": {"planted": 0.4, "found": -0.2}, "buyer": {"planted": -0.2, "found": 0.1},
            })),
            "not given the higher scores",
        ),
    ],
)  # fmt: skip
def test_what_is_hidden_and_not_found_is_a_problem(report, said):
    problems = report.problems()
    assert problems == [] if said is None else len(problems) == 1 and said in problems[0]
    assert report.as_json()["problems"] == problems
