"""The gate `.ci/run`, with a `make` that fails as told: repeats are named, counted and limited."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAKE = """#!/bin/sh
echo "make $*" >> calls
case "$1 $2" in
check*) exit "${CHECK:-0}";;
"test ARGS"*) exit "${AGAIN:-0}";;
*) exit "${FIRST:-0}";;
esac
"""


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A checkout with the gate alone."""
    for name in (".ci/run", "scripts/repeats.py", "scripts/__init__.py"):
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, target)
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "make").write_text(MAKE)
    (tools / "make").chmod(0o755)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    return tmp_path


def run(gate: Path, failed: int = 0, of: int = 2000, **outcomes: str) -> tuple[int, str, list[str]]:
    """Exit code, output and the calls of make."""
    cache = gate / ".pytest_cache" / "v" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    names = [f"tests/x.py::test_{number}[a,b]" for number in range(of)]
    (cache / "nodeids").write_text(json.dumps(names))
    (cache / "lastfailed").write_text(json.dumps(dict.fromkeys(names[:failed], True), indent=2))
    environment = {**os.environ, "PATH": f"{gate / 'tools'}:/usr/bin:/bin", **outcomes}
    done = subprocess.run([gate / ".ci" / "run"], capture_output=True, text=True, check=False, env=environment)
    return done.returncode, done.stdout, (gate / "calls").read_text().splitlines()


def test_what_passes_at_once_is_not_repeated(gate: Path):
    assert run(gate) == (0, "passed only when repeated: 0\n", ["make check", "make test"])


def test_a_failed_check_ends_it(gate: Path):
    code, _, calls = run(gate, CHECK="1")
    assert (code, calls) == (1, ["make check"])


def test_what_passed_only_when_repeated_is_named_and_counted(gate: Path):
    code, said, calls = run(gate, failed=3, FIRST="1")
    assert code == 0
    assert "  tests/x.py::test_2[a,b]\n" in said
    assert said.endswith("passed only when repeated: 3\n")
    assert len(calls) == 3


def test_what_fails_twice_fails(gate: Path):
    code, said, _ = run(gate, failed=3, FIRST="1", AGAIN="1")
    assert code == 1
    assert "passed only" not in said


def test_more_than_one_in_a_hundred_is_no_hiccup(gate: Path):
    assert run(gate, failed=20, FIRST="1")[0] == 0
    code, said, calls = run(gate, failed=21, FIRST="1")
    assert code == 1
    assert "more than 1 %" in said
    assert calls[-1] == "make test"


def test_a_run_that_broke_off_without_a_failed_test_fails(gate: Path):
    assert run(gate, failed=0, FIRST="1")[0] == 1
