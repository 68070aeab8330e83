"""Requests in sequences, each made of what earlier ones answered: none crashes it, or is answered with the unsaid."""

import re
import subprocess
import sys
from pathlib import Path

import httpx

from tests.api.conftest import ADMIN_KEY
from tests.api.test_contract import served

__all__ = ["served"]

COMMAND = [
    str(Path(sys.executable).with_name("schemathesis")),
    "run",
    "--phases=stateful",
    "--max-examples=12",
    "--seed=7",
    "--checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
    # keys of their own kind; a stream that never ends
    "--exclude-path-regex=^/v1/|^/metrics|/stream$",
    "--max-redirects=0",
    "--no-color",
]


def test_no_sequence_of_requests_crashes_it(served: str, tmp_path: Path) -> None:
    # The description is written when it is first asked for, which a loaded machine takes its time over.
    httpx.get(f"{served}/openapi.json", timeout=120, trust_env=False).raise_for_status()
    done = subprocess.run(
        [*COMMAND, f"--header=Authorization: Bearer {ADMIN_KEY}", f"{served}/openapi.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:]
    assert re.search(r"Stateful", done.stdout), done.stdout
