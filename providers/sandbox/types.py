"""What the sandbox's parts hand each other, free of any vendor."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal


class DeliveryOutcome(StrEnum):
    """What can become of a message that was accepted."""

    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    OPENED = "opened"
    CLICKED = "clicked"
    BOUGHT = "bought"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"
    REPLIED = "replied"


Refusal = Literal["unauthorised", "invalid", "bad_address", "throttled", "broken"]
"""Why a front answers with something else than an acceptance."""


@dataclass(frozen=True)
class ReceivedMessage:
    """A message as a vendor's front read it."""

    vendor: str
    channel: str
    address: str
    message_id: str = ""
    campaign_id: str = ""
    customer: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    link: str = ""
    callback: str = ""
    """Twilio: where the caller wants reports. FCM: the receipt that the app posts back."""


@dataclass(frozen=True)
class AcceptedMessage:
    """A message of the inbox: one row an acceptance."""

    id: int
    provider_message_id: str
    accepted_at: float
    arrival: ReceivedMessage


@dataclass(frozen=True)
class Planned:
    """Something that will become of a message. `due_at` is Unix time."""

    fate: DeliveryOutcome
    due_at: float
    detail: dict[str, Any]


@dataclass(frozen=True)
class Post:
    """A call that the sandbox will make until it is taken: a webhook (`sender` = the vendor), a purchase, a visit."""

    sender: str
    url: str
    payload: dict[str, Any]
    due_at: float
