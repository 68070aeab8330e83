"""What a front is: one vendor's words, in both directions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.responses import Response

from providers.sandbox.types import AcceptedMessage, DeliveryOutcome, ReceivedMessage, Refusal


@dataclass(frozen=True)
class Call:
    """A request to send, as it arrived. Header names are lower-case."""

    headers: Mapping[str, str]
    path: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Letter:
    """A signed webhook, ready to be posted."""

    url: str
    headers: dict[str, str]
    body: bytes


class Front(Protocol):
    """One vendor."""

    name: str
    batch: int
    """How many reports go into one webhook."""

    def authorised(self, call: Call) -> bool:
        """Whether the call carries the vendor's key."""
        ...

    def read(self, call: Call) -> ReceivedMessage:
        """The message of a call. Raises ValueError, KeyError or TypeError for a body that is not this vendor's."""
        ...

    def new_id(self) -> str:
        """An id in the vendor's fashion."""
        ...

    def accepted(self, own_id: str, arrival: ReceivedMessage) -> Response:
        """The vendor's answer to a message that it took."""
        ...

    def refuse(self, refusal: Refusal, retry_after: float, address: str) -> Response:
        """The vendor's answer to one that it did not take."""
        ...

    def report(
        self, stored: AcceptedMessage, fate: DeliveryOutcome, detail: Mapping[str, Any], moment: float
    ) -> dict[str, Any] | None:
        """One event in the vendor's words, None where the vendor would say nothing. The same again for a repeat."""
        ...

    def address(self, stored: AcceptedMessage, fate: DeliveryOutcome) -> str:
        """Where that report is to be posted."""
        ...

    def letter(self, url: str, reports: list[dict[str, Any]], now: float) -> Letter:
        """Sign up to `batch` reports as one webhook."""
        ...
