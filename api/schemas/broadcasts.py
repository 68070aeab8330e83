"""Broadcasts."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from api.schemas.base import Body, Name, Revision, View
from api.schemas.campaigns import CampaignStatusView
from api.schemas.home import PerformanceView
from domain.broadcasts import Broadcast
from domain.vocabulary import Channel


class BroadcastCreate(Body):
    """A new draft; it may be unfinished."""

    name: Name
    broadcast: Broadcast = Broadcast()


class BroadcastUpdate(Body):
    """What is to change, and the revision that was read: another one means that somebody was faster (409)."""

    revision: Revision
    name: Name | None = None
    broadcast: Broadcast | None = Field(default=None, description="Whom a resend goes to stays as it is.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.name is None and self.broadcast is None:
            raise ValueError("give a name or a broadcast to change")
        return self


class BroadcastSend(Body):
    """The confirmation of what was reviewed."""

    revision: Revision
    key: str = Field(
        pattern=r"^[A-Za-z0-9_-]{1,64}$", description="The same key again is the same confirmation.", examples=["k-1"]
    )
    hold_seconds: int = Field(
        default=10, ge=0, le=600, description="Sending begins so much later. Until then it can be undone for certain."
    )


class BroadcastName(Body):
    """The name of a copy or resend."""

    name: Name


class BroadcastItem(PerformanceView):
    """A broadcast in a list, with what it came to so far."""

    id: UUID
    slug: str = Field(description="Of the campaign that carries it out: its report, journeys and messages.")
    name: str
    status: CampaignStatusView
    revision: int
    channel: Channel | None
    segment_id: UUID | None
    segment: str | None = Field(description="Its name; null where the audience is a condition.")
    audience: int | None = Field(description="Customers in the audience, once it was looked up.")
    resend_of: UUID | None = Field(description="The broadcast whose non-openers it goes to.")
    sends_at: datetime | None = Field(description="When sending begins, or began; null for a draft.")
    confirmed_at: datetime | None
    created_at: datetime
    updated_at: datetime


class BroadcastView(BroadcastItem):
    """A broadcast with its content."""

    broadcast: Broadcast
    missing: list[str] = Field(description="What it lacks before it can be reviewed: `audience`, `message`.")
    can_undo: bool = Field(description="It is confirmed, and no message has left yet.")
    run_id: UUID | None


class BroadcastSent(View):
    """A confirmation, made now or before."""

    broadcast: BroadcastView
    run_id: UUID
    repeated: bool = Field(description="It was confirmed before: nothing was done now.")


class NonOpeners(View):
    """Whom a resend would go to."""

    count: int
