"""Exploring: how often, among what, and that its probabilities are those it acts by."""

from collections import Counter

import pytest

from domain.channel_selection import EngagementCount, Expected, choose_channel
from domain.thompson_sampling import BetaPosterior, explore
from domain.vocabulary import Channel

KNOWN = {"email": BetaPosterior(0.30, 500), "push": BetaPosterior(0.10, 500)}
UNKNOWN = {"email": BetaPosterior(0.30, 500), "push": BetaPosterior(0.25, 3)}


def taken(beliefs, share, times=2_000):
    return Counter(explore(beliefs, "email", share=share, seed=str(turn)).taken for turn in range(times))


def test_without_a_share_the_best_is_taken():
    found = explore(UNKNOWN, "email", share=0.0, seed="x")
    assert (found.taken, found.propensities, found.tried) == ("email", {"email": 1.0, "push": 0.0}, False)


def test_what_is_well_known_is_hardly_tried_and_what_is_not_often():
    assert taken(KNOWN, 0.5)["push"] == 0
    assert taken(UNKNOWN, 0.5)["push"] > 200


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_it_acts_by_the_probabilities_that_it_says(share):
    said = explore(UNKNOWN, "email", share=share, seed="said").propensities
    assert sum(said.values()) == pytest.approx(1.0)
    assert taken(UNKNOWN, share)["push"] / 2_000 == pytest.approx(said["push"], abs=0.04)


def test_a_repeat_takes_the_same():
    assert explore(UNKNOWN, "email", share=1.0, seed="7") == explore(UNKNOWN, "email", share=1.0, seed="7")


def test_what_was_taken_was_possible():
    for turn in range(500):
        found = explore(UNKNOWN, "email", share=0.3, seed=str(turn))
        assert found.propensities[found.taken] > 0


def choose(expected, **others):
    channels = [Channel.EMAIL, Channel.PUSH]
    return choose_channel(
        reachable=channels,
        own={Channel.EMAIL: EngagementCount(10, 9)},
        population={},
        order=channels,
        expected=expected,
        **others,
    )


def test_a_model_takes_the_record_s_place_and_says_so():
    choice = choose({Channel.EMAIL: Expected(0.1, 10, 9, by="model"), Channel.PUSH: Expected(0.5, by="model")})
    assert choice.channel is Channel.PUSH
    assert choice.scores["push"] == {"expected": 0.5, "sent": 0, "answered": 0, "by": "model", "cost": 0.0}


def test_what_unsubscribing_costs_is_taken_off():
    choice = choose({Channel.EMAIL: Expected(0.5, cost=0.3, by="model"), Channel.PUSH: Expected(0.4, by="model")})
    assert choice.channel is Channel.PUSH
    assert "less 30% for unsubscribing" in str(choice.why)


def test_a_choice_that_explores_says_so_with_its_probabilities():
    expected = {Channel.EMAIL: Expected(0.5, weight=5), Channel.PUSH: Expected(0.45, weight=5)}
    choices = [choose(expected, share=1.0, seed=str(turn)) for turn in range(50)]
    tried = [choice for choice in choices if choice.explored]
    assert tried
    assert all("tried to learn" in str(choice.why) and choice.channel is Channel.PUSH for choice in tried)
    assert all(sum(choice.propensities.values()) == pytest.approx(1, abs=0.001) for choice in choices)
