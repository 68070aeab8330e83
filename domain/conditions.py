"""The one condition language: segments, checks, triggers and goals are all written in it.

`Condition` asks about a customer and is compiled to SQL by `store.condition_sql`. `PropertyTest` asks about one
event's properties; it runs both in SQL and, by `domain.matching`, in Python, with the same answers.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from domain.vocabulary import Channel, Engagement

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


class _Model(BaseModel):
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


class Ref(_Model):
    """A value known only inside a journey: `trigger.<property>` or `coupon.<prefix>`."""

    ref: str = Field(pattern=r"^(trigger|coupon)\.[A-Za-z0-9_.-]+$", max_length=120)


Value = Scalar | list[Scalar] | Ref

_UNARY = {Operator.EXISTS, Operator.MISSING}
_LISTS = {Operator.IN, Operator.NOT_IN}


def _check_operand(op: Operator, value: Value | None) -> None:
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


def _check_field(name: str, op: Operator, value: Value | None) -> None:
    kind = PROFILE_FIELDS.get(name)
    if kind is None:
        raise ValueError(f"the profile has no field {name!r}; write 'attributes.{name}' for an attribute of your own")
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


class PropertyTest(_Model):
    """One comparison with a property of an event. `property` is a dotted path into its properties."""

    property: str = Field(min_length=1, max_length=120)
    op: Operator
    value: Value | None = None

    @model_validator(mode="after")
    def _operand(self) -> PropertyTest:
        if self.op is Operator.ANNIVERSARY:
            raise ValueError("operator 'anniversary' asks about a date of the profile, not about an event")
        _check_operand(self.op, self.value)
        return self


class Comparison(_Model):
    """A number held against another: `op` is one of eq, ne, gt, gte, lt, lte."""

    op: Literal["eq", "ne", "gt", "gte", "lt", "lte"]
    value: FiniteFloat


class LastWindow(_Model):
    """The time just past, in business time, up to the moment of asking."""

    kind: Literal["last"] = "last"
    days: float = Field(default=0, ge=0, le=36500)
    hours: float = Field(default=0, ge=0)
    minutes: float = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _some(self) -> LastWindow:
        if self.days + self.hours + self.minutes <= 0:
            raise ValueError("a window of the last ... needs days, hours or minutes above zero")
        return self

    @property
    def seconds(self) -> float:
        """Length of the window in seconds."""
        return self.days * 86400 + self.hours * 3600 + self.minutes * 60


class BetweenWindow(_Model):
    """From `start` (inclusive) to `end` (exclusive); a bare date is its midnight in UTC."""

    kind: Literal["between"] = "between"
    start: datetime | date | None = None
    end: datetime | date | None = None


class SinceWindow(_Model):
    """Since a moment of the journey: its start, the event that started it, or the last visit of a node."""

    kind: Literal["since"] = "since"
    anchor: Literal["journey_start", "trigger", "node"] = "journey_start"
    node_id: str | None = None

    @model_validator(mode="after")
    def _node(self) -> SinceWindow:
        if (self.anchor == "node") != (self.node_id is not None):
            raise ValueError("a window since a node names its node_id, and no other does")
        return self


class SinceEventWindow(_Model):
    """Since the customer's latest event of that name (never true for one who has none)."""

    kind: Literal["since_event"] = "since_event"
    event: str = Field(min_length=1, max_length=120)


Window = Annotated[LastWindow | BetweenWindow | SinceWindow | SinceEventWindow, Field(discriminator="kind")]


class AllOf(_Model):
    """Every one of `of` holds; an empty list holds for everybody."""

    kind: Literal["all"] = "all"
    of: list[Condition] = Field(default_factory=list, max_length=100)


class AnyOf(_Model):
    """At least one of `of` holds; an empty list holds for nobody."""

    kind: Literal["any"] = "any"
    of: list[Condition] = Field(default_factory=list, max_length=100)


class Not(_Model):
    """The condition inside does not hold."""

    kind: Literal["not"] = "not"
    condition: Condition


class AttributeIs(_Model):
    """A comparison with the profile: a built-in field (`email`, `city`, ...), `attributes.<name>` or `traits.<name>`.

    A missing attribute satisfies only `missing`, `ne` and `not_in`. Built-in texts compare as texts, dates and instants
    with ISO 8601 texts; attributes and traits compare as properties do (`domain.matching`).
    """

    kind: Literal["attribute"] = "attribute"
    name: str = Field(min_length=1, max_length=120)
    op: Operator
    value: Value | None = None

    @model_validator(mode="after")
    def _operand(self) -> AttributeIs:
        _check_operand(self.op, self.value)
        if not self.name.startswith(("attributes.", "traits.")):
            _check_field(self.name, self.op, self.value)
        return self


class HasTag(_Model):
    """The profile carries this tag."""

    kind: Literal["tag"] = "tag"
    tag: str = Field(min_length=1, max_length=80)


class SumOf(_Model):
    """The sum of a numeric property over the matching events (non-numbers count as zero)."""

    property: str = Field(min_length=1, max_length=120)
    is_: Comparison = Field(alias="is")
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class DidEvent(_Model):
    """The customer did `event`, where all of `where` hold, within `window` (default: ever).

    Without `count` and `sum`: at least once. `count` with `lt`, `lte`, `eq 0` can hold for those who never did it.
    """

    kind: Literal["event"] = "event"
    event: str = Field(min_length=1, max_length=120)
    where: list[PropertyTest] = Field(default_factory=list, max_length=20)
    window: Window | None = None
    count: Comparison | None = None
    sum: SumOf | None = None


class Sequence(_Model):
    """`first`, then `then` within the time given after it, with none of `without` between the two."""

    kind: Literal["sequence"] = "sequence"
    first: str = Field(min_length=1, max_length=120)
    first_where: list[PropertyTest] = Field(default_factory=list, max_length=20)
    then: str = Field(min_length=1, max_length=120)
    then_where: list[PropertyTest] = Field(default_factory=list, max_length=20)
    within: LastWindow
    without: str | None = None
    window: Window | None = None


class Engaged(_Model):
    """A message of ours was sent, delivered, opened, clicked, ...

    Inside a journey, `node_id` narrows to that node's latest message of this journey, `this_journey` to all of its
    messages. Opens and clicks made by machines (privacy proxies, link scanners) count only if `machine` says so.
    """

    kind: Literal["engagement"] = "engagement"
    action: Engagement
    channel: Channel | None = None
    campaign_id: UUID | None = None
    node_id: str | None = None
    this_journey: bool = False
    window: Window | None = None
    machine: bool = False


class InSegment(_Model):
    """Member of another segment at this moment."""

    kind: Literal["segment"] = "segment"
    segment_id: UUID


class ScoreIs(_Model):
    """A model's score for this customer, e.g. `churn`; a customer without one satisfies nothing."""

    kind: Literal["score"] = "score"
    score: str = Field(min_length=1, max_length=80)
    is_: Comparison = Field(alias="is")
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class RandomShare(_Model):
    """A fixed share of all customers, by a hash of the customer and `salt`: the same ones at every asking."""

    kind: Literal["random"] = "random"
    percent: float = Field(ge=0, le=100)
    salt: str = Field(default="", max_length=80)


class TriggerIs(_Model):
    """All of `where` hold for the event that started this journey."""

    kind: Literal["trigger"] = "trigger"
    where: list[PropertyTest] = Field(default_factory=list, max_length=20)


Condition = Annotated[
    AllOf
    | AnyOf
    | Not
    | AttributeIs
    | HasTag
    | DidEvent
    | Sequence
    | Engaged
    | InSegment
    | ScoreIs
    | RandomShare
    | TriggerIs,
    Field(discriminator="kind"),
]

for _m in (AllOf, AnyOf, Not):
    _m.model_rebuild()


class EventFilter(_Model):
    """Events of one name whose properties pass all of `where`."""

    event: str = Field(min_length=1, max_length=120)
    where: list[PropertyTest] = Field(default_factory=list, max_length=20)


def walk(condition: Any) -> list[Any]:
    """The condition and everything nested in it, outermost first."""
    found = [condition]
    if isinstance(condition, (AllOf, AnyOf)):
        for part in condition.of:
            found += walk(part)
    elif isinstance(condition, Not):
        found += walk(condition.condition)
    return found
