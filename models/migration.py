"""A move of the journeys inside a campaign to another version of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class JourneyMigration(SQLModel, table=True):
    """Where journeys are to go on, and which node stands for which. Never changed, its progress aside."""

    __tablename__ = "journey_migrations"

    id: UUID = Field(primary_key=True)
    """`domain.ids.migration_id`: the same move again is the same row."""
    campaign_id: UUID = Field(foreign_key="campaigns.id", index=True)
    to_version_id: UUID = Field(foreign_key="campaign_versions.id")
    mapping: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """Node id -> node id of the new version, or null: whoever stands there exits."""
    workflow_id: str
    state: str = "running"
    """`running` or `done`: whether every journey has been told."""
    told: int = 0
    """Journeys told so far."""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    finished_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
