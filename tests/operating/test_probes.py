"""Probes tell the truth, in time: on processes that serve, with a database that stands still."""

import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from stack import postgres
from stack.ports import choose
from store.migrate import migrate
from tests.operating.processes import frozen, running, status, until

PROBE_SECONDS = 3.0
"""Two that are promised, and one for a busy machine."""


@pytest.fixture
def server() -> Iterator[tuple[str, int]]:
    """URL and process id of a Postgres that a test may freeze."""
    folder = Path(tempfile.mkdtemp(prefix="campaign-flow-probes-"))
    found = postgres.start(folder, durable=False)
    url = postgres.create_database(found.get_uri(), "campaign_flow")
    migrate(url)
    pid = found.get_pid()
    assert pid is not None
    yield url, pid
    found.cleanup_mode = "delete"
    found.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def test_probes_answer_in_time_while_the_database_stands_still(
    server: tuple[str, int], temporal_address: str, tmp_path: Path
):
    database_url, pid = server
    ports = choose(["api", "api_metrics", "worker"])
    api, figures, worker = (f"http://127.0.0.1:{ports[name]}" for name in ("api", "api_metrics", "worker"))
    serve = ["-m", "api", "--port", str(ports["api"])]
    with (
        running(serve, database_url, temporal_address, tmp_path / "api", metrics_port=str(ports["api_metrics"])),
        running(
            ["worker.py", "--role", "relay"],
            database_url,
            temporal_address,
            tmp_path / "worker",
            metrics_port=str(ports["worker"]),
        ),
    ):
        until(lambda: status(f"{api}/readyz") == 200, "the API ready")
        until(lambda: status(f"{worker}/readyz") == 200, "the worker ready")
        with frozen(pid):
            for _ in range(3):  # the first one may not leave something hanging that the next ones wait for
                began = time.monotonic()
                answer = httpx.get(f"{api}/readyz", timeout=10)
                assert answer.status_code == 503
                assert time.monotonic() - began < PROBE_SECONDS
                assert "PostgreSQL" in answer.json()["detail"]
            assert status(f"{api}/healthz", timeout=PROBE_SECONDS) == 200
            until(lambda: status(f"{worker}/readyz", timeout=PROBE_SECONDS) == 503, "the worker says so")
            until(lambda: status(f"{figures}/readyz", timeout=PROBE_SECONDS) == 503, "the metrics port says so")
            # a worker is started anew after a minute without an answer, not at the first hiccup
            assert status(f"{worker}/healthz", timeout=PROBE_SECONDS) == 200
        until(lambda: status(f"{api}/readyz") == 200, "the API ready again")
        until(lambda: status(f"{worker}/healthz") == 200, "the worker well again")


def test_from_sigterm_on_nothing_is_sent_to_it_and_what_comes_is_served(
    database_url: str, temporal_address: str, tmp_path: Path
):
    port = choose(["api"])["api"]
    api = f"http://127.0.0.1:{port}"
    command = ["-m", "api", "--port", str(port)]
    with running(command, database_url, temporal_address, tmp_path / "api", drain_seconds="4") as process:
        until(lambda: status(f"{api}/readyz") == 200, "the API ready")
        process.send_signal(signal.SIGTERM)
        until(lambda: status(f"{api}/readyz") == 503, "the drain", seconds=3)
        assert status(f"{api}/openapi.json") == 200
        assert process.wait(30) == 0
