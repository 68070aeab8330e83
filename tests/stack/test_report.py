"""The report's arithmetic: what counts as lost, and which invariants speak up."""

import dataclasses

import pytest

from stack.observe import LedgerIds, MessageCounts, Snapshot
from stack.report import DemoReport, Histories, broken_invariants, count_lost

REPORT = DemoReport(
    audience=3,
    journeys_started=2,
    journeys_ended=2,
    messages_ledger=4,
    messages_accepted=4,
    duplicates=0,
    lost=0,
    delivered=4,
    opened=2,
    clicked=1,
    purchases=1,
    by_channel={"push": 4},
    by_exit={"completed": 2},
    history_events=26,
    history_bytes=4500,
)
SNAPSHOT = Snapshot(run_state="finished", audience=3, refused=1, journeys=2, ended=2)
HISTORIES = Histories(count=2)


@pytest.mark.parametrize(
    ("taken", "unknown", "inbox", "lost"),
    [
        ("ab", "", "ab", 0),
        ("ab", "", "a", 1),
        ("a", "", "ab", 1),
        ("a", "b", "ab", 0),
        ("a", "b", "a", 0),
        ("ab", "c", "cd", 3),
        ("", "", "", 0),
    ],
)
def test_what_is_lost(taken, unknown, inbox, lost):
    assert count_lost(LedgerIds(frozenset(taken), frozenset(unknown)), set(inbox)) == lost


def test_a_sound_run_breaks_nothing():
    assert broken_invariants(REPORT, SNAPSHOT, HISTORIES) == []


@pytest.mark.parametrize(
    ("report", "snapshot", "histories", "words"),
    [
        ({"audience": 0, "journeys_started": 0, "journeys_ended": 0}, {"refused": 0}, {"count": 0}, "is empty"),
        ({"audience": 4}, {}, {}, "4 in the audience"),
        ({"journeys_ended": 1}, {}, {}, "1 journeys never ended"),
        ({"duplicates": 1}, {}, {}, "1 messages were sent twice"),
        ({"lost": 2}, {}, {}, "2 messages are in the ledger or in the inbox alone"),
        ({}, {"outbox": 1}, {}, "1 wake-ups"),
        ({}, {"channels": {"sms": MessageCounts(in_hand=1)}}, {}, "1 messages are still reserved"),
        ({}, {}, {"unfinished": 1}, "1 workflows did not complete"),
        ({}, {}, {"count": 1}, "1 workflows for 2 journeys"),
    ],
)
def test_each_invariant_speaks_up_alone(report, snapshot, histories, words):
    broken = broken_invariants(
        dataclasses.replace(REPORT, **report),
        dataclasses.replace(SNAPSHOT, **snapshot),
        dataclasses.replace(HISTORIES, **histories),
    )
    assert len(broken) == 1
    assert words in broken[0]
