"""Journeys and their steps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from api.schemas.base import LocalizedText, View
from domain.vocabulary import FailureCode, JourneyState


class JourneySummary(View):
    """Where a customer stands in a campaign."""

    id: UUID
    campaign: str = Field(description="Its slug.")
    version: int
    run_id: UUID | None
    customer_id: UUID
    external_id: str | None
    customer_name: str | None = Field(description="Their first and last name; null where neither is known.")
    state: JourneyState
    node_id: str | None
    why: str = Field(description="Why it stands there, in words.")
    said: LocalizedText | None = Field(
        description="The same, so that it can be said in any language; null in old rows."
    )
    waiting_until: datetime | None
    exit_reason: str | None
    failed_at: datetime | None
    failure_code: FailureCode | None = Field(description="Why it failed, while it is `failed`.")
    failure_error: str | None = Field(description="The name of the error, for who looks for it in the log.")
    entry: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    temporal_url: str


class StepView(View):
    """A visited node, and why it was left as it was."""

    seq: int
    node_id: str
    kind: str
    port: str | None
    why: str
    said: LocalizedText | None = Field(
        description="The same, so that it can be said in any language; null in old rows."
    )
    details: dict[str, Any]
    entered_at: datetime
    left_at: datetime | None


class JourneyView(JourneySummary):
    """A journey with its first steps; `/steps` pages through all of them."""

    workflow_id: str
    trigger: dict[str, Any]
    coupons: dict[str, Any]
    goal_deadline: datetime | None
    steps: list[StepView]


class PositionView(View):
    """What the journey's workflow itself says: where it is, why, and until when."""

    reachable: bool = Field(description="False when Temporal or its worker does not answer; the rest is empty then.")
    node: str | None = None
    label: str = ""
    doing: str = ""
    until: datetime | None = None
    path: list[str] = Field(default_factory=list)
