"""Where the customers' numbers of one property are cut into the highest and the lowest shares."""

from datetime import datetime

from sqlalchemy import Column, Float
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.columns import instant


class PropertyPercentiles(SQLModel, table=True):
    """The limits of all shares of one property, in steps of 0.1 %: 999 each way.

    Kept, for a single customer's rank must not take a look at everybody. Places count from 1, as Postgres does.
    """

    __tablename__ = "property_percentiles"

    name: str = Field(primary_key=True)
    """Of the property: `traits.revenue`, `attributes.points`."""
    counted: int
    """Customers who have a number there."""
    highest: list[float] | None = Field(default=None, sa_column=Column(ARRAY(Float), nullable=True))
    """At place n: who has more than this is among the highest n tenths of a percent. Null if nobody has a number."""
    lowest: list[float] | None = Field(default=None, sa_column=Column(ARRAY(Float), nullable=True))
    """At place n: who has less than this is among the lowest n tenths of a percent."""
    computed_at: datetime = Field(sa_column=instant())
