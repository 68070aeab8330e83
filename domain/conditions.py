"""The one condition language: segments, checks, triggers and goals are all written in it.

`Condition` asks about a customer and is compiled to SQL by `store.conditions.compiler`. `PropertyTest` asks about one
event's properties; it runs both in SQL and, by `domain.matching`, in Python, with the same answers.
"""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from domain.comparisons import (
    ANY_EVENT,
    PROFILE_FIELDS,
    Comparison,
    EventFilter,
    Operator,
    PropertyTest,
    Ref,
    Scalar,
    StrictModel,
    Value,
    check_field,
    check_operand,
)
from domain.vocabulary import Channel, MessageEventKind
from domain.windows import BetweenWindow, LastWindow, SinceEventWindow, SinceWindow, Window

ClockTime = time

__all__ = [
    "ANY_EVENT",
    "PROFILE_FIELDS",
    "AllOf",
    "AnyOf",
    "AttributeIs",
    "BetweenWindow",
    "ClockTime",
    "Comparison",
    "Condition",
    "DateIs",
    "DidEvent",
    "Engaged",
    "EventFilter",
    "HasTag",
    "InSegment",
    "LastWindow",
    "Leaf",
    "Not",
    "Operator",
    "PercentileIs",
    "PropertyTest",
    "RandomShare",
    "Ref",
    "Scalar",
    "ScoreIs",
    "Sequence",
    "SinceEventWindow",
    "SinceWindow",
    "SumOf",
    "TriggerIs",
    "Value",
    "Window",
    "walk",
]


class AllOf(StrictModel):
    """Every one of `of` holds; an empty list holds for everybody."""

    kind: Literal["all"] = "all"
    of: list[Condition] = Field(default_factory=list, max_length=100)


class AnyOf(StrictModel):
    """At least one of `of` holds; an empty list holds for nobody."""

    kind: Literal["any"] = "any"
    of: list[Condition] = Field(default_factory=list, max_length=100)


class Not(StrictModel):
    """The condition inside does not hold."""

    kind: Literal["not"] = "not"
    condition: Condition


class AttributeIs(StrictModel):
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
        check_operand(self.op, self.value)
        if not self.name.startswith(("attributes.", "traits.")):
            check_field(self.name, self.op, self.value)
        return self


class DateIs(StrictModel):
    """Today, on the customer's own clock, is the day of a date of the profile plus `offset_days`, and `time` has come.

    `name` is `birth_date`, or `attributes.<name>` or `traits.<name>` that holds a text beginning with an ISO 8601 date.
    `yearly` takes every year's return of that day (29 February is kept on the 28th in common years). Customers whose
    zone isn't known go by the clock of whoever asks.
    """

    kind: Literal["date"] = "date"
    name: str = Field(pattern=r"^(birth_date|(attributes|traits)\..+)$", max_length=120)
    offset_days: int = Field(default=0, ge=-366, le=366)
    time: ClockTime = ClockTime(0, 0)
    yearly: bool = False


class HasTag(StrictModel):
    """The profile carries this tag."""

    kind: Literal["tag"] = "tag"
    tag: str = Field(min_length=1, max_length=80)


class SumOf(StrictModel):
    """The sum of a numeric property over the matching events (non-numbers count as zero).

    Amounts of several currencies are never added: of a property that holds money (`domain.orders.MONEY`) only events in
    `currency` count, the shop's own unless it is named. Events that name no currency are in the shop's.
    """

    property: str = Field(min_length=1, max_length=120)
    is_: Comparison = Field(alias="is")
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$", examples=["EUR"])
    """ISO 4217."""
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class DidEvent(StrictModel):
    """The customer did `event` (`*` = anything), where all of `where` hold, within `window` (default: ever).

    Without `count` and `sum`: at least once. `count` with `lt`, `lte`, `eq 0` can hold for those who never did it.
    """

    kind: Literal["event"] = "event"
    event: str = Field(min_length=1, max_length=120)
    where: list[PropertyTest] = Field(default_factory=list, max_length=20)
    window: Window | None = None
    count: Comparison | None = None
    sum: SumOf | None = None


class Sequence(StrictModel):
    """`first`, then `then` within the time given after it, with none of `without` between the two."""

    kind: Literal["sequence"] = "sequence"
    first: str = Field(min_length=1, max_length=120)
    first_where: list[PropertyTest] = Field(default_factory=list, max_length=20)
    then: str = Field(min_length=1, max_length=120)
    then_where: list[PropertyTest] = Field(default_factory=list, max_length=20)
    within: LastWindow
    without: str | None = None
    window: Window | None = None


class Engaged(StrictModel):
    """A message of ours was sent, delivered, opened, clicked, ...

    `campaign_id` narrows to a campaign, with `node_id` to one of its messages, whatever journey it was sent in. Inside
    a journey, `node_id` alone is that node's latest message of this journey; `this_journey` narrows to its messages.
    Opens and clicks made by machines (privacy proxies, link scanners) count only if `machine` says so.
    """

    kind: Literal["engagement"] = "engagement"
    action: MessageEventKind
    channel: Channel | None = None
    campaign_id: UUID | None = None
    node_id: str | None = None
    this_journey: bool = False
    window: Window | None = None
    machine: bool = False


class InSegment(StrictModel):
    """Member of another segment at this moment."""

    kind: Literal["segment"] = "segment"
    segment_id: UUID


class ScoreIs(StrictModel):
    """A model's score for this customer, e.g. `churn`; a customer without one satisfies nothing."""

    kind: Literal["score"] = "score"
    score: str = Field(min_length=1, max_length=80)
    of: Literal["value", "percentile"] = "value"
    """`percentile`: the share of customers whose value is lower, 0 to 100; the top tenth is 90 and above."""
    is_: Comparison = Field(alias="is")
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class PercentileIs(StrictModel):
    """Among the highest (or lowest) `percent` % of the customers who have a number at `name`.

    A customer is among the highest 10 % if at least 90 % of those customers have a lower number: equal numbers stand
    or fall together, and those without a number are never in. Ranks are those of the last few minutes
    (`store.conditions.percentiles`).
    """

    kind: Literal["percentile"] = "percentile"
    name: str = Field(pattern=r"^(attributes|traits)\..+$", max_length=120)
    of: Literal["highest", "lowest"] = "highest"
    percent: float = Field(ge=0.1, le=99.9, multiple_of=0.1)


class RandomShare(StrictModel):
    """A fixed share of all customers, by a hash of the customer and `salt`: the same ones at every asking."""

    kind: Literal["random"] = "random"
    percent: float = Field(ge=0, le=100)
    salt: str = Field(default="", max_length=80)


class TriggerIs(StrictModel):
    """All of `where` hold for the event that started this journey."""

    kind: Literal["trigger"] = "trigger"
    where: list[PropertyTest] = Field(default_factory=list, max_length=20)


Leaf = AttributeIs | DateIs | HasTag | DidEvent | Sequence | Engaged | ScoreIs | PercentileIs | RandomShare | TriggerIs
"""What is asked of the customer alone. mypy names every `match` that a new one is missing from."""

Condition = Annotated[
    AllOf
    | AnyOf
    | Not
    | AttributeIs
    | DateIs
    | HasTag
    | DidEvent
    | Sequence
    | Engaged
    | InSegment
    | ScoreIs
    | PercentileIs
    | RandomShare
    | TriggerIs,
    Field(discriminator="kind"),
]

for _m in (AllOf, AnyOf, Not):
    _m.model_rebuild()


def walk(condition: Any) -> list[Any]:
    """The condition and everything nested in it, outermost first."""
    found = [condition]
    if isinstance(condition, (AllOf, AnyOf)):
        for part in condition.of:
            found += walk(part)
    elif isinstance(condition, Not):
        found += walk(condition.condition)
    return found
