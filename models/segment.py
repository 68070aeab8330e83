"""A saved condition."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class Segment(SQLModel, table=True):
    """A named condition. Its members at one moment are an audience."""

    __tablename__ = "segments"

    id: UUID = Field(primary_key=True)
    name: str = Field(unique=True)
    description: str = ""
    condition: dict[str, Any] = Field(sa_column=json_object())
    """A `domain.conditions.Condition`."""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))
