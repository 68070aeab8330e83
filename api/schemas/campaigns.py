"""Campaigns, versions, launches, reports."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from api.schemas.base import Body, ExternalId, Name, Revision, Slug, View
from api.schemas.home import PerformanceView
from domain.campaign_status import CampaignStatus
from domain.entry_rejections import RejectionCode
from domain.flow import CampaignSchedule, Flow
from domain.validation import Params
from domain.vocabulary import CampaignState, RunState
from store.campaigns.campaign_labels import MAX_TAGS

Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Folder = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_FLOW = {
    "nodes": [
        {"id": "entry", "type": "entry", "data": {"trigger": {"kind": "api"}}},
        {
            "id": "hello",
            "type": "send_sms",
            "data": {"content": {"channel": "sms", "body": "Hello {{ FirstName | default: 'there' }}!"}},
        },
        {"id": "end", "type": "end", "data": {}},
    ],
    "edges": [
        {"id": "e1", "source": "entry", "target": "hello"},
        {"id": "e2", "source": "hello", "target": "end"},
    ],
}


class CampaignCreate(Body):
    """A new campaign, with its draft if there is one already."""

    slug: Slug
    name: Name
    description: str = Field(default="", max_length=2000)
    flow: Flow = Field(default=Flow(nodes=[]), examples=[_FLOW])


class CampaignUpdate(Body):
    """What is to change, and the revision that was read: another one means that somebody was faster (409)."""

    revision: Revision
    name: Name | None = None
    description: str | None = Field(default=None, max_length=2000)
    flow: Flow | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.name is None and self.description is None and self.flow is None:
            raise ValueError("give a name, a description or a flow to change")
        return self


class CampaignStatusView(View):
    """What it is doing: true at this moment, where `state` is what was decided."""

    kind: CampaignStatus
    percent: int | None = Field(description="With `sending`: how many of the audience have been dealt with, 0 to 99.")
    at: datetime | None = Field(description="With `scheduled`: when it begins.")


class CampaignSummary(View):
    """A campaign without its draft."""

    id: UUID
    slug: str
    name: str
    description: str
    state: CampaignState
    status: CampaignStatusView
    revision: int
    current_version: int | None = Field(default=None, description="Number of the version that new journeys take.")
    folder: str | None = Field(description="Where the list keeps it.")
    tags: list[str] = Field(description="In alphabetical order.")
    created_at: datetime
    updated_at: datetime


class CampaignItem(CampaignSummary, PerformanceView):
    """A campaign in a list, with what it came to so far."""

    entered: int = Field(description="Journeys that ever entered.")
    active: int = Field(description="Journeys inside now, those that a pause holds included.")
    conversions: int = Field(description="Journeys that reached the goal.")
    last_launch: datetime | None = Field(description="Of a segment campaign.")


class CampaignView(CampaignSummary):
    """A campaign with its draft."""

    draft: Flow
    broadcast: bool = Field(description="Carries out the broadcast of the same id: it is changed there.")


class LabelsBody(Body):
    """What is to change on all of these campaigns."""

    slugs: list[Slug] = Field(min_length=1, max_length=200)
    add_tags: list[Tag] = Field(default=[], max_length=MAX_TAGS)
    remove_tags: list[Tag] = Field(default=[], max_length=MAX_TAGS, description="One that is also added stays.")
    folder: Folder | None = Field(
        default=None, description="Where they go; null takes them out of their folder. Left out: they stay."
    )


class ViolationView(View):
    """One thing that keeps a flow from being published."""

    node_id: str | None
    edge_id: str | None = None
    code: str
    sentence: str = Field(
        description="Which of the code's sentences `message` is: the code itself, or with what it is about behind it."
    )
    params: Params = Field(description="What that sentence names, to say it in another language.")
    message: str


class Validation(View):
    """Everything that is wrong with a flow, at once."""

    valid: bool
    violations: list[ViolationView]


class ValidateBody(Body):
    """A flow to look at in place of the saved draft."""

    flow: Flow


class VersionSummary(View):
    """A published version in a list."""

    id: UUID
    number: int
    published_at: datetime
    subscribed_events: list[str] = Field(description="Events that can wake or end its journeys.")
    trigger_event: str | None = Field(description="The event that starts its journeys.")


class VersionView(VersionSummary):
    """A published version: flow and templates as they were then."""

    flow: Flow
    templates: dict[str, Any]
    segments: dict[str, str] = Field(description="Segment id to name.")


class LaunchBody(Body):
    """A launch. Its key tells it from others: the same key again is the same launch, and enrols nobody twice."""

    key: str | None = Field(
        default=None, pattern=r"^[A-Za-z0-9_.:-]{1,100}$", examples=["2026-11-22"], description="Made up if left out."
    )
    again: bool = Field(
        default=False,
        description="Launch again within ten minutes of a launch: the same customers may be sent the same twice.",
    )
    hold_seconds: int = Field(
        default=0, ge=0, le=600, description="Begin so much later. Until then the launch can be undone for certain."
    )


class LaunchView(View):
    """A launch, started now or before."""

    run_id: UUID
    workflow_id: str
    repeated: bool = Field(description="It was begun before: nothing was started now.")
    temporal_url: str


class UndoneView(View):
    """A launch that was taken back."""

    run_id: UUID
    ended: int = Field(description="Journeys that it had started; each ends before its first message.")
    repeated: bool = Field(description="It was taken back before.")


class RunView(View):
    """One launch and how far it is."""

    id: UUID
    workflow_id: str
    state: RunState
    version: int
    audience: int | None
    started: int
    refused: int
    not_before: datetime | None = Field(description="It begins no earlier.")
    created_at: datetime
    finished_at: datetime | None
    temporal_url: str


class RunDetail(RunView):
    """One launch, and whether it can be taken back."""

    can_undo: bool = Field(description="No message of it has left yet, and it was not taken back or refused.")


class ScheduleView(View):
    """When the campaign is launched by the clock."""

    on: bool
    paused: bool = False
    schedule: CampaignSchedule | None = Field(description="What the current version (or the draft) says.")
    upcoming: list[datetime] = Field(description="The next runs, at most five; a preview while the schedule is off.")
    started: int = 0
    missed: int = Field(default=0, description="Left out: they could only have started too late.")
    skipped: int = Field(default=0, description="Left out: the run before still enrolled.")
    missed_launches: list[datetime] = Field(
        default=[],
        description="Runs of the last month that were due and did not take place.",
    )


class NewJourney(Body):
    """A customer who is to enter."""

    external_id: ExternalId


class StartBody(Body):
    """Customers who are to enter a campaign that is started by API."""

    customers: list[NewJourney] = Field(min_length=1, max_length=1000)
    data: dict[str, Any] = Field(
        default_factory=dict, max_length=50, description="`trigger.*` in templates and conditions."
    )
    idempotency_key: str = Field(
        pattern=r"^[A-Za-z0-9_.:-]{1,100}$",
        examples=["order-4711"],
        description="The same key again starts nobody twice.",
    )


class EntryResultView(View):
    """What became of one customer of the call."""

    external_id: str
    journey_id: UUID | None
    started: bool
    reason: str | None = Field(description="Why not.")


class StartView(View):
    """What became of each customer, in the order of the call."""

    journeys: list[EntryResultView]


class EntryRejectionView(View):
    """A trigger that started nothing, and why."""

    id: int
    customer_id: UUID
    external_id: str | None
    customer_name: str | None = Field(description="Their first and last name; null where neither is known.")
    event_id: UUID | None
    run_id: UUID | None
    code: RejectionCode
    about: str | None = Field(description="What the code speaks of: an entry key, or the property that was missing.")
    reason: str = Field(description="The same in English.")
    at: datetime
