"""What Temporal's SDK complains of in the logs of a stack's processes.

The SDK reports some defects nowhere else: a workflow task that the server refuses is logged, retried for ever, and
neither fails the workflow nor ends the worker. So a run that kills nothing takes every such line for a failure.
"""

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path

_CORE = re.compile(r"\b(WARN|ERROR)\b.*?(temporalio_sdk_core|temporalio_client|temporalio_bridge)")
_PYTHON = re.compile(r"\[(warning|error|critical)\s*\].*\[(temporalio[\w.]*)\]")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_LEVELS = frozenset({"warning", "error", "critical"})
_EXPECTED = (
    # An activity that fails and is tried again: the failure is in the ledger, the import's row or the step log.
    "Completing activity as failed",
    # A machine that is too busy: the task took more than five seconds, and was completed.
    "TMPRL1104",
)
_LONGEST_LINE = 500
_EVERY_SECONDS = 2.0
SAID = "Temporal's SDK complains"
"""How each complaint begins on the console."""


def complaint(line: str) -> str | None:
    """The line without colours if it is a warning or an error of the SDK that no normal operation explains."""
    plain = _ANSI.sub("", line).strip()
    if "temporalio" not in plain or any(words in plain for words in _EXPECTED):
        return None
    if plain.startswith("{"):
        return plain[:_LONGEST_LINE] if _complains(plain) else None
    return plain[:_LONGEST_LINE] if _CORE.search(plain) or _PYTHON.search(plain) else None


def _complains(plain: str) -> bool:
    try:
        entry = json.loads(plain)
    except ValueError:
        return False
    return str(entry.get("logger", "")).startswith("temporalio") and entry.get("level") in _LEVELS


class SdkLogs:
    """Collects the complaints in a folder's logs, and says each of them once."""

    def __init__(self, folder: Path, say: Callable[[str], None], *, killed: Callable[[], bool]) -> None:
        """Read on from where the logs end now.

        Args:
            folder: of the `*.log` files.
            say: prints one line.
            killed: whether a process of this stack has died. What the others log about it proves nothing.

        """
        self._folder = folder
        self._say = say
        self._killed = killed
        self._read = {file: file.stat().st_size for file in folder.glob("*.log")}
        self._found: list[str] = []

    def complaints(self) -> list[str]:
        """All complaints so far, each after the name of its process."""
        new = [f"{file.stem}: {words}" for file in sorted(self._folder.glob("*.log")) for words in self._new_in(file)]
        if not self._killed():
            for line in new:
                self._say(f"{SAID}: {line}")
            self._found += new
        return self._found

    async def watch(self) -> None:
        """Go on reading until cancelled."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            self.complaints()

    def _new_in(self, file: Path) -> list[str]:
        with file.open("rb") as log:
            log.seek(self._read.get(file, 0))
            whole, end, _ = log.read().rpartition(b"\n")
        self._read[file] = self._read.get(file, 0) + len(whole) + len(end)
        return [words for line in whole.decode(errors="replace").splitlines() if (words := complaint(line)) is not None]
