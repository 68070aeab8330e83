"""How often, when and about what a customer may be contacted: what an operator or a marketer sets.

`domain.limits` applies it. All of it is for marketing: transactional messages pass caps, cool-downs and quiet hours,
and so does a silent push, which nobody sees. Suppression holds for every message.
"""

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.duration import Duration
from domain.vocabulary import Channel

EVERY_TOPIC = "*"
TopicKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,80}$", examples=["weekly-offers"])]
OverLimit = Literal["defer", "skip", "exit"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class QuietHours(_Model):
    """No message leaves while the customer's clock shows a time from `start` up to `end`; midnight may lie between."""

    start: time
    end: time

    @model_validator(mode="after")
    def _real(self) -> Self:
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("quiet hours are on the customer's own clock: leave the offset out")
        if self.start == self.end:
            raise ValueError("quiet hours that start and end at the same time are none, or the whole day: change one")
        return self


class Cap(_Model):
    """At most `limit` messages per day, week (from Monday) or rolling window, in the customer's calendar.

    `limit` null is no limit, 0 is none at all. Without a channel, messages of every channel count together.
    """

    channel: Channel | None = None
    per: Literal["day", "week", "rolling"] = "day"
    window: Duration | None = None
    limit: int | None = Field(default=None, ge=0, le=500)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.per == "rolling") != (self.window is not None):
            raise ValueError("a rolling cap names its window, and no other does")
        if self.channel is Channel.SILENT_PUSH:
            raise ValueError("a silent push is seen by nobody and counts towards no cap")
        return self


class Cooldown(_Model):
    """The least time between two messages to a customer of the same campaign, or (whatever campaign) of one topic."""

    duration: Duration
    between: Literal["campaign", "topic"] = "campaign"


class Fatigue(_Model):
    """A customer is tired who opened none of their last `unopened` messages, all sent within `within`.

    Only messages that can be opened count: e-mail, push, in-app. Every cool-down is `factor` times as long for them.
    """

    unopened: int = Field(ge=1, le=100)
    within: Duration
    factor: float = Field(default=2, gt=1, le=100)
    unsubscribe_percentile: float | None = Field(default=None, gt=0, le=50)
    """Tired too are so many per cent of the customers: those whom the model of unsubscribing holds likeliest to leave.

    Null, or without a fresh score of it: only what they did not open counts."""


class ContactPolicy(_Model):
    """What holds for every campaign of the installation."""

    caps: list[Cap] = Field(default_factory=list, max_length=30)
    cooldown: Duration | None = None
    """The least time between any two messages to a customer."""
    quiet_hours: QuietHours | None = None
    fatigue: Fatigue | None = None
    priority_hold: Duration | None = None
    """A journey leaves a cap's last slot to one of higher priority whose send is due so soon; null: first come."""
    opt_in_channels: list[Channel] = Field(default_factory=list, max_length=5)
    """Marketing on these channels needs the customer's consent; on others it needs that they did not refuse it."""
    soft_bounces: int | None = Field(default=5, ge=1, le=100)
    """An address that bounces so often in a row is suppressed, though none of them was for good; null: never."""

    @model_validator(mode="after")
    def _askable(self) -> Self:
        if Channel.SILENT_PUSH in self.opt_in_channels:
            raise ValueError("a silent push follows the consent to push: name push")
        return self

    @model_validator(mode="after")
    def _felt(self) -> Self:
        if self.fatigue is not None and self.cooldown is None:
            raise ValueError("fatigue makes cool-downs longer: give a cooldown too")
        return self


class CampaignLimits(_Model):
    """Limits of one campaign, beside the installation's: the stricter holds."""

    cooldown: Cooldown | None = None
    quiet_hours: QuietHours | None = None
    over_limit: OverLimit = "defer"
    """A message over a cap or within a cool-down waits (`defer`), is left out (`skip`), or ends the journey (`exit`).

    Quiet hours are always waited out."""
    defer_up_to: Duration = Duration(days=7)
    """A message that would have to wait longer than this is left out."""
