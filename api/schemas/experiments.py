"""Experiments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import Body, Name, NodeName, Revision, Slug, View
from domain.experiments import DecisionKind, ExperimentArm, ExperimentMetric, ExperimentPlan, ExperimentState


class ExperimentCreate(Body):
    """A new draft on a random split."""

    campaign: Slug
    node_id: NodeName = Field(description="The random split.")
    name: Name
    plan: ExperimentPlan


class ExperimentUpdate(Body):
    """What is to change, and the revision that was read: another one means that somebody was faster (409)."""

    revision: Revision
    name: Name | None = None
    plan: ExperimentPlan | None = Field(default=None, description="Of a draft only: it is frozen at the start.")


class ExperimentPromote(Body):
    """The arm to roll out."""

    arm: NodeName


class ExperimentItem(View):
    """An experiment in a list."""

    id: UUID
    campaign: str = Field(description="The campaign's slug.")
    campaign_name: str
    node_id: str
    name: str
    hypothesis: str
    state: ExperimentState
    winner: str | None
    winner_label: str = Field(description="What the winner is called; empty without one.")
    ramp: float = Field(description="The share of new customers that the winner is given.")
    exposed: int
    progress: float = Field(description="Exposed over planned customers.")
    started_at: datetime | None
    ended_at: datetime | None
    archived_at: datetime | None
    created_at: datetime
    revision: int


class ArmView(View):
    """An arm now."""

    arm: str
    label: str
    share: float
    exposed: int
    means: list[float] = Field(description="Of each metric, in the plan's order: primary, secondary, guardrails.")
    control: bool
    retired: bool


class EffectView(View):
    """An arm over the control on one metric; intervals hold at every look together."""

    arm: str
    metric: int = Field(description="Number of the metric in the plan's order.")
    effect: float | None
    low: float | None
    high: float | None
    lift: float | None
    fixed_low: float | None
    fixed_high: float | None
    win_p: float
    harm_p: float
    better: bool
    worse: bool
    cut: float = Field(description="Share of the variance removed by what was known before exposure.")


class DecisionView(View):
    """A step that was taken, and the look it rests on."""

    step: int
    kind: DecisionKind
    arm: str | None
    ramp: float | None
    look: int | None
    reason: str
    at: datetime


class LookView(View):
    """What was seen at a look: the effects of the primary metric."""

    number: int
    at: datetime
    exposed: int
    effects: list[EffectView]
    sample_ratio_p: float


class DayEffectView(View):
    """An arm over the control on one day since exposure: whether an effect wears off."""

    day: int = Field(description="0 is the first day.")
    arm: str
    n: int = Field(description="The arm's customers for whom that day is over.")
    effect: float
    low: float
    high: float


class SegmentReading(View):
    """The primary metric among customers who are in a segment now. Of many segments one differs by chance."""

    segment: UUID
    segment_name: str
    arms: list[ArmView]
    effects: list[EffectView]


class ExperimentView(ExperimentItem):
    """An experiment with what it says now."""

    plan: ExperimentPlan
    arms: list[ArmView]
    effects: list[EffectView]
    sample_ratio_p: float
    sample_ratio_ok: bool
    crossed: int = Field(description="Customers counted nowhere: two customers of different arms became one.")
    days_left: int | None = Field(description="Until the planned size, at the pace so far.")
    decisions: list[DecisionView]
    looks: list[LookView]
    frozen_arms: list[ExperimentArm]


class PowerQuestion(Body):
    """What to find, at what rate."""

    baseline: float = Field(gt=0, le=1e9, description="The metric's mean in the control.")
    effect: float = Field(gt=0, le=1e9, description="The smallest difference worth finding, on the same scale.")
    variance: float | None = Field(
        default=None, gt=0, le=1e18, description="Between customers; of a rate p(1-p), which need not be given."
    )
    arms: int = Field(default=2, ge=2, le=20)
    daily: float = Field(default=0, ge=0, le=1e9, description="Customers a day that come to the split.")
    power: float = Field(default=0.8, gt=0.5, lt=1)
    win: str = Field(default="at_end", pattern="^(at_end|any_look)$")


class TrafficQuestion(Body):
    """Of which campaign, on which metric."""

    campaign: Slug
    metric: ExperimentMetric


class TrafficView(View):
    """What a campaign had in the last four weeks."""

    daily: float = Field(description="New customers a day.")
    customers: int = Field(description="Those whose time for the metric is over.")
    mean: float | None = Field(description="Of the metric between them; null where they are too few to say.")
    variance: float | None


class PowerView(View):
    """Customers and days."""

    per_arm: int
    total: int
    days: int | None


def effect_views(effects: list[dict[str, Any]]) -> list[EffectView]:
    """Effects as a look keeps them."""
    return [EffectView.model_validate(each) for each in effects]
