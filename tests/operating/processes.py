"""Processes of the application, started as an operator would, on the session's servers."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil

from stack.run_folder import ROOT
from tests.api.conftest import ADMIN_KEY, WRITE_KEY

PATIENCE = 90.0


@contextlib.contextmanager
def running(
    command: list[str], database_url: str, temporal_address: str, log: Path, **further: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """`python -m api ...` or `python worker.py ...`, ended with the block; `further` are settings in lower case."""
    ours = {
        "database_url": database_url,
        "temporal_address": temporal_address,
        "bootstrap_api_key": ADMIN_KEY,
        "write_key": WRITE_KEY,
        **further,
    }
    environment = {**os.environ, **{f"CAMPAIGN_FLOW_{name.upper()}": value for name, value in ours.items()}}
    with log.open("ab") as out:
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(holds: Callable[[], Any], what: str, *, seconds: float = PATIENCE) -> Any:
    """What `holds` returns as soon as it is true."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(httpx.TransportError):
            if found := holds():
                return found
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.1)


def status(url: str, *, timeout: float = 10) -> int:
    """Of a GET; 0 where nobody answers, or not in time."""
    try:
        return httpx.get(url, timeout=timeout, trust_env=False).status_code
    except httpx.TransportError:
        return 0


@contextlib.contextmanager
def frozen(pid: int) -> Iterator[None]:
    """That process and its children stand still inside the block, as on a machine whose disk hangs."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for process in family:
        process.suspend()
    try:
        yield
    finally:
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.resume()
