"""A funnel: how many customers took each of some steps, in which order, within which times.

| order | a customer reached step k if |
|---|---|
| `ordered` | there are steps 1 to k, each after the one before; other things may lie between |
| `strict` | the same, and nothing that any step of the funnel counts lies between |
| `any` | k different steps lie within one window, whatever their order |

A step may lie at the same instant as the one before it, unless an earlier step is of the same event or node: then it
must be later, so that nothing is counted for two steps. Strict order takes things of one instant by their steps' order.
The first step lies in the report's period; of several ways through, every one is looked at.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.comparisons import ANY_EVENT, PropertyTest, Ref
from domain.conditions import Condition

MOST_STEPS = 10
DAY_SECONDS = 86_400
LONGEST_SECONDS = 366 * DAY_SECONDS
EARLIEST, LATEST = 1971, 2200
"""Years that a report may ask about."""


class FunnelOrder(StrEnum):
    """How the steps must follow each other."""

    ORDERED = "ordered"
    STRICT = "strict"
    ANY = "any"


class ReportPart(BaseModel):
    """A part of a report's question: nothing unknown in it, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class EventStep(ReportPart):
    """The customer did an event whose properties pass all of `where`."""

    kind: Literal["event"] = "event"
    event: str = Field(min_length=1, max_length=120, examples=["Product Viewed"])
    where: list[PropertyTest] = Field(default_factory=list, max_length=20)
    label: str | None = Field(default=None, max_length=120)
    within_seconds: int | None = Field(
        default=None, ge=1, le=LONGEST_SECONDS, description="At most so long after the step before."
    )

    @model_validator(mode="after")
    def _plain(self) -> "EventStep":
        if self.event == ANY_EVENT:
            raise ValueError("name the event of the step")
        if any(isinstance(test.value, Ref) for test in self.where):
            raise ValueError("a report knows no journey: compare with a value, not with a reference")
        return self


class NodeStep(ReportPart):
    """The customer came to a step of a campaign's journey."""

    kind: Literal["node"] = "node"
    campaign_id: UUID
    node_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    label: str | None = Field(default=None, max_length=120)
    within_seconds: int | None = Field(
        default=None, ge=1, le=LONGEST_SECONDS, description="At most so long after the step before."
    )


FunnelStep = Annotated[EventStep | NodeStep, Field(discriminator="kind")]


class Funnel(ReportPart):
    """What is asked.

    Attributes:
        steps: two to ten.
        order: how they follow each other.
        window_seconds: all of them within so long, from the first one on.
        without: events that must not lie between two steps; one at the moment of the later step counts as between.
        filter: only customers who meet this condition now.
        breakdown: a field of the profile, `attributes.<name>` or `traits.<name>`: a funnel for each of its values.

    """

    steps: list[FunnelStep] = Field(min_length=2, max_length=MOST_STEPS)
    order: FunnelOrder = FunnelOrder.ORDERED
    window_seconds: int = Field(default=14 * DAY_SECONDS, ge=1, le=LONGEST_SECONDS)
    without: list[EventStep] = Field(default_factory=list, max_length=5)
    filter: Condition | None = None
    breakdown: str | None = Field(
        default=None, max_length=120, pattern=r"^(city|country|locale|timezone|(attributes|traits)\.[^.]+)$"
    )

    @model_validator(mode="after")
    def _answerable(self) -> "Funnel":
        if self.order is FunnelOrder.ANY:
            if any(step.within_seconds is not None for step in self.steps):
                raise ValueError("steps in any order have no time after the step before: set the funnel's window")
            asked = [step.model_copy(update={"label": None}) for step in self.steps]
            if any(step in asked[:place] for place, step in enumerate(asked)):
                raise ValueError("steps in any order must differ from each other")
        if any(step.within_seconds is not None for step in self.without):
            raise ValueError("what must not lie between has no time of its own")
        return self


def may_coincide(steps: Sequence[FunnelStep], place: int) -> bool:
    """Whether the step at `place` may lie at the instant of the one before: not where one event could be two steps."""
    return what(steps[place]) not in [what(step) for step in steps[:place]]


def what(step: FunnelStep) -> tuple[str, ...]:
    """What a step is made of, whatever it is narrowed to."""
    return ("event", step.event) if isinstance(step, EventStep) else ("node", str(step.campaign_id), step.node_id)


class FunnelPeriod(ReportPart):
    """When the first step lies, and what is known by then.

    Attributes:
        since: from then on.
        until: before then.
        as_of: only what had been received by then; None: all that is known now.

    """

    since: datetime
    until: datetime
    as_of: datetime | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "FunnelPeriod":
        for name in ("since", "until", "as_of"):
            moment = getattr(self, name)
            if moment is not None and moment.tzinfo is None:
                raise ValueError(f"{name} needs a zone, such as Z")
            if moment is not None and not EARLIEST <= moment.year <= LATEST:
                raise ValueError(f"{name} lies outside the years {EARLIEST} to {LATEST}")
        if self.since >= self.until:
            raise ValueError("since must be before until")
        return self
