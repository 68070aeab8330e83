"""An event on its way in, whatever road it came by, and the names that the house itself gives events."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from domain.authority import Authority
from domain.vocabulary import Channel, MessageEventKind

# Names follow Segment's e-commerce specification, so that a shop's present tracking fits.
ORDER_COMPLETED = "Order Completed"
ORDER_REFUNDED = "Order Refunded"
ORDER_CANCELLED = "Order Cancelled"
ORDER_EVENTS = (ORDER_COMPLETED, ORDER_REFUNDED, ORDER_CANCELLED)
"""What an order consists of: see `domain.orders`."""
DUPLICATE_ORDER = "Duplicate Order"
"""The same order under two customers who turned out to be one: of the two, this one does not count."""
CART_UPDATED = "Cart Updated"
PRODUCT_VIEWED = "Product Viewed"
SIGNED_IN = "Signed In"
PREFERENCES_UPDATED = "preferences_updated"
"""The customer changed something on their preference page; `subscribed` and `unsubscribed` list `<channel>:<topic>`."""

SUBSCRIPTION_CONFIRMED = "Subscription Confirmed"
"""The customer followed the link of a message that asked; properties `channel`, `topic` and `message_id`."""

SEGMENT_ENTERED = "Segment Entered"
SEGMENT_LEFT = "Segment Left"
"""A watched segment gained or lost the customer: properties `segment_id` and `segment` (its name)."""
PROMOTION_REDEEMED = "Promotion Redeemed"
PROMOTION_RETURNED = "Promotion Returned"
PROMOTION_CANCELLED = "Promotion Cancelled"
PROMOTION_REFUSED = "Promotion Refused"
"""An order event carried a code that does not apply: properties `order_id`, `code`, `reason`."""
PROMOTION_EVENTS = (PROMOTION_REDEEMED, PROMOTION_RETURNED, PROMOTION_CANCELLED, PROMOTION_REFUSED)
"""What became of an order's promotions: properties `promotion_id`, `promotion`, `code`, `order_id`, `shop`, `city` …"""
SURVEY_ANSWERED = "Survey Answered"
"""A customer answered a question: `survey` (its key), `question`, `kind`, `answer`, `score`, `group`, `wave`, ..."""
SURVEY_ANSWER_ANALYZED = "Survey Answer Analyzed"
"""An open answer was read: `survey`, `question`, `language`, `sentiment`, `themes` (their names), ..."""
SURVEY_EVENTS = (SURVEY_ANSWERED, SURVEY_ANSWER_ANALYZED)
SYSTEM_EVENTS = (SEGMENT_ENTERED, SEGMENT_LEFT)
MESSAGE_PREFIX = "message_"
CUSTOMER_ACTIVITY_EVENTS = ("message_opened", "message_clicked", "message_replied")
"""Fates of a message that are something the customer did."""


def is_activity(name: str) -> bool:
    """Whether an event of that name is something that the customer did, and not something that the house notes."""
    return name in CUSTOMER_ACTIVITY_EVENTS or not (
        name.startswith(MESSAGE_PREFIX) or name in SYSTEM_EVENTS or name == SURVEY_ANSWER_ANALYZED
    )


def is_system_event(name: str) -> bool:
    """Whether an event of that name is one that only the application itself tells of."""
    own = (*SYSTEM_EVENTS, *PROMOTION_EVENTS, *SURVEY_EVENTS, PREFERENCES_UPDATED, SUBSCRIPTION_CONFIRMED)
    return name.startswith(MESSAGE_PREFIX) or name in own


IMPORT = "import"
"""Source of what a file told: nobody was there when it did."""


def message_event_name(engagement: MessageEventKind) -> str:
    """Name of the event that a message's fate becomes, e.g. `message_opened`."""
    return f"message_{engagement.value}"


class DeviceInfo(BaseModel):
    """The push token of the app or browser that sent an event."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=4096)
    platform: Literal["ios", "android", "web", "unknown"] = "unknown"


class EventContext(BaseModel):
    """What the sender's surroundings say about the customer; goes to the profile, not to the event's properties."""

    model_config = ConfigDict(extra="forbid")

    locale: str | None = Field(default=None, max_length=35)
    timezone: str | None = Field(default=None, max_length=64)
    device: DeviceInfo | None = None


class IncomingEvent(BaseModel):
    """One event for the pipeline. Who it is about: `customer_id`, else `external_id`, else `anonymous_id`."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    """`domain.ids.event_id`."""
    kind: Literal["track", "identify", "alias"] = "track"
    name: str = Field(default="", max_length=120)
    """Empty for identify and alias."""
    customer_id: UUID | None = None
    external_id: str | None = Field(default=None, max_length=255)
    anonymous_id: str | None = Field(default=None, max_length=255)
    previous_id: str | None = Field(default=None, max_length=255)
    """alias only: the id that from now on stands for this customer."""
    occurred_at: datetime
    """When it happened by the sender's clock, corrected."""
    properties: dict[str, Any] = Field(default_factory=dict)
    """track: the event's; identify: the traits."""
    context: EventContext | None = None
    source: str
    authority: Authority = Authority.SERVER
    """Who speaks: decides what the event may change. Set by whoever takes it in, never by the sender's words."""
    only_if_empty: bool = False
    """identify only: what the profile knows already stays."""
    may_create: bool = True
    """Whether a profile is made for a visitor whom nobody has seen before."""
    notes: list[str] = Field(default_factory=list)
    """Parts that could not be used, in words; the rest is taken."""


class IncomingMessageEvent(BaseModel):
    """What a provider, the tracker or the app says became of a message. Vendor words stop before this."""

    model_config = ConfigDict(extra="forbid")

    event_id: UUID
    """`domain.ids.event_id(provider, its own event id)`."""
    message_id: UUID | None
    """Ours, from the custom data that every send carries; null when only the provider's id is known."""
    provider_message_id: str | None = None
    provider: str
    engagement: MessageEventKind | None
    """Null for a kind that we have no word for: kept raw, changes nothing."""
    kind: str
    """The provider's own word."""
    occurred_at: datetime
    permanent: bool = False
    """bounced only: the address will never work (suppress it)."""
    suppress: Literal["complaint", "unsubscribed"] | None = None
    """bounced only: it was not sent, because the provider knows that its recipient has complained or opted out."""
    machine: bool = False
    """opened and clicked only: made by a privacy proxy or a link scanner."""
    agent: str | None = None
    """opened and clicked only: what the program that did it calls itself; null where the provider does not say."""
    reason: str | None = None
    channel: Channel | None = None
    address: str | None = None
    raw: dict[str, Any] = Field(default_factory=dict)
