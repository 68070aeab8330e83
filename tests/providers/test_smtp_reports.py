"""Bounces and complaints as mail servers write them, posted as raw e-mail."""

import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.vocabulary import MessageEventKind
from providers.base import Parsed, SignatureError, WebhookRequest
from providers.smtp.webhook import SmtpWebhook

SECRET = "a secret of some length"
OURS = "0b7b8a52-3c53-4f0a-9a53-50a3a0a1b2c3"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
RETURNED = f"From: news@shop.example\nTo: ada@shop.example\nMessage-ID: <{OURS}@shop.example>\nSubject: Hello\n"
STATUS = "Final-Recipient: rfc822; ada@shop.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no"
COMPLAINT = (
    "Feedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1\nArrival-Date: Thu, 8 Mar 2026 14:00:00 GMT"
)


def report(
    kind: str, fields: str, returned: str = RETURNED, *, as_kind: str = "text/rfc822-headers", **headers: str
) -> bytes:
    """A multipart/report of RFC 6522."""
    lines = {
        "From": "MAILER-DAEMON@mail.example",
        "To": "bounces@shop.example",
        "Message-ID": "<b1@mail.example>",
        **headers,
    }
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in lines.items())
    report_type = "delivery-status" if kind == "message/delivery-status" else "feedback-report"
    parts = [("text/plain", "I'm sorry to have to inform you"), (kind, fields), (as_kind, returned)]
    body = "".join(f"--b\nContent-Type: {name}\n\n{text}\n" for name, text in parts)
    kind_of_report = f'multipart/report; report-type={report_type}; boundary="b"'
    text = f"{head}MIME-Version: 1.0\nContent-Type: {kind_of_report}\n\n{body}--b--\n"
    return text.replace("\n", "\r\n").encode()


def dsn(
    fields: str = STATUS, returned: str = RETURNED, about: str = "Reporting-MTA: dns; mail.example", **more: str
) -> bytes:
    return report("message/delivery-status", f"{about}\n\n{fields}\n", returned, **more)


def parse(body: bytes, authorization: str = f"Bearer {SECRET}") -> Parsed:
    webhook = SmtpWebhook(SECRET, clock=lambda: NOW)
    return webhook.parse(WebhookRequest("https://shop.example/webhooks/smtp", {"authorization": authorization}, body))


@pytest.mark.parametrize(
    ("status", "diagnosis", "permanent"),
    [
        ("5.1.1", "smtp; 550 5.1.1 user unknown", True),
        ("5.1.10", "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound", True),
        ("5.4.4", "X-Postfix; Host or domain name not found", True),
        ("5.0.0", "smtp; 550 user unknown", True),
        ("5.0.0", "smtp; 550 5.7.1 blocked", False),
        ("5.0.0", "smtp; 554 message rejected as spam", False),
        ("5.2.2", "smtp; 552 5.2.2 mailbox full", False),
        ("5.7.1", "smtp; 550 5.7.1 refused by policy", False),
        ("4.4.7", "smtp; delivery time expired", False),
    ],
)
def test_a_bounce_is_for_ever_where_the_address_is_dead(status: str, diagnosis: str, permanent: bool) -> None:
    [found] = parse(
        dsn(f"Final-Recipient: rfc822; a@b.c\nAction: failed\nStatus: {status}\nDiagnostic-Code: {diagnosis}")
    ).reports
    assert (found.engagement, found.permanent) == (MessageEventKind.BOUNCED, permanent)
    assert found.message_id == UUID(OURS)
    assert found.provider_message_id == f"<{OURS}@shop.example>"
    assert diagnosis in (found.reason or "")


@pytest.mark.parametrize(
    ("action", "engagement"),
    [
        ("delivered", MessageEventKind.DELIVERED),
        ("relayed", MessageEventKind.SENT),
        ("delayed", None),
        ("Failed (x)", MessageEventKind.BOUNCED),
    ],
)
def test_other_outcomes(action: str, engagement: MessageEventKind | None) -> None:
    [found] = parse(dsn(f"Final-Recipient: rfc822; a@b.c\nAction: {action}\nStatus: 4.0.0")).reports
    assert found.engagement is engagement
    assert not found.permanent


@pytest.mark.parametrize(
    "body",
    [
        dsn(),
        dsn(as_kind="message/rfc822", returned=RETURNED + "\n<p>Hello</p>"),
        dsn(returned=f"X-Campaign-Flow-Message-Id: {OURS}\nMessage-ID: <rewritten@relay.example>\n"),
        dsn(returned="Subject: Hello\n", about=f"Reporting-MTA: dns; m\nOriginal-Envelope-Id: {OURS}"),
        dsn(returned="Subject: Hello\n", To=f"bounces+{OURS}@shop.example"),
    ],
    ids=["headers", "whole mail", "our header", "envelope id", "return path"],
)
def test_a_bounce_names_its_message_in_any_of_five_ways(body: bytes) -> None:
    [found] = parse(body).reports
    assert found.message_id == UUID(OURS)


def test_a_bounce_that_names_no_message_of_ours_says_so() -> None:
    [found] = parse(dsn(returned="Message-ID: <other@elsewhere.example>\n")).reports
    assert found.message_id is None
    assert found.provider_message_id == "<other@elsewhere.example>"


def test_two_recipients_are_two_reports_and_a_repeat_is_the_same() -> None:
    body = dsn(f"{STATUS}\n\n{STATUS}")
    first, second = parse(body).reports
    assert first.event_id != second.event_id
    assert [one.event_id for one in parse(b"Received: again\r\n" + body).reports] == [first.event_id, second.event_id]


@pytest.mark.parametrize(
    ("kind", "engagement"),
    [
        ("abuse", MessageEventKind.COMPLAINED),
        ("fraud", MessageEventKind.COMPLAINED),
        ("opt-out", MessageEventKind.UNSUBSCRIBED),
        ("not-spam", None),
    ],
)
def test_a_complaint(kind: str, engagement: MessageEventKind | None) -> None:
    [found] = parse(
        report("message/feedback-report", COMPLAINT.replace("abuse", kind), as_kind="message/rfc822")
    ).reports
    assert (found.engagement, found.message_id) == (engagement, UUID(OURS))
    assert found.occurred_at == datetime(2026, 3, 8, 14, tzinfo=UTC)


def test_an_out_of_office_answer_is_set_aside() -> None:
    parsed = parse(b"From: ada@shop.example\r\nSubject: I am away\r\n\r\nUntil Monday")
    assert parsed.reports == []
    [(raw, reason)] = parsed.rejected
    assert raw["Subject"] == "I am away"
    assert "neither" in reason


def test_a_body_that_is_no_mail_is_refused() -> None:
    with pytest.raises(ValueError, match="not an e-mail"):
        parse(b'{"a": 1}')


@pytest.mark.parametrize(
    "authorization", ["", "Bearer ", "Bearer wrong", "Basic !!!", SECRET, "Basic " + base64.b64encode(b"u:no").decode()]
)
def test_a_call_without_the_secret_is_not_trusted(authorization: str) -> None:
    with pytest.raises(SignatureError):
        parse(dsn(), authorization)


def test_basic_authentication_is_taken_too() -> None:
    assert parse(dsn(), "Basic " + base64.b64encode(f"postfix:{SECRET}".encode()).decode()).reports


def test_a_short_secret_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match="16"):
        SmtpWebhook("short")


@given(st.binary(max_size=400), st.integers(min_value=0, max_value=900))
def test_no_body_breaks_the_reader(noise: bytes, at: int) -> None:
    body = dsn()
    parsed = parse(b"From: x\r\n" + body[:at] + noise + body[at:])
    assert parsed.reports or parsed.rejected
