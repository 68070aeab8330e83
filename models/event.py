"""What happened."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Computed, DateTime, Index, Numeric, text
from sqlmodel import Field, SQLModel

from models.columns import instant, json_object

_REVENUE = """CASE jsonb_typeof(properties -> 'revenue')
    WHEN 'number' THEN (properties -> 'revenue')::numeric
    WHEN 'string' THEN event_revenue(properties -> 'revenue')
    WHEN 'array' THEN event_revenue(properties -> 'revenue') END"""


class Event(SQLModel, table=True):
    """One thing a customer did, or that happened to a message. Partitioned by quarter of `occurred_at`."""

    __tablename__ = "events"
    __table_args__ = (
        Index("events_customer_name_time", "customer_id", "name", text("occurred_at DESC")),
        Index("events_name_time", "name", "occurred_at", postgresql_include=["customer_id", "revenue"]),
        Index(
            "events_order",
            "customer_id",
            text("md5(properties ->> 'order_id')"),
            postgresql_where=text("name IN ('Order Completed', 'Order Refunded', 'Order Cancelled')"),
        ),
        {"postgresql_partition_by": "RANGE (occurred_at)"},
    )

    id: UUID = Field(primary_key=True)
    """`domain.ids.event_id`: a repeat has the same id."""
    occurred_at: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True, nullable=False))
    customer_id: UUID
    name: str
    properties: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    source: str
    """`segment`, `webhook:sendgrid`, `tracker`, `import`, ..."""
    received_at: datetime = Field(default=None, sa_column=instant(now=True))
    revenue: Decimal | None = Field(
        default=None, sa_column=Column(Numeric, Computed(_REVENUE, persisted=True), nullable=True)
    )
    """The sum of the numbers at `properties.revenue`: kept, so that sums of it are answered from the index alone."""


class EventReceipt(SQLModel, table=True):
    """Ids of events taken, whatever their time: what makes a repeat harmless across partitions."""

    __tablename__ = "event_receipts"
    __table_args__ = (Index("event_receipts_age", "received_at", postgresql_using="brin"),)

    id: UUID = Field(primary_key=True)
    received_at: datetime = Field(default=None, sa_column=instant(now=True))
