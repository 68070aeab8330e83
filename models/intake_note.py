"""What intake could not use."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from models.columns import instant, json_list


class IntakeNote(SQLModel, table=True):
    """Events of one day and source that were rejected, or taken but for a part, for one reason; with a few examples."""

    __tablename__ = "intake_notes"

    day: date = Field(primary_key=True)
    """UTC."""
    source: str = Field(primary_key=True)
    outcome: str = Field(primary_key=True)
    """`rejected` or `noted`."""
    reason: str = Field(primary_key=True)
    """Without the values that it is about, so that one kind of trouble is one row."""
    count: int = Field(sa_column=Column(BigInteger, nullable=False))
    examples: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_list())
    """The newest few: {at, reason, item}, the item cut short. Erased with the customer whom it names."""
    last_at: datetime = Field(default=None, sa_column=instant())
