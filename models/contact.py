"""What the installation says about contacting customers: topics, limits, and which provider is to be left alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, String
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


class Breaker(SQLModel, table=True):
    """How a provider fares; shared by all workers, so that one's bad news is everybody's."""

    __tablename__ = "breakers"

    provider: str = Field(primary_key=True)
    failures: int = 0
    """In a row, up to now."""
    open_until: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """Until then nothing is offered to it, where there is another; then one message tries."""
    reason: str = ""
    kind: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))
    """Of the last failure: `configuration` (a person must mend it), `transient` or `ambiguous`."""
    failing_since: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """The first failure since it last answered; null while it answers."""
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))
