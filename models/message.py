"""The ledger: one row for each attempted contact."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, text
from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class Message(SQLModel, table=True):
    """One attempted contact, reserved before any provider is called. See domain.vocabulary.MessageState."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("messages_customer_time", "customer_id", text("reserved_at DESC")),
        Index("messages_journey_node", "journey_id", "node_id"),
        Index("messages_campaign_time", "campaign_id", text("reserved_at DESC")),
        Index("messages_newest", text("reserved_at DESC"), text("id DESC")),
        # a list that is asked for by its state finds a few among millions
        Index("messages_failed", "campaign_id", text("reserved_at DESC"), postgresql_where=text("state = 'failed'")),
        Index("messages_provider_id", "provider", "provider_message_id"),
        Index(
            "messages_unsettled",
            "state",
            "reserved_at",
            postgresql_where=text("state IN ('reserved','deferred','unknown')"),
        ),
        # Two profiles with one address: a launch reaches it once. What was skipped or failed reached nobody.
        Index(
            "messages_run_address",
            "run_id",
            text("coalesce(sent_node_id, node_id)"),
            "visit",
            "address",
            unique=True,
            postgresql_where=text("run_id IS NOT NULL AND state NOT IN ('skipped','failed')"),
        ),
        Index("messages_bounced", "address", "channel", postgresql_where=text("state = 'bounced'")),
    )

    id: UUID = Field(primary_key=True)
    """`domain.ids.message_id`."""
    journey_id: UUID | None = None
    campaign_id: UUID | None = None
    run_id: UUID | None = None
    node_id: str | None = None
    """The node that conditions and figures take it for."""
    sent_node_id: str | None = None
    """The node it was sent from, where a version migration changed `node_id`: keys of the ledger never change."""
    visit: int = 1
    customer_id: UUID
    channel: str
    category: str
    topic: str | None = None
    """The subscription group it belongs to."""
    state: str
    """A `domain.vocabulary.MessageState`."""
    reason: str | None = None
    """Why it was skipped, failed, bounced or is unknown; in English, or as its provider says it."""
    said: dict[str, Any] | None = Field(default=None, sa_column=json_object(nullable=True))
    """The same as a sentence of `domain.i18n`, where it is one of ours."""
    deferral_reason: str | None = None
    """The `domain.vocabulary.BlockReason` that put it off last; stays when it was sent after all."""
    skip_reason: str | None = None
    """The `domain.vocabulary.BlockReason` that skipped it."""
    not_before: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """Put off: the business moment from which it may be offered again."""
    provider: str | None = None
    provider_message_id: str | None = None
    address: str | None = None
    content: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """What was sent, rendered."""
    attempts: int = 0
    test: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("false")))
    """Sent by hand to try a template; counts nowhere."""
    reserved_at: datetime = Field(default=None, sa_column=instant(now=True))
    first_offered_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """When its turn first came: the deadline of a provider that refuses counts from here, never from the queue."""
    sent_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    delivered_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    opened_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    clicked_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    read_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """In-app only: when the app marked it read."""


class MessageEvent(SQLModel, table=True):
    """What became of a message, as its provider, the tracker or the app told it; `raw` is what they said."""

    __tablename__ = "message_events"

    id: UUID = Field(primary_key=True)
    """`domain.ids.event_id`: a repeat has the same id."""
    message_id: UUID = Field(index=True)
    kind: str
    """A `domain.vocabulary.MessageEventKind`, or the provider's own word where we know none for it."""
    machine: bool = False
    occurred_at: datetime = Field(sa_column=instant())
    received_at: datetime = Field(default=None, sa_column=instant(now=True))
    source: str
    raw: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
