"""The campaign around the graph: goal, exits, re-entry, schedule, limits."""

from __future__ import annotations

from datetime import datetime
from datetime import time as ClockTime
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from domain.conditions import EventFilter
from domain.contact import CampaignLimits, TopicKey
from domain.duration import Duration
from domain.flow.base import FlowModel, known_zone
from domain.vocabulary import Category


class Goal(FlowModel):
    """What the campaign is for. Reached within `window` of the start, the journey ends at once, with reason `goal`."""

    on: EventFilter
    window: Duration
    match_entry_key: bool = False
    require_coupon: bool = False
    """Only an event whose `coupon` property is a code that this journey gave."""


class ExitEvent(FlowModel):
    """An event that ends the journey wherever it is."""

    on: EventFilter
    match_entry_key: bool = False


class Reentry(FlowModel):
    """May a customer enter again?

    never: once in the campaign's life. after_exit: when no journey of theirs is inside. always: each time. per_key:
    once per entry key. `min_gap` is the least time between two starts of one customer (of one key, with per_key).
    """

    mode: Literal["never", "after_exit", "always", "per_key"] = "after_exit"
    min_gap: Duration | None = None


class Recurrence(FlowModel):
    """When a campaign repeats, on the clock of its time zone."""

    frequency: Literal["daily", "weekly", "monthly"]
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(default_factory=list, max_length=7)
    """0 = Monday; weekly only, at least one."""
    day_of_month: int | None = Field(default=None, ge=1, le=28)
    time: ClockTime = ClockTime(9, 0)

    @model_validator(mode="after")
    def _fits(self) -> Recurrence:
        if (self.frequency == "weekly") != bool(self.weekdays):
            raise ValueError("a weekly recurrence names its weekdays, and no other does")
        if (self.frequency == "monthly") != (self.day_of_month is not None):
            raise ValueError("a monthly recurrence names its day_of_month, and no other does")
        return self


class CampaignSchedule(FlowModel):
    """When a segment campaign is launched. Without a recurrence: once, at `start` (or by hand)."""

    start: datetime | None = None
    recurrence: Recurrence | None = None
    timezone: str = "UTC"
    end: datetime | None = None
    overlap: Literal["skip", "buffer_one", "allow_all"] = "skip"
    """What a run does that is due while the run before still enrols."""
    catchup: Duration = Duration(hours=1)
    """A missed run may still start so late; later it is left out."""

    _check_zone = field_validator("timezone")(known_zone)


class FlowSettings(FlowModel):
    """What holds for the whole campaign."""

    goal: Goal | None = None
    exit_events: list[ExitEvent] = Field(default_factory=list, max_length=20)
    reentry: Reentry = Reentry()
    schedule: CampaignSchedule | None = None
    timezone: str = "UTC"
    """For customers whose own time zone is not known."""
    category: Category = Category.MARKETING
    priority: int = Field(default=3, ge=1, le=5)
    """1 is the most urgent. Transactional messages go before all marketing."""
    topic: TopicKey | None = None
    """The subscription group that its messages belong to: customers can refuse one and keep the others."""
    limits: CampaignLimits = CampaignLimits()
    max_lateness: Duration | None = None
    """A message that a pause made later than this is left out, by port `not_sent`. Null: late ones are sent."""

    _check_zone = field_validator("timezone")(known_zone)
