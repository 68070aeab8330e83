"""Remembers what senders said and could not be used: nobody reads the answers to tracking calls."""

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.exc import SQLAlchemyError

from ingestion.pipeline import Ingested
from ingestion.sanitize import mended
from store.database.engine import Database
from store.events import intake_notes, json_text
from store.events.intake_notes import EXAMPLES, Noted

_log = logging.getLogger(__name__)
_SHOWN = 1000
"""Characters of an item's JSON that are kept."""
_LONGEST = 200
_VALUES = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\b[0-9]{3,}\b""")

Outcome = Literal["rejected", "noted"]


@dataclass(frozen=True)
class Unused:
    """An item of which something could not be used."""

    outcome: Outcome
    reason: str
    item: Any
    """As it was sent."""


def of_answers(items: Sequence[Any], answers: Iterable[tuple[int, Ingested | str]]) -> list[Unused]:
    """What of these items could not be used, by what became of them: (place of the item, its outcome)."""
    found: list[Unused] = []
    for index, answer in answers:
        if isinstance(answer, str):
            found.append(Unused("rejected", answer, items[index]))
        else:
            found += [Unused("noted", problem, items[index]) for problem in answer.problems]
    return found


def kind_of(reason: str) -> str:
    """The reason without the values that it names, so that one kind of trouble is one row, and names nobody."""
    return _VALUES.sub("…", reason)[:_LONGEST]


async def note(database: Database, source: str, unused: Iterable[Unused], *, now: datetime) -> None:
    """Count what could not be used, with examples. In a transaction of its own; the items were answered for already.

    Args:
        database: where to.
        source: by which way they came, `segment`, `mixpanel`, `ga4` or `kafka`.
        unused: what could not be used.
        now: the present instant, UTC.

    """
    found: dict[tuple[str, str], list[Unused]] = {}
    for each in unused:
        found.setdefault((each.outcome, kind_of(each.reason)), []).append(each)
    if not found:
        return
    notes = [
        Noted(source, outcome, reason, len(items), [_example(item, now) for item in items[:EXAMPLES]])
        for (outcome, reason), items in found.items()
    ]
    try:
        async with database.transaction() as session:
            await intake_notes.add(session, notes, now=now)
    except SQLAlchemyError:
        # The events themselves are committed: the sender must not send them again for the sake of a note.
        _log.warning("%d intake notes of %s could not be kept", len(notes), source, exc_info=True)


def _example(unused: Unused, now: datetime) -> dict[str, Any]:
    item, _ = mended(unused.item)
    try:
        text = json_text.dumps(item)
    except (ValueError, RecursionError, TypeError):
        text = str(type(item).__name__)
    return {"at": now.isoformat(), "reason": mended(unused.reason)[0][:500], "item": text[:_SHOWN]}
