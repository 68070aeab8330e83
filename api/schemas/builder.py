"""What the builder asks."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.schemas.base import AsSaid, Body, ExternalId, Name, NodeName, Slug, Text, View
from api.schemas.money import MoneyView
from domain.conditions import Condition
from domain.flow import CampaignSchedule, Flow, Until
from domain.vocabulary import BlockReason, Channel


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


class KnownValues(View):
    """What the newest profiles hold of one property."""

    count: int = Field(description="Profiles that have it, of those looked at.")
    type: Literal["string", "number", "boolean", "array", "object"]
    examples: list[str] = Field(description="At most three; none that says who somebody is.")


class DataDictionary(View):
    """Names that occur in the data, for suggestions; bounded looks at the newest rows, not a full count."""

    events: list[str]
    properties: dict[str, list[str]] = Field(description="Event name to the properties that it carries.")
    attributes: list[str]
    traits: list[str]
    tags: list[str]
    event_counts: dict[str, int] = Field(description="Event name to how often it happened in 30 days; at most 1,000.")
    values: dict[str, KnownValues] = Field(description="Property of a profile to what is known of its values.")


class FrequentValue(View):
    """A value that a property has, and how often it was found."""

    value: bool | int | float | str
    count: int


class PropertyValues(View):
    """What the newest profiles, or the newest events of a name, hold of one property."""

    type: Literal["string", "number", "boolean", "date"] | None = Field(description="Null where nothing is known.")
    looked_at: int = Field(description="How many of the newest were looked at; at most 5,000.")
    values: list[FrequentValue] = Field(
        description="The most frequent first, at most 30; none of a property that says who somebody is."
    )
    money: bool = Field(description="An amount of money.")
    currencies: list[str] = Field(description="Of an amount of money: ISO 4217, the most frequent first.")


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


class ChannelReviewView(View):
    """One channel of the draft, among the customers that were looked at."""

    channel: Channel
    reachable: int = Field(description="Would get a message on it, now or later.")
    blocked: dict[BlockReason, int] = Field(description="Why the others would not.")
    delayed: dict[BlockReason, int] = Field(description="Of those reachable, whom a limit makes wait.")
    delayed_until: datetime | None = Field(description="When the last of these would get it.")


class ZoneView(View):
    """A clock of the audience."""

    timezone: str
    customers: int


class FailureView(View):
    """One way in which a step's content can't be written."""

    node_id: str
    reason: str
    customers: int
    examples: list[str] = Field(description="External ids of some of them.")


class ReviewView(View):
    """What a launch of the saved draft would come to now. All figures but `audience` are of the `checked` customers."""

    audience: int | None = Field(description="Null where customers enter one by one, by event, date or API.")
    checked: int
    kept_out: int = Field(description="By re-entry.")
    unreachable: int = Field(description="On none of the draft's channels.")
    cost: MoneyView | None = Field(
        description="What the messages to the whole audience cost at most, if each takes the dearest way; null where "
        "no channel of the draft has a cost (`message_costs` of the shop)."
    )
    failing: int = Field(description="Customers who would miss a message because it can't be written for them.")
    channels: list[ChannelReviewView]
    zones: list[ZoneView] = Field(description="The customers' time zones, the most frequent first; at most five.")
    failures: list[FailureView]
    seconds: float | None = Field(description="How long the first message to all takes at the slowest channel's rate.")


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
