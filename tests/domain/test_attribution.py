"""Credit adds up exactly, by every model; Markov and Shapley as by brute force."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.reports.attribution import AttributionModel, Path, Touch, attribute, removal_effects, shapley_values
from evaluation import attribution_reference

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
touches = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 500)), max_size=5)


@st.composite
def path(draw) -> Path:
    found = sorted(draw(touches), key=lambda pair: pair[1])
    converted = draw(st.booleans())
    value = Decimal(draw(st.integers(0, 100_000))) / 100
    return Path(
        tuple(Touch(player, NOON + timedelta(hours=hour)) for player, hour in found),
        NOON + timedelta(hours=501) if converted else None,
        value if converted else Decimal(0),
    )


paths = st.lists(path(), max_size=25)


@pytest.mark.parametrize("model", list(AttributionModel))
@settings(max_examples=50, deadline=None)
@given(given_paths=paths)
def test_credit_adds_up_to_the_cent(model, given_paths):
    found = attribute(given_paths, model)
    won = [each for each in given_paths if each.converted_at and each.touches]
    assert sum(credit.conversions for credit in found.values()) == len(won)
    assert sum(credit.revenue for credit in found.values()) == sum(each.value for each in won)


@settings(max_examples=50, deadline=None)
@given(given_paths=paths)
def test_markov_and_shapley_by_brute_force(given_paths):
    assert shapley_values(given_paths) == pytest.approx(attribution_reference.shapley(given_paths), abs=1e-9)
    assert removal_effects(given_paths) == pytest.approx(attribution_reference.removal_effects(given_paths), abs=1e-6)


def test_the_simple_ones_on_three_touches():
    row = Path(
        tuple(Touch(player, NOON + timedelta(days=day)) for player, day in (("a", 0), ("b", 7), ("c", 14))),
        NOON + timedelta(days=14),
        Decimal("7.00"),
    )
    shares = {
        "first": ("7", "0", "0"),
        "last": ("0", "0", "7"),
        "linear": ("2.333333", "2.333333", "2.333334"),
        "position": ("2.8", "1.4", "2.8"),
        "time_decay": ("1", "2", "4"),
    }
    for model, wanted in shares.items():
        found = attribute([row], AttributionModel(model))
        assert [found[player].revenue for player in "abc"] == [Decimal(share) for share in wanted], model


def test_more_players_than_sets_can_be_looked_at():
    rows = [Path((Touch(f"p{number:02}", NOON),), NOON + timedelta(days=1), Decimal(1)) for number in range(40)]
    found = attribute(rows, AttributionModel.SHAPLEY)
    assert sum(credit.revenue for credit in found.values()) == 40
