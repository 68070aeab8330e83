"""Operations on what a profile holds: a number that grows, a list that gains or loses values.

They count in any order, unlike what is set: an older one is not outdated by a newer one. A part that can't be done (a
text that is to grow) leaves what was there, with a note.
"""

import math
from collections.abc import Callable, Mapping

from domain.events import ProfileOperation
from domain.field_values import number_of
from domain.orders import added

_LONGEST = 1000
"""Values of a list."""


def combined(operation: ProfileOperation, present: object, value: object) -> object:
    """What the profile holds after the operation; None where it held nothing and still does.

    Args:
        operation: one that goes by what is there.
        present: what the profile holds; None where it holds nothing.
        value: what the operation adds or takes away.

    Raises:
        ValueError: it can't be done; the message says what is not as it should be.

    """
    return _OPERATIONS[operation](present, value)


def _add(present: object, value: object) -> object:
    number = number_of(value)
    before = 0 if present is None else number_of(present)
    if isinstance(before, int) and isinstance(number, int):
        return number_of(before + number)
    total = added(before, number)
    if not math.isfinite(total):
        raise ValueError("is a number out of all bounds")
    return total


def _append(present: object, value: object) -> object:
    _require_plain([value])
    return _bounded([*_listed(present), value])


def _union(present: object, value: object) -> object:
    more = value if isinstance(value, list) else [value]
    _require_plain(more)
    before = _listed(present)
    return _bounded([*before, *_without(_distinct(more), before)])


def _remove(present: object, value: object) -> object:
    gone = value if isinstance(value, list) else [value]
    return None if present is None else _without(_listed(present), gone)


_OPERATIONS: Mapping[ProfileOperation, Callable[[object, object], object]] = {
    ProfileOperation.ADD: _add,
    ProfileOperation.APPEND: _append,
    ProfileOperation.UNION: _union,
    ProfileOperation.REMOVE: _remove,
}


def _listed(present: object) -> list[object]:
    if present is None:
        return []
    if not isinstance(present, list):
        raise ValueError("is not a list of texts, numbers or booleans")
    return present


def _require_plain(values: list[object]) -> None:
    if not all(isinstance(value, str | bool | int | float) for value in values):
        raise ValueError("is not a list of texts, numbers or booleans")


def _bounded(values: list[object]) -> list[object]:
    if len(values) > _LONGEST:
        raise ValueError("is too long")
    return values


def _without(values: list[object], gone: list[object]) -> list[object]:
    return [value for value in values if not any(_is_same(value, other) for other in gone)]


def _distinct(values: list[object]) -> list[object]:
    found: list[object] = []
    for value in values:
        found += _without([value], found)
    return found


def _is_same(one: object, other: object) -> bool:
    """Equal, where true is not the number 1."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other
