"""What learning and scoring say to Temporal: names, moments and words; never a customer's data."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

INTELLIGENCE_QUEUE = "intelligence"
TRAINING_WORKFLOW = "TrainingWorkflow"
SCORING_WORKFLOW = "ScoringWorkflow"
TRAIN = "train_model"
SCORE = "score_customers"
RANK = "rank_scores"
SCORES = (
    "purchase_7", "purchase_30", "churn", "ltv_90", "ltv_365",
    "open_email", "open_push", "open_in_app", "click_email", "click_sms", "click_push", "click_in_app",
    "unsubscribe", "unsubscribe_email", "unsubscribe_sms", "unsubscribe_push", "cluster",
)  # fmt: skip
"""Every score that can be learned, in the order in which a training learns them."""
UPLIFT = "uplift"
LESSONS = (*SCORES, "hours", UPLIFT, "recommendations", "channel_choice")
"""All that a training learns: the scores, when customers are there, whom each holdout moves, products;
and how good the channel choices were."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class TrainingInput(_Model):
    """Learn these scores anew. `moment` is the present; without it, when the workflow started."""

    names: list[str]
    moment: datetime | None = None
    then_score: bool = True


class TrainInput(_Model):
    """Learn one score."""

    name: str
    moment: datetime


class TrainResult(_Model):
    """What came of it."""

    name: str
    words: str
    model_id: UUID | None = None
    """The new champion, if there is one."""


class TrainingResult(_Model):
    """What came of each score."""

    results: list[TrainResult] = Field(default_factory=list)


class ScoringInput(_Model):
    """Score everyone with the models in use. `moment` is the present; without it, when the workflow started."""

    moment: datetime | None = None


class ScoreInput(_Model):
    """Score customers whose id comes after `cursor`, for one stretch, with `models`: the first stretch finds them."""

    moment: datetime
    cursor: UUID | None = None
    models: dict[str, UUID] = Field(default_factory=dict)
    failed: dict[str, str] = Field(default_factory=dict)


class ScoringProgress(_Model):
    """How far a scoring is. `failed` names models that could not score, and why; their old scores stay."""

    cursor: UUID | None = None
    customers: int = 0
    scores: int = 0
    models: dict[str, UUID] = Field(default_factory=dict)
    """By score: which makes it, from the first page to the last."""
    failed: dict[str, str] = Field(default_factory=dict)
    seconds: dict[str, float] = Field(default_factory=dict)
    """What was spent on reading features, on scoring, on ranking, on writing, and on drift."""
    done: bool = False


class RankInput(_Model):
    """Give percentiles, write everybody's scores, measure drift."""

    moment: datetime
    models: dict[str, UUID] = Field(default_factory=dict)
    failed: list[str] = Field(default_factory=list)
