"""Who enters a campaign, and when. Part of the graph's schema: see `domain.flow`.

Comings and goings in segments are events, so that a trigger on them listens to an event like any other. A silence and a
date are segments that nobody wrote: those who come into them enter.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, assert_never
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from domain import ids
from domain.conditions import (
    ANY_EVENT,
    AllOf,
    ClockTime,
    Condition,
    DateIs,
    DidEvent,
    EventFilter,
    LastWindow,
    Not,
    Operator,
    PropertyTest,
)
from domain.duration import Duration
from domain.events import SEGMENT_ENTERED, SEGMENT_LEFT

_CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)

MAX_TRIGGER_AGE = timedelta(hours=24)
"""An event that happened longer ago starts no journey: a replay of the past wakes nobody."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class SegmentTrigger(_Model):
    """Everyone in a segment (saved, or written here) at the moment of each launch."""

    kind: Literal["segment"] = "segment"
    segment_id: UUID | None = None
    condition: Condition | None = None

    @model_validator(mode="after")
    def _one(self) -> SegmentTrigger:
        if (self.segment_id is None) == (self.condition is None):
            raise ValueError("a segment entry names a segment_id or holds a condition, one of the two")
        return self


class Repeated(_Model):
    """So many such events of one customer within a length of time; the one that makes the number full counts."""

    at_least: int = Field(ge=2, le=1000)
    within: Duration


class EventTrigger(_Model):
    """Each event of this name whose properties (and whose customer) pass.

    `key` is a dotted property path, such as `cart_id`: one journey per customer and key; waits match the same key.
    `repeated` asks for several within a time. After a start, `cooldown` keeps the same customer out for that long.
    """

    kind: Literal["event"] = "event"
    on: EventFilter
    customer: Condition | None = None
    key: str | None = Field(default=None, max_length=120)
    repeated: Repeated | None = None
    cooldown: Duration | None = None


class SegmentChangeTrigger(_Model):
    """Each customer who comes into a saved segment, or leaves it, as it happens."""

    kind: Literal["segment_change"] = "segment_change"
    segment_id: UUID
    change: Literal["entered", "left"] = "entered"
    customer: Condition | None = None
    cooldown: Duration | None = None


class InactivityTrigger(_Model):
    """Each customer who did `event` (`*`: anything) once, and then not for the time of `silence`; once a silence.

    Those who are silent already when the campaign is published do not enter for that.
    """

    kind: Literal["inactivity"] = "inactivity"
    event: str = Field(default=ANY_EVENT, min_length=1, max_length=120)
    where: list[PropertyTest] = Field(default_factory=list, max_length=20)
    silence: LastWindow
    customer: Condition | None = None


class DateTrigger(_Model):
    """Each customer on a date of their profile plus `offset_days`, at `time` on their own clock; see `DateIs`."""

    kind: Literal["date"] = "date"
    attribute: str = Field(pattern=r"^(birth_date|(attributes|traits)\..+)$", max_length=120)
    offset_days: int = Field(default=0, ge=-366, le=366)
    time: ClockTime = ClockTime(9, 0)
    yearly: bool = True
    customer: Condition | None = None


class ApiTrigger(_Model):
    """Customers named in a call of the API."""

    kind: Literal["api"] = "api"


Trigger = Annotated[
    SegmentTrigger | EventTrigger | SegmentChangeTrigger | InactivityTrigger | DateTrigger | ApiTrigger,
    Field(discriminator="kind"),
]


def implied_condition(trigger: Trigger) -> Condition | None:
    """The condition whose newcomers the trigger lets in; None for triggers of another kind."""
    match trigger:
        case InactivityTrigger():
            ever = DidEvent(event=trigger.event, where=trigger.where)
            return AllOf(of=[ever, Not(condition=ever.model_copy(update={"window": trigger.silence}))])
        case DateTrigger():
            return DateIs(
                name=trigger.attribute, offset_days=trigger.offset_days, time=trigger.time, yearly=trigger.yearly
            )
        case SegmentTrigger() | EventTrigger() | SegmentChangeTrigger() | ApiTrigger():
            return None
        case _:
            assert_never(trigger)


def watched_segment(trigger: Trigger, campaign_id: UUID) -> UUID | None:
    """The segment whose comings and goings the trigger listens to: a saved one, or the campaign's own."""
    if isinstance(trigger, SegmentChangeTrigger):
        return trigger.segment_id
    condition = implied_condition(trigger)
    if condition is None:
        return None
    # the same condition is the same segment: publishing anew lets nobody in again
    return ids.trigger_segment_id(campaign_id, _CONDITION.dump_json(condition, by_alias=True).decode())


def as_event_trigger(trigger: Trigger, campaign_id: UUID) -> EventTrigger | None:
    """The event that the trigger listens to; None for those that listen to none."""
    if isinstance(trigger, EventTrigger):
        return trigger
    segment_id = watched_segment(trigger, campaign_id)
    if segment_id is None or not isinstance(trigger, SegmentChangeTrigger | InactivityTrigger | DateTrigger):
        return None
    change, cooldown = "entered", None
    if isinstance(trigger, SegmentChangeTrigger):
        change, cooldown = trigger.change, trigger.cooldown
    of_it = PropertyTest(property="segment_id", op=Operator.EQ, value=str(segment_id))
    name = SEGMENT_ENTERED if change == "entered" else SEGMENT_LEFT
    return EventTrigger(on=EventFilter(event=name, where=[of_it]), customer=trigger.customer, cooldown=cooldown)
