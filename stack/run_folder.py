"""The folder of one run: its lock, its secrets, what it started, and the end of what an earlier run left behind."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
RUN = Path(os.environ.get("CAMPAIGN_FLOW_RUN") or ROOT / ".run")
"""Where runs keep what they write; tests give them a folder of their own."""
STATE_FILE = "stack.json"
_SAME_PROCESS_SECONDS = 2.0


class RunFolder:
    """`.run/<name>`: one living stack at most. Holding the lock is holding the folder."""

    def __init__(self, name: str, root: Path = RUN) -> None:
        self.name = name
        self.root = root
        self.path = root / name
        self._lock: Any = None

    def acquire(self) -> bool:
        """Take the folder; False while another process holds it. The lock ends with the process, however it ends."""
        self.path.mkdir(parents=True, exist_ok=True)
        handle = (self.path / "lock").open("a")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            return False
        self._lock = handle
        return True

    def release(self) -> None:
        """Let the next one have it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def state(self) -> dict[str, Any]:
        """What the last run wrote about itself; empty when there is none that can be read."""
        try:
            state = json.loads((self.path / STATE_FILE).read_text())
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def write_state(self, state: dict[str, Any]) -> None:
        """Replace stack.json, whole, readable by its owner only (it names keys); `.run/stack.json` leads to it."""
        target = self.path / STATE_FILE
        _write_private(target, state)
        link = self.root / STATE_FILE
        with contextlib.suppress(OSError):
            link.unlink(missing_ok=True)
            link.symlink_to(target.relative_to(self.root))

    def empty(self) -> None:
        """Remove all that an earlier run kept here, the lock aside."""
        for entry in self.path.iterdir():
            if entry.name == "lock":
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def logs(self) -> Path:
        """Where the processes of this run write."""
        folder = self.path / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def keep(self, name: str, make: Callable[[], dict[str, str]]) -> dict[str, str]:
        """The object in the file `name`, made the first time: keys stay those that sent links were signed with."""
        file = self.path / name
        try:
            kept: dict[str, str] = json.loads(file.read_text())
        except (OSError, ValueError):
            kept = make()
            _write_private(file, kept)
        return kept

    def end_leftovers(self) -> list[str]:
        """End processes of an earlier run whose supervisor died without ending them; returns their names.

        A process id alone proves nothing, since ids are reused: its start time must be the recorded one too.
        """
        ended = []
        processes = self.state().get("processes", {})
        for name, process in processes.items():
            with contextlib.suppress(psutil.Error, OSError, KeyError, TypeError):
                alive = psutil.Process(int(process["pid"]))
                if abs(alive.create_time() - float(process["started"])) > _SAME_PROCESS_SECONDS:
                    continue
                alive.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
                try:
                    alive.wait(10)
                except psutil.TimeoutExpired:
                    alive.kill()
                ended.append(name)
        return ended


def _write_private(file: Path, content: dict[str, Any]) -> None:
    """Replace the file, whole; only its owner may read it."""
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump(content, handle, indent=2)
    draft.replace(file)


def acquire_any(name: str, root: Path = RUN) -> RunFolder:
    """The folder `name`, or `name-2`, `name-3`, ... when stacks of that name are alive."""
    number = 1
    while True:
        folder = RunFolder(name if number == 1 else f"{name}-{number}", root)
        if folder.acquire():
            return folder
        number += 1
