"""Complaints of Temporal's SDK: found in every form that a process writes them in, and nothing else."""

import pytest

from stack.sdk_log import SdkLogs, complaint

REFUSED = (
    "\x1b[2m2026-11-30T16:58:50.1Z\x1b[0m \x1b[33m WARN\x1b[0m \x1b[2mtemporalio_sdk_core::worker::workflow\x1b[0m"
    "\x1b[2m:\x1b[0m Error while completing workflow activation error=status: InvalidArgument"
)
JSON = '{"event": "Failed activation", "level": "error", "logger": "temporalio.worker._workflow"}'
CONSOLE = "2026-11-30T16:58:50Z [warning  ] segment was not swept [temporalio.workflow] process=worker"


@pytest.mark.parametrize("line", [REFUSED, JSON, CONSOLE])
def test_a_complaint_is_found(line):
    assert complaint(line) is not None


@pytest.mark.parametrize(
    "line",
    [
        "",
        '{"event": "Beginning worker shutdown", "level": "info", "logger": "temporalio.worker._worker"}',
        '{"event": "Completing activity as failed", "level": "warning", "logger": "temporalio.activity"}',
        '{"event": "no provider for temporalio", "level": "warning", "logger": "providers"}',
        'time=2026 level=WARN msg="Failed to poll for task." service=worker Namespace=temporal-system',
        "{broken json about temporalio",
        '{"event": "[TMPRL1104] duration exceeded 5 seconds", "level": "warning", "logger": "temporalio.core"}',
    ],
)
def test_what_explains_itself_is_not(line):
    assert complaint(line) is None


def test_only_whole_and_new_lines_count_and_each_is_said_once(tmp_path):
    log = tmp_path / "worker-campaigns.log"
    log.write_text(REFUSED + " of an earlier run\n")
    said: list[str] = []
    logs = SdkLogs(tmp_path, said.append, killed=lambda: False)
    with log.open("a") as more:
        more.write(JSON[:20])
    assert logs.complaints() == []
    with log.open("a") as more:
        more.write(JSON[20:] + "\n" + CONSOLE + "\n")
    found = logs.complaints()
    assert [line.partition(":")[0] for line in found] == ["worker-campaigns", "worker-campaigns"]
    assert logs.complaints() == found
    assert len(said) == 2


def test_after_a_kill_nothing_is_counted(tmp_path):
    said: list[str] = []
    logs = SdkLogs(tmp_path, said.append, killed=lambda: True)
    (tmp_path / "worker-senders.log").write_text(JSON + "\n")
    assert logs.complaints() == []
    assert said == []
