"""Each vendor's webhook, as the sandbox really signs and posts it; then forged, old and broken ones."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from twilio.request_validator import RequestValidator

from domain.content import WhatsAppContent
from domain.events import IncomingMessageEvent
from domain.vocabulary import Channel, MessageEventKind
from providers.base import SignatureError, Webhook, WebhookRequest
from providers.mailchimp.webhook import MailchimpWebhook
from providers.mailchimp.webhook import read_event as mailchimp_event
from providers.mailchimp.webhook import signature as mandrill_signature
from providers.push_receipts import make_receipt
from providers.registry import Providers
from providers.sandbox.recipient_model import Behaviour, RecipientBehavior
from providers.sandbox.test_keys import webhook_public_key
from providers.sandbox.vendors.sendgrid import SendGridFront
from providers.sendgrid.webhook import SendGridWebhook
from providers.twilio.webhook import TwilioWebhook
from tests.providers.conftest import Sandbox, Shop, outgoing, read_all

Connect = Callable[..., Providers]
Getting = Callable[[str], Webhook]

ALL_OF_IT = RecipientBehavior(deliver=1, open=1, click=1, buy=1, unsubscribe=0, complain=0, reply=0)
BOUNCE = RecipientBehavior(deliver=0, hard_bounce=1)

LIVES = [
    pytest.param("sendgrid", Channel.EMAIL, {"sent", "delivered", "opened", "clicked"}, id="sendgrid"),
    pytest.param("mailchimp", Channel.EMAIL, {"sent", "delivered", "opened", "clicked"}, id="mailchimp"),
    pytest.param("ses", Channel.EMAIL, {"sent", "delivered", "opened", "clicked"}, id="ses"),
    pytest.param("twilio", Channel.SMS, {"sent", "delivered"}, id="twilio"),
    pytest.param("twilio", Channel.WHATSAPP, {"sent", "delivered", "opened"}, id="twilio-whatsapp"),
    pytest.param("fcm", Channel.PUSH, {"delivered", "opened", "clicked"}, id="fcm"),
    pytest.param("gateway", Channel.SMS, {"sent", "delivered"}, id="gateway"),
]


def everyone(habits: RecipientBehavior) -> Behaviour:
    return Behaviour(mode="on", channels={channel.value: habits for channel in Channel})


async def live(
    name: str, channel: Channel, habits: RecipientBehavior, connect: Connect, sandbox: Sandbox, shop: Shop
) -> tuple[str, list[IncomingMessageEvent]]:
    """Send one message to a person of these habits; returns its id and all that was reported."""
    providers = connect(name)
    provider = providers.for_channel(channel)
    assert provider is not None
    await sandbox.behave(everyone(habits))
    message = outgoing(channel)
    await provider.send(message)
    await sandbox.settled()
    parsed = read_all(providers, name, shop)
    assert parsed.rejected == []
    return str(message.message_id), parsed.reports


@pytest.mark.parametrize(("name", "channel", "fates"), LIVES)
async def test_the_life_of_a_message_comes_back_in_our_words(
    name: str, channel: Channel, fates: set[str], connect: Connect, sandbox: Sandbox, shop: Shop
) -> None:
    message_id, reports = await live(name, channel, ALL_OF_IT, connect, sandbox, shop)
    assert {str(report.message_id) for report in reports} == {message_id}
    assert {report.provider for report in reports} == {name}
    assert {report.engagement.value for report in reports if report.engagement} == fates


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("sendgrid", Channel.EMAIL),
        ("mailchimp", Channel.EMAIL),
        ("ses", Channel.EMAIL),
        ("twilio", Channel.SMS),
        ("twilio", Channel.WHATSAPP),
        ("gateway", Channel.SMS),
    ],
)
@pytest.mark.parametrize("permanent", [True, False])
async def test_a_bounce_says_whether_the_address_is_dead(
    name: str, channel: Channel, permanent: bool, connect: Connect, sandbox: Sandbox, shop: Shop
) -> None:
    habits = RecipientBehavior(deliver=0, hard_bounce=1 if permanent else 0)
    _, reports = await live(name, channel, habits, connect, sandbox, shop)
    assert [one.permanent for one in reports if one.engagement is MessageEventKind.BOUNCED] == [permanent]


@pytest.mark.parametrize(("name", "channel", "_fates"), LIVES)
async def test_a_repeat_has_the_same_event_id(
    name: str, channel: Channel, _fates: set[str], connect: Connect, sandbox: Sandbox, shop: Shop
) -> None:
    await sandbox.faults(webhook_duplicate=1, webhook_shuffle_seconds=0.05)
    _, reports = await live(name, channel, ALL_OF_IT, connect, sandbox, shop)
    assert len(reports) == 2 * len({report.event_id for report in reports})


@pytest.mark.parametrize(("name", "channel", "_fates"), LIVES)
@pytest.mark.parametrize("part", ["body", "signature"])
async def test_a_forged_call_is_refused(
    name: str, channel: Channel, _fates: set[str], part: str, connect: Connect, sandbox: Sandbox, shop: Shop
) -> None:
    await live(name, channel, ALL_OF_IT, connect, sandbox, shop)
    webhook = connect(name).webhooks[name]
    genuine = shop.of(f"/webhooks/{name}")[0]
    if part == "body":
        forged = replace(genuine, body=_forge(genuine.body))
    else:
        body = genuine.body.replace(b'"receipt": "', b'"receipt": "A').replace(b'"Signature": "', b'"Signature": "AAAA')
        forged = replace(genuine, headers={}, body=body)
    assert webhook.parse(genuine).reports
    with pytest.raises(SignatureError):
        webhook.parse(forged)


def _forge(body: bytes) -> bytes:
    """The same call about another message: the smallest change that a thief would make."""
    if body.startswith((b"[", b"{")):
        text = body.decode()
        return text.replace('": "', '": "x', 1).encode()
    fields = dict(parse_qsl(body.decode()))
    return urlencode({name: f"{value} " for name, value in fields.items()}).encode()


@pytest.mark.parametrize("minutes", [-11, 11])
async def test_sendgrids_signature_ages(keys: dict[str, str], minutes: int) -> None:
    signed_at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    letter = SendGridFront(keys, "http://shop.example").letter("http://shop.example", [], signed_at.timestamp())
    request = WebhookRequest(letter.url, {name.lower(): one for name, one in letter.headers.items()}, letter.body)
    later = signed_at + timedelta(minutes=minutes)
    with pytest.raises(SignatureError, match="too long ago"):
        SendGridWebhook(webhook_public_key(keys), clock=lambda: later).parse(request)
    in_time = SendGridWebhook(webhook_public_key(keys), clock=lambda: signed_at + timedelta(minutes=minutes / 2))
    assert in_time.parse(request).reports == []


GOOD_SENDGRID = {"event": "open", "sg_event_id": "e1", "timestamp": 1_770_000_000, "email": "ada@shop.example"}
BAD_SENDGRID = [
    "not an object",
    {"event": "open", "timestamp": 1_770_000_000},
    {**GOOD_SENDGRID, "timestamp": "yesterday"},
    {**GOOD_SENDGRID, "timestamp": 1e300},
    {**GOOD_SENDGRID, "message_id": "not-a-uuid"},
]


@pytest.mark.parametrize("bad", BAD_SENDGRID, ids=str)
def test_one_bad_item_of_a_sendgrid_batch_is_set_aside(keys: dict[str, str], bad: object) -> None:
    now = datetime.now(UTC)
    letter = SendGridFront(keys, "http://x").letter("http://x", [bad, GOOD_SENDGRID], now.timestamp())  # type: ignore[list-item]
    headers = {name.lower(): one for name, one in letter.headers.items()}
    parsed = SendGridWebhook(webhook_public_key(keys)).parse(WebhookRequest("http://x", headers, letter.body))
    assert [report.kind for report in parsed.reports] == ["open"]
    [(item, reason)] = parsed.rejected
    assert item in (bad, {"item": bad})
    assert reason


GOOD_MANDRILL = {"event": "open", "_id": "m1", "ts": 1_770_000_000, "msg": {"email": "ada@shop.example"}}


@pytest.mark.parametrize(
    "bad",
    [
        7,
        {"event": "open", "_id": "m1", "ts": 1_770_000_000},
        {**GOOD_MANDRILL, "ts": None},
        {**GOOD_MANDRILL, "msg": {"metadata": {"message_id": "nonsense"}}},
    ],
    ids=str,
)
def test_one_bad_item_of_a_mandrill_batch_is_set_aside(bad: object) -> None:
    form = {"mandrill_events": json.dumps([bad, GOOD_MANDRILL])}
    headers = {"x-mandrill-signature": mandrill_signature("key", "http://x", form)}
    parsed = MailchimpWebhook("key").parse(WebhookRequest("http://x", headers, urlencode(form).encode()))
    assert [report.kind for report in parsed.reports] == ["open"]
    assert len(parsed.rejected) == 1


def test_mandrills_own_example_of_a_signature() -> None:
    form = {"b": "2", "a": "1"}
    assert mandrill_signature("k", "http://x/y", form) == mandrill_signature("k", "http://x/y", {"a": "1", "b": "2"})
    assert mandrill_signature("k", "http://x/y", form) != mandrill_signature("k", "http://x/z", form)


@pytest.mark.parametrize(
    ("kind", "item", "engagement", "permanent"),
    [
        ("dropped", {"reason": "Bounced Address"}, MessageEventKind.BOUNCED, True),
        ("dropped", {"reason": "Invalid"}, MessageEventKind.BOUNCED, True),
        ("dropped", {"reason": "Unsubscribed Address"}, MessageEventKind.BOUNCED, False),
        ("dropped", {"reason": "Recipient List over Package Quota"}, MessageEventKind.BOUNCED, False),
        ("bounce", {"type": "expired", "status": "4.0.0"}, MessageEventKind.BOUNCED, False),
        ("bounce", {"type": "bounce", "status": "4.2.2"}, MessageEventKind.BOUNCED, False),
        (
            "bounce",
            {"type": "bounce", "reason": "452 4.2.2 The email account is over quota"},
            MessageEventKind.BOUNCED,
            False,
        ),
        ("bounce", {"type": "bounce", "status": "5.1.1"}, MessageEventKind.BOUNCED, True),
        ("bounce", {"type": "bounce", "reason": "550 5.1.1 no such user 4.2.2"}, MessageEventKind.BOUNCED, True),
        ("bounce", {"type": "blocked"}, MessageEventKind.BOUNCED, False),
        ("bounce", {"type": "bounce"}, MessageEventKind.BOUNCED, True),
        ("spamreport", {}, MessageEventKind.COMPLAINED, False),
        ("group_unsubscribe", {}, MessageEventKind.UNSUBSCRIBED, False),
        ("deferred", {}, None, False),
        ("something_new", {}, None, False),
    ],
)
def test_sendgrids_words(
    keys: dict[str, str], kind: str, item: dict[str, str], engagement: MessageEventKind | None, permanent: bool
) -> None:
    event = {**GOOD_SENDGRID, **item, "event": kind}
    letter = SendGridFront(keys, "http://x").letter("http://x", [event], datetime.now(UTC).timestamp())
    headers = {name.lower(): one for name, one in letter.headers.items()}
    [report] = SendGridWebhook(webhook_public_key(keys)).parse(WebhookRequest("", headers, letter.body)).reports
    assert (report.engagement, report.permanent, report.kind) == (engagement, permanent, kind)


@pytest.mark.parametrize(
    ("reason", "suppress"),
    [
        ("Spam Reporting Address", "complaint"),
        ("Unsubscribed Address", "unsubscribed"),
        ("unsubscribed address ", "unsubscribed"),
        ("Spam Content", None),
        ("Bounced Address", None),
    ],
)
def test_what_sendgrid_dropped_because_of_the_recipients_word(
    keys: dict[str, str], reason: str, suppress: str | None
) -> None:
    event = {**GOOD_SENDGRID, "event": "dropped", "reason": reason}
    letter = SendGridFront(keys, "http://x").letter("http://x", [event], datetime.now(UTC).timestamp())
    headers = {name.lower(): one for name, one in letter.headers.items()}
    [report] = SendGridWebhook(webhook_public_key(keys)).parse(WebhookRequest("", headers, letter.body)).reports
    assert (report.engagement, report.suppress) == (MessageEventKind.BOUNCED, suppress)


@pytest.mark.parametrize(
    ("kind", "message", "permanent", "suppress"),
    [
        ("reject", {"reject": {"reason": "spam"}}, False, "complaint"),
        ("reject", {"reject": "unsub"}, False, "unsubscribed"),
        ("reject", {"reject": {"reason": "hard-bounce"}}, True, None),
        ("reject", {"reject": {"reason": "soft-bounce"}}, False, None),
        ("reject", {"reject": {"reason": "rule"}}, False, None),
        ("reject", {}, False, None),
        ("hard_bounce", {"diag": "smtp;550 5.1.1 no such user"}, True, None),
        ("hard_bounce", {"diag": "smtp;452 4.2.2 mailbox full"}, False, None),
        ("hard_bounce", {}, True, None),
        ("soft_bounce", {"diag": "smtp;550 5.1.1"}, False, None),
    ],
)
def test_mandrills_bounces_and_rejects(
    kind: str, message: dict[str, object], permanent: bool, suppress: str | None
) -> None:
    item = {"event": kind, "_id": "m-1", "ts": 1_790_000_000, "msg": {"email": "ada@shop.example", **message}}
    report = mailchimp_event(item)
    assert (report.engagement, report.permanent, report.suppress) == (MessageEventKind.BOUNCED, permanent, suppress)


@pytest.mark.parametrize(
    ("code", "permanent", "suppress"),
    [("21610", False, "unsubscribed"), ("30005", True, None), ("30003", False, None), ("", False, None)],
)
def test_twilios_callback_tells_of_a_stop_that_it_heard(
    keys: dict[str, str], code: str, permanent: bool, suppress: str | None
) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "failed", "To": "+393331234567"} | (
        {"ErrorCode": code} if code else {}
    )
    url = "https://shop.example/webhooks/twilio"
    signed = RequestValidator("token").compute_signature(url, form)
    request = WebhookRequest(url, {"x-twilio-signature": signed}, urlencode(form).encode())
    [report] = TwilioWebhook("token").parse(request).reports
    assert (report.engagement, report.permanent, report.suppress) == (MessageEventKind.BOUNCED, permanent, suppress)


def test_an_open_by_a_privacy_proxy_is_marked_as_a_machines(keys: dict[str, str]) -> None:
    event = {**GOOD_SENDGRID, "sg_machine_open": True}
    letter = SendGridFront(keys, "http://x").letter("http://x", [event], datetime.now(UTC).timestamp())
    headers = {name.lower(): one for name, one in letter.headers.items()}
    [report] = SendGridWebhook(webhook_public_key(keys)).parse(WebhookRequest("", headers, letter.body)).reports
    assert report.machine


async def test_an_answered_sms_is_a_reply(connect: Connect, sandbox: Sandbox, shop: Shop) -> None:
    providers = connect("twilio")
    provider = providers.for_channel(Channel.SMS)
    assert provider is not None
    message = outgoing(Channel.SMS)
    await provider.send(message)
    await sandbox.act(message.message_id, "reply", text="Stop, please")
    await sandbox.settled()
    [reply] = read_all(providers, "twilio", shop).replies
    assert (reply.text, reply.address, reply.channel) == ("Stop, please", message.address, Channel.SMS)


def test_a_callback_signed_for_another_url_is_refused(keys: dict[str, str]) -> None:
    from twilio.request_validator import RequestValidator

    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    signed = RequestValidator("token").compute_signature("https://a.example/webhooks/twilio?message_id=1", form)
    request = WebhookRequest(
        "https://a.example/webhooks/twilio?message_id=2", {"x-twilio-signature": signed}, urlencode(form).encode()
    )
    with pytest.raises(SignatureError):
        TwilioWebhook("token").parse(request)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{}", ValueError),
        (b"[]", ValueError),
        (b"nonsense", ValueError),
        (b'{"receipt": "AAAA", "event": "opened"}', SignatureError),
        (b'{"receipt": "\xc3\xa9\xc3\xa9", "event": "opened"}', SignatureError),
        (b'{"event": "opened"}', SignatureError),
    ],
)
def test_a_receipt_that_is_not_ours_is_refused(body: bytes, error: type[Exception], webhook: Getting) -> None:
    with pytest.raises(error):
        webhook("fcm").parse(WebhookRequest("", {}, body))


def test_an_unknown_word_of_the_app_is_kept_and_means_nothing(webhook: Getting) -> None:
    message = outgoing(Channel.PUSH)
    token = make_receipt("development-only-secret-do-not-use-in-production", message.message_id)
    body = json.dumps({"receipt": token, "event": "dismissed"}).encode()
    [report] = webhook("fcm").parse(WebhookRequest("", {}, body)).reports
    assert (report.engagement, report.kind, report.message_id) == (None, "dismissed", message.message_id)


@pytest.mark.parametrize("name", ["sendgrid", "twilio", "mailchimp", "fcm", "gateway"])
@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", b"[[[[", b"a=b&a=c"], ids=repr)
def test_rubbish_never_passes(name: str, body: bytes, webhook: Getting) -> None:
    with pytest.raises((SignatureError, ValueError)):
        webhook(name).parse(WebhookRequest("http://x", {}, body))


def twilio_call(form: dict[str, str], query: str = "") -> WebhookRequest:
    url = f"https://shop.example/webhooks/twilio{query}"
    headers = {"x-twilio-signature": RequestValidator("token").compute_signature(url, form)}
    return WebhookRequest(url, headers, urlencode(form).encode())


@pytest.mark.parametrize(
    ("status", "code", "engagement", "permanent"),
    [
        ("sent", "", MessageEventKind.SENT, False),
        ("delivered", "", MessageEventKind.DELIVERED, False),
        ("read", "", MessageEventKind.OPENED, False),
        ("failed", "63016", MessageEventKind.BOUNCED, False),
        ("undelivered", "63049", MessageEventKind.BOUNCED, False),
        ("undelivered", "63024", MessageEventKind.BOUNCED, True),
        ("failed", "63003", MessageEventKind.BOUNCED, True),
        ("queued", "", None, False),
    ],
)
def test_a_status_of_a_whatsapp_message(
    status: str, code: str, engagement: MessageEventKind | None, permanent: bool
) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": status, "To": "whatsapp:+393331234567", "ErrorCode": code}
    [report] = TwilioWebhook("token").parse(twilio_call(form)).reports
    assert (report.channel, report.address) == (Channel.WHATSAPP, "+393331234567")
    assert (report.engagement, report.permanent) == (engagement, permanent)
    assert (code in (report.reason or "")) or not code


@pytest.mark.parametrize("code", ["63014", "63033"])
@pytest.mark.parametrize("status", ["failed", "undelivered"])
def test_who_blocks_us_in_whatsapp_or_opts_out_there_has_unsubscribed(status: str, code: str) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": status, "To": "whatsapp:+393331234567", "ErrorCode": code}
    [report] = TwilioWebhook("token").parse(twilio_call(form)).reports
    assert (report.channel, report.suppress, report.permanent) == (Channel.WHATSAPP, "unsubscribed", False)


@pytest.mark.parametrize(
    ("sender", "channel"), [("whatsapp:+393331234567", Channel.WHATSAPP), ("+393331234567", Channel.SMS)]
)
def test_an_answer_comes_by_its_own_channel(sender: str, channel: Channel) -> None:
    form = {"MessageSid": "SM1", "SmsStatus": "received", "From": sender, "Body": "STOP", "WaId": "393331234567"}
    [reply] = TwilioWebhook("token").parse(twilio_call(form)).replies
    assert (reply.channel, reply.address, reply.text) == (channel, "+393331234567", "STOP")


async def test_free_text_by_whatsapp_goes_to_twilio_as_its_body(connect: Connect, sandbox: Sandbox) -> None:
    provider = connect("twilio").for_channel(Channel.WHATSAPP)
    assert provider is not None
    await provider.send(outgoing(Channel.WHATSAPP, content=WhatsAppContent(body="We have it")))
    [row] = await sandbox.inbox()
    assert (row["channel"], row["address"], row["text"]) == ("whatsapp", "+393331234567", "We have it")


async def test_twilio_without_a_whatsapp_sender_sends_none(connect: Connect) -> None:
    assert connect("twilio", twilio_whatsapp_from="").for_channel(Channel.WHATSAPP) is None
    assert connect("twilio", whatsapp_provider="none").for_channel(Channel.WHATSAPP) is None
