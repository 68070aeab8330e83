"""Types that attributes of customers may have, and by which rule a value becomes one.

| type | taken as it is | made into one | refused |
|---|---|---|---|
| `text` | a text | a number, true or false, as JSON writes them | lists, objects |
| `number` | a number | a text that is a number (`12`, `-0.5`, `1e3`) | all else |
| `boolean` | true, false | the texts `true` and `false`, in any case | all else |
| `date` | a text that is an ISO 8601 date, or date and time | | all else |
| `list` | a list of texts, numbers and booleans | | all else |
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from domain.field_values import number_of


class AttributeType(StrEnum):
    """What an attribute holds."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    LIST = "list"


def typed(type_: AttributeType, value: object) -> object:
    """The value as one of that type.

    Raises:
        ValueError: it can't be one; the message says what it is not.

    """
    return _TYPED[type_](value)


def _text(value: object) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    raise ValueError("is not a text")


def _boolean(value: object) -> object:
    value = {"true": True, "false": False}.get(value.strip().lower(), value) if isinstance(value, str) else value
    if not isinstance(value, bool):
        raise ValueError("is not true or false")
    return value


def _date(value: object) -> object:
    try:
        if not isinstance(value, str):
            raise TypeError
        datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise ValueError("is not an ISO 8601 date") from error
    return value


def _list(value: object) -> object:
    if not isinstance(value, list) or not all(isinstance(item, str | bool | int | float) for item in value):
        raise ValueError("is not a list of texts, numbers or booleans")
    return value


_TYPED: Mapping[AttributeType, Callable[[object], object]] = {
    AttributeType.TEXT: _text,
    AttributeType.NUMBER: number_of,
    AttributeType.BOOLEAN: _boolean,
    AttributeType.DATE: _date,
    AttributeType.LIST: _list,
}
