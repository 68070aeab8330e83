"""The demo itself, to its report; and the same with every worker killed in the middle of it."""

import os
import signal

from stack.specs import ROLES

SMALL = {"ONCE": "1", "DEMO_AUDIENCE": "40", "DEMO_DAY_SECONDS": "4", "DEMO_ORDER_DAYS": "35"}
KEYS = {
    "audience", "journeys_started", "journeys_ended", "messages_ledger", "messages_accepted", "duplicates", "lost",
    "delivered", "opened", "clicked", "purchases", "by_channel", "by_exit", "history_events", "history_bytes",
}  # fmt: skip


def check(report) -> None:
    """Every journey ended, no message was sent twice, and ledger and inbox tell the same story."""
    assert set(report) == KEYS
    assert (report["duplicates"], report["lost"]) == (0, 0)
    assert report["audience"] == report["journeys_started"] == report["journeys_ended"] == 40
    assert report["messages_ledger"] == sum(report["by_channel"].values()) > 40
    assert sum(report["by_exit"].values()) == 40
    assert 0 < report["delivered"] <= report["messages_accepted"]
    assert report["clicked"] <= report["opened"] <= report["delivered"]


def test_the_win_back_runs_to_its_end(start):
    run = start("stack.demo", **SMALL)
    assert run.wait() == 0, run.said()
    report = run.report()
    check(report)
    assert report["messages_ledger"] == report["messages_accepted"]
    assert report["history_events"] <= 34
    assert report["history_bytes"] <= 12 * 1024
    assert run.pids() == []


def test_killed_workers_cost_no_journey_and_send_nothing_twice(start):
    """What a sender had in hand when it died is `unknown`: it may be in the inbox or not, but never twice."""
    run = start("stack.demo", **SMALL)
    run.until_ready()
    for accepted in (5, 30):
        run.until(lambda least=accepted: run.sandbox_stats()["accepted"] >= least, f"{accepted} messages")
        workers = run.pids("worker-")
        assert len(workers) == len(ROLES)
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        run.until(lambda old=workers: not set(run.pids("worker-")) & set(old), "new workers")
    assert run.wait() == 0, run.said()
    check(run.report())
