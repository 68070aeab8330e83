"""Logs of real processes: one JSON object a line, whose request or journey it is, and nobody's name."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.redaction import redacted
from stack.ports import choose
from tests.api.conftest import ADMIN_KEY
from tests.operating.processes import running, status, until

BEARER = {"Authorization": f"Bearer {ADMIN_KEY}"}


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


@pytest.fixture
def served(database_url: str, temporal_address: str, tmp_path: Path) -> Iterator[tuple[str, str, Path]]:
    ports = choose(["api", "figures"])
    api, figures = f"http://127.0.0.1:{ports['api']}", f"http://127.0.0.1:{ports['figures']}/metrics"
    log = tmp_path / "api.log"
    command = ["-m", "api", "--port", str(ports["api"])]
    with running(command, database_url, temporal_address, log, metrics_port=str(ports["figures"])):
        until(lambda: status(f"{api}/readyz") == 200, "the API ready")
        yield api, figures, log


def test_a_request_has_an_id_a_line_and_figures_and_no_address(served: tuple[str, str, Path]):
    api, figures, log = served
    with httpx.Client(base_url=api, headers=BEARER) as client:
        ada = {"email": "ada@shop.example"}
        mine = client.put("/customers/ada@shop.example", json=ada, headers={"X-Request-ID": "r-1"})
        assert (mine.status_code, mine.headers["X-Request-ID"]) == (200, "r-1")
        missing = client.get("/campaigns/none", headers={"X-Request-ID": "bad id\twith blanks"})
        assert missing.json()["request_id"] == missing.headers["X-Request-ID"]
        assert len(missing.headers["X-Request-ID"]) == 32, "one that can't be used is replaced"
        assert client.get("/no/such/page").headers["X-Request-ID"]
    access = {line["request_id"]: line for line in lines(log) if line["logger"] == "api.access"}
    line = access["r-1"]
    assert (line["method"], line["route"], line["status"], line["caller"]) == (
        "PUT",
        "/customers/{customer}",
        200,
        "bootstrap",
    )
    assert line["process"] == "api"
    assert line["milliseconds"] > 0
    assert missing.headers["X-Request-ID"] in access
    assert "ada@" not in log.read_text()
    assert "/readyz" not in log.read_text(), "a probe is no news"
    text = httpx.get(figures).text
    assert 'campaign_flow_http_requests_total{method="PUT",route="/customers/{customer}",status="200"} 1.0' in text
    assert 'campaign_flow_http_requests_total{method="GET",route="none",status="404"} 1.0' in text
    assert 'campaign_flow_http_request_seconds_count{method="PUT",route="/customers/{customer}"} 1.0' in text
    assert "campaign_flow_database_connections_max" in text


def test_what_the_sdk_says_comes_through_the_same_logger(database_url: str, tmp_path: Path):
    log = tmp_path / "worker.log"
    port = choose(["nobody"])["nobody"]
    with running(["worker.py", "--role", "senders"], database_url, f"127.0.0.1:{port}", log) as process:
        until(lambda: process.poll() is not None, "it ends: Temporal is not there")
    found = lines(log)
    assert found
    assert "\x1b" not in log.read_text()
    assert any(line["level"] == "error" and line["process"] == "worker:senders" for line in found)


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("no mailbox ada.l+news@shop.example here", "no mailbox <address> here"),
        ("The 'To' number +39 345 678 9012 is not valid", "The 'To' number <number> is not valid"),
        ("duplicate key\nDETAIL:  Key (email)=(Ada) already exists.", "duplicate key\nDETAIL: <row>"),
        ("journey/win-back/0a1b2c3d-0000-4000-8000-000000000001", None),
        ("HTTP 401: The provided authorization grant is invalid", None),
    ],
)
def test_what_names_a_person_is_taken_out(said: str, logged: str | None):
    assert redacted(said) == (logged or said)
