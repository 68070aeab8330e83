"""What the builder asks."""

from datetime import datetime

from pydantic import Field

from api.schemas.base import AsSaid, Body, ExternalId, Name, NodeName, Slug, Text, View
from domain.conditions import Condition
from domain.flow import CampaignSchedule, Flow, Until


class ExampleView(View):
    """An example campaign. Its flow names templates and segments by name: look at it, begin a campaign from it."""

    name: str
    title: str
    slug: str
    description: str
    kinds: list[str] = Field(description="The kinds of its nodes, in drawing order.")


class ExampleBegin(Body):
    """A campaign to begin from an example."""

    example: str = Field(pattern=r"^[a-z0-9_]{1,60}$", examples=["win_back"])
    slug: Slug
    name: Name


class DataDictionary(View):
    """Names that occur in the data, for suggestions; bounded looks at the newest rows, not a full count."""

    events: list[str]
    properties: dict[str, list[str]] = Field(description="Event name to the properties that it carries.")
    attributes: list[str]
    traits: list[str]
    tags: list[str]


class ConditionPreviewBody(Body):
    """A condition, of a segment or of a journey."""

    condition: Condition


class ConditionPreview(View):
    """The condition as a sentence without its subject. A journey's steps are named by their ids, in quotes."""

    words: Text
    said: AsSaid


class WaitPreviewBody(Body):
    """A wait, and for whom it is asked."""

    until: Until
    customer: ExternalId | None = None
    timezone: str = Field(default="UTC", max_length=64, description="For a customer whose own zone is not known.")


class WaitPreview(View):
    """When the wait would end if it began now."""

    at: datetime
    timezone: str
    words: Text
    said: AsSaid
    late: bool = Field(description="The moment has passed, or there is none: the journey goes on at once.")


class SchedulePreviewBody(Body):
    """A schedule that is not published yet."""

    schedule: CampaignSchedule


class SchedulePreview(View):
    """The next runs, at most five."""

    upcoming: list[datetime]


class RehearsalBody(Body):
    """Whom to walk through the drawing, and which way to go where only the future knows."""

    customer: ExternalId
    flow: Flow | None = Field(default=None, description="In place of the saved draft.")
    choices: dict[NodeName, NodeName] = Field(
        default_factory=dict,
        max_length=200,
        description="Node to the port to leave it by.",
        examples=[{"w": "bought"}],
    )


class RehearsalStep(View):
    """One node of the walk."""

    node_id: str
    at: datetime = Field(description="When the customer would be there, if they entered now.")
    port: str | None = Field(description="By which they would leave; null where the journey ends.")
    why: Text
    said: AsSaid
    chosen: bool = Field(description="The caller's choice, not the node's.")
    ports: list[str] = Field(description="The ways that can be chosen here.")


class RehearsalView(View):
    """What the customer would meet. Nothing was sent, nothing was written."""

    entry: Text | None = Field(description="Whether they would enter now, in words; null where the flow has no entry.")
    entry_said: AsSaid | None
    enters: bool | None = Field(description="Null where only an event could say.")
    steps: list[RehearsalStep]
    complete: bool = Field(description="The walk came to an end, not to a way that leads nowhere.")
