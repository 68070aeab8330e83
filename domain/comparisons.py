"""What conditions compare: operators, values, properties of events. Part of the language of `domain.conditions`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

ANY_EVENT = "*"
"""In a condition on the past, in place of an event's name: anything that the customer did."""

Scalar = bool | int | FiniteFloat | str

PROFILE_FIELDS: dict[str, Literal["text", "date", "instant"]] = {
    "external_id": "text",
    "email": "text",
    "phone": "text",
    "first_name": "text",
    "last_name": "text",
    "gender": "text",
    "city": "text",
    "country": "text",
    "locale": "text",
    "timezone": "text",
    "birth_date": "date",
    "created_at": "instant",
    "updated_at": "instant",
    "last_seen_at": "instant",
}
"""Built-in fields of a profile that a condition can name, and what they hold."""


class StrictModel(BaseModel):
    """A part of a condition: nothing unknown in it, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Operator(StrEnum):
    """How a value is compared. Text compares case-sensitively; dates are ISO 8601 and compare as instants."""

    EQ = "eq"
    NE = "ne"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    NOT_IN = "not_in"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    EXISTS = "exists"
    MISSING = "missing"
    ANNIVERSARY = "anniversary"
    """The value is a date whose month and day, as written, are today's (29 February counts as 28 in common years).

    Profiles only. A value, where given, is a whole number of years: exactly so many years ago today.
    """


class Ref(StrictModel):
    """A value known only inside a journey: `trigger.<property>` or `coupon.<prefix>`."""

    ref: str = Field(pattern=r"^(trigger|coupon)\.[A-Za-z0-9_.-]+$", max_length=120)


Value = Scalar | list[Scalar] | Ref

_UNARY = {Operator.EXISTS, Operator.MISSING}
_LISTS = {Operator.IN, Operator.NOT_IN}


def check_operand(op: Operator, value: Value | None) -> None:
    """Raise ValueError, in words, unless the operator takes such a value."""
    if op in _UNARY:
        if value is not None:
            raise ValueError(f"operator {op.value!r} takes no value")
    elif op is Operator.ANNIVERSARY:
        whole = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1000
        if value is not None and not whole:
            raise ValueError("operator 'anniversary' takes a whole number of years above zero, or no value")
    elif op in _LISTS:
        if not isinstance(value, list):
            raise ValueError(f"operator {op.value!r} takes a list of values")
    elif value is None or isinstance(value, list):
        raise ValueError(f"operator {op.value!r} takes one value")


def check_field(name: str, op: Operator, value: Value | None) -> None:
    """Raise ValueError, in words, unless the built-in field of that name can be asked so."""
    kind = PROFILE_FIELDS.get(name)
    if kind is None:
        own, computed = f"attributes.{name}", f"traits.{name}"
        raise ValueError(
            f"there is no property {name!r}: {own!r} is one that you send, {computed!r} one that is computed"
        )
    if op in _UNARY or isinstance(value, Ref):
        return
    if op is Operator.ANNIVERSARY:
        if kind == "text":
            raise ValueError(f"{name!r} is a text, which has no anniversary")
        return
    if not all(isinstance(each, str) for each in (value if isinstance(value, list) else [value])):
        raise ValueError(f"{name!r} is compared with a text")
    if kind != "text":
        if op in {Operator.CONTAINS, Operator.STARTS_WITH}:
            raise ValueError(f"{name!r} is a date: {op.value!r} is for texts")
        for each in value if isinstance(value, list) else [value]:
            datetime.fromisoformat(str(each))


class PropertyTest(StrictModel):
    """One comparison with a property of an event. `property` is a dotted path into its properties."""

    property: str = Field(min_length=1, max_length=120)
    op: Operator
    value: Value | None = None

    @model_validator(mode="after")
    def _operand(self) -> PropertyTest:
        if self.op is Operator.ANNIVERSARY:
            raise ValueError("operator 'anniversary' asks about a date of the profile, not about an event")
        check_operand(self.op, self.value)
        return self


class Comparison(StrictModel):
    """A number held against another: `op` is one of eq, ne, gt, gte, lt, lte."""

    op: Literal["eq", "ne", "gt", "gte", "lt", "lte"]
    value: FiniteFloat


class EventFilter(StrictModel):
    """Events of one name whose properties pass all of `where`."""

    event: str = Field(min_length=1, max_length=120)
    where: list[PropertyTest] = Field(default_factory=list, max_length=20)

    @model_validator(mode="after")
    def _named(self) -> EventFilter:
        if self.event == ANY_EVENT:
            raise ValueError("name the event: '*' is for conditions on the past only")
        return self
