"""The times that a condition can narrow events to. Part of the language of `domain.conditions`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.comparisons import StrictModel


class LastWindow(StrictModel):
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


class BetweenWindow(StrictModel):
    """From `start` (inclusive) to `end` (exclusive); a bare date is its midnight in UTC."""

    kind: Literal["between"] = "between"
    start: datetime | date | None = None
    end: datetime | date | None = None


class SinceWindow(StrictModel):
    """Since a moment of the journey: its start, the event that started it, or the last visit of a node."""

    kind: Literal["since"] = "since"
    anchor: Literal["journey_start", "trigger", "node"] = "journey_start"
    node_id: str | None = None

    @model_validator(mode="after")
    def _node(self) -> SinceWindow:
        if (self.anchor == "node") != (self.node_id is not None):
            raise ValueError("a window since a node names its node_id, and no other does")
        return self


class SinceEventWindow(StrictModel):
    """Since the customer's latest event of that name (never true for one who has none)."""

    kind: Literal["since_event"] = "since_event"
    event: str = Field(min_length=1, max_length=120)


Window = Annotated[LastWindow | BetweenWindow | SinceWindow | SinceEventWindow, Field(discriminator="kind")]
