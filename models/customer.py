"""A customer: profile, identities, devices, and their word on who may contact them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field, SQLModel

from models.columns import instant, json_object, text_list


class Customer(SQLModel, table=True):
    """One live profile.

    `attributes` are what the shop says (`attributes.<name>` in conditions); `traits` are what ingestion computes from
    events (`traits.<name>`). A customer known only by an anonymous id has no `external_id`.
    """

    __tablename__ = "customers"
    __table_args__ = (
        Index("customers_email", "email"),
        Index("customers_phone", "phone"),
        Index("customers_tags", "tags", postgresql_using="gin"),
        Index("customers_of_country", "country", "created_at", "id", postgresql_where=text("erased_at IS NULL")),
        Index("customers_newest", "created_at", "id", postgresql_where=text("erased_at IS NULL")),
        Index(
            "customers_words",
            text("customer_words(external_id, email, first_name, last_name)"),
            postgresql_using="gin",
        ),
        Index(
            "customers_by_name",
            text("customer_sort_name(first_name, last_name, external_id, email)"),
            "id",
            postgresql_where=text("erased_at IS NULL"),
        ),
        # of no column that each event changes
        Index(
            "customers_visitors",
            "created_at",
            "id",
            postgresql_where=text("external_id IS NULL AND email IS NULL AND phone IS NULL AND erased_at IS NULL"),
        ),
        Index("customers_erased", "id", postgresql_where=text("erased_at IS NOT NULL")),
        # every event rewrites the row: with room on the page, its indexes need not be touched
        {"postgresql_with": {"fillfactor": 75}},
    )

    id: UUID = Field(primary_key=True)
    external_id: str | None = Field(default=None, unique=True)
    email: str | None = None
    """Normalised; see domain.addresses."""
    phone: str | None = None
    """E.164."""
    first_name: str | None = None
    last_name: str | None = None
    gender: str | None = None
    birth_date: date | None = None
    city: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    locale: str | None = None
    timezone: str | None = None
    """IANA."""
    preferred_channels: list[str] = Field(default_factory=list, sa_column=text_list())
    """Channels in the order in which the customer wants to be reached; empty when they never said."""
    tags: list[str] = Field(default_factory=list, sa_column=text_list())
    attributes: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    traits: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))
    last_seen_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    identified_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """When the newest identify call that was taken happened: an older one only fills gaps."""
    erased_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class CustomerIdentity(SQLModel, table=True):
    """An anonymous id, or an earlier external id, that stands for a customer."""

    __tablename__ = "customer_identities"

    kind: str = Field(primary_key=True)
    """`anonymous` or `previous`."""
    value: str = Field(primary_key=True)
    customer_id: UUID = Field(foreign_key="customers.id", index=True)
    created_at: datetime = Field(default=None, sa_column=instant(now=True))


class EarlierAddress(SQLModel, table=True):
    """An address that a customer had before; the database writes it when a profile changes its address.

    Erasure finds by it what others wrote about the customer, and the suppressions that must outlive them.
    """

    __tablename__ = "earlier_addresses"

    customer_id: UUID = Field(foreign_key="customers.id", primary_key=True)
    address: str = Field(primary_key=True)


class Device(SQLModel, table=True):
    """A push token. One that FCM calls unregistered is kept, inactive."""

    __tablename__ = "devices"

    token: str = Field(primary_key=True)
    customer_id: UUID = Field(foreign_key="customers.id", index=True)
    platform: str = "unknown"
    """`ios`, `android`, `web` or `unknown`."""
    active: bool = True
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))


class Consent(SQLModel, table=True):
    """What the customer said about a channel, and about one topic of it (`*` = all of it). No row = never set."""

    __tablename__ = "consents"

    customer_id: UUID = Field(foreign_key="customers.id", primary_key=True)
    channel: str = Field(primary_key=True)
    topic: str = Field(default="*", primary_key=True)
    status: str
    """A `domain.vocabulary.ConsentStatus`."""
    source: str
    """Who said so: `api`, `webhook:sendgrid`, `sms:STOP`, `page`, ..."""
    at: datetime = Field(default=None, sa_column=instant(now=True))


class Suppression(SQLModel, table=True):
    """An address that nothing is sent to, whoever it belongs to."""

    __tablename__ = "suppressions"
    __table_args__ = (Index("suppressions_address", text("lower(address)")),)

    channel: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    reason: str
    """`hard_bounce`, `complaint`, `unregistered`, `manual`, ..."""
    source: str
    at: datetime = Field(default=None, sa_column=instant(now=True))


class CustomerMerge(SQLModel, table=True):
    """Two customers were found to be one: who went, who stayed, and what was decided."""

    __tablename__ = "customer_merges"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    surviving_id: UUID = Field(index=True)
    merged_id: UUID = Field(index=True)
    merged_external_id: str | None = None
    reason: str
    """`alias`, `sign_in` or `manual`."""
    decisions: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """What moved, which side each field came from, which consents became stricter."""
    at: datetime = Field(default=None, sa_column=instant(now=True))
    undo: dict[str, Any] | None = Field(default=None, sa_column=json_object(nullable=True))
    """What it takes to part them again: both as they were, and the rows that moved. Null when it is too late."""
    undone_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    undone_by: str | None = None
