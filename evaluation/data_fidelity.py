"""Vendors' own libraries, unmodified, against the real API: how many of them deliver what they were given.

The tests of `tests/clients` are run, and their figure is read. They need what `make test` installs.
"""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

from evaluation.figures import Figure, Section
from evaluation.sources import MissingError, Sources

_ROOT = Path(__file__).resolve().parent.parent
_FIGURE = re.compile(r"data_fidelity\.clients_passed (\d+) of (\d+)")
_SECONDS = 900


def evaluate(_sources: Sources) -> Section:
    """Run the libraries.

    Raises:
        MissingError: they are not installed, or the tests did not come to their end.

    """
    if importlib.util.find_spec("pytest") is None:
        raise MissingError("vendors' libraries are installed by `make test`")
    command = [sys.executable, "-m", "tests", "-n0", "tests/clients", "-s"]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False, timeout=_SECONDS)  # noqa: S603 - our own tests
    found = _FIGURE.search(done.stdout)
    if found is None:
        raise MissingError(f"tests/clients ended without its figure: {done.stdout[-300:]}")
    passed, clients = map(int, found.groups())
    figure = Figure("vendors' libraries whose calls arrive whole", passed, least=clients)
    return Section("data_fidelity", "Vendors' own libraries", "tests/clients", {"clients_passed": figure})
