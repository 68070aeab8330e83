"""Models that were learned, each with its card."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class Model(SQLModel, table=True):
    """One learned model of one score (`churn`, ...), or of the clusters. Only its state and drift ever change."""

    __tablename__ = "models"
    __table_args__ = (
        Index("models_champion", "name", unique=True, postgresql_where=text("state = 'champion'")),
        Index("models_name_time", "name", text("trained_at DESC")),
    )

    id: UUID = Field(primary_key=True)
    name: str
    """The score that it makes."""
    kind: str
    """A `domain.vocabulary.ModelKind`: how `artifact` is to be read."""
    state: str
    """A `domain.vocabulary.ModelState`."""
    card: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """What it learned from, how right it was on what came later, beside the baseline and the model in use."""
    drift: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """How far features and scores have moved since, as of the last scoring."""
    artifact: str
    """The model itself, as JSON: reading it runs no code."""
    trained_at: datetime = Field(default=None, sa_column=instant(now=True))
    promoted_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
