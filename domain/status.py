"""When something is wrong with the installation: the thresholds of its alerts, for the app's banner and status page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

SWEEP_SECONDS = 180
OUTBOX_SECONDS = 10
QUEUE_SECONDS = 60
"""Longer waits are normal in the queues whose rate is limited (`send-*`, `http`) or whose tasks are long."""
PATIENT = ("send-", "http", "imports", "intelligence")

TroubleCode = Literal[
    "temporal_silent",
    "provider_refuses",
    "provider_fails",
    "queue_without_workers",
    "queue_behind",
    "sweep_stalled",
    "outbox_stalled",
    "journeys_failed",
]


@dataclass(frozen=True)
class Trouble:
    """Something that an operator should look at."""

    code: TroubleCode
    subject: str | None = None
    """A provider's or a queue's name."""
    seconds: float | None = None
    """For how long."""
    count: int | None = None
    """How many, of what is counted."""


@dataclass(frozen=True)
class Queue:
    """A task queue."""

    name: str
    waiting: int
    age_seconds: float
    pollers: int


@dataclass(frozen=True)
class FailingProvider:
    """A provider that does not answer well."""

    name: str
    kind: str
    seconds: float


def troubles(
    *,
    providers: Sequence[FailingProvider],
    queues: Sequence[Queue] | None,
    sweep_seconds: float | None,
    outbox_seconds: float,
    failed_journeys: int = 0,
) -> Iterator[Trouble]:
    """All that is wrong, what concerns most people first.

    Args:
        providers: those that fail.
        queues: None where Temporal does not answer.
        sweep_seconds: since the last sweep; None where there was none yet.
        outbox_seconds: age of the oldest row of the outbox.
        failed_journeys: those that wait for an operator.

    """
    if queues is None:
        yield Trouble("temporal_silent")
    for provider in providers:
        code: TroubleCode = "provider_refuses" if provider.kind == "configuration" else "provider_fails"
        yield Trouble(code, provider.name, provider.seconds)
    for queue in queues or ():
        if queue.waiting and not queue.pollers:
            yield Trouble("queue_without_workers", queue.name, queue.age_seconds)
        elif queue.age_seconds > QUEUE_SECONDS and not queue.name.startswith(PATIENT):
            yield Trouble("queue_behind", queue.name, queue.age_seconds)
    if sweep_seconds is not None and sweep_seconds > SWEEP_SECONDS:
        yield Trouble("sweep_stalled", seconds=sweep_seconds)
    if outbox_seconds > OUTBOX_SECONDS:
        yield Trouble("outbox_stalled", seconds=outbox_seconds)
    if failed_journeys:
        yield Trouble("journeys_failed", count=failed_journeys)
