"""What models foretell of customers."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.columns import instant, json_list


class Score(SQLModel, table=True):
    """The newest score of one name (`churn`, ...) for one customer."""

    __tablename__ = "scores"

    customer_id: UUID = Field(foreign_key="customers.id", primary_key=True)
    name: str = Field(primary_key=True)
    value: float
    low: float | None = None
    """With `high`: where it lies with 80 % confidence, for values of money."""
    high: float | None = None
    percentile: float | None = None
    """Share of the customers scored with it whose value is lower, 0 to 100."""
    reasons: list[str] = Field(default_factory=list, sa_column=json_list())
    """What moved it most, in words."""
    model_id: UUID | None = None
    """The model that made it; null for a score set from outside."""
    at: datetime = Field(default=None, sa_column=instant(now=True))
