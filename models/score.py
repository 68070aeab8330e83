"""What models foretell of customers: kept as one row a customer, read as one row a score."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Float
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.columns import instant


class CustomerScores(SQLModel, table=True):
    """All that one scoring found of a customer. What each number is, `score_columns` says.

    One row, not one a score: written anew every night, seventeen million rows would take an hour and bloat the table.
    """

    __tablename__ = "customer_scores"

    customer_id: UUID = Field(foreign_key="customers.id", primary_key=True)
    scored_at: datetime = Field(sa_column=instant())
    """The scoring's moment."""
    numbers: list[float] = Field(sa_column=Column(ARRAY(Float), nullable=False))
    """NaN where there is nothing to say."""


class ScoreColumn(SQLModel, table=True):
    """Which places of `numbers` a score has, in one scoring. Places count from 1, as Postgres does."""

    __tablename__ = "score_columns"

    scored_at: datetime = Field(default=None, sa_column=instant(primary_key=True))
    name: str = Field(primary_key=True)
    """Of the score: `churn`, ..."""
    model_id: UUID
    made_at: datetime = Field(sa_column=instant())
    """When the model made it: earlier than `scored_at` for one that failed, whose last scores stay."""
    value_index: int
    percentile_index: int
    low_index: int | None = None
    high_index: int | None = None


class ScoreBatch(SQLModel, table=True):
    """Scores of a page of customers that wait for the last page: only then can they be ranked."""

    __tablename__ = "score_batches"

    scored_at: datetime = Field(default=None, sa_column=instant(primary_key=True))
    first: UUID = Field(primary_key=True)
    """The first customer's id."""
    customers: bytes
    """Their ids, 16 bytes each, in order."""
    numbers: bytes
    """Little-endian doubles, a row a customer, as `intelligence.score_matrix.ScoreMatrix` lays them out."""


class Score(SQLModel, table=True):
    """The newest score of one name (`churn`, ...) for one customer: a view of the tables above, to be read only."""

    __tablename__ = "scores"
    __table_args__ = {"info": {"view": True}}

    customer_id: UUID = Field(primary_key=True)
    name: str = Field(primary_key=True)
    value: float
    low: float | None = None
    """With `high`: where it lies with 80 % confidence, for values of money."""
    high: float | None = None
    percentile: float | None = None
    """Share of the customers scored with it whose value is lower, 0 to 100."""
    model_id: UUID
    """The model that made it."""
    at: datetime = Field(sa_column=instant())
    """When the model made it."""
