"""One child process: started in a session of its own, watched until ready, restarted when it dies, ended for good."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from stack.run_folder import ROOT

Probe = Callable[[], Awaitable[bool]]
_POLL_SECONDS = 0.15
_TAIL_LINES = 20
_STEADY_SECONDS = 30.0


class StackError(Exception):
    """The stack can't run; the message is for the person who typed the command."""


@dataclass(frozen=True)
class ChildSpec:
    """What to run, and how to know that it does."""

    name: str
    command: list[str]
    ready: Probe
    environment: Mapping[str, str] = field(default_factory=dict)
    start_timeout: float = 240.0
    """Seconds until it must be ready (a cold start on a small machine takes most of a minute)."""
    stop_timeout: float = 10.0
    """Seconds between SIGTERM and SIGKILL."""
    restarts: int = 5
    """Deaths in a row, each within 30 s of its start, before the stack gives up; 0: the first one ends it."""


class OrphanReaper:
    """Keeps the list of processes that must not outlive this one; see stack.reaper."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def start(self) -> None:
        """Start the reaper process."""
        script = Path(__file__).with_name("reaper.py")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", str(script), stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
        )

    def add(self, pid: int, number: int = signal.SIGTERM) -> None:
        """From now on `pid` (and its group) gets signal `number` when this process is gone."""
        self._write(f"add {pid} {int(number)}\n")

    def drop(self, pid: int) -> None:
        """`pid` has ended: its number may soon be somebody else's."""
        self._write(f"drop {pid}\n")

    def _write(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(ConnectionError, RuntimeError):
                self._process.stdin.write(line.encode())

    async def stop(self) -> None:
        """Let it go; it ends whatever is still registered."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()


class Child:
    """A running `ChildSpec`."""

    def __init__(self, spec: ChildSpec, log: Path, guardian: OrphanReaper) -> None:
        self.spec = spec
        self.log = log
        self.deaths = 0
        self._guardian = guardian
        self._process: Process | None = None
        self._started = 0.0
        self._stopping = False
        self._spawning = asyncio.Lock()

    @property
    def pid(self) -> int | None:
        """Its process id while it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    def describe(self) -> dict[str, object]:
        """For stack.json: pid, start time (seconds since the epoch), log file, how often it was restarted."""
        started = None
        if self.pid is not None:
            with contextlib.suppress(psutil.Error):
                started = psutil.Process(self.pid).create_time()
        return {"pid": self.pid, "started": started, "log": str(self.log), "restarts": self.deaths}

    async def start(self) -> None:
        """Run it until it is ready.

        Raises:
            StackError: it ended or took too long; the message holds the end of its log.

        """
        await self._spawn()
        deadline = time.monotonic() + self.spec.start_timeout
        while True:
            ready = await self._is_ready()
            if self._process is not None and self._process.returncode is not None:
                raise StackError(f"{self.spec.name} ended with {self._process.returncode} at its start.{self._tail()}")
            if ready:
                return
            if time.monotonic() > deadline:
                raise StackError(f"{self.spec.name} was not ready after {self.spec.start_timeout:.0f} s.{self._tail()}")
            await asyncio.sleep(_POLL_SECONDS)

    async def watch(self, changed: Callable[[], None]) -> None:
        """Start it again whenever it dies, with growing pauses; `changed` is called when its pid did.

        Raises:
            StackError: it died too often in a row.

        """
        in_a_row = 0
        while True:
            assert self._process is not None
            code = await self._process.wait()
            if self._stopping:
                return
            self._guardian.drop(self._process.pid)
            self.deaths += 1
            in_a_row = in_a_row + 1 if time.monotonic() - self._started < _STEADY_SECONDS else 1
            if in_a_row > self.spec.restarts:
                raise StackError(f"{self.spec.name} ended with {code} ({in_a_row} times in a row).{self._tail()}")
            await asyncio.sleep(min(0.25 * 2 ** (in_a_row - 1), 10))
            async with self._spawning:
                if self._stopping:
                    return
                await self._spawn()
            changed()

    async def stop(self) -> None:
        """SIGTERM to its group, SIGKILL when that is not obeyed in time."""
        async with self._spawning:  # never between the decision to restart and the new process
            self._stopping = True
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            self._signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), self.spec.stop_timeout)
            except TimeoutError:
                self._signal(signal.SIGKILL)
                await process.wait()
        self._guardian.drop(process.pid)

    async def _spawn(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.spec.command,
                cwd=ROOT,
                env={**os.environ, **self.spec.environment},
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which ends its children in order
            )
        self._started = time.monotonic()
        self._guardian.add(self._process.pid)

    async def _is_ready(self) -> bool:
        try:
            return await self.spec.ready()
        except (OSError, httpx.HTTPError):
            return False

    def _signal(self, number: int) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def _tail(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
        except OSError:
            lines = []
        return "".join(f"\n    {line}" for line in [f"The end of {self.log}:", *lines])


def answers(url: str) -> Probe:
    """Ready when a GET of `url` answers 200."""

    async def probe() -> bool:
        async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
            return (await client.get(url)).status_code == 200

    return probe


def succeeds(*command: str) -> Probe:
    """Ready when the command exits 0."""

    async def probe() -> bool:
        process = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
        return await process.wait() == 0

    return probe
