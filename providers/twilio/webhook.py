"""Twilio's status callbacks and incoming messages, by SMS and by WhatsApp."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from twilio.request_validator import RequestValidator

from domain.events import IncomingMessageEvent
from domain.ids import event_id
from domain.vocabulary import Channel, MessageEventKind
from providers.base import Meaning, Parsed, Reply, SignatureError, WebhookRequest
from providers.custom_data import read_message_id

ENGAGEMENTS = {
    "sent": MessageEventKind.SENT,
    "delivered": MessageEventKind.DELIVERED,
    "read": MessageEventKind.OPENED,
    "undelivered": MessageEventKind.BOUNCED,
    "failed": MessageEventKind.BOUNCED,
}
"""Statuses not listed (accepted, queued, sending, ...) change nothing and are kept raw."""

OPT_OUTS: dict[str, Meaning] = {"STOP": "stop", "START": "start", "HELP": "help"}
"""`OptOutType`: what Twilio's Advanced Opt-Out took an answer for. It has answered the customer itself."""

DEAD_NUMBER_CODES = {
    Channel.SMS: frozenset({"21211", "21214", "21217", "21614", "30005", "30006"}),
    Channel.WHATSAPP: frozenset({"21211", "21614", "63003", "63024"}),
}
"""Error codes of a callback that say that the number can never get a message by this channel."""


OPTED_OUT_CODES = frozenset({"21610", "63014", "63033"})
"""The recipient has answered STOP to this sender, or by WhatsApp has blocked it or opted out of its marketing."""


def channel_of(address: str) -> tuple[Channel, str]:
    """A channel and a number out of Twilio's address: `+39...`, or `whatsapp:+39...`."""
    prefix, _, number = address.rpartition(":")
    return (Channel.WHATSAPP, number) if prefix == "whatsapp" else (Channel.SMS, address)


class TwilioWebhook:
    """Verifies X-Twilio-Signature over the URL and the form. Twilio signs no time: repeats are harmless by their id."""

    provider = "twilio"

    def __init__(self, auth_token: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._validator = RequestValidator(auth_token)
        self._clock = clock

    def parse(self, request: WebhookRequest) -> Parsed:
        """See `providers.base.Webhook.parse`."""
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        if not self._validator.validate(request.url, form, request.headers.get("x-twilio-signature", "")):
            raise SignatureError("the signature does not match")
        sid = form.get("MessageSid") or form.get("SmsSid")
        if not sid:
            raise ValueError("a Twilio callback names its message in MessageSid")
        status = form.get("MessageStatus") or form.get("SmsStatus", "")
        if "Body" in form and status in ("", "received"):
            return Parsed(replies=[self._reply(sid, form)])
        try:
            return Parsed(reports=[self._report(sid, status, form, request.url)])
        except ValueError as error:
            return Parsed(rejected=[({**form}, str(error))])

    def _reply(self, sid: str, form: dict[str, str]) -> Reply:
        channel, number = channel_of(form.get("From", ""))
        return Reply(
            event_id=event_id("twilio", f"{sid}:received"),
            provider="twilio",
            channel=channel,
            address=number,
            text=form["Body"],
            raw={**form},
            keyword=OPT_OUTS.get(form.get("OptOutType", "")),
        )

    def _report(self, sid: str, status: str, form: dict[str, str], url: str) -> IncomingMessageEvent:
        engagement = ENGAGEMENTS.get(status)
        code = form.get("ErrorCode")
        channel, number = channel_of(form.get("To", ""))
        return IncomingMessageEvent(
            event_id=event_id("twilio", f"{sid}:{status}"),
            message_id=read_message_id(dict(parse_qsl(urlsplit(url).query)).get("message_id")),
            provider_message_id=sid,
            provider="twilio",
            engagement=engagement,
            kind=status,
            occurred_at=self._clock(),
            suppress="unsubscribed" if code in OPTED_OUT_CODES else None,
            permanent=engagement is MessageEventKind.BOUNCED and code in DEAD_NUMBER_CODES[channel],
            reason=f"Twilio {code} {form.get('ErrorMessage', '')}".strip() if code else None,
            channel=channel,
            address=number or None,
            raw={**form},
        )
