"""OData 4's `$filter`: comparisons, `and`, `or`, `not`, `in`, `contains`, `startswith`, `endswith`. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from domain.errors import InvalidError

Comparison = Literal["eq", "ne", "gt", "ge", "lt", "le"]
Test = Literal["contains", "startswith", "endswith"]
Plain = str | int | Decimal | bool | date | datetime | None
MOST_DEPTH = 50
MOST_LENGTH = 4_000
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')
        |(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d))
        |(?P<day>\d{4}-\d\d-\d\d)
        |(?P<number>[+-]?\d{1,30}(?:\.\d{1,30})?)
        |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
        |(?P<mark>[(),]))""",
    re.VERBOSE,
)
_KINDS: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "bigint": (int,),
    "integer": (int,),
    "numeric": (int, Decimal),
    "boolean": (bool,),
    "date": (date,),
    "timestamp with time zone": (datetime,),
}
_LARGEST = 2**63


@dataclass(frozen=True)
class Compared:
    """A column beside a value."""

    column: str
    how: Comparison
    value: Plain


@dataclass(frozen=True)
class OneOf:
    """A column has one of these values."""

    column: str
    values: tuple[Plain, ...]


@dataclass(frozen=True)
class TextTest:
    """A text contains, begins or ends with another."""

    column: str
    how: Test
    value: str


@dataclass(frozen=True)
class Negated:
    """Not so."""

    part: "Filter"


@dataclass(frozen=True)
class Joined:
    """Both, or one of the two."""

    how: Literal["and", "or"]
    left: "Filter"
    right: "Filter"


Filter = Compared | OneOf | TextTest | Negated | Joined


def parse_filter(text: str, types: Mapping[str, str]) -> Filter:
    """Read a `$filter`.

    Args:
        text: as the client sent it.
        types: column -> its type in Postgres.

    Raises:
        InvalidError: it is none, names an unknown column, or compares with a value of another type.

    """
    if len(text) > MOST_LENGTH:
        raise InvalidError(f"$filter: at most {MOST_LENGTH} characters")
    parser = _Parser(_tokens(text), types)
    found = parser.either(0)
    if parser.kind != "end":
        raise InvalidError(f"$filter: nothing is expected after the condition, at {parser.word!r}")
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place, text = [], 0, text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise InvalidError(f"$filter: can't be read at {text[place : place + 20]!r}")
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return [*found, ("end", "")]


class _Parser:
    """Goes through the tokens once."""

    def __init__(self, tokens: list[tuple[str, str]], types: Mapping[str, str]) -> None:
        self._tokens, self._types, self._place = tokens, types, 0

    @property
    def kind(self) -> str:
        return self._tokens[self._place][0]

    @property
    def word(self) -> str:
        return self._tokens[self._place][1]

    def _next(self) -> tuple[str, str]:
        token = self._tokens[self._place]
        self._place += token[0] != "end"
        return token

    def _take(self, *expected: str) -> str | None:
        return self._next()[1] if self.kind in ("word", "mark") and self.word in expected else None

    def _expect(self, word: str) -> None:
        if self._take(word) is None:
            raise InvalidError(f"$filter: {word!r} is expected at {self.word!r}")

    def either(self, depth: int) -> Filter:
        return self._joined("or", lambda: self._joined("and", lambda: self._one(depth)))

    def _joined(self, how: Literal["and", "or"], part: Callable[[], Filter]) -> Filter:
        parts = [part()]
        while self._take(how):
            parts.append(part())
            if len(parts) > 2 * MOST_DEPTH:
                raise InvalidError("$filter: too long")
        found = parts[0]
        for each in parts[1:]:
            found = Joined(how, found, each)
        return found

    def _one(self, depth: int) -> Filter:
        if depth > MOST_DEPTH:
            raise InvalidError("$filter: nested too deeply")
        if self._take("not"):
            return Negated(self._one(depth + 1))
        if self._take("("):
            found = self.either(depth + 1)
            self._expect(")")
            return found
        test = self._take("contains", "startswith", "endswith")
        return self._test(test) if test else self._comparison()

    def _test(self, how: str) -> TextTest:
        self._expect("(")
        column = self._column()
        if self._types[column] != "text":
            raise InvalidError(f"$filter: {how} is for texts, and {column} is none")
        self._expect(",")
        value = self._value(column)
        self._expect(")")
        if not isinstance(value, str):
            raise InvalidError(f"$filter: {how} needs a text")
        return TextTest(column, how, value)  # type: ignore[arg-type]

    def _comparison(self) -> Filter:
        column = self._column()
        if self._take("in"):
            return self._one_of(column)
        how = self._take("eq", "ne", "gt", "ge", "lt", "le")
        if how is None:
            if self._types[column] == "boolean":
                return Compared(column, "eq", True)
            raise InvalidError(f"$filter: eq, ne, gt, ge, lt, le or in is expected at {self.word!r}")
        value = self._value(column)
        if value is None and how not in ("eq", "ne"):
            raise InvalidError("$filter: null is compared by eq and ne only")
        return Compared(column, how, value)  # type: ignore[arg-type]

    def _one_of(self, column: str) -> OneOf:
        self._expect("(")
        values = [self._value(column)]
        while self._take(","):
            values.append(self._value(column))
        self._expect(")")
        return OneOf(column, tuple(values))

    def _column(self) -> str:
        kind, name = self._next()
        if kind != "word" or name not in self._types:
            raise InvalidError(f"$filter: {name!r} is no property")
        return name

    def _value(self, column: str) -> Plain:
        kind, word = self._next()
        value = _plain(kind, word)
        type_ = self._types[column]
        if type_ == "timestamp with time zone" and kind == "day":
            raise InvalidError(f"$filter: {column} is compared with a moment, such as {word}T00:00:00Z")
        fits = value is None or (isinstance(value, _KINDS[type_]) and (type(value) is not bool or type_ == "boolean"))
        if not fits:
            raise InvalidError(f"$filter: {word} is no value for {column}")
        return value


def _plain(kind: str, word: str) -> Plain:
    try:
        match kind:
            case "text":
                return word[1:-1].replace("''", "'")
            case "moment":
                return datetime.fromisoformat(word)
            case "day":
                return date.fromisoformat(word)
            case "number":
                number = Decimal(word)
                if abs(number) < _LARGEST:
                    return number if "." in word else int(word)
            case "word" if word in ("true", "false", "null"):
                return {"true": True, "false": False, "null": None}[word]
    except ValueError:
        pass
    raise InvalidError(f"$filter: {word!r} is no value")
