"""Takes from a log's words what may name a person: the words of a database or a vendor repeat what they were given."""

import re

_ADDRESS = re.compile(r"[^\s@'\"<>(),;:=]+@[^\s@'\"<>(),;:=]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"\+\d[\d ()./-]{6,18}\d")
_DETAIL = re.compile(r"(?m)^(.*DETAIL:).*$")
"""PostgreSQL's own line with the values of the row that it objects to."""


def redacted(words: str) -> str:
    """The same without e-mail addresses, telephone numbers and rows."""
    return _PHONE.sub("<number>", _ADDRESS.sub("<address>", _DETAIL.sub(r"\1 <row>", words)))
