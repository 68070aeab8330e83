"""`make chaos`, short: every process of the stack is killed, and nothing is lost, doubled or stuck."""

import json

import pytest

from stack.chaos.process_killer import TARGETS
from tests.e2e.runs import PATIENCE

SHORT = {
    "CHAOS_JOURNEYS": "60", "CHAOS_ROUNDS": "1", "CHAOS_PAUSE": "2", "CHAOS_DAY_SECONDS": "8", "CHAOS_SETTLE": "0",
    "CHAOS_LOST_JOURNEYS": "60", "CHAOS_LOST_DAY_SECONDS": "8",
}  # fmt: skip
KEYS = {
    "seed", "stops", "stops_by_target", "kills", "kills_by_target", "unknown_by_sigterm", "given_up",
    "audience", "journeys_started", "journeys_ended", "stuck", "messages_ledger",
    "messages_accepted", "duplicates", "lost", "unknown_before", "unknown_after", "events_accepted", "events_found",
    "problems", "namespace_lost", "held", "commit_kills", "commits_missing", "sign_ins", "joins", "erasures",
    "people_broken",
}  # fmt: skip
COMMITS = {
    "launch", "pause", "resume", "publish", "move", "track", "alias", "erase", "import", "start", "stop", "schedule",
}  # fmt: skip
"""Each of these an API was killed at, the moment that it was committed."""


@pytest.mark.timeout(900)
def test_whatever_is_killed_nothing_is_lost_doubled_or_stuck(start):
    run = start("stack.chaos", **SHORT, CHAOS_ORDER_DAYS="35")
    assert run.wait(2 * PATIENCE) == 0, run.said()
    report = json.loads((run.folder / "chaos-report.json").read_text())["chaos"]
    assert set(report) == KEYS
    assert report["kills_by_target"] == report["stops_by_target"] == dict.fromkeys(TARGETS, 1)
    assert report["unknown_by_sigterm"] == 0
    assert f"seed {report['seed']}" in run.said()
    assert (report["duplicates"], report["lost"], report["stuck"], report["problems"]) == (0, 0, 0, [])
    assert (report["held"], report["commits_missing"], report["people_broken"]) == (0, 0, 0)
    assert set(report["commit_kills"]) == COMMITS
    assert min(report["sign_ins"], report["joins"], report["erasures"]) > 0
    assert report["audience"] == 60
    left = report["audience"] - report["joins"] - report["erasures"]
    assert report["journeys_started"] == report["journeys_ended"] >= left
    assert report["messages_ledger"] == report["messages_accepted"] > left
    assert report["events_accepted"] == report["events_found"] > 20
    lost = report["namespace_lost"]
    assert lost["journeys"] == lost["ended"] == 60
    assert 0 < lost["open_when_lost"] <= 60
    assert (lost["duplicates"], lost["lost"], lost["problems"]) == (0, 0, [])
