"""Delivery reports of vendors that the HTTP provider reads by configuration, as their documentation shows them."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.vocabulary import MessageEventKind
from providers.base import Parsed, SignatureError, WebhookRequest
from providers.http.config import load_gateways
from providers.http.webhook import HttpWebhook

EXAMPLES = Path(__file__).parents[2] / "docs" / "providers" / "examples"
NOW = datetime(2026, 2, 22, 23, 42, tzinfo=UTC)


def resend(kind: str, stamp: int | None = None, forged: bool = False, **data: Any) -> Parsed:
    [gateway] = load_gateways(str(EXAMPLES / "resend.json"))
    assert gateway.webhook is not None
    when = str(int(NOW.timestamp()) if stamp is None else stamp)
    known = {"email_id": "56761188-7520-42d8-8898-ff6fc54ce618", "to": ["ada@shop.example"], **data}
    body = json.dumps({"type": kind, "created_at": "2026-02-22T23:41:12.126Z", "data": known}).encode()
    key = base64.b64decode(gateway.webhook.secret.removeprefix("whsec_"))
    mac = base64.b64encode(hmac.digest(key, f"msg_1.{when}.".encode() + body, hashlib.sha256)).decode()
    headers = {"svix-id": "msg_1", "svix-timestamp": when, "svix-signature": f"v1,old v1,{'x' if forged else mac}"}
    return HttpWebhook("resend", gateway.webhook, channels=gateway.channels, clock=lambda: NOW).parse(
        WebhookRequest("https://x", headers, body)
    )


@pytest.mark.parametrize(
    ("kind", "bounce", "meaning", "permanent"),
    [
        ("email.sent", None, MessageEventKind.SENT, False),
        ("email.delivered", None, MessageEventKind.DELIVERED, False),
        ("email.bounced", "Permanent", MessageEventKind.BOUNCED, True),
        ("email.bounced", "Transient", MessageEventKind.BOUNCED, False),
        ("email.complained", None, MessageEventKind.COMPLAINED, False),
        ("email.opened", None, MessageEventKind.OPENED, False),
        ("email.clicked", None, MessageEventKind.CLICKED, False),
        ("email.suppressed", None, MessageEventKind.BOUNCED, True),
        ("email.failed", None, MessageEventKind.BOUNCED, False),
        ("email.delivery_delayed", None, None, False),
    ],
)
def test_resend(kind: str, bounce: str | None, meaning: MessageEventKind | None, permanent: bool) -> None:
    [report] = resend(kind, bounce={"type": bounce, "message": "no such user"}).reports
    assert (report.engagement, report.permanent) == (meaning, permanent)
    assert report.provider_message_id == "56761188-7520-42d8-8898-ff6fc54ce618"
    assert report.event_id == resend(kind).reports[0].event_id


def test_a_forged_or_old_call_of_resend_is_refused() -> None:
    with pytest.raises(SignatureError):
        resend("email.sent", forged=True)
    with pytest.raises(SignatureError):
        resend("email.sent", stamp=int(NOW.timestamp()) - 601)


@pytest.mark.parametrize(
    ("origin", "meaning", "permanent"),
    [
        ("bounce", MessageEventKind.BOUNCED, True),
        ("complaint", MessageEventKind.COMPLAINED, False),
        ("manual", None, False),
    ],
)
def test_resends_list_of_suppressed_addresses(origin: str, meaning: MessageEventKind | None, permanent: bool) -> None:
    [report] = resend("suppression.added", origin=origin, email="ada@shop.example", to=None, email_id=None).reports
    assert (report.engagement, report.permanent, report.address) == (meaning, permanent, "ada@shop.example")


def test_resend_names_our_message_by_its_tag() -> None:
    ours = "6f1c3c1e-7c0a-4a44-9c9b-3d7c5d3a1d11"
    assert str(resend("email.sent", tags={"message_id": ours}).reports[0].message_id) == ours
