"""A message to an audience, once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class BroadcastRow(SQLModel, table=True):
    """What a broadcast is beside the campaign that carries it out; name, state and revision are the campaign's."""

    __tablename__ = "broadcasts"

    campaign_id: UUID = Field(primary_key=True, foreign_key="campaigns.id")
    definition: dict[str, Any] = Field(sa_column=json_object())
    """A `domain.broadcasts.Broadcast`."""
    resend_of: UUID | None = Field(default=None, index=True)
    """The broadcast whose non-openers it goes to."""
    run_id: UUID | None = None
    """The launch that sends it; null for a draft."""
    confirmed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """When somebody said that it is to be sent."""
