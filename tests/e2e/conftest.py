"""Stacks that are ended with their test."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.runs import Run


@pytest.fixture
def start() -> Iterator[Callable[..., Run]]:
    """Start a stack of this test's own; several share one folder, as several commands in one clone do.

    Not in pytest's tmp_path: every new pytest session closes that to other users, and Postgres may run as one.
    """
    folder = Path(tempfile.mkdtemp(prefix="campaign-flow-e2e-"))
    runs: list[Run] = []

    def begin(module: str, **environment: str) -> Run:
        runs.append(Run(module, folder / "run", **environment))
        return runs[-1]

    yield begin
    for run in reversed(runs):
        run.end()
    shutil.rmtree(folder, ignore_errors=True)
