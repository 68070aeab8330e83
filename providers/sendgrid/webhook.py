"""SendGrid's Signed Event Webhook in."""

import base64
import binascii
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from domain.events import IncomingMessageEvent
from domain.ids import event_id
from domain.vocabulary import Channel, MessageEventKind
from providers.base import Parsed, SignatureError, WebhookRequest
from providers.bounces import is_temporary
from providers.custom_data import read_message_id

SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"
MAX_SKEW_SECONDS = 600

ENGAGEMENTS = {
    "processed": MessageEventKind.SENT,
    "delivered": MessageEventKind.DELIVERED,
    "open": MessageEventKind.OPENED,
    "click": MessageEventKind.CLICKED,
    "bounce": MessageEventKind.BOUNCED,
    "dropped": MessageEventKind.BOUNCED,
    "spamreport": MessageEventKind.COMPLAINED,
    "unsubscribe": MessageEventKind.UNSUBSCRIBED,
    "group_unsubscribe": MessageEventKind.UNSUBSCRIBED,
}
"""Kinds not listed (deferred, group_resubscribe, ...) change nothing and are kept raw."""

_DEAD_ADDRESS_DROPS = frozenset({"bounced address", "invalid"})
_DROPS: dict[str, Literal["complaint", "unsubscribed"]] = {
    "spam reporting address": "complaint",
    "unsubscribed address": "unsubscribed",
}
"""`dropped` by their reason: twilio.com/docs/sendgrid/for-developers/tracking-events/event#delivery-events."""


def load_public_key(key: str) -> ec.EllipticCurvePublicKey:
    """The verification key as SendGrid shows it.

    Raises:
        ValueError: It is not the Base64 DER of an elliptic-curve public key.

    """
    loaded = load_der_public_key(base64.b64decode(key))
    if not isinstance(loaded, ec.EllipticCurvePublicKey):
        raise ValueError("SendGrid's webhook key is not an elliptic-curve public key")
    return loaded


def _is_permanent(item: dict[str, object]) -> bool:
    if item["event"] == "dropped":
        return _drop_reason(item) in _DEAD_ADDRESS_DROPS
    if item["event"] != "bounce" or item.get("type", "bounce") in ("blocked", "expired"):
        return False
    return not is_temporary(item.get("status"), item.get("reason"))


def _drop_reason(item: dict[str, object]) -> str:
    return str(item.get("reason") or "").strip().lower()


def read_event(item: dict[str, object]) -> IncomingMessageEvent:
    """One event of the batch.

    Raises:
        ValueError: It lacks what an event must have, or it is not of the right kind.

    """
    try:
        kind, own_id = str(item["event"]), str(item["sg_event_id"])
        moment = datetime.fromtimestamp(float(str(item["timestamp"])), UTC)
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise ValueError(f"not a SendGrid event: {error!r}") from error
    engagement = ENGAGEMENTS.get(kind)
    reason = item.get("reason")
    provider_id = str(item.get("sg_message_id") or "").partition(".")[0]
    return IncomingMessageEvent(
        event_id=event_id("sendgrid", own_id),
        message_id=read_message_id(item.get("message_id")),
        provider_message_id=provider_id or None,
        provider="sendgrid",
        engagement=engagement,
        kind=kind,
        occurred_at=moment,
        permanent=engagement is MessageEventKind.BOUNCED and _is_permanent(item),
        suppress=_DROPS.get(_drop_reason(item)) if kind == "dropped" else None,
        machine=bool(item.get("sg_machine_open", False)),
        agent=str(item["useragent"]) if item.get("useragent") else None,
        reason=str(reason) if reason else None,
        channel=Channel.EMAIL,
        address=str(item["email"]) if item.get("email") else None,
        raw=item,
    )


class SendGridWebhook:
    """Verifies with the public key; refuses what was signed more than ten minutes from now."""

    provider = "sendgrid"

    def __init__(self, public_key: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._key = load_public_key(public_key)
        self._clock = clock

    def parse(self, request: WebhookRequest) -> Parsed:
        """See `providers.base.Webhook.parse`."""
        self._verify(request)
        items = json.loads(request.body)
        if not isinstance(items, list):
            raise ValueError("a SendGrid webhook holds a list of events")
        parsed = Parsed()
        for item in items:
            if not isinstance(item, dict):
                parsed.rejected.append(({"item": item}, "not an object"))
                continue
            try:
                parsed.reports.append(read_event(item))
            except ValueError as error:
                parsed.rejected.append((item, str(error)))
        return parsed

    def _verify(self, request: WebhookRequest) -> None:
        stamp = request.headers.get(TIMESTAMP, "")
        try:
            signature = base64.b64decode(request.headers.get(SIGNATURE, ""), validate=True)
            self._key.verify(signature, stamp.encode() + request.body, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, binascii.Error, ValueError):
            raise SignatureError("the signature does not match") from None
        if not stamp.isdigit() or abs(self._clock().timestamp() - int(stamp)) > MAX_SKEW_SECONDS:
            raise SignatureError("signed too long ago, or in the future")
