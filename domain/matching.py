"""Whether an event's properties match: the rules of comparison in Python. `store.conditions.json_path` is their SQL.

A dotted path (`products.name`) looks into objects, and into lists for *any* element that fits. `null`, an empty list
and a path that leads nowhere are all "missing". What is found is then held against the wanted value:

| found, wanted  | number              | text                                       | boolean         |
|-----------------|---------------------|--------------------------------------------|-----------------|
| number          | as numbers, exactly | as numbers if the text is a plain decimal  | never           |
| text            | as numbers if the   | eq, in: the same characters, or the same   | never           |
|                 | text is a plain     | instant in ISO 8601. gt, lt, ...: both     |                 |
|                 | decimal             | decimals: as numbers; both ISO 8601: as    |                 |
|                 |                     | instants; else by code point               |                 |
| boolean         | never               | never                                      | eq and in only  |
| object          | never               | never                                      | never           |

`ne` and `not_in` are the opposites of `eq` and `in`, so a missing property satisfies them. `contains` finds a piece of
a text, or a whole element of a list. `starts_with` is for texts. A plain decimal is `-12.50`, without exponent; ISO
8601 is a date, or a date and time to the second, in the years 1000 to 2999; without an offset it is UTC. A reference
(`coupon.X`, `trigger.y`) to something that isn't known satisfies nothing, not even `ne`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Any, assert_never

from domain.conditions import EventFilter, Operator, PropertyTest, Ref, Scalar

DECIMAL = r"^-?[0-9]{1,30}([.][0-9]{1,30})?$"
"""A text that counts as a number. Written for Python and for Postgres alike."""
ISO_8601 = (
    r"^[12][0-9]{3}-[01][0-9]-[0-3][0-9]"
    r"([T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?)?$"
)
"""A text that may be a date or an instant. Written for Python and for Postgres alike."""

_DECIMAL = re.compile(DECIMAL)
_ISO_8601 = re.compile(ISO_8601)


def passes(tests: Sequence[PropertyTest], properties: Mapping[str, Any], refs: Mapping[str, Any] | None = None) -> bool:
    """Whether all of `tests` hold for an event's properties.

    Args:
        tests: comparisons; none of them = passes.
        properties: the event's, as parsed from JSON.
        refs: what `coupon.<prefix>` and `trigger.<property>` stand for here; see `journey_refs`.

    """
    return all(_holds(test, properties, refs or {}) for test in tests)


def filter_matches(
    event_filter: EventFilter, name: str, properties: Mapping[str, Any], refs: Mapping[str, Any] | None = None
) -> bool:
    """Whether an event of that name and those properties is one that the filter lets through."""
    return event_filter.event == name and passes(event_filter.where, properties, refs)


def property_at(properties: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path: None when missing, a list when the path finds several."""
    found = list(values_at(properties, path))
    return found if len(found) > 1 else found[0] if found else None


def values_at(properties: Mapping[str, Any], path: str) -> Iterator[Any]:
    """Everything that a dotted path finds, lists opened, nulls left out."""
    *parents, leaf = path.split(".")
    return _opened(_children(_descend(properties, parents), leaf))


def journey_refs(trigger: Mapping[str, Any], coupons: Mapping[str, str]) -> dict[str, Any]:
    """What references stand for in a journey: `trigger.<dotted path>` and `coupon.<prefix>`, scalars only."""
    refs: dict[str, Any] = {f"coupon.{prefix}": code for prefix, code in coupons.items()}
    open_: list[tuple[str, Any]] = [(f"trigger.{key}", value) for key, value in trigger.items()]
    while open_:
        name, value = open_.pop()
        if isinstance(value, Mapping):
            open_ += [(f"{name}.{key}", inner) for key, inner in value.items()]
        elif isinstance(value, bool | int | float | str):
            refs[name] = value
    return refs


def wanted_values(test: PropertyTest | Any, refs: Mapping[str, Any]) -> list[Scalar] | None:
    """The operand as a list of scalars (empty for operators without one); None for a reference that isn't known."""
    value = test.value
    if isinstance(value, Ref):
        found = refs.get(value.ref)
        return [found] if isinstance(found, bool | int | float | str) else None
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def is_decimal(text: str) -> bool:
    """Whether a text counts as a number."""
    return _DECIMAL.fullmatch(text) is not None


def instant_of(text: str) -> datetime | None:
    """The instant that an ISO 8601 text names, None for any other text."""
    if _ISO_8601.fullmatch(text) is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _holds(test: PropertyTest, properties: Mapping[str, Any], refs: Mapping[str, Any]) -> bool:
    wanted = wanted_values(test, refs)
    if wanted is None:
        return False
    match test.op:
        case Operator.EXISTS:
            return any(True for _ in values_at(properties, test.property))
        case Operator.MISSING:
            return not any(True for _ in values_at(properties, test.property))
        case Operator.CONTAINS:
            return _contains(test.property, properties, wanted[0])
        case Operator.NE | Operator.NOT_IN:
            return not any(_same(found, each) for found in values_at(properties, test.property) for each in wanted)
        case Operator.EQ | Operator.IN:
            return any(_same(found, each) for found in values_at(properties, test.property) for each in wanted)
        case Operator.STARTS_WITH:
            start = wanted[0]
            return isinstance(start, str) and any(
                isinstance(found, str) and found.startswith(start) for found in values_at(properties, test.property)
            )
        case Operator.GT | Operator.GTE | Operator.LT | Operator.LTE:
            return any(_ordered(found, test.op, wanted[0]) for found in values_at(properties, test.property))
        case Operator.ANNIVERSARY:
            raise ValueError("an anniversary is no test of a property")
        case _:
            assert_never(test.op)


def _descend(root: Mapping[str, Any], path: Sequence[str]) -> Iterator[Any]:
    values: Iterator[Any] = iter([root])
    for key in path:
        values = _opened(_children(values, key))
    return values


def _children(parents: Iterator[Any], key: str) -> Iterator[Any]:
    return (parent[key] for parent in parents if isinstance(parent, Mapping) and key in parent)


def _opened(values: Iterator[Any]) -> Iterator[Any]:
    """Lists, and lists in them, replaced by their elements; lists deeper down are left out, as in Postgres's paths."""
    for value in values:
        for element in value if isinstance(value, list) else [value]:
            for inner in element if isinstance(element, list) else [element]:
                if inner is not None and not isinstance(inner, list):
                    yield inner


def _contains(path: str, properties: Mapping[str, Any], wanted: Scalar) -> bool:
    *parents, leaf = path.split(".")
    for value in _children(_descend(properties, parents), leaf):
        if isinstance(value, list):
            if any(_same(element, wanted) for element in _opened(iter([value]))):
                return True
        elif isinstance(value, str) and isinstance(wanted, str) and wanted in value:
            return True
    return False


def _number(value: Any) -> Decimal | None:
    """A number, or a text that counts as one, exactly as it is written."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Decimal(repr(value)) if isfinite(value) else None
    return Decimal(value) if isinstance(value, str) and is_decimal(value) else None


def _same(found: Any, wanted: Scalar) -> bool:
    if isinstance(found, bool) or isinstance(wanted, bool):
        return isinstance(found, bool) and isinstance(wanted, bool) and found == wanted
    if isinstance(found, str) and isinstance(wanted, str):
        if found == wanted:
            return True
        instant = instant_of(wanted)
        return instant is not None and instant == instant_of(found)
    number = _number(wanted)
    return number is not None and number == _number(found)


def _ordered(found: Any, op: Operator, wanted: Scalar) -> bool:
    if isinstance(found, bool) or isinstance(wanted, bool):
        return False
    left, right = _number(found), _number(wanted)
    if left is not None and right is not None:
        return _in_order(left, op, right)
    if not (isinstance(found, str) and isinstance(wanted, str)):
        return False
    instant = instant_of(wanted)
    if instant is not None and _ISO_8601.fullmatch(found):
        moment = instant_of(found)
        return moment is not None and _in_order(moment, op, instant)
    return _in_order(found, op, wanted)


def _in_order(left: Any, op: Operator, right: Any) -> bool:
    match op:
        case Operator.GT:
            return bool(left > right)
        case Operator.GTE:
            return bool(left >= right)
        case Operator.LT:
            return bool(left < right)
        case Operator.LTE:
            return bool(left <= right)
        case _:
            raise ValueError(f"{op} compares no order")
