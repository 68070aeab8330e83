"""Makes JSON from outside fit for the database, or says why it can't be."""

import math
import re
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DEPTH = 32
_LARGEST = 10**300


def storable(value: Any, depth: int = 0) -> Any:
    """The value with NUL characters and lone surrogates, which Postgres can't keep, replaced by U+FFFD.

    Raises:
        ValueError: nested too deeply, or a number that is out of all bounds; the message says which.

    """
    if depth > _DEPTH:
        raise ValueError(f"nested more than {_DEPTH} levels deep")
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {storable(name): storable(item, depth + 1) for name, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is too large")
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise ValueError("a number is too large")
    return value
