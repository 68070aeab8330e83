"""A process to kill, and stacks that are ended with their test."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.e2e.conftest import start

__all__ = ["start"]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that does nothing, and lives until it is killed."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    yield process
    process.kill()
    process.wait()
