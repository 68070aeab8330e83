"""Messages and what became of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import LocalizedText, View
from domain.vocabulary import BlockReason, Category, Channel, MessageState


class MessageSummary(View):
    """One attempted contact."""

    id: UUID
    journey_id: UUID | None
    campaign: str | None = Field(description="Its slug; null for a test.")
    run_id: UUID | None
    node_id: str | None
    customer_id: UUID
    external_id: str | None
    customer_name: str | None = Field(description="Their first and last name; null where neither is known.")
    channel: Channel
    category: Category
    state: MessageState
    reason: str | None = Field(description="Why it was put off, skipped, failed, bounced or is unknown.")
    said: LocalizedText | None = Field(description="`reason`, for any language; null for a provider's own words.")
    topic: str | None
    deferral_reason: BlockReason | None = Field(description="What put it off last; stays when it was sent after all.")
    skip_reason: BlockReason | None = Field(description="What skipped it.")
    not_before: datetime | None = Field(description="Put off: the moment from which it may be sent.")
    test: bool
    provider: str | None
    provider_message_id: str | None
    address: str | None
    attempts: int
    reserved_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    opened_at: datetime | None
    clicked_at: datetime | None
    read_at: datetime | None


class MessageEventView(View):
    """Something that became of a message, and what its provider said, raw."""

    id: UUID
    kind: str
    machine: bool = Field(description="Made by a privacy proxy or a link scanner.")
    occurred_at: datetime
    received_at: datetime
    source: str
    raw: dict[str, Any]


class MessageView(MessageSummary):
    """A message with what was sent and its whole life."""

    content: dict[str, Any]
    events: list[MessageEventView]
