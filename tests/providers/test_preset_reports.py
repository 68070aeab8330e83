"""Reports of Postmark, Mailgun, Brevo, Mailjet and SparkPost, in the shapes that their documentation shows."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.events import IncomingMessageEvent
from domain.vocabulary import MessageEventKind as Kind
from providers.base import Parsed, SignatureError, WebhookRequest
from providers.http.config import GatewaySettings, ReportRule, at_path, load_gateways
from providers.http.verification import token_signature
from providers.http.webhook import HttpWebhook

EXAMPLES = Path(__file__).parents[2] / "docs" / "providers" / "examples"
NOW = datetime(2026, 2, 22, 23, 42, tzinfo=UTC)
OURS = "6f1c3c1e-7c0a-4a44-9c9b-3d7c5d3a1d11"
APPLE = "Mozilla/5.0"


def gateway(name: str) -> GatewaySettings:
    [found] = load_gateways(str(EXAMPLES / f"{name}.json"))
    return found


def webhook(name: str) -> HttpWebhook:
    found = gateway(name)
    assert found.webhook is not None
    return HttpWebhook(name, found.webhook, channels=found.channels, clock=lambda: NOW)


def basic(name: str) -> dict[str, str]:
    settings = gateway(name).webhook
    assert settings is not None
    return {"authorization": "Basic " + base64.b64encode(f"user:{settings.secret}".encode()).decode()}


def read(name: str, body: object, headers: dict[str, str] | None = None) -> Parsed:
    call = WebhookRequest("https://x", basic(name) if headers is None else headers, json.dumps(body).encode())
    return webhook(name).parse(call)


def signed(event: dict[str, Any], *, age: int = 0, token: str = "f" * 50, key: str = "") -> dict[str, Any]:
    settings = gateway("mailgun").webhook
    assert settings is not None
    stamp = str(int(NOW.timestamp()) - age)
    mac = token_signature(key or settings.secret, stamp, token)
    return {"signature": {"timestamp": stamp, "token": token, "signature": mac}, "event-data": event}


def told(report: IncomingMessageEvent) -> tuple[Kind | None, bool, str | None, bool]:
    return report.engagement, report.permanent, report.suppress, report.machine


Told = tuple[Kind | None, bool, str | None, bool]
NOTHING: Told = (None, False, None, False)


def as_told(kind: Kind, *, permanent: bool = False, suppress: str | None = None, machine: bool = False) -> Told:
    return kind, permanent, suppress, machine


POSTMARK_BOUNCE = {
    "RecordType": "Bounce",
    "ID": 42,
    "TypeCode": 1,
    "Name": "Hard bounce",
    "Tag": "Test",
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    "Metadata": {"message_id": OURS},
    "ServerID": 1234,
    "Description": "The server was unable to deliver your message.",
    "Details": "smtp;550 5.1.1 The account does not exist.",
    "Email": "john@example.com",
    "From": "sender@example.com",
    "BouncedAt": "2026-02-22T23:41:30.0000000Z",
    "Inactive": True,
    "CanActivate": True,
}
POSTMARK_CHANGE = {
    "RecordType": "SubscriptionChange",
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    "ServerID": 123456,
    "MessageStream": "outbound",
    "ChangedAt": "2026-02-22T10:53:34.416071Z",
    "Recipient": "ada@example.com",
    "Origin": "Recipient",
    "SuppressSending": True,
    "SuppressionReason": "ManualSuppression",
    "Metadata": {"message_id": OURS},
}
POSTMARK_OPEN = {
    "RecordType": "Open",
    "FirstOpen": True,
    "Client": {"Name": "Chrome 35.0.1916.153", "Company": "Google", "Family": "Chrome"},
    "UserAgent": APPLE,
    "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
    "Metadata": {"message_id": OURS},
    "ReceivedAt": "2026-02-22T23:41:00Z",
    "Recipient": "ada@example.com",
}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {
                "RecordType": "Delivery",
                "ServerID": 23,
                "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
                "Recipient": "ada@example.com",
                "DeliveredAt": "2026-02-22T19:28:10.2735393-04:00",
                "Details": "Test delivery webhook details",
                "Metadata": {"message_id": OURS},
            },
            as_told(Kind.DELIVERED),
        ),
        (POSTMARK_OPEN, as_told(Kind.OPENED)),
        (
            {
                **POSTMARK_OPEN,
                "RecordType": "Click",
                "ClickLocation": "HTML",
                "OriginalLink": "https://shop.example/coats",
            },
            as_told(Kind.CLICKED),
        ),
        ({**POSTMARK_BOUNCE, "Type": "HardBounce"}, as_told(Kind.BOUNCED, permanent=True)),
        ({**POSTMARK_BOUNCE, "Type": "BadEmailAddress"}, as_told(Kind.BOUNCED, permanent=True)),
        ({**POSTMARK_BOUNCE, "Type": "SoftBounce"}, as_told(Kind.BOUNCED)),
        ({**POSTMARK_BOUNCE, "Type": "Blocked"}, as_told(Kind.BOUNCED)),
        ({**POSTMARK_BOUNCE, "Type": "DMARCPolicy"}, as_told(Kind.BOUNCED)),
        ({**POSTMARK_BOUNCE, "Type": "Transient"}, NOTHING),
        ({**POSTMARK_BOUNCE, "Type": "AutoResponder"}, NOTHING),
        ({**POSTMARK_BOUNCE, "Type": "Unsubscribe"}, as_told(Kind.UNSUBSCRIBED)),
        ({**POSTMARK_BOUNCE, "RecordType": "SpamComplaint", "Type": "SpamComplaint"}, as_told(Kind.COMPLAINED)),
        ({**POSTMARK_BOUNCE, "Type": "SpamComplaint"}, as_told(Kind.COMPLAINED)),
        (POSTMARK_CHANGE, as_told(Kind.UNSUBSCRIBED)),
        ({**POSTMARK_CHANGE, "SuppressionReason": "SpamComplaint"}, as_told(Kind.COMPLAINED)),
        ({**POSTMARK_CHANGE, "SuppressionReason": "HardBounce"}, NOTHING),
        ({**POSTMARK_CHANGE, "SuppressSending": False, "SuppressionReason": None}, NOTHING),
        ({**POSTMARK_CHANGE, "Origin": "Admin"}, NOTHING),
    ],
)
def test_postmark(body: dict[str, Any], expected: Told) -> None:
    [report] = read("postmark", body).reports
    assert told(report) == expected
    assert report.message_id == UUID(OURS)
    assert report.provider_message_id == body["MessageID"]
    assert NOW - timedelta(days=1) < report.occurred_at < NOW
    assert report.event_id == read("postmark", body).reports[0].event_id


def test_postmark_tells_who_opened_where_a_click_led_and_why_it_bounced() -> None:
    [opened] = read("postmark", POSTMARK_OPEN).reports
    assert opened.agent == APPLE  # the ingestion knows Apple's privacy proxy by it
    [clicked] = read(
        "postmark", {**POSTMARK_OPEN, "RecordType": "Click", "OriginalLink": "https://shop.example/x"}
    ).reports
    assert clicked.raw["url"] == "https://shop.example/x"
    [bounced] = read("postmark", {**POSTMARK_BOUNCE, "Type": "HardBounce"}).reports
    assert bounced.reason == "smtp;550 5.1.1 The account does not exist."


MAILGUN = {
    "id": "Ase7i2zsRYeDXztHGENqRA",
    "timestamp": 1771803000.5,
    "log-level": "info",
    "message": {
        "headers": {"to": "ada@example.com", "message-id": "20260222.1.AB@mg.shop.example", "subject": "Hello"}
    },
    "recipient": "ada@example.com",
    "user-variables": {"message_id": OURS},
    "client-info": {"client-name": "Chrome", "client-type": "browser", "user-agent": "Mozilla/5.0 (X11)", "bot": ""},
}
FAILED = {**MAILGUN, "event": "failed", "delivery-status": {"code": 550, "message": "5.1.1 no such account"}}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({**MAILGUN, "event": "accepted"}, as_told(Kind.SENT)),
        ({**MAILGUN, "event": "delivered"}, as_told(Kind.DELIVERED)),
        ({**MAILGUN, "event": "opened"}, as_told(Kind.OPENED)),
        ({**MAILGUN, "event": "opened", "client-info": {"bot": "apple"}}, as_told(Kind.OPENED, machine=True)),
        ({**MAILGUN, "event": "opened", "client-info": {"bot": "generic"}}, as_told(Kind.OPENED, machine=True)),
        ({**MAILGUN, "event": "opened", "client-info": {"bot": "gmail"}}, as_told(Kind.OPENED)),
        ({**MAILGUN, "event": "clicked", "url": "https://shop.example"}, as_told(Kind.CLICKED)),
        ({**MAILGUN, "event": "clicked", "client-info": {"bot": "generic"}}, as_told(Kind.CLICKED, machine=True)),
        ({**FAILED, "severity": "permanent", "reason": "bounce"}, as_told(Kind.BOUNCED, permanent=True)),
        ({**FAILED, "severity": "permanent", "reason": "suppress-bounce"}, as_told(Kind.BOUNCED, permanent=True)),
        (
            {**FAILED, "severity": "permanent", "reason": "suppress-complaint"},
            as_told(Kind.BOUNCED, suppress="complaint"),
        ),
        (
            {**FAILED, "severity": "permanent", "reason": "suppress-unsubscribe"},
            as_told(Kind.BOUNCED, suppress="unsubscribed"),
        ),
        ({**FAILED, "severity": "permanent", "reason": "old"}, as_told(Kind.BOUNCED)),
        ({**FAILED, "severity": "permanent", "reason": "espblock"}, as_told(Kind.BOUNCED)),
        ({**FAILED, "severity": "temporary", "reason": "greylisted"}, NOTHING),
        ({**MAILGUN, "event": "complained"}, as_told(Kind.COMPLAINED)),
        ({**MAILGUN, "event": "unsubscribed"}, as_told(Kind.UNSUBSCRIBED)),
        ({**MAILGUN, "event": "rejected", "reject": {"reason": "Sandbox"}}, as_told(Kind.BOUNCED)),
    ],
)
def test_mailgun(event: dict[str, Any], expected: Told) -> None:
    [report] = read("mailgun", signed(event), {}).reports
    assert told(report) == expected
    assert report.message_id == UUID(OURS)
    assert report.provider_message_id == "20260222.1.AB@mg.shop.example"
    assert report.occurred_at == datetime.fromtimestamp(1771803000.5, UTC)


def test_mailguns_signature() -> None:
    event = {**MAILGUN, "event": "opened"}
    calls: list[object] = [
        signed(event, key="another key, and a long one"),
        signed(event, age=32401),
        signed(event, age=-601),
        {"event-data": event},
        {"signature": "none", "event-data": event},
        [],
    ]
    for call in calls:
        with pytest.raises(SignatureError):
            read("mailgun", call, {})
    assert read("mailgun", signed(event, age=32399), {}).reports


def test_a_subaccount_of_mailgun_is_believed_by_the_account_above_it() -> None:
    call = signed({**MAILGUN, "event": "opened"})
    parent = call["signature"]["signature"]
    own = {**call["signature"], "signature": "0" * 64}
    assert read("mailgun", {**call, "signature": {**own, "parent-signature": parent}}, {}).reports
    for forged in ("1" * 64, "", None):
        with pytest.raises(SignatureError):
            read("mailgun", {**call, "signature": {**own, "parent-signature": forged}}, {})


def test_a_token_of_mailgun_vouches_for_one_body_which_may_come_again() -> None:
    heard = webhook("mailgun")
    first = signed({**MAILGUN, "event": "delivered"})
    call = WebhookRequest("https://x", {}, json.dumps(first).encode())
    assert heard.parse(call).reports[0].event_id == heard.parse(call).reports[0].event_id
    forged = {**first, "event-data": {**MAILGUN, "event": "complained"}}
    with pytest.raises(SignatureError, match="another body"):
        heard.parse(WebhookRequest("https://x", {}, json.dumps(forged).encode()))


BREVO = {
    "email": "ada@example.com",
    "id": 26224,
    "date": "2026-02-23 00:40:00",
    "ts": 1771803600,
    "message-id": "<202602222340.5787683@smtp-relay.mailin.fr>",
    "ts_event": 1771803600,
    "subject": "Hello",
    "X-Mailin-custom": OURS,
    "sending_ip": "192.0.2.1",
    "ts_epoch": 1771803600000,
}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("request", as_told(Kind.SENT)),
        ("delivered", as_told(Kind.DELIVERED)),
        ("opened", as_told(Kind.OPENED)),
        ("unique_opened", as_told(Kind.OPENED)),
        ("proxy_open", as_told(Kind.OPENED, machine=True)),
        ("unique_proxy_open", as_told(Kind.OPENED, machine=True)),
        ("click", as_told(Kind.CLICKED)),
        ("hard_bounce", as_told(Kind.BOUNCED, permanent=True)),
        ("invalid_email", as_told(Kind.BOUNCED, permanent=True)),
        ("soft_bounce", as_told(Kind.BOUNCED)),
        ("blocked", as_told(Kind.BOUNCED)),
        ("error", as_told(Kind.BOUNCED)),
        ("deferred", NOTHING),
        ("list_addition", NOTHING),
        ("spam", as_told(Kind.COMPLAINED)),
        ("complaint", as_told(Kind.COMPLAINED)),
        ("unsubscribed", as_told(Kind.UNSUBSCRIBED)),
    ],
)
def test_brevo(event: str, expected: Told) -> None:
    [report] = read("brevo", {**BREVO, "event": event, "reason": "said so"}).reports
    assert told(report) == expected
    assert (report.message_id, report.reason) == (UUID(OURS), "said so")
    assert report.provider_message_id == "202602222340.5787683@smtp-relay.mailin.fr"  # with or without < and >
    assert report.occurred_at == datetime.fromtimestamp(1771803600, UTC)


@pytest.mark.parametrize(
    ("reason", "suppress"),
    [
        ("blocked : due to blacklist user", "unsubscribed"),  # as Brevo writes it
        ("Blocked: recipient is on the BLOCKLIST", "unsubscribed"),
        ("contact unsubscribed", "unsubscribed"),
        ("blocked : due to sending limit", None),
        ("", None),
    ],
)
def test_brevo_tells_that_it_keeps_somebody_from_being_written_to(reason: str, suppress: str | None) -> None:
    [report] = read("brevo", {**BREVO, "event": "blocked", "reason": reason}).reports
    assert told(report) == as_told(Kind.BOUNCED, suppress=suppress)


MAILJET = {
    "time": 1771803600,
    "MessageID": 19421777835146490,
    "Message_GUID": "1ab23cd4-e567-8901-2345-6789f0gh1i2j",
    "email": "ada@example.com",
    "mj_campaign_id": 7257,
    "mj_contact_id": 4,
    "customcampaign": "",
    "CustomID": OURS,
    "Payload": "",
}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event": "sent", "smtp_reply": "sent (250 2.0.0 OK 4242 fa5si855896wjc.199)"}, as_told(Kind.DELIVERED)),
        ({"event": "open", "ip": "192.0.2.1", "agent": APPLE}, as_told(Kind.OPENED)),
        ({"event": "click", "url": "https://shop.example", "agent": "Mozilla/5.0 (X11)"}, as_told(Kind.CLICKED)),
        (
            {"event": "bounce", "hard_bounce": True, "error_related_to": "recipient", "error": "user unknown"},
            as_told(Kind.BOUNCED, permanent=True),
        ),
        (
            {"event": "bounce", "hard_bounce": True, "error_related_to": "domain", "error": "invalid domain"},
            as_told(Kind.BOUNCED, permanent=True),
        ),
        (
            {"event": "bounce", "hard_bounce": True, "error_related_to": "spam", "error": "sender blocked"},
            as_told(Kind.BOUNCED),
        ),
        (
            {"event": "bounce", "hard_bounce": False, "error_related_to": "recipient", "error": "quota exceeded"},
            as_told(Kind.BOUNCED),
        ),
        ({"event": "bounce", "hard_bounce": False, "error_related_to": "domain", "error": "greylisted"}, NOTHING),
        ({"event": "blocked", "error_related_to": "mailjet", "error": "preblocked"}, as_told(Kind.BOUNCED)),
        ({"event": "blocked", "error_related_to": "mailjet", "error": "duplicate in campaign"}, as_told(Kind.BOUNCED)),
        ({"event": "blocked", "error_related_to": "spam", "error": "content blocked"}, as_told(Kind.BOUNCED)),
        (
            {"event": "blocked", "error_related_to": "recipient", "error": "user unknown"},
            as_told(Kind.BOUNCED, permanent=True),
        ),
        (
            {"event": "blocked", "error_related_to": "recipient", "error": "spam reporter"},
            as_told(Kind.BOUNCED, suppress="complaint"),
        ),
        (
            {"event": "blocked", "error_related_to": "recipient", "error": "blacklisted"},
            as_told(Kind.BOUNCED, suppress="unsubscribed"),
        ),
        (
            {"event": "bounce", "hard_bounce": True, "error_related_to": "recipient", "error": "spam reporter"},
            as_told(Kind.BOUNCED, suppress="complaint"),
        ),
        ({"event": "spam", "source": "JMRPP"}, as_told(Kind.COMPLAINED)),
        ({"event": "unsub", "mj_list_id": 1, "agent": "List-Unsubscribe"}, as_told(Kind.UNSUBSCRIBED)),
        ({"event": "typofix"}, NOTHING),
    ],
)
def test_mailjet_alone_and_in_groups(event: dict[str, Any], expected: Told) -> None:
    item = {**MAILJET, **event}
    for body in (item, [item, {**item, "time": 1771803601}]):
        reports = read("mailjet", body).reports
        assert len({report.event_id for report in reports}) == len(reports)
        assert [told(report) for report in reports] == [expected] * len(reports)
        assert (reports[0].message_id, reports[0].provider_message_id) == (UUID(OURS), "19421777835146490")


SPARKPOST = {
    "event_id": "92356927693813856",
    "message_id": "000443ee14578172be22",
    "rcpt_meta": {"message_id": OURS},
    "rcpt_to": "ada@example.com",
    "raw_rcpt_to": "Ada@example.com",
    "timestamp": "1771803600",
    "transmission_id": "65832150921904138",
}


@pytest.mark.parametrize(
    ("under", "event", "expected"),
    [
        ("message_event", {"type": "injection"}, as_told(Kind.SENT)),
        ("message_event", {"type": "delivery"}, as_told(Kind.DELIVERED)),
        ("message_event", {"type": "delay", "bounce_class": "21"}, NOTHING),
        ("message_event", {"type": "bounce", "bounce_class": "10"}, as_told(Kind.BOUNCED, permanent=True)),
        ("message_event", {"type": "bounce", "bounce_class": "30"}, as_told(Kind.BOUNCED, permanent=True)),
        ("message_event", {"type": "bounce", "bounce_class": "22"}, as_told(Kind.BOUNCED)),
        ("message_event", {"type": "bounce", "bounce_class": "51"}, as_told(Kind.BOUNCED)),
        ("message_event", {"type": "bounce", "bounce_class": "90"}, as_told(Kind.BOUNCED, suppress="unsubscribed")),
        ("message_event", {"type": "out_of_band", "bounce_class": "60"}, NOTHING),
        ("message_event", {"type": "out_of_band", "bounce_class": "10"}, as_told(Kind.BOUNCED, permanent=True)),
        ("message_event", {"type": "spam_complaint", "fbtype": "abuse"}, as_told(Kind.COMPLAINED)),
        ("message_event", {"type": "policy_rejection", "error_code": "550"}, as_told(Kind.BOUNCED)),
        ("gen_event", {"type": "generation_failure"}, as_told(Kind.BOUNCED)),
        ("gen_event", {"type": "generation_rejection"}, as_told(Kind.BOUNCED)),
        ("track_event", {"type": "open", "user_agent": "Mozilla/5.0 (X11)"}, as_told(Kind.OPENED)),
        ("track_event", {"type": "initial_open"}, as_told(Kind.OPENED)),
        ("track_event", {"type": "initial_open", "is_prefetched": True}, as_told(Kind.OPENED, machine=True)),
        ("track_event", {"type": "click", "target_link_url": "https://shop.example"}, as_told(Kind.CLICKED)),
        ("unsubscribe_event", {"type": "list_unsubscribe"}, as_told(Kind.UNSUBSCRIBED)),
        ("unsubscribe_event", {"type": "link_unsubscribe"}, as_told(Kind.UNSUBSCRIBED)),
    ],
)
def test_sparkpost(under: str, event: dict[str, Any], expected: Told) -> None:
    parsed = read("sparkpost", [{"msys": {under: {**SPARKPOST, **event}}, "cust": {"id": "1"}}, {"msys": {}}])
    [report] = parsed.reports
    assert not parsed.rejected  # the empty one is how it tries the address
    assert told(report) == expected
    assert (report.message_id, report.provider_message_id) == (UUID(OURS), "65832150921904138")
    assert report.occurred_at == datetime.fromtimestamp(1771803600, UTC)


@pytest.mark.parametrize("name", ["postmark", "brevo", "mailjet", "sparkpost"])
def test_a_call_without_the_secret_is_refused(name: str) -> None:
    for headers in (
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Basic " + base64.b64encode(b"user:wrong").decode()},
        {"authorization": "Basic &&&"},
    ):
        with pytest.raises(SignatureError):
            read(name, {}, headers)


def test_the_secret_may_come_in_a_header_of_its_own() -> None:
    settings = gateway("postmark").webhook
    assert settings is not None
    own = HttpWebhook("postmark", settings.model_copy(update={"secret_header": "X-Campaign-Flow"}))
    body = json.dumps(POSTMARK_OPEN).encode()
    assert own.parse(WebhookRequest("https://x", {"x-campaign-flow": settings.secret}, body)).reports
    with pytest.raises(SignatureError):
        own.parse(WebhookRequest("https://x", basic("postmark"), body))


@pytest.mark.parametrize(
    "bad",
    [
        "words",
        {"event": "open"} | {**MAILJET, "time": "yesterday"},
        {**MAILJET, "event": "open", "time": "inf"},
        {**MAILJET, "event": "open", "time": 1e300},
        {**MAILJET, "event": "open", "CustomID": "not ours"},
        {"time": 1},
    ],
    ids=str,
)
def test_one_bad_report_of_a_group_is_set_aside(bad: object) -> None:
    parsed = read("mailjet", [bad, {**MAILJET, "event": "open"}])
    assert len(parsed.reports) == 1
    [(_, reason)] = parsed.rejected
    assert reason


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "open", "engagement": "opened", "permanent": True},
        {"kind": "bounce", "engagement": "bounced", "machine": True},
        {"kind": "spam", "engagement": "complained", "suppress": "complaint"},
    ],
)
def test_a_rule_that_contradicts_itself_stops_the_start(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="only"):
        ReportRule.model_validate(rule)


@pytest.mark.parametrize(
    ("value", "found"), [({"a": {"one": {"b": 1}}}, 1), ({"a": {"one": {"b": 1}, "two": {}}}, None), ({"a": {}}, None)]
)
def test_a_star_is_the_one_value_of_an_object(value: object, found: object) -> None:
    assert at_path(value, "a.*.b") == found
