"""A campaign, its immutable versions, its launches."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import instant, json_object, text_list


class Campaign(SQLModel, table=True):
    """What a marketer owns: a draft, and the version that new journeys take."""

    __tablename__ = "campaigns"

    id: UUID = Field(primary_key=True)
    slug: str = Field(unique=True)
    """Lower-case letters, digits and dashes; part of every workflow id."""
    name: str
    description: str = ""
    state: str = "draft"
    """A `domain.vocabulary.CampaignState`."""
    draft: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """A `domain.flow.Flow`, valid or not."""
    revision: int = 1
    """Counts up with every change of the draft; an update that names another one is refused."""
    folder: str | None = None
    """Where the list keeps it; None: in no folder."""
    tags: list[str] = Field(default_factory=list, sa_column=text_list())
    """What the list is filtered by, in alphabetical order."""
    current_version_id: UUID | None = None
    schedule_on: bool | None = False
    """Whether the clock launches it. Null in rows from before there was this column: then Temporal alone knows."""
    schedule_since: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """Since when the schedule is on with the times that it has: what was due before is no launch that was missed."""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))


class CampaignVersion(SQLModel, table=True):
    """A published flow. Never changed."""

    __tablename__ = "campaign_versions"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: UUID = Field(primary_key=True)
    campaign_id: UUID = Field(foreign_key="campaigns.id")
    number: int
    flow: dict[str, Any] = Field(sa_column=json_object())
    """A `domain.flow.Flow`."""
    templates: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """Template id -> `domain.content.Content`, as they were when it was published."""
    segments: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """Segment id -> name, for the step log's words."""
    brand_kit: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """A `domain.email_document.BrandKit`, as it was when a version with e-mails of the visual editor was published."""
    subscribed_events: list[str] = Field(default_factory=list, sa_column=text_list())
    """Event names that can wake or end its journeys: goal, exits, waits."""
    trigger_event: str | None = Field(default=None, index=True)
    """Event name that starts journeys, for event-triggered versions."""
    published_at: datetime = Field(default=None, sa_column=instant(now=True))


class CampaignRun(SQLModel, table=True):
    """One launch: its audience and how far enrolment is."""

    __tablename__ = "campaign_runs"

    id: UUID = Field(primary_key=True)
    """`domain.ids.run_id`."""
    campaign_id: UUID = Field(foreign_key="campaigns.id", index=True)
    version_id: UUID = Field(foreign_key="campaign_versions.id")
    workflow_id: str
    state: str = "starting"
    """A `domain.vocabulary.RunState`."""
    audience: int | None = None
    """Customers in the snapshot."""
    started: int = 0
    """Journeys started."""
    refused: int = 0
    """Audience members whom re-entry kept out."""
    not_before: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """The audience is looked up no earlier than at this instant."""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    finished_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class AudienceMember(SQLModel, table=True):
    """One customer of a run's audience. `position` orders the pages of enrolment."""

    __tablename__ = "audience_members"
    __table_args__ = (Index("audience_members_customer", "customer_id"),)

    run_id: UUID = Field(foreign_key="campaign_runs.id", primary_key=True)
    position: int = Field(primary_key=True)
    customer_id: UUID


class EntryRejectionRow(SQLModel, table=True):
    """A trigger that fired and started nothing, and why (paused, re-entry, ...)."""

    __tablename__ = "entry_rejections"
    __table_args__ = (
        Index("entry_rejections_campaign_customer", "campaign_id", "customer_id"),
        Index("entry_rejections_run_customer", "run_id", "customer_id"),
        Index("entry_rejections_age", "at", postgresql_using="brin"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: UUID
    customer_id: UUID
    event_id: UUID | None = None
    run_id: UUID | None = None
    code: str
    """A `domain.entry_rejections.RejectionCode`."""
    about: str | None = None
    reason: str
    """Code and `about`, in English."""
    at: datetime = Field(default=None, sa_column=instant(now=True))
