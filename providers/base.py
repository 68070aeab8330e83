"""What a provider is to the rest of the house."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable
from uuid import UUID

from domain.content import EmailContent, InAppContent, PushContent, SilentPushContent, SmsContent, WhatsAppContent
from domain.events import IncomingMessageEvent
from domain.vocabulary import Category, Channel

Meaning = Literal["stop", "start", "help"]
"""What an answer to an SMS asks for by a keyword."""

RenderedContent = EmailContent | SmsContent | WhatsAppContent | PushContent | SilentPushContent | InAppContent
"""Content whose every field is final text; an e-mail's `html` and `text` are both set and `mjml` is None."""


@dataclass(frozen=True)
class Outgoing:
    """One message, ready to leave."""

    message_id: UUID
    """Goes out as custom data with every provider, so that webhooks name it."""
    channel: Channel
    category: Category
    address: str
    """E-mail address, E.164 number or push token."""
    content: RenderedContent
    customer_id: UUID
    external_id: str | None = None
    """The shop's own id of the customer."""
    campaign_id: UUID | None = None
    unsubscribe_url: str | None = None
    """Marketing e-mail: for List-Unsubscribe (RFC 8058)."""
    receipt: str | None = None
    """Push: the token that the app posts back to /webhooks/fcm; None: the provider makes it (push_receipts)."""


@dataclass(frozen=True)
class Accepted:
    """The provider took it."""

    provider_message_id: str | None


class SendError(Exception):
    """Base of all that can go wrong with one send; `reason` goes to the ledger, in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PermanentError(SendError):
    """It will never work for this recipient or content. `suppress` names why the address is to be suppressed."""

    def __init__(self, reason: str, *, suppress: str | None = None) -> None:
        super().__init__(reason)
        self.suppress = suppress


class ConfigurationError(SendError):
    """Our fault, and the same for every recipient (bad key, account suspended): kept and tried again later."""


class TransientError(SendError):
    """The provider surely did not take it: a refused connection, or an answer that its vendor documents so.

    `retry_after` is in seconds, when the provider said so.
    """

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class ThrottledError(TransientError):
    """Too fast: no fault of the provider's."""


class AmbiguousError(SendError):
    """Nobody knows whether it was taken: a time-out or reset after the request left, or a server's error (500)."""


class Provider(Protocol):
    """A way out for one or more channels."""

    name: str
    channels: frozenset[Channel]
    tracks_engagement: bool
    """Whether it counts opens and clicks itself and reports them; where not, our own links and pixel do."""

    async def send(self, message: Outgoing) -> Accepted:
        """Hand it over, once.

        Raises:
            SendError: one of its five kinds, never a vendor's exception.

        """
        ...

    async def close(self) -> None:
        """Give back what it holds; it sends no more after that."""
        ...


@runtime_checkable
class KeyCheck(Protocol):
    """A provider whose vendor says, for nothing, whether it takes our key. Others are "not checked"."""

    async def check_key(self) -> None:
        """Ask the vendor. Sends no message.

        Raises:
            ConfigurationError: it refuses our key or account.
            SendError: it does not say.

        """
        ...


@dataclass(frozen=True)
class WebhookRequest:
    """A webhook call as it arrived."""

    url: str
    """As the provider signed it: built on the setting `public_url`, not on the Host header."""
    headers: Mapping[str, str]
    """Lower-case names."""
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An SMS (or other answer) from a customer."""

    event_id: UUID
    provider: str
    channel: Channel
    address: str
    text: str
    raw: dict[str, object]
    keyword: Meaning | None = None
    """What the provider took it for, and conversions on, where it says so."""


@dataclass
class Parsed:
    """What a webhook call held. `rejected` are items that could not be read, each with its reason."""

    reports: list[IncomingMessageEvent] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    rejected: list[tuple[dict[str, object], str]] = field(default_factory=list)


class SignatureError(Exception):
    """The call is not from who it claims to be, or too old. Answered 401; nothing is kept."""


class NotNowError(Exception):
    """The call can't be verified at present, by no fault of its own: answered 503, so that it comes again."""


class Webhook(Protocol):
    """Verify, then parse. No I/O, but for a vendor that says so (`Vendor.webhook_fetches`)."""

    provider: str

    def parse(self, request: WebhookRequest) -> Parsed:
        """Raises SignatureError for a call that can't be trusted, ValueError for a body that can't be read at all.

        NotNowError where the vendor's key can't be had at present.
        """
        ...
