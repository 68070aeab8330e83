"""What ingestion has decided that Temporal must still be told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class Outbox(SQLModel, table=True):
    """A start or a signal, written in the transaction that decided it, deleted once Temporal has it."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_due", "available_at", "id"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    kind: str
    """`start_journey`, `signal_journey`."""
    journey_id: UUID
    workflow_id: str
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """`signal_journey`: {signal, event_id?, branch?}. Ids, never bodies."""
    attempts: int = 0
    error: str | None = None
    traceparent: str | None = None
    """The trace that wrote it, as W3C Trace Context has it; null while tracing is off."""
    available_at: datetime = Field(default=None, sa_column=instant(now=True))
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
