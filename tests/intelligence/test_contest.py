"""Who makes a score: a model only where it is more right than what journeys go by without one."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from domain.vocabulary import ModelKind
from intelligence.classifier import Boosted, Slice
from intelligence.model_selection import select_model
from intelligence.targets import TARGETS

TARGET = TARGETS["open_push"]


def week(number: int, *, personal: bool, size: int = 1_500) -> Slice:
    """Customers with a few pushes behind them. Whether they open is a habit of theirs, or follows their last order."""
    draws = np.random.default_rng(number)
    recency = draws.exponential(20, size)
    habit = draws.beta(0.6, 1.0, size)
    chance = habit if personal else np.where(recency < 10, 0.8, 0.1)
    sent = draws.integers(1, 7, size)
    answered = draws.binomial(sent, chance if personal else 0.3)
    frame = pd.DataFrame(
        {
            "recency": recency,
            "sent_push": sent.astype(float),
            "answered_push": answered.astype(float),
            "answer_rate_push": answered / sent,
        }
    )
    outcome = (draws.uniform(size=size) < chance).astype(float)
    return Slice(datetime(2026, 1, 1 + number, tzinfo=UTC), frame, outcome)


def test_customers_whose_habits_are_their_own_are_left_to_their_records():
    weeks = [week(number, personal=True, size=400) for number in range(4)]
    result = select_model(TARGET, weeks, None)
    assert result.winner is None
    assert not result.retires
    assert "own records stay" in str(result.words)
    assert result.others[0].card["beside"]["record"]["log_loss"]["value"] < result.others[0].loss


def test_a_model_in_use_steps_down_for_the_records():
    weeks = [week(number, personal=True, size=400) for number in range(4)]
    used = Boosted.fit([week(number, personal=False) for number in range(10, 13)])
    assert select_model(TARGET, weeks, used).retires


def test_what_the_record_does_not_know_a_model_may_tell():
    result = select_model(TARGET, [week(number, personal=False) for number in range(4)], None)
    assert result.winner is not None
    assert result.winner.kind == ModelKind.BOOSTED
    assert result.winner.card["gained"]["record"]["low"] > 0


def test_a_plain_baseline_of_the_record_does_not_take_over_from_it():
    """Only those who answered before were asked again: whatever learns from them alone fits them, and nobody else."""
    weeks: list[Slice] = []
    for number in range(4):
        whole = week(number, personal=True)
        asked = whole.features["answer_rate_push"] > 0.4
        weeks.append(Slice(whole.moment, whole.features[asked], whole.outcome[asked.to_numpy()]))
    result = select_model(TARGET, weeks, None)
    assert result.winner is None


def test_other_questions_know_no_record():
    weeks = [week(number, personal=True) for number in range(4)]
    result = select_model(replace(TARGET, record=False), weeks, None)
    assert result.winner is not None
    assert "record" not in result.winner.card["beside"]
