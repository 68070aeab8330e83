"""Sends through the examples of Postmark, Mailgun, Brevo, Mailjet and SparkPost, against their documented answers."""

import json
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest

from domain.content import EmailContent
from domain.vocabulary import Category, Channel
from providers.base import (
    AmbiguousError,
    ConfigurationError,
    Outgoing,
    PermanentError,
    SendError,
    ThrottledError,
    TransientError,
)
from providers.http.send import HttpGateway
from tests.providers.conftest import outgoing
from tests.providers.test_gateway import Peer
from tests.providers.test_preset_reports import gateway

MESSAGE = UUID("6f1c3c1e-7c0a-4a44-9c9b-3d7c5d3a1d11")
ANSWERS: dict[str, tuple[int, Any, str]] = {
    "postmark": (
        200,
        {
            "To": "ada@shop.example",
            "SubmittedAt": "2026-02-22T07:25:01.4178645-05:00",
            "MessageID": "0a129aee-e1cd-480d-b08d-4f48548ff48d",
            "ErrorCode": 0,
            "Message": "OK",
        },
        "0a129aee-e1cd-480d-b08d-4f48548ff48d",
    ),
    "mailgun": (
        200,
        {"id": "<20260222.1.AB@mg.shop.example>", "message": "Queued. Thank you."},
        "20260222.1.AB@mg.shop.example",
    ),
    "brevo": (
        201,
        {"messageId": "<202602222340.5787683@smtp-relay.mailin.fr>"},
        "202602222340.5787683@smtp-relay.mailin.fr",
    ),
    "mailjet": (
        200,
        {
            "Messages": [
                {
                    "Status": "success",
                    "CustomID": str(MESSAGE),
                    "To": [{"Email": "ada@shop.example", "MessageUUID": "123", "MessageID": 20547681647433000}],
                }
            ]
        },
        "20547681647433000",
    ),
    "sparkpost": (
        200,
        {"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 1, "id": "11668787484950529"}},
        "11668787484950529",
    ),
}
NAMES = sorted(ANSWERS)
MARKETING = EmailContent(
    subject='Ada, "new" coats & more',
    html="<p>Perché no? 100% &amp; più</p>",
    text="Perché no?",
    from_name='Ada "A" O\'Neil, Shop',
    reply_to="help@shop.example",
)
TRANSACTIONAL = EmailContent(subject="Your order", html="<p>Sent</p>", text="Sent")


async def send(name: str, status: int, answer: object, message: Outgoing, **headers: str) -> tuple[str | None, Peer]:
    peer = Peer(status, answer if isinstance(answer, str) else json.dumps(answer), headers)
    provider = HttpGateway(gateway(name).model_copy(update={"url": peer.url}))
    try:
        return (await provider.send(message)).provider_message_id, peer
    finally:
        await provider.close()
        peer.stop()


def marketing() -> Outgoing:
    return outgoing(Channel.EMAIL, message_id=MESSAGE, content=MARKETING)


def fields(name: str, body: bytes) -> dict[str, Any]:
    """A request in one shape: to, subject, html, text, ours, unsubscribe, reply_to, sender."""
    if name == "mailgun":
        form = {key: value[0] for key, value in parse_qs(body.decode(), strict_parsing=True).items()}
        found = [form.get(key) for key in ("to", "subject", "html", "text", "v:message_id", "h:List-Unsubscribe")]
        return dict(zip(KEYS, [*found, form.get("h:Reply-To"), form["from"]], strict=True))
    data = json.loads(body)
    if name == "postmark":
        headers = {item["Name"]: item["Value"] for item in data["Headers"]}
        found = [data["To"], data["Subject"], data["HtmlBody"], data["TextBody"], data["Metadata"]["message_id"]]
        rest = [headers.get("List-Unsubscribe"), data.get("ReplyTo"), data["From"]]
    elif name == "brevo":
        headers = data["headers"]
        found = [data["to"][0]["email"], data["subject"], data["htmlContent"], data["textContent"]]
        rest = [headers["X-Mailin-custom"], headers.get("List-Unsubscribe")]
        rest += [data.get("replyTo", {}).get("email"), data["sender"]["name"]]
    elif name == "mailjet":
        [one] = data["Messages"]
        found = [one["To"][0]["Email"], one["Subject"], one["HTMLPart"], one["TextPart"], one["CustomID"]]
        rest = [one["Headers"].get("List-Unsubscribe"), one.get("ReplyTo", {}).get("Email"), one["From"]["Name"]]
    else:
        content = data["content"]
        found = [data["recipients"][0]["address"]["email"], content["subject"], content["html"], content["text"]]
        rest = [data["metadata"]["message_id"], content["headers"].get("List-Unsubscribe")]
        rest += [content.get("reply_to"), content["from"]["name"]]
    return dict(zip(KEYS, found + rest, strict=True))


KEYS = ("to", "subject", "html", "text", "ours", "unsubscribe", "reply_to", "sender")


@pytest.mark.parametrize("name", NAMES)
async def test_a_marketing_mail_is_accepted_by_its_id(name: str) -> None:
    status, answer, own_id = ANSWERS[name]
    accepted, peer = await send(name, status, answer, marketing())
    assert accepted == own_id
    [(headers, body)] = peer.requests
    assert headers["content-type"] == gateway(name).content_type
    said = fields(name, body)
    sender = said.pop("sender")
    assert said == {
        "to": "ada@shop.example",
        "subject": MARKETING.subject,
        "html": MARKETING.html,
        "text": MARKETING.text,
        "ours": str(MESSAGE),
        "unsubscribe": "<https://shop.example/unsubscribe/1>",
        "reply_to": "help@shop.example",
    }
    structured = name not in ("postmark", "mailgun")
    assert sender == (MARKETING.from_name if structured else '"Ada A O\'Neil, Shop" <news@shop.example>')


@pytest.mark.parametrize("name", NAMES)
async def test_a_transactional_mail_carries_no_way_to_unsubscribe(name: str) -> None:
    status, answer, _ = ANSWERS[name]
    changes = {"category": Category.TRANSACTIONAL, "unsubscribe_url": None, "content": TRANSACTIONAL}
    _, peer = await send(name, status, answer, outgoing(Channel.EMAIL, **changes))
    said = fields(name, peer.requests[0][1])
    assert (said["unsubscribe"], said["reply_to"]) == (None, None)
    assert "The Shop" in said["sender"]


@pytest.mark.parametrize(
    ("name", "status", "answer", "kind", "suppress"),
    [
        (
            "postmark",
            422,
            {"ErrorCode": 406, "Message": "You tried to send to recipient(s) that have been marked as inactive."},
            PermanentError,
            "inactive_recipient",
        ),
        (
            "postmark",
            422,
            {"ErrorCode": 300, "Message": "Invalid 'To' address: 'ada@'."},
            PermanentError,
            "invalid_address",
        ),
        ("postmark", 422, {"ErrorCode": 300, "Message": "Invalid 'From' address: 'x'."}, PermanentError, None),
        ("postmark", 422, {"ErrorCode": 412, "Message": "Your account is pending."}, ConfigurationError, None),
        ("postmark", 401, {"ErrorCode": 10, "Message": "Bad or missing Server API token."}, ConfigurationError, None),
        ("postmark", 503, "", TransientError, None),
        (
            "mailgun",
            400,
            {"message": "to parameter is not a valid address. please check documentation"},
            PermanentError,
            "invalid_address",
        ),
        ("mailgun", 400, {"message": "Domain mg.shop.example is not allowed to send"}, ConfigurationError, None),
        ("mailgun", 401, "Forbidden", ConfigurationError, None),
        (
            "brevo",
            400,
            {"code": "invalid_parameter", "message": "email is not valid in to"},
            PermanentError,
            "invalid_address",
        ),
        ("brevo", 400, {"code": "not_enough_credits", "message": "no credits"}, ConfigurationError, None),
        ("brevo", 401, {"code": "unauthorized", "message": "Key not found"}, ConfigurationError, None),
        (
            "mailjet",
            400,
            {
                "Messages": [
                    {
                        "Status": "error",
                        "Errors": [
                            {
                                "ErrorCode": "mj-0013",
                                "StatusCode": 400,
                                "ErrorMessage": '"ada@" is an invalid email address.',
                                "ErrorRelatedTo": ["To[0].Email"],
                            }
                        ],
                    }
                ]
            },
            PermanentError,
            "invalid_address",
        ),
        (
            "mailjet",
            403,
            {"Messages": [{"Status": "error", "Errors": [{"ErrorCode": "send-0008", "StatusCode": 403}]}]},
            ConfigurationError,
            None,
        ),
        (
            "sparkpost",
            400,
            {
                "errors": [
                    {
                        "message": "Message generation rejected",
                        "description": "recipient address suppressed due to customer policy",
                        "code": "1902",
                    }
                ]
            },
            PermanentError,
            "inactive_recipient",
        ),
        (
            "sparkpost",
            400,
            {"errors": [{"message": "At least one valid recipient is required", "code": "5002"}]},
            PermanentError,
            "invalid_address",
        ),
        (
            "sparkpost",
            400,
            {"errors": [{"message": "Unconfigured or unverified sending domain.", "code": "7001"}]},
            ConfigurationError,
            None,
        ),
        ("sparkpost", 420, {"errors": [{"message": "Exceed Sending Limit"}]}, ThrottledError, None),
    ],
)
async def test_a_refusal(name: str, status: int, answer: object, kind: type[SendError], suppress: str | None) -> None:
    with pytest.raises(SendError) as caught:
        await send(name, status, answer, marketing())
    assert type(caught.value) is kind
    assert getattr(caught.value, "suppress", None) == suppress


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("status", "kind"), [(429, ThrottledError), (500, AmbiguousError), (502, AmbiguousError), (404, ConfigurationError)]
)
async def test_an_answer_that_every_vendor_may_give(name: str, status: int, kind: type[SendError]) -> None:
    with pytest.raises(SendError) as caught:
        await send(name, status, "<html>an error page</html>", marketing(), **{"Retry-After": "7"})
    assert type(caught.value) is kind
    if isinstance(caught.value, ThrottledError):
        assert caught.value.retry_after == 7


@pytest.mark.parametrize("name", NAMES)
async def test_an_acceptance_that_cannot_be_read_is_ambiguous(name: str) -> None:
    with pytest.raises(AmbiguousError):
        await send(name, ANSWERS[name][0], "<html>", marketing())
