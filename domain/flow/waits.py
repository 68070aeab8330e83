"""How long a customer waits: until a moment, or for an event."""

from __future__ import annotations

from datetime import datetime
from datetime import time as ClockTime
from typing import Annotated, Literal

from pydantic import Field

from domain.conditions import EventFilter
from domain.duration import Duration
from domain.flow.base import FlowModel, NodeData, NodeId, PortId


class UntilDuration(FlowModel):
    """So long, in business time."""

    kind: Literal["duration"] = "duration"
    duration: Duration


class UntilDate(FlowModel):
    """A date and time; without an offset it is local to the customer."""

    kind: Literal["date"] = "date"
    at: datetime


class UntilLocalTime(FlowModel):
    """The next time the customer's clock shows `time` on one of `weekdays` (0 = Monday; none = any)."""

    kind: Literal["local_time"] = "local_time"
    time: ClockTime
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(default_factory=list, max_length=7)


class UntilAttributeDate(FlowModel):
    """The date in a customer's attribute, plus (or minus) `offset_days`, at `time` on the customer's clock.

    `yearly` takes the next return of that day and month (29 February is kept on the 28th in common years). A customer
    without the attribute, or whose date has passed, goes on at once, and the step says so. In a loop of a `yearly` wait
    who has no date goes on at once the first time, and then a year later.
    """

    kind: Literal["attribute_date"] = "attribute_date"
    attribute: str = Field(min_length=1, max_length=120)
    offset_days: int = Field(default=0, ge=-366, le=366)
    time: ClockTime = ClockTime(9, 0)
    yearly: bool = False


class UntilBestHour(FlowModel):
    """The hour within the next `within_hours` at which the customer is likeliest to be there, quiet hours left out.

    By their own visits, shrunk towards those of people alike and everybody's (see domain.send_time).
    """

    kind: Literal["best_hour"] = "best_hour"
    within_hours: int = Field(default=24, ge=1, le=168)


FixedUntil = UntilDuration | UntilDate | UntilLocalTime | UntilAttributeDate
"""Ends that follow from the calendar and the profile alone."""
Until = Annotated[FixedUntil | UntilBestHour, Field(discriminator="kind")]


class WaitData(NodeData):
    """Wait until a moment."""

    until: Until


class EventBranch(FlowModel):
    """One of the events a wait listens to; its journey leaves by the port `id`."""

    id: PortId
    label: str = Field(default="", max_length=120)
    on: EventFilter
    match_entry_key: bool = False
    """Only events whose entry-key property equals this journey's key (same cart, same order)."""


class WaitEventData(NodeData):
    """Wait for the first of several events, or for the timeout.

    Events that already happened since the anchor count: a wait sees the past. `since_node` names the node whose last
    visit is the anchor; without it the anchor is the journey's start. An event ends a wait with such a node once.
    """

    branches: list[EventBranch] = Field(min_length=1, max_length=20)
    timeout: Duration
    since_node: NodeId | None = None
