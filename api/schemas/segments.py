"""Segments."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.base import Body, Name, View
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


class SegmentCreate(Body):
    """A new segment."""

    name: Name
    description: str = Field(default="", max_length=2000)
    condition: Condition = Field(examples=[_LAPSED])


class SegmentUpdate(Body):
    """What is to change; campaigns that name the segment follow at their next launch or check."""

    name: Name | None = None
    description: str | None = Field(default=None, max_length=2000)
    condition: Condition | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.name is None and self.description is None and self.condition is None:
            raise ValueError("give a name, a description or a condition to change")
        return self


class SegmentView(View):
    """A segment."""

    id: UUID
    name: str
    description: str
    condition: Condition
    words: str = Field(description="The condition as a sentence.")
    created_at: datetime
    updated_at: datetime


class SegmentPreviewBody(Body):
    """A condition that is not saved yet."""

    condition: Condition = Field(examples=[_LAPSED])
    sample: int = Field(default=10, ge=0, le=50)


class SegmentPreview(View):
    """How many meet it now, and some of them."""

    count: int
    sample: list[CustomerView]
    words: str


class Explanation(View):
    """One part of a condition, answered for one customer."""

    words: str
    holds: bool
    found: str | None = Field(description="What it was judged on, in words.")
    parts: list["Explanation"]
