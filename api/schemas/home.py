"""What the first page shows."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base import AsSaid, Text, View
from api.schemas.money import Revenue
from campaigns.upcoming import LaunchKind
from domain.vocabulary import ImportState


class PerformanceView(View):
    """Messages and what came of them. Opens and clicks by machines do not count."""

    sent: int
    open_trackable: int = Field(description="Those sent on channels that tell of opens: neither SMS nor silent push.")
    opened: int
    click_trackable: int = Field(description="Those sent on channels that tell of clicks: not silent push.")
    clicked: int
    conversions: int
    failed: int = Field(description="Messages that failed for good.")
    revenue: Revenue


class DayView(View):
    """One day (UTC)."""

    day: date
    sent: int
    opened: int
    clicked: int
    conversions: int


class CampaignPerformance(PerformanceView):
    """A campaign in the period."""

    slug: str
    name: str


class PeriodView(View):
    """All campaigns in a period, and in the one before it."""

    since: datetime = Field(description="The first midnight (UTC) of the period.")
    until: datetime
    before_since: datetime
    before_until: datetime = Field(
        description="The same time of day as `until`. More than 14 days ago, days are counted whole."
    )
    now: PerformanceView
    before: PerformanceView
    days: list[DayView] = Field(description="Of the period, oldest first. Days without anything are left out.")
    best: list[CampaignPerformance] = Field(description="The five with the most conversions, then clicks, then sent.")


class OfCampaignView(View):
    """How many of something a campaign has."""

    slug: str
    name: str
    count: int


class FaultyImport(View):
    """An import that failed, or of which rows were rejected."""

    id: UUID
    name: str
    state: ImportState
    refused: int = Field(description="Rows.")
    created_at: datetime


class DroppedView(View):
    """Events that intake could not use."""

    rejected: int = Field(description="As a whole.")
    noted: int = Field(description="In part.")


class FailedTraining(View):
    """A training whose last try failed; the model before it stays in use."""

    name: str = Field(description="Of the score.")
    moment: datetime
    why: Text
    said: AsSaid | None


class ExperimentNoticeView(View):
    """A step of an experiment that somebody should know of."""

    experiment_id: UUID
    name: str
    campaign_name: str
    kind: Literal["rolled_back", "inconclusive", "arm_retired", "winner_found", "ramped", "sample_ratio"] = Field(
        description="`ramped` is the last step of a roll-out; `sample_ratio` says that arms don't hold their shares."
    )
    arm: str
    reason: str = Field(description="The metric that decided.")
    at: datetime


class AttentionView(View):
    """What somebody should look at. `GET /status` tells of the installation itself."""

    since: datetime = Field(description="Failures, imports and dropped data are those since then.")
    paused: list[OfCampaignView] = Field(description="Paused campaigns, and how many journeys each holds.")
    failed_journeys: list[OfCampaignView] = Field(description="Journeys that stand until they are retried or ended.")
    endless_journeys: list[OfCampaignView] = Field(description="Journeys ended because they took too many steps.")
    failed_messages: list[OfCampaignView]
    imports: list[FaultyImport]
    dropped: DroppedView
    trainings: list[FailedTraining]
    experiments: list[ExperimentNoticeView] = Field(description="The last step of each, where nobody took it by hand.")


class ChecklistView(View):
    """What a new installation has had so far."""

    source: bool = Field(description="Live events came.")
    customers: bool
    currency: bool = Field(description="An operator said which one the shop's is.")
    consent_rule: bool = Field(
        description="An operator saved the contact policy, which says whether marketing needs consent."
    )
    consent: bool = Field(description="At least one customer said something about being contacted.")
    segment: bool
    sent: bool = Field(description="A campaign sent a message.")


class UpcomingLaunch(View):
    """A launch that lies ahead."""

    at: datetime
    slug: str
    name: str
    timezone: str = Field(description="The clock of the schedule, or of the broadcast.", examples=["Europe/Rome"])
    kind: LaunchKind = Field(description="What begins it: a schedule, a broadcast, or a launch by hand.")
    broadcast_id: UUID | None


class UpcomingView(View):
    """The scheduled launches that lie ahead."""

    known: bool = Field(
        description="False where Temporal does not say which schedules are on: then their launches are left out."
    )
    launches: list[UpcomingLaunch] = Field(description="Soonest first, 200 at most.")
