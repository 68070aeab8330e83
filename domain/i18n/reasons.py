"""Reasons of intake as sentences: those that rows and notes were written down with, in English, found in the catalogue.

Reasons are texts wherever events are read, a million times an import, and in the tables, where one kind of trouble is
one row. The catalogue is read backwards here: its template with the most words of its own that fits is the sentence.
tests/web/test_intake_reasons.py holds every reason that is written somewhere against it.
"""

import re
from functools import lru_cache
from string import Formatter

from domain.i18n.catalog.intake import INTAKE
from domain.i18n.model import Sentence, as_written, sentence
from domain.i18n.values import ListParam, Value

_INNER = frozenset({"what"})
"""Names that stand for a sentence of their own."""
_WORD = frozenset({"name", "other", "field", "value"})
"""Names that stand for one thing."""


def _pattern(template: str) -> re.Pattern[str]:
    parts, seen = [], set[str]()
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(re.escape(literal))
        if name is not None:
            repeated = name in seen
            seen.add(name)
            parts.append(f"(?P={name})" if repeated else f"(?P<{name}>.+{'?' if name in _WORD else ''})")
    return re.compile("".join(parts), re.DOTALL)


def _own_words(template: str) -> int:
    return sum(len(literal) for literal, *_ in Formatter().parse(template))


# Those that say what becomes of a part come first: what is inside of them is a sentence of its own.
_PATTERNS = [
    (code, _pattern(template))
    for code, template in sorted(
        INTAKE.items(), key=lambda item: ("{what}" in item[1], _own_words(item[1])), reverse=True
    )
]


@lru_cache(4096)
def reason(text: str) -> Sentence:
    """A reason as a sentence; words that the catalogue does not know are said as they were written."""
    parts = text.split("; ")
    if len(parts) > 1:
        known = [_one(part) for part in parts]
        whole = None if all(known) else _one(text)
        if whole is None and any(known):
            return sentence(
                "joined", parts=ListParam([each or as_written(part) for each, part in zip(known, parts, strict=True)])
            )
        return whole or as_written(text)
    return _one(text) or as_written(text)


def _one(text: str) -> Sentence | None:
    for code, pattern in _PATTERNS:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        params: dict[str, Value] = {}
        for name, value in found.groupdict().items():
            inner = _one(value) if name in _INNER else value
            if inner is None or (name == "name" and len(value) > 200) or (name == "value" and not _is_value(value)):
                break
            params[name] = inner
            if name == "problem":
                params[name] = _problem(found.groupdict().get("name"), value)
        else:
            return sentence(code, **params)
    return None


def _problem(name: str | None, text: str) -> Value:
    """What stands behind a colon: a sentence where it is one, by itself or with the field's name before it."""
    return _one(text) or (_one(f"{name} {text}") if name and text.startswith(("is ", "has ")) else None) or text


def _is_value(text: str) -> bool:
    """Something in quotes, or what stands for it where one kind of trouble is counted."""
    return text[:1] in "'\"…" or text in ("true", "false", "NaN")
