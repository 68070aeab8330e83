"""Requests in a random order, each made of what earlier answers named: generated for every operation by schemathesis.

Schemathesis' own stateful phase follows links between operations that it guesses: of this API it reached 32 of 160
operations, and gave up after some twenty sequences. Here every operation has as many requests as any other; their paths
name what earlier answers brought, so that they meet things that exist.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

_PARAMETER = re.compile(r"\{(\w+)(?::path)?\}")
_NAMES = ("id", "slug", "key", "external_id", "name", "number", "message_id", "journey_id", "merge_id")
_KEPT = 40
"""Names of one kind of thing: the latest ones."""
_FROM_EARLIER = 0.8
"""How often a path names what is there, rather than what was generated."""


def generated(operation: Any, mode: GenerationMode, count: int, seed: int) -> list[Any]:
    """Requests for an operation, good or bad ones; none where nothing about it can be wrong."""
    found: list[Any] = []

    @seeded(seed)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Any) -> None:
        found.append(case)

    try:
        collect()
    except Unsatisfiable:
        if mode is GenerationMode.POSITIVE:
            raise
    return found[:count]


@dataclass
class Names:
    """What answers have named, by the part of the path that it stands behind: `campaigns` -> slugs and ids."""

    dice: random.Random
    known: dict[str, list[str]] = field(default_factory=dict)

    def learn(self, path: str, answer: object) -> None:
        """Remember what an answer of that path names."""
        kind = _kind_of(path, len(path))
        for item in _items(answer):
            for name in _NAMES:
                value = item.get(name)
                if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                    self._keep(kind, str(value))
                    if name.endswith("_id"):
                        self._keep(f"{name[:-3]}s", str(value))

    def _keep(self, kind: str, value: str) -> None:
        values = self.known.setdefault(kind, [])
        if value in values:
            values.remove(value)
        values.append(value)
        del values[:-_KEPT]

    def fill(self, path: str, given: Mapping[str, Any] | None) -> dict[str, Any]:
        """Values of the path's parameters, most of them such as are there."""
        filled = dict(given or {})
        for found in _PARAMETER.finditer(path):
            values = self.known.get(_kind_of(path, found.start()))
            if values and self.dice.random() < _FROM_EARLIER:
                filled[found[1]] = quote(self.dice.choice(values), safe="")
        return filled


def _kind_of(path: str, end: int) -> str:
    """The last part of the path before that place that is no parameter."""
    parts = [part for part in path[:end].split("/") if part and "{" not in part]
    return parts[-1] if parts else ""


def _items(answer: object) -> Iterator[Mapping[str, Any]]:
    listed = answer.get("items", [answer]) if isinstance(answer, dict) else answer
    if isinstance(listed, list):
        yield from (item for item in listed if isinstance(item, dict))


@dataclass
class Outcome:
    """What came of all requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    """Operation -> requests."""
    succeeded: Counter[str] = field(default_factory=Counter)
    """Operation -> answers of 2xx."""
    failures: dict[str, list[str]] = field(default_factory=dict)
    """What was wrong -> the first requests of which it was."""

    def note(self, label: str, status: int, error: BaseException) -> None:
        """A check that did not hold."""
        kept = self.failures.setdefault(f"{label}: {status}", [])
        if len(kept) < 2:
            kept.append(str(error)[:3000])

    @property
    def crashes(self) -> int:
        """Answers of 5xx that are no 503: being away is said as such."""
        return sum(count for status, count in self.statuses.items() if status >= 500 and status != 503)

    def __str__(self) -> str:
        by_status = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return (
            f"{self.statuses.total()} requests to {len(self.asked)} operations, {len(self.succeeded)} of them with"
            f" success; {self.crashes} of 5xx; {by_status}"
        )


def shuffled(operations: Sequence[Any], examples: int, seed: int) -> list[Any]:
    """So many requests, as many of each operation, in a random order."""
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    each = max(1, -(-examples // (len(modes) * len(operations))))
    cases = [case for operation in operations for mode in modes for case in generated(operation, mode, each, seed)]
    random.Random(seed).shuffle(cases)
    return cases
