"""Events of Amazon SES, as SNS posts them."""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Literal

from domain.events import IncomingMessageEvent
from domain.ids import event_id
from domain.vocabulary import Channel, MessageEventKind
from providers.base import Parsed, WebhookRequest
from providers.custom_data import read_message_id
from providers.ses.sns import SnsVerifier

ENGAGEMENTS = {
    "Send": MessageEventKind.SENT,
    "Delivery": MessageEventKind.DELIVERED,
    "Open": MessageEventKind.OPENED,
    "Click": MessageEventKind.CLICKED,
    "Bounce": MessageEventKind.BOUNCED,
    "Complaint": MessageEventKind.COMPLAINED,
    "Reject": MessageEventKind.BOUNCED,
    "Rendering Failure": MessageEventKind.BOUNCED,
    "Subscription": MessageEventKind.UNSUBSCRIBED,
}
"""Kinds not listed (DeliveryDelay, ...) change nothing and are kept raw."""

_DETAILS = {"Rendering Failure": "failure", "DeliveryDelay": "deliveryDelay"}
_NO_COMPLAINTS = frozenset({"not-spam", "auth-failure", "virus"})
"""Kinds of feedback (RFC 5965) by which nobody asks for an end."""

_log = logging.getLogger(__name__)


def read_event(item: dict[str, Any], own_id: str) -> IncomingMessageEvent:
    """One event of SES; `own_id` is SNS's id of its message, the same when it comes again.

    Raises:
        ValueError: It lacks what an event must have.

    """
    kind = str(item.get("eventType") or item.get("notificationType") or "")
    mail = item.get("mail")
    if not kind or not isinstance(mail, dict):
        raise ValueError("an event of SES has an eventType and a mail")
    detail = item.get(_DETAILS.get(kind, kind.lower()))
    detail = detail if isinstance(detail, dict) else {}
    engagement = _engagement(kind, detail)
    destination = mail.get("destination")
    url = detail.get("link") if kind == "Click" else None
    return IncomingMessageEvent(
        event_id=event_id("ses", own_id),
        message_id=read_message_id(_tag(mail, "message_id")),
        provider_message_id=str(mail["messageId"]) if mail.get("messageId") else None,
        provider="ses",
        engagement=engagement,
        kind=kind,
        occurred_at=_moment(detail.get("timestamp") or mail.get("timestamp")),
        permanent=engagement is MessageEventKind.BOUNCED and _is_permanent(detail),
        suppress=_suppress(kind, detail),
        agent=str(detail["userAgent"]) if detail.get("userAgent") else None,
        reason=_reason(detail),
        channel=Channel.EMAIL,
        address=str(destination[0]) if isinstance(destination, list) and destination else None,
        raw={**item, "url": url} if isinstance(url, str) else item,
    )


def _engagement(kind: str, detail: dict[str, Any]) -> MessageEventKind | None:
    if kind == "Complaint":
        if detail.get("complaintSubType") == "OnAccountSuppressionList":
            return MessageEventKind.BOUNCED  # not sent, because of an earlier complaint
        if detail.get("complaintFeedbackType") in _NO_COMPLAINTS:
            return None
    if kind == "Subscription":
        new = detail.get("newTopicPreferences")
        if not isinstance(new, dict) or new.get("unsubscribeAll") is not True:
            return None
    return ENGAGEMENTS.get(kind)


def _is_permanent(detail: dict[str, Any]) -> bool:
    return detail.get("bounceType") == "Permanent" and detail.get("bounceSubType") != "UnsubscribedRecipient"


def _suppress(kind: str, detail: dict[str, Any]) -> Literal["complaint", "unsubscribed"] | None:
    if kind == "Complaint" and detail.get("complaintSubType") == "OnAccountSuppressionList":
        return "complaint"
    if kind == "Bounce" and detail.get("bounceSubType") == "UnsubscribedRecipient":
        return "unsubscribed"
    return None


def _reason(detail: dict[str, Any]) -> str | None:
    recipients = detail.get("bouncedRecipients")
    first = recipients[0] if isinstance(recipients, list) and recipients else {}
    told = first.get("diagnosticCode") if isinstance(first, dict) else None
    for value in (
        told,
        detail.get("bounceSubType"),
        detail.get("complaintFeedbackType"),
        detail.get("reason"),
        detail.get("errorMessage"),
    ):
        if value:
            return str(value)
    return None


def _tag(mail: dict[str, Any], name: str) -> object:
    tags = mail.get("tags")
    values = tags.get(name) if isinstance(tags, dict) else None
    return values[0] if isinstance(values, list) and values else None


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class SesWebhook:
    """Takes what SNS posts: verified notifications, and the confirmation of our own topic's subscription."""

    provider = "ses"

    def __init__(self, verifier: SnsVerifier) -> None:
        self._verifier = verifier

    def parse(self, request: WebhookRequest) -> Parsed:
        """See `providers.base.Webhook.parse`. May ask SNS for a certificate, or confirm a subscription."""
        fields = self._verifier.read(request)
        if fields["Type"] == "SubscriptionConfirmation":
            self._verifier.confirm(fields)
            return Parsed()
        if fields["Type"] != "Notification":
            _log.warning("SNS has ended the subscription of /webhooks/ses: its events come no more")
            return Parsed()
        words = fields.get("Message", "")
        try:
            item = json.loads(words)
        except ValueError:
            # the words by which SES tries a new destination are no event, nor is anything else that is no JSON
            tried = words.startswith("Successfully validated SNS topic")
            return Parsed() if tried else Parsed(rejected=[({"Message": words[:1000]}, "not an event of SES")])
        if not isinstance(item, dict):
            return Parsed(rejected=[({"Message": words[:1000]}, "not an event of SES")])
        try:
            return Parsed(reports=[read_event(item, fields["MessageId"])])
        except ValueError as error:
            return Parsed(rejected=[(item, str(error))])
