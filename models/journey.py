"""One customer's walk through a campaign."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import instant, json_object, text_list


class Journey(SQLModel, table=True):
    """Where a customer stands. The workflow sequences; this row is what activities decide on and anyone can ask.

    `node_id`, `visit` and `seq` name the step the journey is in; `visits` counts the visits of each node; `step` is the
    instruction that the workflow was last given, returned again to a retry.
    """

    __tablename__ = "journeys"
    __table_args__ = (
        Index("journeys_open", "customer_id", postgresql_where=text("state <> 'ended'")),
        Index("journeys_customer_campaign", "customer_id", "campaign_id", "created_at"),
        Index("journeys_campaign_state", "campaign_id", "state", "node_id"),
        Index("journeys_campaign_time", "campaign_id", "created_at", "id"),
        Index("journeys_run", "run_id"),
        Index("journeys_failed", "campaign_id", "created_at", "id", postgresql_where=text("state = 'failed'")),
        Index("journeys_due", "waiting_until", postgresql_where=text("state = 'active' AND waiting_until IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    """`domain.ids.journey_id`."""
    campaign_id: UUID = Field(foreign_key="campaigns.id")
    version_id: UUID = Field(foreign_key="campaign_versions.id")
    run_id: UUID | None = None
    migration_id: UUID | None = Field(default=None, foreign_key="journey_migrations.id")
    """The latest move that concerns this journey: still to be made while `version_id` is not where it leads."""
    skip_nodes: list[str] = Field(default_factory=list, sa_column=text_list())
    """Sends that a move would let it come to again: each is passed over once."""
    customer_id: UUID = Field(foreign_key="customers.id")
    workflow_id: str = Field(unique=True)
    entry: str
    """What told this entrance from others: `run:<id>`, `event:<id>`, `key:<hash>`, `api:<hash>`."""
    entry_key: str | None = None
    """The entry key's value (a cart's id, say), where the trigger has a key."""
    trigger_event_id: UUID | None = None
    trigger: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """Properties of the event that started it, or the body of the API call."""
    state: str = "starting"
    """A `domain.vocabulary.JourneyState`."""
    node_id: str | None = None
    visit: int = 0
    seq: int = 0
    visits: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    step: dict[str, Any] | None = Field(default=None, sa_column=json_object(nullable=True))
    why: str = ""
    """In a marketer's words, in English."""
    said: dict[str, Any] | None = Field(default=None, sa_column=json_object(nullable=True))
    """The same as a sentence of `domain.i18n`, so that it can be said in any language."""
    waiting_until: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """Real UTC instant."""
    exit_signal: dict[str, Any] | None = Field(default=None, sa_column=json_object(nullable=True))
    """A goal, an exit event or a merge that ingestion saw: `{reason, event_id, why, said}`. Decides before all else."""
    coupons: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """Prefix -> code, those that this journey gave."""
    exit_reason: str | None = None
    """A `domain.vocabulary.ExitReason`, or an end node's own reason."""
    failed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """Set while it has failed, as are the next two; the step in hand stays as it was."""
    failure_code: str | None = None
    """A `domain.vocabulary.FailureCode`."""
    failure_error: str | None = None
    """The name of the error's type. Never its message, which may hold personal data."""
    goal_deadline: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    started_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """The journey's start: anchor of its windows."""
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class JourneyStep(SQLModel, table=True):
    """A visited node, and why it was left as it was. Written in the transaction of the step's effect."""

    __tablename__ = "journey_steps"
    __table_args__ = (Index("journey_steps_age", "entered_at", postgresql_using="brin"),)

    journey_id: UUID = Field(foreign_key="journeys.id", primary_key=True)
    seq: int = Field(primary_key=True)
    node_id: str
    kind: str
    port: str | None = None
    """The port it left by; null while it is there, and for an end."""
    why: str = ""
    """In a marketer's words, in English."""
    said: dict[str, Any] | None = Field(default=None, sa_column=json_object(nullable=True))
    """The same as a sentence of `domain.i18n`; null in rows from before there were such."""
    details: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    entered_at: datetime = Field(default=None, sa_column=instant(now=True))
    left_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class Coupon(SQLModel, table=True):
    """A code given to a customer."""

    __tablename__ = "coupons"

    code: str = Field(primary_key=True)
    prefix: str
    campaign_id: UUID = Field(foreign_key="campaigns.id")
    customer_id: UUID = Field(foreign_key="customers.id", index=True)
    journey_id: UUID
    issued_at: datetime = Field(default=None, sa_column=instant(now=True))
