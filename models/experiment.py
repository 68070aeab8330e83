"""Experiments on random splits: plan, assignments, looks, decisions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import instant, json_list, json_object, text_list


class Experiment(SQLModel, table=True):
    """One experiment. The row decides; its workflow only looks from time to time."""

    __tablename__ = "experiments"
    __table_args__ = (
        Index(
            "experiments_one_at_a_split",
            "campaign_id",
            "node_id",
            unique=True,
            postgresql_where=text("state IN ('running', 'ramping', 'decided', 'rolled_back')"),
        ),
        Index("experiments_time", "created_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    campaign_id: UUID = Field(foreign_key="campaigns.id")
    node_id: str
    name: str
    state: str = "draft"
    """A `domain.experiments.ExperimentState`."""
    plan: dict[str, Any] = Field(sa_column=json_object())
    """A `domain.experiments.ExperimentPlan`: frozen at the start."""
    arms: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_list())
    """`domain.experiments.ExperimentArm`s as the split had them at the start."""
    retired: list[str] = Field(default_factory=list, sa_column=text_list())
    winner: str | None = None
    ramp: float = 0.0
    """The share of new customers that the winner is given."""
    step: int = 0
    """Decisions so far: each has the next number, so none is made twice."""
    looks: int = 0
    revision: int = 1
    started_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    looked_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    stepped_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    ended_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    archived_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """When it was put away: it is listed apart, nothing else."""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))


class ExperimentAssignment(SQLModel, table=True):
    """A customer's arm, for good."""

    __tablename__ = "experiment_assignments"
    __table_args__ = (Index("experiment_assignments_customer", "customer_id"),)

    experiment_id: UUID = Field(foreign_key="experiments.id", primary_key=True)
    customer_id: UUID = Field(primary_key=True)
    arm: str
    counted: bool = True
    """False for those whom the roll-out, a rollback or an exclusion group gave their arm."""
    crossed: bool = False
    """Two customers of different arms became one: counted nowhere."""
    assigned_at: datetime = Field(default=None, sa_column=instant(now=True))
    exposed_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """When the arm could first make a difference."""


class ExperimentLook(SQLModel, table=True):
    """What was seen at a look: sums, and what they say."""

    __tablename__ = "experiment_looks"

    experiment_id: UUID = Field(foreign_key="experiments.id", primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime = Field(default=None, sa_column=instant(now=True))
    readout: dict[str, Any] = Field(sa_column=json_object())


class ExperimentDecision(SQLModel, table=True):
    """A step that was taken, and the look it rests on."""

    __tablename__ = "experiment_decisions"

    experiment_id: UUID = Field(foreign_key="experiments.id", primary_key=True)
    step: int = Field(primary_key=True)
    kind: str
    """A `domain.experiments.DecisionKind`."""
    arm: str | None = None
    ramp: float | None = None
    look: int | None = None
    reason: str = ""
    """The metric that decided, or who did."""
    at: datetime = Field(default=None, sa_column=instant(now=True))
