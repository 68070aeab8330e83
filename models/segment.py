"""A saved condition."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKey, text
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
    tracked: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Its members are kept, and every change of them is an event of the customer."""
    persona: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    """Shown on the profiles of its members."""
    owner_campaign_id: UUID | None = Field(default=None, index=True)
    """The campaign whose trigger it is; such a segment is nobody's to see or change."""
    initialized_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """When its members were written down for the first time, without events; None: not yet."""
    refreshed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """The moment of its last sweep: who comes or goes by time alone was told up to then."""
    reconciled_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """When all its members were last compared with its condition, whatever the cause of a difference."""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))


class SegmentMember(SQLModel, table=True):
    """A member of a tracked segment, as last seen."""

    __tablename__ = "segment_members"

    segment_id: UUID = Field(sa_column=Column(ForeignKey("segments.id", ondelete="CASCADE"), primary_key=True))
    customer_id: UUID = Field(primary_key=True, index=True)
    since: datetime = Field(default=None, sa_column=instant(now=True))
