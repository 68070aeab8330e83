"""What was exported of the views for BI."""

from datetime import datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from models.columns import instant


class ExportPart(SQLModel, table=True):
    """A file of the export: a whole view, or one month of it."""

    __tablename__ = "export_parts"

    view: str = Field(primary_key=True)
    part: str = Field(primary_key=True)
    """`all`, or `month=2026-11`."""
    rows: int = Field(sa_column=Column(BigInteger, nullable=False))
    bytes: int = Field(sa_column=Column(BigInteger, nullable=False))
    as_of: datetime = Field(sa_column=instant())
    """The moment whose rows it holds."""
