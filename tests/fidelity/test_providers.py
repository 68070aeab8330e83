"""What providers' reports mean: no is no, and what is temporary ends nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from providers.mailchimp import webhook as mailchimp
from providers.sendgrid import webhook as sendgrid

NOW = int(datetime(2026, 11, 16, tzinfo=UTC).timestamp())


def of_sendgrid(event: str, **fields: Any) -> tuple[bool, str | None]:
    item = {"event": event, "sg_event_id": "e", "timestamp": NOW, "email": "ada@shop.example", **fields}
    report = sendgrid.read_event(item)
    return report.permanent, report.suppress


@pytest.mark.parametrize(
    ("event", "fields", "permanent", "suppress"),
    [
        ("dropped", {"reason": "Spam Reporting Address"}, False, "complaint"),
        ("dropped", {"reason": "spam reporting address "}, False, "complaint"),
        ("dropped", {"reason": "Unsubscribed Address"}, False, "unsubscribed"),
        ("dropped", {"reason": "Bounced Address"}, True, None),
        ("dropped", {"reason": "Invalid"}, True, None),
        ("dropped", {"reason": "Invalid SMTPAPI header"}, False, None),
        ("dropped", {"reason": "Spam Content (if spam checker app is enabled)"}, False, None),
        ("dropped", {"reason": "Recipient List over Package Quota"}, False, None),
        ("dropped", {}, False, None),
        ("bounce", {"type": "bounce", "status": "5.1.1"}, True, None),
        ("bounce", {"type": "bounce", "status": "5.0.0", "reason": "550 no such user"}, True, None),
        ("bounce", {"type": "blocked", "status": "5.7.1"}, False, None),
        ("bounce", {"type": "expired", "status": "4.0.0"}, False, None),
        ("bounce", {"type": "bounce", "status": "4.2.2"}, False, None),
        ("bounce", {"type": "bounce", "status": "", "reason": "452 4.2.2 mailbox full"}, False, None),
        ("bounce", {"type": "bounce", "status": "5.2.2", "reason": "552 5.2.2 over quota"}, False, None),
        ("bounce", {"status": "4.7.1", "reason": "421 try later"}, False, None),
        ("deferred", {"response": "451 4.3.2"}, False, None),
    ],
)
def test_sendgrid(event: str, fields: dict[str, Any], permanent: bool, suppress: str | None):
    assert of_sendgrid(event, **fields) == (permanent, suppress)


@pytest.mark.parametrize(
    ("event", "message", "permanent", "suppress"),
    [
        ("reject", {"reject": "spam"}, False, "complaint"),
        ("reject", {"reject": {"reason": "spam"}}, False, "complaint"),
        ("reject", {"reject": "unsub"}, False, "unsubscribed"),
        ("reject", {"reject": "hard-bounce"}, True, None),
        ("reject", {"reject": {"reason": "invalid"}}, True, None),
        ("reject", {"reject": "soft-bounce"}, False, None),
        ("reject", {"reject": "custom"}, False, None),
        ("reject", {"reject": "rule"}, False, None),
        ("reject", {"reject": "test-mode-limit"}, False, None),
        ("reject", {"reject": None}, False, None),
        ("hard_bounce", {"diag": "smtp;550 5.1.1 no such user"}, True, None),
        ("hard_bounce", {"diag": "smtp;452 4.2.2 full"}, False, None),
        ("hard_bounce", {"diag": "smtp;552 5.2.2 full"}, False, None),
        ("soft_bounce", {"diag": "smtp;550 5.7.1 policy"}, False, None),
        ("deferral", {}, False, None),
    ],
)
def test_mandrill(event: str, message: dict[str, Any], permanent: bool, suppress: str | None):
    item = {"event": event, "_id": "m", "ts": NOW, "msg": {"email": "ada@shop.example", **message}}
    report = mailchimp.read_event(item)
    assert (report.permanent, report.suppress) == (permanent, suppress)
