"""Webhook items that could not be taken."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class WebhookReject(SQLModel, table=True):
    """An item kept aside, with its reason, so that one bad item never loses the rest of its batch."""

    __tablename__ = "webhook_rejects"
    __table_args__ = (Index("webhook_rejects_age", "received_at", postgresql_using="brin"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    provider: str
    reason: str
    raw: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    received_at: datetime = Field(default=None, sa_column=instant(now=True))
