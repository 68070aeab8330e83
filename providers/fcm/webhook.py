"""Receipts that the shop's own app posts for push messages: FCM has no webhook for opens."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from domain.events import IncomingMessageEvent
from domain.ids import event_id
from domain.vocabulary import Channel, MessageEventKind
from providers.base import Parsed, SignatureError, WebhookRequest
from providers.push_receipts import read_receipt

ENGAGEMENTS = {
    "received": MessageEventKind.DELIVERED,
    "opened": MessageEventKind.OPENED,
    "clicked": MessageEventKind.CLICKED,
}


class FcmWebhook:
    """Takes `{"receipt": token, "event": "received" | "opened" | "clicked"}`. The token is its own signature."""

    provider = "fcm"

    def __init__(
        self, receipt_keys: Sequence[str], *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._receipt_keys = receipt_keys
        self._clock = clock

    def parse(self, request: WebhookRequest) -> Parsed:
        """See `providers.base.Webhook.parse`."""
        body = json.loads(request.body)
        if not isinstance(body, dict) or not isinstance(body.get("event"), str):
            raise ValueError("a receipt is an object with receipt and event")
        message_id = read_receipt(self._receipt_keys, str(body.get("receipt", "")))
        if message_id is None:
            raise SignatureError("the receipt is not one of ours")
        kind = body["event"]
        report = IncomingMessageEvent(
            event_id=event_id("fcm", f"{message_id}:{kind}"),
            message_id=message_id,
            provider="fcm",
            engagement=ENGAGEMENTS.get(kind),
            kind=kind,
            occurred_at=self._clock(),
            channel=Channel.PUSH,
            raw=body,
        )
        return Parsed(reports=[report])
