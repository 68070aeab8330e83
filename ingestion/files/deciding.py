"""What a file's columns mean and hold, from their names, from a look at their cells, and from what somebody said."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.attributes import AttributeType
from ingestion.files.cells import CellType, Watch, is_code
from ingestion.files.consents import says_yes_or_no, tells_who_left
from ingestion.files.meanings import (
    ATTRIBUTE,
    CONSENT,
    PROPERTY,
    REST,
    SKIP,
    Kind,
    Meaning,
    channel_in,
    meanings_of,
    own,
    plain_name,
)
from ingestion.files.reading import Asked, AskedColumn, ColumnReading, FileNote, Reading
from ingestion.files.rows import UnreadableError

MOMENTS = frozenset({"timestamp", "birth_date", "consent_at"})
OBJECTS = frozenset({"properties", "traits", "context"})
_TYPES: Mapping[AttributeType, CellType] = {
    AttributeType.TEXT: "text",
    AttributeType.NUMBER: "number",
    AttributeType.BOOLEAN: "boolean",
    AttributeType.DATE: "moment",
    AttributeType.LIST: "list",
}


@dataclass(frozen=True)
class KnownColumns:
    """What the installation knows that files are read by."""

    types: Mapping[str, AttributeType] = field(default_factory=dict)
    """Of attributes that have one."""
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Question:
    """What a file is to be understood as."""

    kind: Kind
    known: KnownColumns = field(default_factory=KnownColumns)
    asked: Asked = field(default_factory=Asked)
    """What somebody wants otherwise than it would be understood."""


@dataclass
class Seen:
    """What was seen of the columns."""

    meanings: dict[str, Meaning]
    watches: dict[str, Watch] = field(default_factory=dict)
    dated: frozenset[str] = frozenset()
    """Ordinary columns that hold days or moments."""
    rows: int = 0
    default: CellType = "as_is"
    """What cells are in a format that has types; `text` in one that has none."""
    separator: str = ","


def wanted(names: Sequence[str], question: Question) -> dict[str, Meaning]:
    """What the columns mean, by their names and by what somebody said."""
    kind, asked = question.kind, question.asked
    found = meanings_of(tuple(names), kind, question.known.topics).columns
    meant = dict(zip(names, found, strict=True))
    claimed = set()
    for name, said in asked.columns.items():
        if name in meant and said.field:
            same = meant[name].field == said.field
            negative = meant[name].negative if said.negative is None else said.negative
            meant[name] = Meaning(said.field, said.key or (meant[name].key if same else name), negative)
            claimed.add(name)
    single = {meant[name].field for name in claimed} - {CONSENT, ATTRIBUTE, PROPERTY, SKIP}
    for name, meaning in meant.items():
        if name not in claimed and meaning.field in single:
            meant[name] = own(name, kind, set())  # somebody gave its field to another column
    return meant


def decide(names: Sequence[str], question: Question, seen: Seen) -> Reading:
    """How the file is read."""
    # where one column is sure to have decimal commas, 1.234 in another one is a thousand and more
    commas = any(
        watch.type(seen.separator) == "number" and watch.point(seen.separator) == "," for watch in seen.watches.values()
    )
    columns, notes = [], []
    for name in names:
        watch, said = seen.watches.get(name, _UNSEEN), question.asked.columns.get(name, AskedColumn())
        meaning = _by_cells(name, seen.meanings[name], question.kind, watch, said)
        column = _column(name, meaning, watch, question, seen)
        if commas and watch.may_be_thousands and column.type == "number":
            column = column.model_copy(update={"type": "text"})
        columns.append(column.model_copy(update=_said(column, watch, said)))
        if seen.default == "text" and not said.type and _is_doubtful(column, watch, commas=commas):
            notes.append(FileNote(code="doubtful_numbers", column=name))
        doubt = columns[-1].type in ("moment", "day", "as_is") or (watch.dated and not said.type)
        if watch.order == "open" and not columns[-1].order and doubt:
            notes.append(FileNote(code="open_order", column=name))
    notes = [*_notes(names, question, columns), *notes]
    return Reading(separator=seen.separator, columns=tuple(columns), notes=tuple(notes))


def _said(column: ColumnReading, watch: Watch, said: AskedColumn) -> dict[str, object]:
    """What somebody said of the column's cells."""
    changes: dict[str, object] = {key: value for key in ("type", "order", "point") if (value := getattr(said, key))}
    if said.type:
        changes["asked"] = True
    elif said.order and watch.dated and column.field == ATTRIBUTE and column.type == "text":
        changes["type"] = watch.dated  # the order was all that was missing
    elif said.point and column.type == "text" and column.field in (ATTRIBUTE, PROPERTY):
        changes |= {"type": "number", "asked": True}
    return changes


_UNSEEN = Watch()


def _by_cells(name: str, meaning: Meaning, kind: Kind, watch: Watch, said: AskedColumn) -> Meaning:
    """What a column means, after a look at its cells: one that can't be what its name says is an ordinary one."""
    if said.field or not watch.filled:
        return meaning
    if (
        kind == "customers"
        and meaning.field == ATTRIBUTE
        and watch.words
        and tells_who_left(plain_name(name), watch.words)
    ):
        return Meaning(CONSENT, channel_in(name))
    if meaning.field == "phone" and plain_name(name) in ("sms", "whatsapp") and says_yes_or_no(watch.words):
        return Meaning(CONSENT, channel_in(name))
    if (meaning.field in OBJECTS and not watch.objects) or (meaning.field == "type" and not watch.call_types):
        return own(name, kind, set())
    return meaning


def _column(name: str, meaning: Meaning, watch: Watch, question: Question, seen: Seen) -> ColumnReading:
    order = watch.order
    column = ColumnReading(
        name=name,
        field=meaning.field,
        key=meaning.key,
        negative=meaning.negative,
        type=seen.default,
        order=order if order in ("day", "month") else "",
        separator="," if seen.default == "text" and not watch.semicolons else ";",
        apostrophes=seen.default == "text" and watch.apostrophes,
    )
    update: dict[str, object] = {}
    if seen.default == "text":
        update["type"] = _type(column, watch, question.known, seen.separator)
        update["point"] = watch.point(seen.separator) or "."
    if meaning.field == CONSENT and meaning.negative and re.search(r"_(?:time|at|date|on)$", plain_name(name)):
        update["type"] = "moment"  # Mailchimp says when somebody unsubscribed, and nothing else
    return column.model_copy(update=update)


def _type(column: ColumnReading, watch: Watch, known: KnownColumns, separator: str) -> CellType:
    """What the cells of a CSV column are."""
    if column.field in ("timestamp", "consent_at"):
        return "moment"
    if column.field == "birth_date":
        return "day"
    if column.field not in (ATTRIBUTE, PROPERTY):
        return "text"
    declared = known.types.get(column.key) if column.field == ATTRIBUTE else None
    if declared is not None:
        return _TYPES[declared]
    if watch.apostrophes or is_code(column.name):
        return "text"
    if column.field == ATTRIBUTE and watch.dated and watch.order not in ("open", "both"):
        return watch.dated or "text"
    return watch.type(separator)


def _is_doubtful(column: ColumnReading, watch: Watch, *, commas: bool) -> bool:
    return (
        column.type == "text"
        and column.field in (ATTRIBUTE, PROPERTY)
        and not is_code(column.name)
        and (watch.doubtful or (commas and watch.may_be_thousands))
    )


def _notes(names: Sequence[str], question: Question, columns: Sequence[ColumnReading]) -> Iterator[FileNote]:
    kind = question.kind
    fields = {column.field: column.name for column in reversed(columns)}
    by_name = {column.name: column for column in columns}
    for field_, taken, kept in meanings_of(tuple(names), kind, question.known.topics).twice:
        as_told = by_name[taken].field == field_ and by_name[kept].field == REST[kind]
        if as_told and kept not in question.asked.columns:
            yield FileNote(code="two_columns", column=taken, other=kept, field=field_)
    if {"events": "properties", "customers": "traits"}[kind] in fields:
        yield from (FileNote(code="unused", column=column.name) for column in columns if column.field == REST[kind])
    if "user_id" not in fields and "anonymous_id" not in fields and "email" in fields:
        yield FileNote(code="by_address", column=fields["email"])


def check(reading: Reading, kind: Kind) -> None:
    """Refuse a file none of whose rows could be taken, in one sentence.

    Raises:
        UnreadableError: a column is missing without which no row says anything.

    """
    if not reading.columns:
        return
    fields = {column.field for column in reading.columns}
    has = ", ".join(column.name for column in reading.columns[:30])
    if not fields & {"user_id", "anonymous_id", "email"}:
        raise UnreadableError(
            f"no column says who the customer is: name one of them user_id or email. The file has the columns: {has}"
        )
    if kind == "events" and "timestamp" not in fields:
        raise UnreadableError(f"no column says when it happened: name one timestamp. The file has the columns: {has}")
    if kind == "events" and not fields & {"event", "type"}:
        raise UnreadableError(f"no column says what happened: name one event. The file has the columns: {has}")
    meant = {column.name: column.field for column in reading.columns}
    for note in reading.notes:
        if note.code == "open_order" and meant[note.column] == "timestamp":
            raise UnreadableError(f"{note}: say which, with the column's order")
