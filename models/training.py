"""What came of learning a score the last time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class TrainingRun(SQLModel, table=True):
    """One row a score, of its last training: whatever was learned, or what was missing to learn it."""

    __tablename__ = "training_runs"

    name: str = Field(primary_key=True)
    """Of the score: `churn`, ..."""
    moment: datetime = Field(sa_column=instant())
    """The training's moment."""
    why: str
    said: dict[str, Any] = Field(sa_column=json_object())
    """The same as a sentence of `domain.i18n`."""
    model_id: UUID | None = None
    """The new champion, if there was one."""
