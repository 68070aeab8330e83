"""What the builder asks."""

from datetime import datetime

from pydantic import Field

from api.schemas.base import Body, ExternalId, Name, Slug, View
from domain.conditions import Condition
from domain.flow import CampaignSchedule, Until


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


class KnownNames(View):
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

    words: str


class WaitPreviewBody(Body):
    """A wait, and for whom it is asked."""

    until: Until
    customer: ExternalId | None = None
    timezone: str = Field(default="UTC", max_length=64, description="For a customer whose own zone is not known.")


class WaitPreview(View):
    """When the wait would end if it began now."""

    at: datetime
    timezone: str
    words: str
    late: bool = Field(description="The moment has passed, or there is none: the journey goes on at once.")


class SchedulePreviewBody(Body):
    """A schedule that is not published yet."""

    schedule: CampaignSchedule


class SchedulePreview(View):
    """The next runs, at most five."""

    upcoming: list[datetime]
