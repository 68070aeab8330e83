"""The rule of re-entry, and that whoever asks gets the same answer."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.duration import Duration
from domain.entry_rejections import RejectionCode
from domain.flow.settings import Reentry
from domain.reentry import EntryRule, PastEntry, check
from tests.ingestion.factories import NOW

BEEN_BEFORE, BEEN_BEFORE_WITH = RejectionCode.BEEN_BEFORE, RejectionCode.BEEN_BEFORE_WITH
STILL_INSIDE, TOO_SOON = RejectionCode.STILL_INSIDE, RejectionCode.TOO_SOON
TRIGGER_TOO_SOON = RejectionCode.TRIGGER_TOO_SOON
OLD, RECENT = NOW - timedelta(days=9), NOW - timedelta(hours=1)
WEEK = Duration(days=7)


def code(rule: EntryRule, *past: PastEntry, key: str | None = None) -> RejectionCode | None:
    found = check(rule, past, key, now=NOW, time_scale=1.0)
    return None if found is None else found.code


@pytest.mark.parametrize(
    ("rule", "past", "key", "wanted"),
    [
        (EntryRule(Reentry(mode="never")), [], None, None),
        (EntryRule(Reentry(mode="never")), [PastEntry(None, False, OLD)], None, BEEN_BEFORE),
        (EntryRule(Reentry(mode="never"), key_property="cart_id"), [PastEntry("a", False, OLD)], "b", None),
        (EntryRule(Reentry(mode="after_exit")), [PastEntry(None, True, OLD)], None, STILL_INSIDE),
        (EntryRule(Reentry(mode="after_exit")), [PastEntry(None, False, RECENT)], None, None),
        (EntryRule(Reentry(mode="after_exit"), key_property="cart_id"), [PastEntry("a", True, OLD)], "b", None),
        (
            EntryRule(Reentry(mode="per_key"), key_property="cart_id"),
            [PastEntry("a", False, OLD)],
            "a",
            BEEN_BEFORE_WITH,
        ),
        (
            EntryRule(Reentry(mode="always", min_gap=WEEK)),
            [PastEntry(None, False, RECENT)],
            None,
            TOO_SOON,
        ),
        (EntryRule(Reentry(mode="always", min_gap=WEEK)), [PastEntry(None, False, OLD)], None, None),
        (
            EntryRule(Reentry(mode="per_key", min_gap=WEEK), key_property="cart_id"),
            [PastEntry("a", False, RECENT)],
            "b",
            None,
        ),
        (
            EntryRule(Reentry(mode="always"), WEEK, key_property="cart_id"),
            [PastEntry("a", False, RECENT)],
            "b",
            TRIGGER_TOO_SOON,
        ),
    ],
)
def test_the_rule(rule, past, key, wanted):
    assert code(rule, *past, key=key) == wanted


ENTRIES = st.lists(
    st.builds(PastEntry, st.sampled_from([None, "a", "b"]), st.booleans(), st.sampled_from([OLD, RECENT])), max_size=4
)
RULES = st.builds(
    EntryRule,
    st.builds(
        Reentry,
        mode=st.sampled_from(["never", "after_exit", "always", "per_key"]),
        min_gap=st.sampled_from([None, WEEK]),
    ),
    st.sampled_from([None, WEEK]),
    st.sampled_from([None, "cart_id"]),
)


@given(rule=RULES, past=ENTRIES, more=ENTRIES)
def test_a_longer_past_never_lets_anybody_in(rule, past, more):
    if code(rule, *past, key="a") is not None:
        assert code(rule, *past, *more, key="a") is not None
    assert code(rule, key="a") is None
