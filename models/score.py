"""What models foretell of customers."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.columns import instant


class Score(SQLModel, table=True):
    """The newest score of one name (`churn`, ...) for one customer."""

    __tablename__ = "scores"

    customer_id: UUID = Field(foreign_key="customers.id", primary_key=True)
    name: str = Field(primary_key=True)
    value: float
    at: datetime = Field(default=None, sa_column=instant(now=True))
