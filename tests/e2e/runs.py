"""A stack in a process of its own, as a person would start it, in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil

from stack.run_folder import ROOT

PATIENCE = 300.0


_UNASKED = {"CAMPAIGN_FLOW_CONSENT_DEFAULT": "opt_out"}
"""The people of these tests have said nothing about marketing, and get it."""


class Run:
    """`python -m stack.demo` or `stack.serve`, and what it writes."""

    def __init__(self, module: str, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.output = folder.with_name(f"{folder.name}-{time.monotonic_ns()}.out")
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module],
                cwd=ROOT,
                env={**os.environ, **_UNASKED, "CAMPAIGN_FLOW_RUN": str(folder), **environment},
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def state(self) -> dict[str, Any]:
        """What stack.json says; empty before it is there."""
        try:
            state: dict[str, Any] = json.loads((self.folder / "stack.json").read_text())
        except (OSError, ValueError):
            return {}
        return state

    def pids(self, prefix: str = "") -> list[int]:
        """Of the living processes whose name starts so."""
        processes = self.state().get("processes", {})
        return [item["pid"] for name, item in processes.items() if name.startswith(prefix) and item["pid"]]

    def until(self, holds: Callable[[], Any], what: str) -> None:
        """Wait for something that must come while the process lives."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert self.process.poll() is None, f"ended before {what}:\n{self.said()}"
            assert time.monotonic() < deadline, f"no {what} within {PATIENCE:.0f} s:\n{self.said()}"
            time.sleep(0.1)

    def until_ready(self) -> None:
        """Wait until everything runs."""
        self.until(lambda: self.state().get("state") == "ready", "readiness")

    def sandbox_stats(self) -> dict[str, Any]:
        """The sandbox's counters."""
        stats: dict[str, Any] = httpx.get(self.state()["urls"]["sandbox"] + "/sandbox/stats", trust_env=False).json()
        return stats

    def wait(self, seconds: float = PATIENCE) -> int:
        """The exit code."""
        return self.process.wait(seconds)

    def said(self) -> str:
        """All that it printed."""
        return self.output.read_text(errors="replace")

    def report(self) -> dict[str, Any]:
        """The demo's report."""
        report: dict[str, Any] = json.loads((self.folder / "demo-report.json").read_text())
        return report

    def end(self) -> None:
        """Whatever happened, leave nothing behind."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def none_lives(pids: list[int]) -> bool:
    """Whether all of them are gone, within half a minute."""
    alive = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    return not psutil.wait_procs(alive, timeout=30)[1]
