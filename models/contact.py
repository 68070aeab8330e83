"""What the installation says about contacting customers: topics, limits, and which provider is to be left alone."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class Topic(SQLModel, table=True):
    """A subscription group: customers refuse it, or ask for it, channel by channel (see `Consent`)."""

    __tablename__ = "topics"

    key: str = Field(primary_key=True)
    name: str
    description: str = ""
    opt_in: bool = False
    """Only those get it who asked for it; otherwise everybody who did not refuse it."""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))


class ContactPolicyRow(SQLModel, table=True):
    """The limits of the whole installation; at most one row, and none means no limits."""

    __tablename__ = "contact_policy"

    id: int = Field(default=1, primary_key=True)
    policy: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """A `domain.contact.ContactPolicy`."""
    revision: int = 1
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))


class CircuitBreaker(SQLModel, table=True):
    """How a provider fares; shared by all workers, so that one's bad news is everybody's."""

    __tablename__ = "circuit_breakers"

    provider: str = Field(primary_key=True)
    failures: int = 0
    """In a row, up to now."""
    open_until: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """Until then nothing is offered to it; then one message tries."""
    failing_since: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """The first of the failures in a row; None while it answers."""
    kind: str | None = None
    """Of the last failure: a `store.messages.circuit_breakers.FailureKind`."""
    reason: str = ""
    """Of the last failure."""
    key_check: str | None = None
    """What the vendor said last of our key (`store.messages.circuit_breakers.KeyCheckResult`); None: not asked yet."""
    key_checked_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))
