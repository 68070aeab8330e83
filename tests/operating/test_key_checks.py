"""A sender asks every provider at its start whether it takes our key: on real processes, before any message."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row

from providers.sandbox.app import Options, create_app
from providers.sandbox.server import make_server
from providers.sandbox.test_keys import make_keys, sandbox_environment
from stack.ports import choose
from tests.api.conftest import ADMIN_KEY
from tests.operating.processes import running, status, until
from tests.providers.conftest import Served, gateway_file


@pytest.fixture
def keys() -> dict[str, str]:
    return make_keys()


@pytest.fixture
def sandbox(keys: dict[str, str], tmp_path: Path) -> Iterator[str]:
    options = Options(data=str(tmp_path / "inbox.sqlite"), api_url="http://127.0.0.1:9", keys=keys)
    served = Served(lambda _: make_server(create_app(options), "127.0.0.1", 0))
    yield served.url
    served.stop()


def _settings(sandbox: str, keys: dict[str, str], folder: Path) -> dict[str, str]:
    environment = sandbox_environment(sandbox, "http://127.0.0.1:9", keys)
    given = {name.removeprefix("CAMPAIGN_FLOW_").lower(): value for name, value in environment.items()}
    given.pop("write_key")
    return {**given, "sms_provider": "http", "http_provider_file": str(gateway_file(folder, sandbox, keys))}


def _rows(database_url: str) -> dict[str, dict[str, Any]]:
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        return {row["provider"]: row for row in connection.execute("SELECT * FROM circuit_breakers").fetchall()}


def _checked(database_url: str, **wanted: str) -> bool:
    found = _rows(database_url)
    return all(found.get(name, {}).get("key_check") == result for name, result in wanted.items())


def test_a_refused_key_is_told_at_the_start_and_the_new_one_ends_that(
    database_url: str, temporal_address: str, sandbox: str, keys: dict[str, str], tmp_path: Path
):
    good = _settings(sandbox, keys, tmp_path)
    port = choose(["api"])["api"]
    parts = (database_url, temporal_address)
    senders = ["worker.py", "--role", "senders"]
    with contextlib.ExitStack() as held:
        held.enter_context(running(["-m", "api", "--port", str(port)], *parts, tmp_path / "api", **good))
        api = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {ADMIN_KEY}"})
        until(lambda: status(f"{api.base_url}/readyz") == 200, "the API")
        before = {one["name"]: one["key_check"] for one in api.get("/status").json()["providers"]}
        assert before == {"sendgrid": None, "fcm": None, "gateway": None, "twilio": None}, "twilio for WhatsApp"

        with running(senders, *parts, tmp_path / "refused", **{**good, "sendgrid_api_key": "SG.revoked"}):
            until(lambda: _checked(database_url, sendgrid="refused", fcm="accepted", gateway="not_checked"), "checks")
            until(lambda: "provider_refuses" in api.get("/status").text, "the trouble")
            told = api.get("/status").json()
            assert [(one["code"], one["subject"]) for one in told["troubles"] if one["subject"] == "sendgrid"] == [
                ("provider_refuses", "sendgrid")
            ]
            assert "grant is invalid" in told["failing"][0]["reason"]
        assert "a provider refuses our key" in (tmp_path / "refused").read_text()
        assert "SG.revoked" not in (tmp_path / "refused").read_text()

        with running(senders, *parts, tmp_path / "good", **good):
            until(lambda: _checked(database_url, sendgrid="accepted"), "the new key")
            assert _rows(database_url)["sendgrid"]["failing_since"] is None
            until(lambda: "provider_refuses" not in api.get("/status").text, "the end of the trouble")
        api.close()
    assert httpx.get(f"{sandbox}/sandbox/stats").json().get("accepted", 0) == 0


def test_a_provider_that_is_away_does_not_keep_a_sender_from_starting(
    database_url: str, temporal_address: str, keys: dict[str, str], tmp_path: Path
):
    away = _settings("http://127.0.0.1:9", keys, tmp_path)
    port = choose(["senders"])["senders"]
    monitored = {**away, "metrics_port": str(port)}
    with running(["worker.py", "--role", "senders"], database_url, temporal_address, tmp_path / "log", **monitored):
        until(lambda: _checked(database_url, sendgrid="unreachable"), "the check")
        until(lambda: status(f"http://127.0.0.1:{port}/readyz") == 200, "the sender")
        assert _rows(database_url)["sendgrid"]["failing_since"] is None
