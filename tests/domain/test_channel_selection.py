import random

import pytest

from domain.channel_selection import (
    EngagementCount,
    Expected,
    PopulationTally,
    choose_channel,
    expected_rates,
    fit_prior,
    usual_rate,
)
from domain.vocabulary import Channel

EMAIL, PUSH, SMS = Channel.EMAIL, Channel.PUSH, Channel.SMS


def population(records: list[tuple[int, int]]) -> PopulationTally:
    return PopulationTally(
        customers=len(records),
        sent=sum(sent for sent, _ in records),
        answered=sum(answered for _, answered in records),
        sent_squared=sum(sent**2 for sent, _ in records),
        answered_squared_per_sent=sum(answered**2 / sent for sent, answered in records),
    )


def simulated(alpha: float, beta: float, customers: int = 4000) -> PopulationTally:
    """Customers whose habits are drawn from that Beta, sent between two and twelve messages each."""
    draw = random.Random(5)
    records = []
    for _ in range(customers):
        habit, sent = draw.betavariate(alpha, beta), draw.randint(2, 12)
        records.append((sent, sum(draw.random() < habit for _ in range(sent))))
    return population(records)


@pytest.mark.parametrize(("alpha", "beta"), [(2, 6), (1, 1), (10, 30), (0.5, 4)])
def test_the_prior_is_found_again_in_what_it_made(alpha, beta):
    mean, strength = fit_prior(simulated(alpha, beta))
    assert mean == pytest.approx(alpha / (alpha + beta), abs=0.02)
    assert strength == pytest.approx(max(alpha + beta, 2), rel=0.2)


@pytest.mark.parametrize(
    ("tally", "mean", "strength"),
    [
        (PopulationTally(), 0.2, 10),
        (population([(1, 1)] * 3), (3 + 4) / 23, 10),
        (population([(1, 0)] * 50 + [(1, 1)] * 50), 54 / 120, 10),  # nobody twice: no spread to see
        (population([(10, 3)] * 100), 304 / 1020, 200),  # all alike
        (population([(10, 0)] * 50 + [(10, 10)] * 50), 504 / 1020, 2),  # all or nothing
        (population([(5, 0)] * 20), 4 / 120, 10),
        (population([(5, 5)] * 20), 104 / 120, 10),
    ],
)
def test_the_prior_where_data_is_thin_or_extreme(tally, mean, strength):
    assert fit_prior(tally) == pytest.approx((mean, strength))


def test_a_record_moves_the_rate_from_everybodys_to_ones_own():
    everybody = {EMAIL: simulated(2, 6)}
    mean, _ = fit_prior(everybody[EMAIL], usual_rate(everybody))
    rates = [
        expected_rates([EMAIL], {EMAIL: EngagementCount(sent, sent)}, everybody)[EMAIL].rate
        for sent in (0, 1, 3, 10, 100)
    ]
    assert rates[0] == pytest.approx(mean)
    assert rates == sorted(rates)
    assert rates[1] < 0.5
    assert rates[-1] > 0.9


def choose(reachable, own=None, **more):
    everybody = {EMAIL: simulated(2, 6), PUSH: simulated(4, 6), SMS: simulated(1, 20)}
    given = {"order": [PUSH, EMAIL, SMS], "last_resort_channels": [SMS], **more}
    return choose_channel(reachable=reachable, own=own or {}, population=everybody, **given)


@pytest.mark.parametrize(
    ("reachable", "own", "channel"),
    [
        ([PUSH, EMAIL, SMS], {}, PUSH),
        ([EMAIL, SMS], {}, EMAIL),
        ([SMS], {}, SMS),
        ([], {}, None),
        ([Channel.IN_APP], {}, None),
        ([PUSH, EMAIL], {PUSH: EngagementCount(10, 0), EMAIL: EngagementCount(10, 7)}, EMAIL),
        ([PUSH, EMAIL], {EMAIL: EngagementCount(1, 1)}, PUSH),
        ([EMAIL, SMS], {SMS: EngagementCount(50, 50)}, EMAIL),
    ],
)
def test_the_channel_that_is_answered_best_among_the_reachable(reachable, own, channel):
    assert choose(reachable, own).channel == channel


def test_a_tie_goes_to_the_first_in_order():
    for order in ([PUSH, EMAIL], [EMAIL, PUSH]):
        chosen = choose_channel(reachable=[EMAIL, PUSH], own={}, population={}, order=order)
        assert chosen.channel is order[0]


def test_a_model_may_take_the_place_of_the_arithmetic():
    model = {EMAIL: Expected(0.9), PUSH: Expected(0.1)}
    assert choose([PUSH, EMAIL], expected=model).channel is EMAIL


def test_a_silent_push_is_nothing_to_answer():
    silent = [Channel.SILENT_PUSH, EMAIL]
    assert choose_channel(reachable=silent, own={}, population={}, order=silent).channel is EMAIL


def test_the_reason_has_the_figures():
    chosen = choose([PUSH, EMAIL, SMS], {PUSH: EngagementCount(4, 3)})
    rate = chosen.scores["push"]["expected"]
    assert str(chosen.why) == (
        f"push: opened 3 of 4, expected {rate:.0%}; e-mail: nothing sent yet, expected 25%; "
        "SMS: only where nothing else reaches them"
    )
    assert chosen.scores["push"] == {"expected": rate, "sent": 4, "answered": 3}
    assert str(choose([SMS]).why) == "SMS: the only way to reach them (nothing sent yet, expected 5%)"
    assert str(choose([]).why) == "cannot be reached on push, e-mail or SMS"


def test_a_channel_that_nobody_was_sent_is_expected_to_be_answered_like_the_others():
    everybody = {EMAIL: population([(10, 5)] * 40), PUSH: population([(10, 3)] * 40)}
    rates = expected_rates([EMAIL, PUSH, SMS], {}, everybody)
    assert rates[PUSH].rate < rates[SMS].rate < rates[EMAIL].rate
    assert rates[SMS].rate == pytest.approx(0.4, abs=0.01)
    known = everybody | {SMS: population([(10, 0)] * 40)}
    assert expected_rates([SMS], {}, known)[SMS].rate < 0.05
