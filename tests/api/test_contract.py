"""The API as a process, against what it says of itself: generated requests, good and bad, for every operation."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from psycopg import sql
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_app
from api.dependencies import ApiServices
from config.settings import Settings
from providers.registry import build_providers
from stack import postgres
from stack.ports import choose
from stack.run_folder import ROOT
from store.database.engine import Database
from tests.api.conftest import ADMIN_KEY, WRITE_KEY
from tests.api.drawing import GREETING, flow

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 6
PATIENCE_SECONDS = 60
"""The generator's own ten would call a busy machine's slow answer a failure of the API."""
BEARER = {"Authorization": f"Bearer {ADMIN_KEY}"}


def _environment(database_url: str, temporal_address: str) -> dict[str, str]:
    ours = {
        "DATABASE_URL": database_url,
        "TEMPORAL_ADDRESS": temporal_address,
        "BOOTSTRAP_API_KEY": ADMIN_KEY,
        "WRITE_KEY": WRITE_KEY,
        "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_URL": "http://127.0.0.1:1",
    }
    return {**os.environ, **{f"CAMPAIGN_FLOW_{name}": value for name, value in ours.items()}}


@pytest.fixture(scope="module")
def served(postgres_url: str, temporal_address: str) -> Iterator[str]:
    """URL of `python -m api` on a database that holds a little of everything."""
    name = f"test_{uuid4().hex[:12]}"
    database_url = postgres.create_database(postgres_url, name, template="campaign_flow_template")
    port = choose(["contract"])["contract"]
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "--port", str(port)], cwd=ROOT, env=_environment(database_url, temporal_address)
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process)
        _fill(url)
        yield url
    finally:
        process.terminate()
        process.wait(20)
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the API ended"
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the API did not become ready")


def _fill(url: str) -> None:
    with httpx.Client(base_url=url, headers=BEARER) as api:
        api.put("/customers/ada", json={"first_name": "Ada"}).raise_for_status()
        api.post("/segments", json={"name": "all", "condition": {"kind": "all"}}).raise_for_status()
        api.post("/templates", json={"name": "greeting", "content": GREETING}).raise_for_status()
        body = {"slug": "win-back", "name": "Win back", "flow": flow()}
        api.post("/campaigns", json=body).raise_for_status()
        api.post("/campaigns/win-back/publish").raise_for_status()


def _described() -> dict[str, Any]:
    """What the API says of itself, without what has no end."""
    nothing = Settings(_env_file=None)
    document = create_app(ApiServices(nothing, Database(nothing), None, build_providers(nothing))).openapi()
    del document["paths"]["/campaigns/{slug}/monitor/stream"]
    return document


FOUND: list[Any] = list(schemathesis.openapi.from_dict(_described()).get_all_operations())
OPERATIONS = [result.ok() for result in FOUND]
ASKING = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_no_request_crashes_it_or_is_answered_with_something_unsaid(
    operation: Any, mode: GenerationMode, served: str
) -> None:
    tracking = operation.path.startswith("/v1/")
    sender = {"auth": (WRITE_KEY, "")} if tracking else {"headers": BEARER}

    @ASKING
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(
            base_url=served, checks=CHECKS, allow_redirects=False, timeout=PATIENCE_SECONDS, **sender
        )

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing about it can be wrong


def test_the_process_ends_cleanly(postgres_url: str) -> None:
    """On SIGTERM: code 0, within seconds, though it has opened Temporal's client."""
    port = choose(["ending"])["ending"]
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "--port", str(port)], cwd=ROOT, env=_environment(postgres_url, "127.0.0.1:1")
    )
    for _ in range(300):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                break
        except httpx.TransportError:
            time.sleep(0.1)
    process.terminate()
    assert process.wait(20) == 0


def test_the_process_ends_though_somebody_watches(postgres_url: str, temporal_address: str) -> None:
    name = f"test_{uuid4().hex[:12]}"
    database_url = postgres.create_database(postgres_url, name, template="campaign_flow_template")
    port = choose(["watching"])["watching"]
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "--port", str(port)], cwd=ROOT, env=_environment(database_url, temporal_address)
    )
    url = f"http://127.0.0.1:{port}"
    _wait(url, process)
    _fill(url)
    with httpx.stream("GET", f"{url}/campaigns/win-back/monitor/stream", headers=BEARER, timeout=30) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: figures"
        process.terminate()
        assert process.wait(20) == 0
