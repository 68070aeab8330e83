"""Who is killed, in which order, and when: all drawn from one seed."""

import asyncio
import contextlib
import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stack import specs

SECOND = ("api-2", "worker-relay-2")
"""A second process of what shares its work by more than Temporal's queues."""
TARGETS = ("api", "sandbox", "temporal", "postgres", *(f"worker-{role}" for role in specs.ROLES), *SECOND)
"""Every process of the stack that holds or carries anything."""
_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Kill:
    """One signal: to whom, and how long after the one before."""

    target: str
    pause: float
    number: signal.Signals = signal.SIGKILL


def plan(seed: int, rounds: int, pause: float, *, gently: bool = False) -> list[Kill]:
    """`rounds` kills of every target, shuffled; pauses spread evenly from half of `pause` seconds to one and a half.

    Args:
        seed: draws the order and the pauses.
        rounds: how often each.
        pause: seconds between two.
        gently: as a deployment does: SIGTERM, and for PostgreSQL SIGINT, which does not wait for its clients.

    """
    dice = random.Random(f"{'stops' if gently else 'kills'}:{seed}")
    targets = [target for target in TARGETS for _ in range(rounds)]
    dice.shuffle(targets)
    return [Kill(target, pause * dice.uniform(0.5, 1.5), _signal(target, gently)) for target in targets]


def _signal(target: str, gently: bool) -> signal.Signals:
    if not gently:
        return signal.SIGKILL
    return signal.SIGINT if target == "postgres" else signal.SIGTERM


class ProcessKiller:
    """Carries the plan out. A target that is just being started again is killed as soon as it is back."""

    def __init__(self, kills: Sequence[Kill], pid_of: Callable[[str], int | None], say: Callable[[str], None]) -> None:
        self._kills = kills
        self._pid_of = pid_of
        self._say = say
        self.done: Counter[str] = Counter()
        """Kills so far, by target."""

    async def run(self) -> None:
        """Kill until the plan is done."""
        for number, kill in enumerate(self._kills, start=1):
            await asyncio.sleep(kill.pause)
            while not self._strike(kill):  # noqa: ASYNC110 - nobody tells us of a process
                await asyncio.sleep(_LOOK_SECONDS)
            self.done[kill.target] += 1
            self._say(f"{kill.number.name} to {kill.target} ({number} of {len(self._kills)})")

    def _strike(self, kill: Kill) -> bool:
        pid = self._pid_of(kill.target)
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, kill.number)
            return True
        return False
