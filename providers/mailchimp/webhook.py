"""Mandrill's webhooks in."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qsl

from domain.events import IncomingMessageEvent
from domain.ids import event_id
from domain.vocabulary import Channel, MessageEventKind
from providers.base import Parsed, SignatureError, WebhookRequest
from providers.bounces import is_temporary
from providers.custom_data import read_message_id

ENGAGEMENTS = {
    "send": MessageEventKind.SENT,
    "delivered": MessageEventKind.DELIVERED,
    "open": MessageEventKind.OPENED,
    "click": MessageEventKind.CLICKED,
    "hard_bounce": MessageEventKind.BOUNCED,
    "soft_bounce": MessageEventKind.BOUNCED,
    "reject": MessageEventKind.BOUNCED,
    "spam": MessageEventKind.COMPLAINED,
    "unsub": MessageEventKind.UNSUBSCRIBED,
}
"""Events not listed (deferral, inbound, ...) change nothing and are kept raw."""


_DEAD_ADDRESS_REJECTS = frozenset({"hard-bounce", "invalid"})
_REJECTS: dict[str, Literal["complaint", "unsubscribed"]] = {"spam": "complaint", "unsub": "unsubscribed"}


def _reject_reason(message: dict[str, object]) -> str:
    """Why Mandrill did not send it: `msg.reject`, a word or an object with `reason`."""
    reject = message.get("reject") or message.get("reject_reason")
    return str(reject.get("reason") if isinstance(reject, dict) else reject or "").strip().lower()


def _is_permanent(kind: str, message: dict[str, object]) -> bool:
    if kind == "reject":
        return _reject_reason(message) in _DEAD_ADDRESS_REJECTS
    return kind == "hard_bounce" and not is_temporary(message.get("diag"))


def signature(key: str, url: str, form: dict[str, str]) -> str:
    """X-Mandrill-Signature: HMAC-SHA1 over the URL and every field's name and value, by name."""
    signed = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(key.encode(), signed.encode(), hashlib.sha1)).decode()


def read_event(item: dict[str, object]) -> IncomingMessageEvent:
    """One event of the batch.

    Raises:
        ValueError: It lacks what an event must have, or it is not of the right kind.

    """
    message = item.get("msg")
    try:
        kind, own_id, stamp = str(item["event"]), str(item["_id"]), float(str(item["ts"]))
        moment = datetime.fromtimestamp(stamp, UTC)
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise ValueError(f"not a Mandrill event: {error!r}") from error
    if not isinstance(message, dict):
        raise ValueError("a Mandrill event describes its message in msg")
    metadata = message.get("metadata")
    reason = _reject_reason(message) or message.get("diag") or message.get("bounce_description")
    return IncomingMessageEvent(
        event_id=event_id("mailchimp", f"{own_id}:{kind}:{item['ts']}:{item.get('url', '')}"),
        message_id=read_message_id(metadata.get("message_id") if isinstance(metadata, dict) else None),
        provider_message_id=own_id,
        provider="mailchimp",
        engagement=ENGAGEMENTS.get(kind),
        kind=kind,
        occurred_at=moment,
        permanent=_is_permanent(kind, message),
        suppress=_REJECTS.get(_reject_reason(message)) if kind == "reject" else None,
        agent=str(item["user_agent"]) if item.get("user_agent") else None,
        reason=str(reason) if reason else None,
        channel=Channel.EMAIL,
        address=str(message["email"]) if message.get("email") else None,
        raw=item,
    )


class MailchimpWebhook:
    """Verifies X-Mandrill-Signature. Mandrill signs no time: repeats are harmless by their id."""

    provider = "mailchimp"

    def __init__(self, key: str) -> None:
        self._key = key

    def parse(self, request: WebhookRequest) -> Parsed:
        """See `providers.base.Webhook.parse`."""
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        given = request.headers.get("x-mandrill-signature", "")
        if not hmac.compare_digest(signature(self._key, request.url, form).encode(), given.encode()):
            raise SignatureError("the signature does not match")
        items = json.loads(form.get("mandrill_events", ""))
        if not isinstance(items, list):
            raise ValueError("mandrill_events holds a list of events")
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
