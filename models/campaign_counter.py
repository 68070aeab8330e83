"""Counters of what happens in campaigns: what a monitor reads in place of counting millions of rows."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Index, Numeric, text
from sqlmodel import Field, SQLModel

from models.columns import instant


class CampaignCounter(SQLModel, table=True):
    """How often a metric was seen, up to what `campaign_counter_deltas` still holds.

    Metrics and what `dimension` says of each are listed in store/migrations/sql/0016_campaign_counters.sql, whose
    triggers count, and 0017_counters_of_money.sql.
    """

    __tablename__ = "campaign_counters"
    __table_args__ = (
        Index(
            "campaign_counters_levels",
            "metric",
            "dimension",
            postgresql_include=["n"],
            postgresql_where=text("n <> 0 AND metric IN ('active', 'state')"),
        ),
        Index(
            "campaign_counters_in_time",
            "metric",
            "bucket",
            postgresql_include=["campaign_id", "channel", "dimension", "n", "amount"],
            postgresql_where=text(
                "metric IN ('sent', 'opened', 'clicked', 'conversions', 'failed')"
                " OR (metric = 'ended' AND dimension = 'over_limit')"
            ),
        ),
    )

    campaign_id: UUID = Field(primary_key=True)
    run_id: UUID = Field(primary_key=True)
    """All zeros outside launches."""
    node_id: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    dimension: str = Field(primary_key=True)
    bucket: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True, nullable=False))
    """Start of the stretch of time in which it was seen; the epoch for metrics whose time does not matter."""
    n: int = Field(sa_column=Column(BigInteger, nullable=False))
    amount: Decimal = Field(sa_column=Column(Numeric, nullable=False, server_default=text("0")))
    """Revenue, for conversions."""


class CounterDelta(SQLModel, table=True):
    """What is to be added to a tally. Writers only ever insert, so that no two of them wait for each other."""

    __tablename__ = "campaign_counter_deltas"
    __table_args__ = (
        Index("campaign_counter_deltas_campaign", "campaign_id"),
        # filled and emptied all day
        {"postgresql_with": {"autovacuum_vacuum_scale_factor": "0", "autovacuum_vacuum_threshold": "5000"}},
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    campaign_id: UUID
    run_id: UUID
    node_id: str
    channel: str
    metric: str
    dimension: str
    at: datetime = Field(default=None, sa_column=instant())
    n: int
    amount: Decimal = Field(sa_column=Column(Numeric, nullable=False, server_default=text("0")))
