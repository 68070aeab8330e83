"""A look at a file before it is taken: what was understood, how rows would be stored, what would be refused."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from domain.attributes import AttributeType
from ingestion import profile
from ingestion.files.calls import FileFacts
from ingestion.files.deciding import Question, check
from ingestion.files.plain import LaidOut
from ingestion.files.reading import Reading
from ingestion.files.reads import Read, read_events
from ingestion.files.rows import Place, UnreadableError
from ingestion.files.understanding import understand
from store.customers.customers import Profile

LOOKED_AT = 10_000
"""Rows that a look is at: more would keep whoever waits for it waiting."""
_SHOWN = 10
_REASONS = 20
_SAMPLES = 3
_NOBODY = UUID(int=0)
_VALUES = re.compile(r"'[^']*'|\"[^\"]*\"")


@dataclass
class Preview:
    """A row as it would be stored."""

    row: int
    customer: str | None = None
    event: str | None = None
    at: datetime | None = None
    values: dict[str, Any] = field(default_factory=dict)
    """Of customers the profile's fields and attributes, of events the properties."""
    consents: dict[str, str] = field(default_factory=dict)
    """Channel, or `channel:topic`, and what was said."""
    reason: str = ""
    """Why it would be refused."""
    notes: list[str] = field(default_factory=list)
    """Parts that could not be used."""


@dataclass
class Inspection:
    """What a look at a file tells."""

    reading: Reading
    looked_at: int = 0
    whole: bool = True
    """Whether that is all of it."""
    refused: int = 0
    noted: int = 0
    reasons: list[tuple[str, bool, int]] = field(default_factory=list)
    """Why rows would be refused, or (true) parts of them left out, and how many rows."""
    preview: list[Preview] = field(default_factory=list)
    samples: dict[str, list[str]] = field(default_factory=dict)
    """Column -> its first values."""
    problem: str = ""
    """Why the file can't be taken as it is."""


def inspect(plain: LaidOut, question: Question, received: datetime, *, cut: bool) -> Inspection:
    """Look at a file.

    Args:
        plain: laid out.
        question: what it is to be understood as.
        received: the present instant, UTC.
        cut: this is only its beginning.

    Raises:
        UnreadableError: it is not of its format.

    """
    reading = understand(plain.file, plain.format, question, most=LOOKED_AT)
    found = Inspection(reading.model_copy(update={"encoding": plain.encoding, "rows": None if cut else reading.rows}))
    try:
        check(reading, question.kind)
    except UnreadableError as error:
        found.problem = str(error)
    facts = FileFacts(question.kind, "", received, reading)
    batches = read_events(plain.file, plain.format, Place(), 1_000, facts, live=True)
    why: Counter[tuple[str, bool]] = Counter()
    for batch in islice(batches, LOOKED_AT // 1_000):
        for read in batch:
            shown = _previewed(read, question.known.types)
            _sample(found.samples, read.cells)
            found.looked_at += 1
            found.refused += bool(shown.reason)
            found.noted += bool(shown.notes)
            why.update({(_kind_of(text), taken) for text, taken in _said(shown)})
            if len(found.preview) < _SHOWN:
                found.preview.append(shown)
    found.whole = not cut and next(batches, None) is None
    found.reasons = [(text, taken, count) for (text, taken), count in why.most_common(_REASONS)]
    return found


def _said(shown: Preview) -> list[tuple[str, bool]]:
    return [(shown.reason, False)] if shown.reason else [(note, True) for note in shown.notes]


def _kind_of(text: str) -> str:
    """A reason without the values in it: rows are counted by it."""
    return _VALUES.sub("…", text)


def _sample(samples: dict[str, list[str]], cells: Mapping[str, Any]) -> None:
    for name, cell in cells.items():
        seen = samples.setdefault(name, [])
        if len(seen) < _SAMPLES and cell is not None and (text := str(cell)[:80]) and text not in seen:
            seen.append(text)


def _previewed(read: Read, types: Mapping[str, AttributeType]) -> Preview:
    shown = Preview(read.number, reason=read.reason, notes=list(read.notes))
    if read.reason:
        return shown
    event = read.event
    shown.customer = event.external_id or event.anonymous_id
    shown.consents = {
        word.channel.value if word.topic == "*" else f"{word.channel.value}:{word.topic}": word.status.value
        for word in read.words
    }
    if event.kind == "track":
        shown.event, shown.at, shown.values = event.name, event.occurred_at, event.properties
        return shown
    blank = Profile(_NOBODY)
    shown.notes += profile.identify(blank, event.properties, profile.ProfileInput(event.occurred_at, types))
    shown.values = _stored(blank)
    if event.properties.get("devices"):
        shown.values |= {"push_token": "…"}
    return shown


_FIELDS = ("email", "phone", "first_name", "last_name", "gender", "birth_date", "city", "country", "locale", "timezone")


def _stored(blank: Profile) -> dict[str, Any]:
    values = {name: value for name in _FIELDS if (value := getattr(blank, name)) is not None}
    if blank.tags:
        values["tags"] = blank.tags
    shown = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return shown | blank.attributes


def header_of(reading: Reading) -> Sequence[str]:
    """The columns, by which the next file of the same kind is known."""
    return [column.name for column in reading.columns]
