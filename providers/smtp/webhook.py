"""Bounces (RFC 3464) and complaints (RFC 5965) in, each an e-mail as it arrived, in the body of a call."""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string
from email.message import Message
from email.policy import compat32
from email.utils import parsedate_to_datetime
from uuid import UUID

from domain.events import IncomingMessageEvent
from domain.ids import event_id
from domain.vocabulary import Channel, MessageEventKind
from providers.base import Parsed, WebhookRequest
from providers.shared_secret import check_secret
from providers.smtp.message import DATA_HEADER
from providers.smtp.replies import is_dead_address

SHORTEST_SECRET = 16

ACTIONS = {
    "failed": MessageEventKind.BOUNCED,
    "delivered": MessageEventKind.DELIVERED,
    "relayed": MessageEventKind.SENT,
    "expanded": MessageEventKind.SENT,
}
"""RFC 3464, 2.3.3. `delayed` changes nothing."""

FEEDBACK = {
    "abuse": MessageEventKind.COMPLAINED,
    "fraud": MessageEventKind.COMPLAINED,
    "opt-out": MessageEventKind.UNSUBSCRIBED,
}
"""RFC 5965, 7.3. `not-spam`, `virus`, `other` and `auth-failure` (RFC 6591) change nothing."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_OURS = re.compile(_UUID, re.IGNORECASE)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_BY_POLICY = re.compile(r"spam|block|policy|polic[iy]|reputation|blacklist|denied|dmarc|dkim|\bspf\b", re.IGNORECASE)
_MAIL_HEADERS = ("From", "Date", "Received", "Return-Path", "Subject", "MIME-Version", "Content-Type")
_ENVELOPE_HEADERS = ("To", "Delivered-To", "X-Original-To", "Envelope-To")


def _text(part: Message, name: str) -> str:
    # compat32 gives a Header where a value has octets beyond ASCII
    return " ".join(str(part.get(name, "")).split())


def _moment(*values: str) -> datetime | None:
    for value in values:
        try:
            found = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _parts(mail: Message, *kinds: str) -> Iterator[Message]:
    return (part for part in mail.walk() if part.get_content_type() in kinds)


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a report."""
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _returned(mail: Message) -> Message | None:
    """The headers of the message that the report is about."""
    for part in _parts(mail, "message/rfc822", "message/global"):
        for block in _blocks(part):
            return block
    for part in _parts(mail, "text/rfc822-headers", "message/global-headers"):
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            return message_from_string(payload.decode("utf-8", "replace"), policy=compat32)
        for block in _blocks(part):
            return block
    return None


def _named(mail: Message, envelope_id: str) -> tuple[UUID | None, str | None]:
    """Which message a report is about: our id, and its Message-ID. See docs/providers/smtp.md for the order."""
    returned = _returned(mail)
    texts: list[str] = []
    receipt = None
    if returned is not None:
        receipt = _text(returned, "Message-ID") or None
        texts += [_text(returned, f"{DATA_HEADER}Message-Id"), receipt or ""]
    texts += [envelope_id, *(_text(mail, name) for name in _ENVELOPE_HEADERS)]
    for text in texts:
        if found := _OURS.search(text):
            return UUID(found[0]), receipt
    return None, receipt


def _is_dead(status: str, diagnosis: str) -> bool:
    if status in ("", "5.0.0"):
        exact = _STATUS.search(diagnosis)
        if exact is not None:
            status = exact[1]
        elif _BY_POLICY.search(diagnosis):
            return False
    return is_dead_address(status)


def _fields(*blocks: Message) -> dict[str, object]:
    return {name: _text(block, name) for block in blocks for name in block}


class SmtpWebhook:
    """Takes a report from a mail server that proves itself by a secret.

    Raises:
        ValueError: the secret is too short to be one.

    """

    provider = "smtp"

    def __init__(self, secret: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"the secret of SMTP's webhook must have {SHORTEST_SECRET} characters or more")
        self._secret = secret
        self._clock = clock

    def parse(self, request: WebhookRequest) -> Parsed:
        """See `providers.base.Webhook.parse`."""
        check_secret(self._secret, request.headers)
        mail = message_from_bytes(request.body, policy=compat32)
        if not any(name in mail for name in _MAIL_HEADERS):
            raise ValueError("the body is not an e-mail: it has no header of one")
        own_id = _text(mail, "Message-ID") or hashlib.sha256(request.body).hexdigest()
        parsed = Parsed()
        for part in _parts(mail, "message/delivery-status", "message/global-delivery-status"):
            self._read_status(mail, part, own_id, parsed)
        for part in _parts(mail, "message/feedback-report"):
            parsed.reports += [self._feedback(mail, block, own_id) for block in _blocks(part)]
        if not parsed.reports and not parsed.rejected:
            raw: dict[str, object] = {name: _text(mail, name) for name in ("Content-Type", "From", "Subject", "Date")}
            parsed.rejected.append((raw, "neither a delivery status notification nor a feedback report"))
        return parsed

    def _read_status(self, mail: Message, part: Message, own_id: str, parsed: Parsed) -> None:
        blocks = _blocks(part)
        about = blocks[0] if blocks else Message()
        recipients = [block for block in blocks if block.get("Action")]
        if not recipients:
            parsed.rejected.append((_fields(*blocks), "the notification names no recipient's outcome"))
        for index, recipient in enumerate(recipients):
            parsed.reports.append(self._status(mail, about, recipient, f"{own_id}:{index}"))

    def _status(self, mail: Message, about: Message, recipient: Message, own_id: str) -> IncomingMessageEvent:
        action = _text(recipient, "Action").partition(" ")[0].lower()
        status = _text(recipient, "Status").partition(" ")[0]
        diagnosis = _text(recipient, "Diagnostic-Code")
        message_id, receipt = _named(mail, _text(about, "Original-Envelope-Id"))
        engagement = ACTIONS.get(action)
        moment = _moment(_text(recipient, "Last-Attempt-Date"), _text(mail, "Date"))
        return IncomingMessageEvent(
            event_id=event_id(self.provider, own_id),
            message_id=message_id,
            provider_message_id=receipt,
            provider=self.provider,
            engagement=engagement,
            kind=action,
            occurred_at=moment or self._clock(),
            permanent=engagement is MessageEventKind.BOUNCED and _is_dead(status, diagnosis),
            reason=f"{status} {diagnosis}".strip()[:500] or None,
            channel=Channel.EMAIL,
            raw=_fields(about, recipient),
        )

    def _feedback(self, mail: Message, report: Message, own_id: str) -> IncomingMessageEvent:
        kind = _text(report, "Feedback-Type").lower()
        message_id, receipt = _named(mail, _text(report, "Original-Envelope-Id"))
        moment = _moment(_text(report, "Arrival-Date"), _text(report, "Received-Date"), _text(mail, "Date"))
        return IncomingMessageEvent(
            event_id=event_id(self.provider, own_id),
            message_id=message_id,
            provider_message_id=receipt,
            provider=self.provider,
            engagement=FEEDBACK.get(kind),
            kind=kind or "feedback",
            occurred_at=moment or self._clock(),
            channel=Channel.EMAIL,
            raw=_fields(report),
        )
