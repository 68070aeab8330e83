"""Customers, their consents, devices, inbox and history."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, JsonValue, ValidationInfo, field_validator

from api.schemas.base import Body, ExternalId, View
from domain import rolling_windows
from domain.customer_fields import BUILT_IN
from domain.vocabulary import Channel, ConsentStatus

Topic = Annotated[str, Field(pattern=r"^(\*|[A-Za-z0-9_.-]{1,80})$")]
Tag = Annotated[str, Field(min_length=1, max_length=80)]
RESERVED = {*BUILT_IN, "firstName", "lastName", "birthday", "tags", "devices", "preferred_channels"}
"""Names that an identify call reads as something else than an attribute."""
_Text = Annotated[str, Field(max_length=255)]


class ProfileBody(Body):
    """What to set. A field left out stays as it is; null empties it."""

    email: Annotated[str, Field(max_length=320)] | None = Field(default=None, examples=["ada@shop.example"])
    phone: Annotated[str, Field(max_length=40)] | None = Field(default=None, examples=["+14155550123"])
    first_name: _Text | None = None
    last_name: _Text | None = None
    gender: _Text | None = None
    birth_date: date | None = None
    city: _Text | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = Field(default=None, examples=["TR"])
    locale: Annotated[str, Field(max_length=35)] | None = None
    timezone: Annotated[str, Field(max_length=64)] | None = Field(default=None, examples=["Europe/Istanbul"])
    tags: list[Tag] | None = Field(default=None, max_length=200, description="All tags: those not named are removed.")
    preferred_channels: list[Channel] | None = Field(
        default=None, max_length=10, description="In the order in which the customer wants to be reached."
    )
    attributes: dict[Annotated[str, Field(min_length=1, max_length=120)], JsonValue] = Field(
        default_factory=dict, max_length=200, description="Merged into the customer's; null removes one."
    )

    @field_validator("attributes")
    @classmethod
    def _own_names(cls, attributes: dict[str, JsonValue]) -> dict[str, JsonValue]:
        taken = sorted(RESERVED & attributes.keys())
        if taken:
            raise ValueError(f"these have a field of their own: {', '.join(taken)}")
        return attributes


class CustomerUpsert(ProfileBody):
    """One customer of a bulk call."""

    external_id: ExternalId


class BulkBody(Body):
    """Customers to create or change, each by its external id."""

    customers: list[CustomerUpsert] = Field(min_length=1, max_length=500)


class BulkResult(View):
    """How many profiles were written."""

    upserted: int


class CustomerView(View):
    """A profile."""

    id: UUID
    external_id: str | None
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    gender: str | None
    birth_date: date | None
    city: str | None
    country: str | None
    locale: str | None
    timezone: str | None
    preferred_channels: list[Channel]
    tags: list[str]
    attributes: dict[str, Any]
    traits: dict[str, Any] = Field(description="Computed from events; sums over windows are those of this moment.")
    created_at: datetime
    updated_at: datetime
    last_seen_at: datetime | None

    @field_validator("traits")
    @classmethod
    def _as_they_are_now(cls, traits: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        return rolling_windows.read(traits, now=datetime.now(UTC), zone=info.data.get("timezone"))


class Persona(View):
    """A kind of customer that this one is now: a segment named so."""

    id: UUID
    name: str
    description: str


class CustomerCount(View):
    """How many customers."""

    count: int = Field(description="10,000 at most.")
    more: bool = Field(description="Whether there are more than that.")


class ProfileView(CustomerView):
    """A profile, with the personas it meets now."""

    personas: list[Persona]


class Membership(View):
    """A saved segment, and whether the customer is in it."""

    id: UUID
    name: str
    description: str
    persona: bool = Field(description="Named as a kind of customer, to be shown on profiles.")
    member: bool


class TimelineItemView(View):
    """One thing that happened. What `what` holds depends on `kind`."""

    at: datetime
    kind: Literal["event", "message", "step"]
    key: str
    what: dict[str, Any]


class ConsentView(View):
    """The customer's word about a channel, or one topic of it."""

    channel: Channel
    topic: str
    status: ConsentStatus
    source: str
    at: datetime


class ConsentUpdate(Body):
    """A word to write down."""

    channel: Channel
    topic: Topic = "*"
    status: ConsentStatus


class ConsentsBody(Body):
    """What the customer says now; channels not named stay as they are."""

    consents: list[ConsentUpdate] = Field(min_length=1, max_length=100)


class DeviceView(View):
    """A push token. An inactive one is not sent to."""

    token: str
    platform: str
    active: bool
    updated_at: datetime


class DeviceBody(Body):
    """A push token of the customer's app or browser."""

    token: str = Field(min_length=1, max_length=4096)
    platform: Literal["ios", "android", "web", "unknown"] = "unknown"


class InboxItem(View):
    """An in-app message, as the app shows it."""

    id: UUID
    title: str
    body: str
    image: str | None
    link: str | None
    sent_at: datetime
    read_at: datetime | None


class MergeBody(Body):
    """With whom."""

    into: ExternalId = Field(description="The customer who stays: external id, or our UUID.")


class MergeView(View):
    """Two customers that became one, and what was decided (see docs/data.md for the rule)."""

    id: int
    surviving_id: UUID
    merged_id: UUID
    merged_external_id: str | None
    reason: Literal["alias", "sign_in", "manual"]
    decisions: dict[str, Any] = Field(
        description="`moved`: rows by table; `fields`: whose value each field has, where they differed; `consents`: "
        "where they said different things; `journeys_ended`: journeys that a re-entry rule ended."
    )
    at: datetime
    can_be_undone: bool = Field(description="For 30 days, unless it moved too many rows or was undone already.")
    undone_at: datetime | None
    undone_by: str | None
