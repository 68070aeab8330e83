"""Models with their cards, clusters, and a customer's scores."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, field_validator

from api.schemas.base import Body, LocalizedText, View
from workflows.intelligence_contracts import LESSONS


class ModelSummary(View):
    """A learned model, without its card."""

    id: UUID
    name: str = Field(examples=["churn"])
    kind: str = Field(description="boosted, baseline, value or clusters")
    state: str = Field(description="champion: makes the score; challenger: lost; retired: made it once")
    trained_at: datetime
    promoted_at: datetime | None
    metrics: dict[str, Any] = Field(description="How right it was on what came after it was learned.")
    baseline: dict[str, Any] = Field(description="The same figures of the plain baseline, where there was one.")
    drift: dict[str, Any] = Field(description="Population stability index of features and score; 0.25 is a shift.")


class ModelView(ModelSummary):
    """A learned model with its card."""

    card: dict[str, Any] = Field(
        description="What it learned from and was judged on; metrics with 95 % intervals, beside the baseline's and "
        "those of the model that was in use; calibration curve; importances."
    )


class TrainingRunView(View):
    """What came of a score's last training."""

    name: str = Field(examples=["churn"])
    moment: datetime = Field(description="The training's.")
    why: str = Field(examples=["not learned: there are no customers"])
    said: LocalizedText = Field(description="The same, so that it can be said in any language.")
    model_id: UUID | None = Field(description="The model that took over, if one did.")


class ClusterView(View):
    """One cluster of customers who behave alike."""

    number: int
    name: str
    share: float = Field(description="Of the customers with a history.")
    segment_id: UUID | None = Field(description="The saved segment that it is, unless that was deleted.")
    profile: dict[str, float] = Field(description="Feature -> standard deviations from everyone's mean.")


class MapPoint(View):
    """A customer on the map of clusters (first two principal components)."""

    x: float
    y: float
    cluster: int


class ClustersView(View):
    """The clusters in use."""

    model_id: UUID
    trained_at: datetime
    silhouette: float
    stability: float = Field(description="Mean adjusted Rand index between bootstrap runs.")
    hierarchy_agreement: float = Field(description="Adjusted Rand index with Ward's hierarchical clustering.")
    tried: list[dict[str, float]]
    clusters: list[ClusterView]
    map: list[MapPoint]


class Estimate(View):
    """A figure with its interval."""

    value: float
    low: float
    high: float


class UpliftFifth(View):
    """A fifth of the customers, as ranked by models that never saw them."""

    expected: float
    customers: int
    effect: Estimate


class UpliftGroup(View):
    """Customers whom a contact moves, or puts off."""

    customers: int
    effect: Estimate = Field(description="Measured in the group: responses of those contacted less those held out.")
    proven: bool = Field(description="The interval leaves no doubt; only then there is a segment.")


class UpliftMetrics(View):
    """How the campaign did, and how well the ranking holds."""

    effect: Estimate = Field(description="Share of responses, contacted less held out, with its 95 % interval.")
    qini: Estimate = Field(description="Normalised, out of fold: 0 is no better than chance.")
    evidence: float = Field(description="That the ranking tells who is moved, in standard errors; usable from 2.5.")


class UpliftResponse(View):
    """What counts as a response."""

    event: str
    days: int


class UpliftLearned(View):
    """What was learned from a holdout."""

    id: UUID
    state: str
    trained_at: datetime
    usable: bool
    verdict: str = Field(examples=["no usable heterogeneity found"])
    learner: str
    response: UpliftResponse
    learned_from: dict[str, int]
    metrics: UpliftMetrics
    fifths: list[UpliftFifth]
    groups: dict[str, UpliftGroup]
    segments: dict[str, UUID | None] = Field(default_factory=dict)


class UpliftView(View):
    """A campaign's uplift."""

    score: str = Field(description="The name of the score, for conditions and templates.")
    holdout: bool = Field(description="Whether the published version holds anybody out.")
    learned: UpliftLearned | None


class PolicyJudged(View):
    """What a way to choose would have earned, a message."""

    inverse_propensity: Estimate
    doubly_robust: Estimate
    as_chosen: float = Field(description="Share of the decisions in which it would have chosen what was chosen.")


class ChoicesJudged(View):
    """Channel choices of the last 90 days whose messages had three days to be answered."""

    decisions: int
    customers: int
    explored: float = Field(description="Share of the choices that tried another channel than the best.")
    earned: Estimate = Field(description="Answers less the cost of unsubscriptions, a message.")
    policies: dict[str, PolicyJudged]


class ChannelChoicesView(View):
    """How good a campaign's channel choices are."""

    judged_at: datetime | None
    judged: ChoicesJudged | None = Field(description="Null while there are too few decisions (200).")


class RecommendationView(View):
    """A product for a customer."""

    product_id: str
    why: Literal["browsed", "alike", "popular"] = Field(
        description="They looked at it lately; people alike take it; everybody does."
    )
    details: dict[str, Any] = Field(description="`name`, `price`, `url`, ..., as the newest event had them.")


class ScoreView(View):
    """A score of a customer."""

    name: str
    value: float
    low: float | None = Field(description="With `high`: where it lies with 80 % confidence, for values of money.")
    high: float | None
    percentile: float | None = Field(description="Share of the customers scored whose value is lower, 0 to 100.")
    reasons: list[str]
    model_id: UUID | None = Field(description="Null for a score set from outside.")
    at: datetime


class TrainBody(Body):
    """What to learn; all of it unless told otherwise."""

    names: list[str] = Field(default_factory=lambda: list(LESSONS), min_length=1, max_length=len(LESSONS))

    @field_validator("names")
    @classmethod
    def _known(cls, names: list[str]) -> list[str]:
        unknown = sorted(set(names) - set(LESSONS))
        if unknown:
            raise ValueError(f"no such score: {', '.join(unknown)}; there are {', '.join(LESSONS)}")
        return list(dict.fromkeys(names))


class WorkView(View):
    """A training or scoring that was started, or runs already."""

    kind: Literal["training", "scoring"]
    workflow_id: str
    temporal_url: str
