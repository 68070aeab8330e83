"""Segments."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.base import AsSaid, Body, Name, Text, View
from api.schemas.customers import CustomerView
from domain.conditions import Condition

_LAPSED = {
    "kind": "all",
    "of": [
        {"kind": "event", "event": "Order Completed", "window": {"kind": "last", "days": 30}},
        {
            "kind": "not",
            "condition": {"kind": "event", "event": "Signed In", "window": {"kind": "last", "days": 15}},
        },
    ],
}


_PERSONA = "A kind of customer, shown on the profiles of those who are in."
_WATCHED = "Keep its members, and make each coming and going an event: `Segment Entered`, `Segment Left`."


class SegmentCreate(Body):
    """A new segment."""

    name: Name
    description: str = Field(default="", max_length=2000)
    condition: Condition = Field(examples=[_LAPSED])
    persona: bool = Field(default=False, description=_PERSONA)
    tracked: bool = Field(default=False, description=_WATCHED)


class SegmentUpdate(Body):
    """What is to change; campaigns that name the segment follow at their next launch or check."""

    name: Name | None = None
    description: str | None = Field(default=None, max_length=2000)
    condition: Condition | None = None
    persona: bool | None = Field(default=None, description=_PERSONA)
    tracked: bool | None = Field(default=None, description=_WATCHED)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("give something to change: a name, a description, a condition, persona or tracked")
        return self


class SegmentView(View):
    """A segment."""

    id: UUID
    name: str
    description: str
    condition: Condition
    persona: bool
    tracked: bool
    words: Text = Field(description="The condition as a sentence.")
    said: AsSaid
    created_at: datetime
    updated_at: datetime


class SegmentPreviewBody(Body):
    """A condition that is not saved yet."""

    condition: Condition = Field(examples=[_LAPSED])
    sample: int = Field(default=10, ge=0, le=50)
    exact: bool = Field(
        default=False,
        description="Wait up to 20 seconds for the exact number, where the answer before was an estimate.",
    )


class SegmentPreview(View):
    """How many meet it now, and some of them."""

    count: int
    exact: bool = Field(description="False: an estimate, because counting takes longer than a second; ask for `exact`.")
    error: int = Field(description="The truth is within so many of an estimated `count`, 95 times of 100.")
    sample: list[CustomerView]
    words: Text
    said: AsSaid


class Explanation(View):
    """One part of a condition, answered for one customer."""

    words: Text
    said: AsSaid
    holds: bool
    found: Text | None = Field(description="What it was judged on, in words.")
    found_said: AsSaid | None
    parts: list["Explanation"]
