"""The demo while it runs: stages, the journeys at each node, and what becomes of the messages."""

import time
from types import TracebackType
from typing import Any, Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from stack.observe import Snapshot

_PLAIN_SECONDS = 5.0
_BAR = 24


class Progress:
    """A living table on a terminal, a line every few seconds elsewhere."""

    def __init__(self, console: Console, labels: dict[str, str]) -> None:
        self._console = console
        self._labels = {"": "about to start"} | labels
        self._live: Live | None = None
        self._spoken = 0.0
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live = Live(console=self._console, refresh_per_second=4, transient=True)
            self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)

    def show(self, snapshot: Snapshot, stage: str) -> None:
        """Draw this moment."""
        if self._live is not None:
            self._live.update(self._picture(snapshot, stage))
        elif time.monotonic() - self._spoken >= _PLAIN_SECONDS:
            self._spoken = time.monotonic()
            self._console.print(self._line(snapshot, stage), markup=False)

    def _line(self, snapshot: Snapshot, stage: str) -> str:
        seconds = time.monotonic() - self._started
        standing = ", ".join(f"{self._labels.get(node, node)} {n}" for node, n in sorted(snapshot.inside.items()) if n)
        return (
            f"{seconds:4.0f} s  {stage}: {snapshot.ended} of {snapshot.journeys} journeys ended"
            f"{f' ({standing})' if standing else ''}; messages {snapshot.total('taken')}, opened "
            f"{snapshot.total('opened')}, clicked {snapshot.total('clicked')}, purchases {snapshot.purchases}"
        )

    def _picture(self, snapshot: Snapshot, stage: str) -> Group:
        nodes = Table(box=None, padding=(0, 1))
        for column, style in (("Node", "bold"), ("Here", "cyan"), ("", ""), ("Passed", "dim")):
            nodes.add_column(column, style=style, justify="left" if column in ("Node", "") else "right")
        most = max([1, *snapshot.inside.values()])
        for node, label in self._labels.items():
            here, passed = snapshot.inside.get(node, 0), snapshot.passed.get(node, 0)
            if here or passed:
                nodes.add_row(label, str(here or ""), Text("█" * round(_BAR * here / most), "cyan"), str(passed or ""))
        messages = Table(box=None, padding=(0, 1))
        for column in ("Channel", "Sent", "Delivered", "Opened", "Clicked", "Not sent"):
            messages.add_column(column, justify="left" if column == "Channel" else "right")
        for channel, counts in snapshot.channels.items():
            figures: tuple[Any, ...] = (counts.taken, counts.delivered, counts.opened, counts.clicked, counts.skipped)
            messages.add_row(channel, *map(str, figures))
        exits = ", ".join(f"{reason} {count}" for reason, count in sorted(snapshot.exits.items()))
        head = (
            f"{stage}   {time.monotonic() - self._started:.0f} s   "
            f"{snapshot.ended} of {snapshot.journeys} journeys ended{f' ({exits})' if exits else ''}, "
            f"{snapshot.purchases} purchases"
        )
        return Group(Text(head, "bold"), nodes, Text(""), messages)
