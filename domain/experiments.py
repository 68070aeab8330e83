"""Experiments: what is written down before the start, and who comes to which arm.

An experiment stands on a random split. Customers come to its arms by the split's own hash, so setting one up moves
nobody; whoever was assigned stays, whatever becomes of weights, versions or the experiment.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from domain.flow.base import EventName, FlowModel, PortId
from domain.ids import hashed_share

RAMP = (0.05, 0.25, 0.5, 1.0)
"""Shares of new customers that a winner is given, step by step."""
_HASH_BITS = 52


class ExperimentState(StrEnum):
    """Where an experiment stands."""

    DRAFT = "draft"
    RUNNING = "running"
    RAMPING = "ramping"
    DECIDED = "decided"
    ROLLED_BACK = "rolled_back"
    STOPPED = "stopped"

    @property
    def looks(self) -> bool:
        """Whether it is still looked at."""
        return self in (ExperimentState.RUNNING, ExperimentState.RAMPING)

    @property
    def divides(self) -> bool:
        """Whether it decides on the arm of who comes to the split."""
        return self not in (ExperimentState.DRAFT, ExperimentState.STOPPED)


class ExperimentStage(StrEnum):
    """Where experiments are listed."""

    DRAFT = "draft"
    RUNNING = "running"
    DECIDED = "decided"
    ARCHIVED = "archived"

    @property
    def states(self) -> tuple[ExperimentState, ...]:
        """Of experiments that are not put away; of those that are, any."""
        return _STAGES[self]


class DecisionKind(StrEnum):
    """What was decided of an experiment."""

    STARTED = "started"
    WINNER_FOUND = "winner_found"
    RAMPED = "ramped"
    ARM_RETIRED = "arm_retired"
    ROLLED_BACK = "rolled_back"
    INCONCLUSIVE = "inconclusive"
    STOPPED = "stopped"


class ExperimentMetric(FlowModel):
    """One number of each exposed customer.

    Attributes:
        event: which events are looked at, from exposure on; those of messages (`message_opened`) count where the
            message is this campaign's and no machine did it.
        value: whether there was one, how many there were, or the revenue of them.
        better: whether more or less of it is better.
        within_hours: how long after exposure an event counts.
        margin: of a guardrail: by how much it may get worse, on the metric's own scale.

    """

    event: EventName
    value: Literal["any", "count", "revenue"] = "any"
    better: Literal["more", "less"] = "more"
    within_hours: int = Field(default=168, ge=1, le=2160)
    margin: float = Field(default=0.0, ge=0, le=1e6)


class ExclusionSlice(FlowModel):
    """The part of a group's customers that may take part: experiments whose slices don't overlap never meet."""

    group: str = Field(pattern=r"^[a-z0-9_-]{1,60}$")
    start: float = Field(ge=0, lt=1)
    end: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start >= self.end:
            raise ValueError("a slice ends after it starts")
        return self

    def overlaps(self, other: "ExclusionSlice") -> bool:
        """Whether some customer may be in both."""
        return self.group == other.group and self.start < other.end and other.start < self.end


class ExperimentPlan(FlowModel):
    """What is written down before the start and can't be changed after it."""

    hypothesis: str = Field(min_length=1, max_length=2000)
    control: PortId
    primary: ExperimentMetric
    secondary: list[ExperimentMetric] = Field(default_factory=list, max_length=10)
    guardrails: list[ExperimentMetric] = Field(default_factory=list, max_length=5)
    planned_customers: int = Field(ge=200, le=100_000_000)
    """Exposed customers of all arms together at the planned end."""
    minimum_detectable_effect: float | None = Field(default=None, gt=0)
    win: Literal["at_end", "any_look"] = "at_end"
    automatic: bool = True
    """Whether a winner is rolled out without a click; a crossed guardrail always rolls back."""
    fold: bool = False
    """Whether the campaign's draft loses the split by itself, once all new customers come to the winner."""
    look_hours: float = Field(default=1.0, ge=0.001, le=168)
    ramp_hours: float = Field(default=24.0, ge=0.001, le=720)
    """How long a step of the roll-out is watched before the next."""
    slice: ExclusionSlice | None = None

    @property
    def metrics(self) -> list[ExperimentMetric]:
        """All: the primary one, then the secondary ones, then guardrails."""
        return [self.primary, *self.secondary, *self.guardrails]


class ExperimentArm(FlowModel):
    """An arm as it was at the start."""

    id: PortId
    label: str = ""
    weight: float = Field(gt=0)


@dataclass(frozen=True)
class Allocation:
    """All that decides on the arm of a customer who was not assigned yet.

    Attributes:
        salt: of the split.
        arms: as they were at the start.
        control: the arm that is gone back to.
        state: of the experiment.
        winner: the arm that is rolled out.
        ramp: the share of new customers that it is given.
        retired: arms that get nobody any more.
        slice: who takes part.

    """

    salt: str
    arms: Sequence[ExperimentArm]
    control: str
    state: ExperimentState
    winner: str | None = None
    ramp: float = 0.0
    retired: Sequence[str] = ()
    slice: ExclusionSlice | None = None

    def assign(self, customer_id: UUID) -> tuple[str, bool]:
        """The arm, and whether the customer counts in the analysis."""
        if self.state is ExperimentState.ROLLED_BACK:
            return self.control, False
        if self.slice is not None and not in_slice(self.slice, customer_id):
            return self.control, False
        if self.winner is not None and hashed_share("ramp", self.salt, str(customer_id)) < self.ramp:
            return self.winner, False
        arm = self.arms[arm_index(self.salt, customer_id, thresholds([each.weight for each in self.arms]))].id
        return (self.control, False) if arm in self.retired else (arm, True)


_STAGES = {
    ExperimentStage.DRAFT: (ExperimentState.DRAFT,),
    ExperimentStage.RUNNING: (ExperimentState.RUNNING, ExperimentState.RAMPING),
    ExperimentStage.DECIDED: (ExperimentState.DECIDED, ExperimentState.ROLLED_BACK, ExperimentState.STOPPED),
    ExperimentStage.ARCHIVED: tuple(ExperimentState),
}


def split_salt(campaign_id: UUID, node_id: str) -> str:
    """What tells a split's hash from those of other splits."""
    return f"split:{campaign_id}:{node_id}"


def hash_number(salt: str, customer_id: UUID) -> int:
    """The first 52 bits of MD5 as a whole number: `domain.ids.hashed_share` without a division. Same in SQL."""
    digest = hashlib.md5(f"{salt}:{customer_id}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[: _HASH_BITS // 4], 16)


def thresholds(weights: Sequence[float]) -> list[int]:
    """Where each arm but the first begins, on the scale of `hash_number`: whole numbers, so nothing is rounded."""
    total = sum(weights)
    bounds = [weight / total for weight in weights]
    return [round(bound * (1 << _HASH_BITS)) for bound in list(accumulate(bounds))[:-1]]


def arm_index(salt: str, customer_id: UUID, begins: Sequence[int]) -> int:
    """Which arm: how many begin at or before the customer's number. `width_bucket` in SQL."""
    return bisect_right(begins, hash_number(salt, customer_id))


def in_slice(part: ExclusionSlice, customer_id: UUID) -> bool:
    """Whether a customer is in that part of a group."""
    return part.start <= hashed_share("exclusion", part.group, str(customer_id)) < part.end


def planned_shares(arms: Sequence[ExperimentArm]) -> Mapping[str, float]:
    """Share of each arm."""
    total = sum(arm.weight for arm in arms)
    return {arm.id: arm.weight / total for arm in arms}
