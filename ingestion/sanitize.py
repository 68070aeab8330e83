"""Makes JSON from outside fit for the database, or says why it can't be."""

import math
import re
from collections.abc import Mapping
from typing import Any

import orjson

from store.events import json_text

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DEPTH = 32
_LARGEST = 10**300


def storable(value: Any) -> Any:
    """The value with NUL characters and lone surrogates, which Postgres can't keep, replaced by U+FFFD.

    Raises:
        ValueError: nested too deeply, or a number that is out of all bounds; the message says which.

    """
    return value if _is_plain(value) or _is_storable(value) else _mended(value, 0)


def mended(value: Any) -> tuple[Any, list[str]]:
    """The value as the database can keep it, and what had to be left out for that, in words.

    NUL characters and lone surrogates become U+FFFD. A number that is none (NaN), or out of all bounds, is left out of
    its object, and becomes null in a list; so does what is nested too deeply.
    """
    if _is_plain(value) or _is_storable(value):
        return value, []
    notes: list[str] = []
    return _cut(value, "", 0, notes), notes


def _cut(value: Any, place: str, depth: int, notes: list[str]) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, float | int) and not _is_number(value):
        raise _UnusableError("is not a number, or one out of all bounds")
    if not isinstance(value, list | dict):
        return value
    if depth >= _DEPTH:
        raise _UnusableError(f"is nested more than {_DEPTH} levels deep")
    kept: list[tuple[Any, Any]] = []
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        name = _UNSTORABLE.sub("\ufffd", key) if isinstance(key, str) else key
        there = f"{place}.{name}" if place else str(name)
        try:
            kept.append((name, _cut(item, there, depth + 1, notes)))
        except _UnusableError as error:
            if len(notes) < _NOTES:
                notes.append(f"{there[:100]} {error}: left out")
            if isinstance(value, list):
                kept.append((name, None))
    return dict(kept) if isinstance(value, dict) else [item for _, item in kept]


class _UnusableError(Exception):
    """A value can't be kept; the message says what it is."""


_NOTES = 20


def _is_number(value: float) -> bool:
    return math.isfinite(value) if isinstance(value, float) else abs(value) <= _LARGEST


def _is_plain(value: Any) -> bool:
    """Whether it can be seen at a glance that nothing is to be mended or refused: for nearly every event it can."""
    try:
        text = orjson.dumps(value)
    except TypeError:  # a lone surrogate, or a number beyond 64 bits
        return False
    # "null" may stand for a number that is none; so many brackets may be nested too deeply
    return b"\\u0000" not in text and b"null" not in text and text.count(b"{") + text.count(b"[") <= _DEPTH


def encode_object(text: str) -> str | None:
    """The JSON text of an object as `store.events.json_text` spells it, where Postgres keeps it as it is.

    None where that can't be seen at a glance: it may be no JSON, no object, or hold something to be mended or refused.
    """
    if json_text.has_long_number(text):
        return None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return _spelt(orjson.dumps(value)) if type(value) is dict else None


def spelt_properties(properties: Mapping[str, Any]) -> str | None:
    """The same of an object that is no text yet."""
    try:
        spelt = orjson.dumps(properties)
    except TypeError:  # a lone surrogate, or a number beyond 64 bits
        return None
    return _spelt(spelt) if b"null" not in spelt else None  # that may stand for a number that is none


def _spelt(properties: bytes) -> str | None:
    text = properties.decode()
    # one level less than a whole call may have: this is what is in it
    return text if "\\u0000" not in text and text.count("{") + text.count("[") < _DEPTH else None


def _is_storable(value: Any) -> bool:
    """Whether nothing is to be mended or refused: nearly always, and found out without a copy."""
    texts: list[str] = []
    level = [value]
    for _ in range(_DEPTH + 1):
        below: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is str:
                texts.append(item)
            elif kind is dict:
                texts += item
                below += item.values()
            elif kind is list:
                below += item
            elif (kind is float and not math.isfinite(item)) or (kind is int and abs(item) > _LARGEST):
                return False
        if not below:
            joined = "".join(texts)
            return (joined.isascii() and "\x00" not in joined) or _UNSTORABLE.search(joined) is None
        level = below
    return False


def _mended(value: Any, depth: int) -> Any:
    if depth > _DEPTH:
        raise ValueError(f"nested more than {_DEPTH} levels deep")
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_mended(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_UNSTORABLE.sub("\ufffd", name): _mended(item, depth + 1) for name, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is too large")
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise ValueError("a number is too large")
    return value
