"""When recurring work was last done."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import instant


class Heartbeat(SQLModel, table=True):
    """One row for each kind of work that must go on: `sweep`, `webhook:<provider>`."""

    __tablename__ = "heartbeats"

    name: str = Field(primary_key=True)
    at: datetime = Field(default=None, sa_column=instant(now=True))
    """By the database's clock."""
