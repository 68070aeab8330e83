"""Inbound SMS that may ask to stop and hold no keyword that says so."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import instant


class PossibleOptOut(SQLModel, table=True):
    """What a number wrote: a person decides if it is an opt-out. A number has one open entry, of its newest text."""

    __tablename__ = "possible_opt_outs"
    __table_args__ = (
        Index("possible_opt_outs_open", "channel", "address", unique=True, postgresql_where=text("state = 'open'")),
        Index("possible_opt_outs_newest", "received_at", "id"),
        Index("possible_opt_outs_customer", "customer_id"),
    )

    id: UUID = Field(primary_key=True)
    """Of the event that the first of its answers was: a repeat has the same."""
    channel: str
    address: str
    customer_id: UUID | None = None
    """Whose number it is; null for a number of nobody."""
    text: str
    state: str = "open"
    """`open`, `opted_out` or `dismissed`."""
    received_at: datetime = Field(default=None, sa_column=instant(now=True))
    decided_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    decided_by: str | None = None
    """A key's name, or `sms:STOP`, `sms:START`: the number said so itself later."""
