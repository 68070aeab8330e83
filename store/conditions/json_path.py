"""The rules of `domain.matching`, said to Postgres: all tests of one JSON document as a single SQL/JSON path.

The path is one bound parameter, its literals quoted as JSON: nothing of a condition ever becomes SQL text.
`jsonb_path_exists_tz(document, path)` is never null: errors inside the outer filter count as "does not pass".
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from domain.conditions import Operator, PropertyTest, Scalar
from domain.errors import InvalidError
from domain.i18n import sentence
from domain.matching import DECIMAL, ISO_8601, instant_of, is_decimal, wanted_values

_SYMBOL = {Operator.GT: ">", Operator.GTE: ">=", Operator.LT: "<", Operator.LTE: "<="}
_NEVER = "1 == 0"
_NO_LIST = '@.type() != "array"'
_DECIMAL_TEXT = f'@.type() == "string" && @ like_regex {json.dumps(DECIMAL)}'
_ISO_TEXT = f"@ like_regex {json.dumps(ISO_8601)}"


def json_path(tests: Sequence[PropertyTest], refs: Mapping[str, Any]) -> str:
    """A path that exists in the documents that pass all of `tests`, and in no other. `refs` as in `matching.passes`."""
    if not tests:
        return "$"
    return f"$ ? ({' && '.join(f'({_test(test, refs)})' for test in tests)})"


def anniversary_path(path: str, month_days: Sequence[str], year: int | None) -> str:
    """A path that exists where the text at `path` is a date on one of those days.

    Args:
        path: dotted.
        month_days: such as `11-22`.
        year: of that year only; None = of any.

    """
    years = f"{year:04d}" if year is not None else "[12][0-9]{3}"
    pattern = f"^{years}-({'|'.join(month_days)})([T ]|$)"
    return f"$ ? ({_any(path, f'@ like_regex {_text(pattern)}')})"


def numbers_path(path: str) -> str:
    """A path to every number at `path`, texts that are plain decimals included."""
    return f'{found_path(path)} ? (@.type() == "number" || ({_DECIMAL_TEXT})).number()'


def _test(test: PropertyTest, refs: Mapping[str, Any]) -> str:
    wanted = wanted_values(test, refs)
    if wanted is None:
        return _NEVER
    path = test.property
    match test.op:
        case Operator.EXISTS:
            return _any(path, "@ != null")
        case Operator.MISSING:
            return f"!{_any(path, '@ != null')}"
        case Operator.EQ | Operator.IN:
            return _any(path, _any_same(wanted))
        case Operator.NE | Operator.NOT_IN:
            return f"!{_any(path, _any_same(wanted))}"
        case Operator.CONTAINS:
            return _contains(path, wanted[0])
        case Operator.STARTS_WITH:
            start = wanted[0]
            return _any(path, f"@ starts with {_text(start)}") if isinstance(start, str) else _NEVER
        case Operator.GT | Operator.GTE | Operator.LT | Operator.LTE:
            return _any(path, _ordered(_SYMBOL[test.op], wanted[0]))
        case Operator.ANNIVERSARY:
            raise ValueError("an anniversary is no test of a property")
        case _:
            assert_never(test.op)


def _any(path: str, predicate: str) -> str:
    # a filter opens one more list than its path does; without the guard its comparisons would open yet another
    return f"exists({found_path(path)} ? ({_NO_LIST} && ({predicate})))"


def found_path(path: str) -> str:
    """A path to everything at a dotted path, lists opened."""
    return "$" + "".join(f".{_text(key)}[*]" for key in path.split("."))


def _text(value: str) -> str:
    if "\0" in value:
        raise InvalidError(sentence("nul_in_condition"))
    return json.dumps(value)


def _literal(value: Scalar) -> str:
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _any_same(wanted: Sequence[Scalar]) -> str:
    return " || ".join(f"({_same(each)})" for each in wanted) or _NEVER


def _same(wanted: Scalar) -> str:
    plain = f"@ == {_literal(wanted)}"
    if isinstance(wanted, bool):
        return plain
    if not isinstance(wanted, str):
        return f"{plain} || ({_DECIMAL_TEXT} && @.number() == {wanted!r})"
    if is_decimal(wanted):
        return f"{plain} || @ == {_decimal(wanted)}"
    if instant_of(wanted):
        return f"{plain} || ({_ISO_TEXT} && @.datetime() == {_text(wanted)}.datetime())"
    return plain


def _ordered(symbol: str, wanted: Scalar) -> str:
    if isinstance(wanted, bool):
        return _NEVER
    if not isinstance(wanted, str):
        return _numbers(symbol, repr(wanted))
    if is_decimal(wanted):
        return f"{_numbers(symbol, _decimal(wanted))} || (!({_DECIMAL_TEXT}) && @ {symbol} {_text(wanted)})"
    if instant_of(wanted):
        instants = f"{_ISO_TEXT} && @.datetime() {symbol} {_text(wanted)}.datetime()"
        return f"({instants}) || (!({_ISO_TEXT}) && @ {symbol} {_text(wanted)})"
    return f"@ {symbol} {_text(wanted)}"


def _numbers(symbol: str, number: str) -> str:
    return f"@ {symbol} {number} || ({_DECIMAL_TEXT} && @.number() {symbol} {number})"


def _decimal(text: str) -> str:
    """A plain decimal without the leading zeros, which a path's numbers can't have."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, rest = digits.partition(".")
    return f"{sign}{whole.lstrip('0') or '0'}{dot}{rest}"


def _contains(path: str, wanted: Scalar) -> str:
    *parents, leaf = path.split(".")
    above = "$" + "".join(f".{_text(key)}[*]" for key in parents)
    key = f'@.type() == "object" && @.{_text(leaf)}.type() =='
    element = f'exists({above} ? ({key} "array").{_text(leaf)}[*] ? ({_NO_LIST} && ({_same(wanted)})))'
    if not isinstance(wanted, str):
        return element
    piece = f'exists({above} ? ({key} "string").{_text(leaf)} ? (@ like_regex {_text(wanted)} flag "q"))'
    return f"({piece}) || ({element})"
