"""How the cells of rows with the same columns become a call: made once for a file, asked a million times."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ingestion.files import cells, moments
from ingestion.files.consents import Word, is_yes, stricter, word_of
from ingestion.files.countries import country_code
from ingestion.files.meanings import ATTRIBUTE, CONSENT, PROPERTY, SKIP, Kind, meanings_of
from ingestion.files.reading import ColumnReading, Reading
from store.events import json_text

CALL_BYTES = 32 * 1024
DETAILS: Mapping[Kind, str] = {"events": "properties", "customers": "traits"}
_PARTS = {
    "user_id": "userId",
    "anonymous_id": "anonymousId",
    "previous_id": "previousId",
    "group_id": "groupId",
    "message_id": "messageId",
    "timestamp": "timestamp",
    "event": "event",
    "type": "type",
    "context": "context",
    "properties": "properties",
    "traits": "traits",
}
_OBJECTS = frozenset({"properties", "traits", "context"})
_VIEWS = frozenset({"page", "screen"})


@dataclass(slots=True)
class Cells:
    """What the cells of a row say."""

    call: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """How rows are read whose cells have the same names."""

    kind: Kind
    parts: list[tuple[str, str, ColumnReading]]
    """Column, and the part of a call that it is."""
    rest: list[tuple[str, str, ColumnReading]]
    """Column, and the property or attribute that it is, where there is no object of them."""
    others: list[ColumnReading]
    """Consents, push tokens."""
    by_address: bool = False
    """No column of the file is an id: customers are known by their e-mail address."""

    def read(self, row: Mapping[str, Any]) -> Cells:
        """A row's cells.

        Raises:
            ValueError: one of them spoils the row; the message says which.

        """
        told = Cells({})
        call, details = told.call, DETAILS[self.kind]
        for name, part, column in self.parts:
            cell = row[name]
            if cell is not None and cell != "":
                value = _part(part, cell, column)
                if value is not None:
                    call[part] = value
        given = call.get(details)
        if given is None:
            call[details] = self._details(row, told, everything=True)
        elif self.kind == "customers":
            call[details] = self._details(row, told, everything=False) | given
        if self.others:
            self._tell_others(row, told)
        if call.get("type") in _VIEWS and "event" in call and "name" not in call:
            call["name"] = call.pop("event")
        return told

    def _details(self, row: Mapping[str, Any], told: Cells, *, everything: bool) -> dict[str, Any]:
        """The columns as properties or attributes; fields of the profile alone where an object says the others."""
        values = {}
        for name, key, column in self.rest:
            cell = row[name]
            if cell is None or cell == "" or not (everything or column.field != ATTRIBUTE):
                continue
            value = _detail(cell, column, told.notes)
            if value is not None:
                values[key] = value
        return values

    def _tell_others(self, row: Mapping[str, Any], told: Cells) -> None:
        at = token = platform = None
        for column in self.others:
            cell = row[column.name]
            if cell is None or cell == "" or (column.type != "as_is" and cell in cells.NOTHING):
                continue
            if column.field == "consent_at":
                try:
                    at = moments.read_moment(str(cell), column.order)
                except ValueError:
                    told.notes.append(f"{column.name} is no date and time")
            elif column.field == "push_token":
                token = str(cell)
            elif column.field == "push_platform":
                platform = _platform(str(cell))
            elif (word := _word(column, cell, told.notes)) is not None:
                told.words.append(word)
        told.words = stricter(told.words)
        if at is not None:
            told.words = [word if word.at else word._replace(at=at) for word in told.words]
        if token is not None:
            told.call["traits"]["devices"] = [{"token": token, "platform": platform or "unknown"}]


def _word(column: ColumnReading, cell: object, notes: list[str]) -> Word | None:
    """What a cell says on consent. A word that is neither yes nor no is no permission."""
    if column.negative and column.type == "moment":
        try:
            at = moments.read_moment(str(cell), column.order)
        except ValueError:
            at = None
        return None if at is None and is_yes(cell) is False else word_of(column.key, yes=False, at=at)
    yes = is_yes(cell)
    if column.negative:
        # who did not opt out did not opt in either
        return None if yes is False else word_of(column.key, yes=False)
    if yes is None:
        notes.append(f"{column.name} says neither yes nor no: it is taken as no")
    return word_of(column.key, yes=yes is True)


def _platform(cell: str) -> str:
    return {"ios": "ios", "iphone": "ios", "apns": "ios", "android": "android", "web": "web", "browser": "web"}.get(
        cell.strip().lower(), "unknown"
    )


def plan_of(names: tuple[str, ...], kind: Kind, reading: Reading) -> Plan:
    """How rows with cells of these names are read."""
    known = {column.name: column for column in reading.columns}
    plan = Plan(kind, [], [], [])
    for name, meaning in zip(names, meanings_of(names, kind).columns, strict=True):
        column = known.get(name) or ColumnReading(name=name, field=meaning.field, key=meaning.key)
        if column.field == SKIP:
            continue
        if column.field in (CONSENT, "push_token", "push_platform", "consent_at"):
            plan.others.append(column)
        elif column.field in _PARTS:
            plan.parts.append((name, _PARTS[column.field], column))
        elif column.field in (PROPERTY, ATTRIBUTE):
            plan.rest.append((name, column.key or name, column))
        elif kind == "events":
            plan.parts.append((name, column.field, column))
        else:
            plan.rest.append((name, column.field, column))
    given = {part for _, part, _ in plan.parts} | {_PARTS.get(column.field, "") for column in reading.columns}
    plan.by_address = given.isdisjoint(("userId", "anonymousId"))
    return plan


def _part(part: str, cell: Any, column: ColumnReading) -> object:
    if part == "timestamp":
        return _moment(cell, column)
    if part in _OBJECTS:
        return _object(part, cell)
    if isinstance(cell, float):
        return None if math.isnan(cell) else cell
    return cell[1:] if column.apostrophes and isinstance(cell, str) else cell


def _moment(cell: object, column: ColumnReading) -> str | None:
    if isinstance(cell, float) and math.isnan(cell):
        return None
    text = repr(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else str(cell)
    if moments.is_iso(text):
        return text
    try:
        return moments.read_moment(text.removesuffix(".0"), column.order).isoformat()
    except (ValueError, OverflowError) as error:
        if "two days" in str(error):
            raise ValueError(f"timestamp {error}") from error
        raise ValueError("timestamp is not an ISO 8601 date and time") from error


def _object(name: str, cell: object) -> dict[str, Any]:
    if isinstance(cell, str):
        if len(cell) > CALL_BYTES:
            raise ValueError(f"{name} is larger than {CALL_BYTES // 1024} KB")
        try:
            cell = json_text.loads(cell)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{name} is not JSON") from error
    if not isinstance(cell, dict):
        raise ValueError(f"{name} is not an object")
    return cell


def _detail(cell: Any, column: ColumnReading, notes: list[str]) -> object:
    """A cell as what the column holds; None where it says nothing."""
    kind = type(cell)
    if kind is str:
        if column.type != "as_is" and (
            cell in cells.NOTHING or (cell in cells.MAYBE_NOTHING and column.type in _NO_TYPE)
        ):
            return None
        if column.apostrophes:
            cell = cell[1:]
        if column.field == "tags":
            return cells.listed(cell, column.separator)
        if column.field == "country":
            return country_code(cell)
        convert = _CONVERTERS.get(column.type)
        if convert is None:
            return cell
        try:
            return convert(cell, column)
        except ValueError:
            if column.asked:
                notes.append(f"{column.name} {_NO_TYPE[column.type]}: kept as text")
            return cell  # typed by hand: the attribute's own type says what is wrong with it
    if kind is float and not math.isfinite(cell):
        notes.append(f"{column.name} is not a number: taken as empty")
        return None
    if kind is list or kind is dict:
        return _finite(cell, column, notes)
    return cell


def _day(cell: str, column: ColumnReading) -> str:
    return moments.read_day(cell, column.order).isoformat()


def _instant(cell: str, column: ColumnReading) -> str:
    return cell if moments.is_iso(cell) else moments.read_moment(cell, column.order).isoformat()


_NO_TYPE = {
    "number": "is not a number",
    "boolean": "is not true or false",
    "day": "is not a date",
    "moment": "is not a date and time",
}
_CONVERTERS: Mapping[str, Callable[[str, ColumnReading], object]] = {
    "number": lambda cell, column: cells.number(cell.strip(), column.point),
    "boolean": lambda cell, _: cells.boolean(cell),
    "day": _day,
    "moment": _instant,
    "list": lambda cell, column: cells.listed(cell, column.separator),
}


def _finite(value: Any, column: ColumnReading, notes: list[str]) -> Any:
    """The value without numbers that are none."""
    if isinstance(value, dict):
        return {name: _finite(item, column, notes) for name, item in value.items()}
    if isinstance(value, list):
        return [_finite(item, column, notes) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        note = f"a value in {column.name} is not a number: taken as empty"
        if note not in notes:
            notes.append(note)
        return None
    return value
