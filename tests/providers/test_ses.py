"""Amazon SES: its events in the shapes of its documentation, SNS's signatures, and what its errors mean."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from botocore.exceptions import ClientError
from fastapi import FastAPI

from domain.content import EmailContent
from domain.vocabulary import Category, Channel
from domain.vocabulary import MessageEventKind as Kind
from providers.base import (
    AmbiguousError,
    ConfigurationError,
    NotNowError,
    Outgoing,
    Parsed,
    PermanentError,
    SendError,
    SignatureError,
    ThrottledError,
    WebhookRequest,
)
from providers.sandbox.app import _vendor_routes
from providers.sandbox.server import make_server
from providers.sandbox.test_keys import SES_TOPIC
from providers.sandbox.vendors.ses import SesFront
from providers.ses.send import client_error, mail_fields
from providers.ses.sns import SnsVerifier
from providers.ses.webhook import SesWebhook, read_event
from tests.providers.conftest import Served, outgoing

OURS = "6f1c3c1e-7c0a-4a44-9c9b-3d7c5d3a1d11"
MAIL = {
    "timestamp": "2026-02-22T23:40:02.012Z",
    "source": "The Shop <news@shop.example>",
    "sendingAccountId": "123456789012",
    "messageId": "EXAMPLE7c191be45-e9aedb9a-02f9-4d12-a87d-dd0099a07f8a-000000",
    "destination": ["ada@example.com"],
    "headersTruncated": False,
    "tags": {"ses:configuration-set": ["ConfigSet"], "message_id": [OURS], "customer": ["C-17"]},
}
AT = "2026-02-22T23:41:02.669Z"
BOUNCED = [{"emailAddress": "ada@example.com", "action": "failed", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}]

Told = tuple[Kind | None, bool, str | None]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"eventType": "Send", "send": {}}, (Kind.SENT, False, None)),
        (
            {"eventType": "Delivery", "delivery": {"timestamp": AT, "smtpResponse": "250 2.6.0 Message received"}},
            (Kind.DELIVERED, False, None),
        ),
        (
            {"eventType": "Open", "open": {"timestamp": AT, "ipAddress": "192.0.2.1", "userAgent": "Mozilla/5.0"}},
            (Kind.OPENED, False, None),
        ),
        (
            {"eventType": "Click", "click": {"timestamp": AT, "link": "https://shop.example/x", "linkTags": None}},
            (Kind.CLICKED, False, None),
        ),
        (
            {"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "bounceSubType": "General"}},
            (Kind.BOUNCED, True, None),
        ),
        (
            {"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "bounceSubType": "OnAccountSuppressionList"}},
            (Kind.BOUNCED, True, None),
        ),
        (
            {"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "bounceSubType": "UnsubscribedRecipient"}},
            (Kind.BOUNCED, False, "unsubscribed"),
        ),
        (
            {"eventType": "Bounce", "bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull"}},
            (Kind.BOUNCED, False, None),
        ),
        ({"eventType": "Bounce", "bounce": {"bounceType": "Undetermined"}}, (Kind.BOUNCED, False, None)),
        ({"notificationType": "Bounce", "bounce": {"bounceType": "Permanent"}}, (Kind.BOUNCED, True, None)),
        ({"eventType": "Complaint", "complaint": {"complaintFeedbackType": "abuse"}}, (Kind.COMPLAINED, False, None)),
        ({"eventType": "Complaint", "complaint": {}}, (Kind.COMPLAINED, False, None)),
        ({"eventType": "Complaint", "complaint": {"complaintFeedbackType": "not-spam"}}, (None, False, None)),
        (
            {"eventType": "Complaint", "complaint": {"complaintSubType": "OnAccountSuppressionList"}},
            (Kind.BOUNCED, False, "complaint"),
        ),
        ({"eventType": "Reject", "reject": {"reason": "Bad content"}}, (Kind.BOUNCED, False, None)),
        (
            {
                "eventType": "Rendering Failure",
                "failure": {"templateName": "MyTemplate", "errorMessage": "Attribute 'name' is not present"},
            },
            (Kind.BOUNCED, False, None),
        ),
        ({"eventType": "DeliveryDelay", "deliveryDelay": {"delayType": "MailboxFull"}}, (None, False, None)),
        (
            {"eventType": "Subscription", "subscription": {"newTopicPreferences": {"unsubscribeAll": True}}},
            (Kind.UNSUBSCRIBED, False, None),
        ),
        (
            {"eventType": "Subscription", "subscription": {"newTopicPreferences": {"unsubscribeAll": False}}},
            (None, False, None),
        ),
        ({"eventType": "SomethingNew"}, (None, False, None)),
    ],
)
def test_an_event(event: dict[str, Any], expected: Told) -> None:
    report = read_event({**event, "mail": MAIL}, "sns-1")
    assert (report.engagement, report.permanent, report.suppress) == expected
    assert report.message_id == UUID(OURS)
    assert report.provider_message_id == MAIL["messageId"]
    assert report.address == "ada@example.com"
    assert report.occurred_at.tzinfo is not None


def test_what_an_event_tells_beside_its_kind() -> None:
    opened = read_event({"eventType": "Open", "open": {"timestamp": AT, "userAgent": "A/1"}, "mail": MAIL}, "1")
    assert (opened.agent, opened.occurred_at) == ("A/1", datetime.fromisoformat(AT))
    clicked = read_event({"eventType": "Click", "click": {"link": "https://x"}, "mail": MAIL}, "1")
    assert clicked.raw["url"] == "https://x"
    bounced = read_event({"eventType": "Bounce", "bounce": {"bouncedRecipients": BOUNCED}, "mail": MAIL}, "1")
    assert bounced.reason == "smtp; 550 5.1.1 user unknown"
    failed = read_event({"eventType": "Rendering Failure", "failure": {"errorMessage": "no name"}, "mail": MAIL}, "1")
    assert failed.reason == "no name"


Post = Callable[..., Parsed]


@pytest.fixture
def front(keys: dict[str, str]) -> SesFront:
    return SesFront(keys, "http://shop.example")


@pytest.fixture
def post(front: SesFront) -> Iterator[Post]:
    """Posts a message that SNS signs to a fresh webhook whose SNS is the sandbox's."""
    app = FastAPI()
    served = Served(lambda _: make_server(app, "127.0.0.1", 0))
    _vendor_routes(app, None, dict.fromkeys(NAMES, front), None, front)  # type: ignore[arg-type]

    def post(fields: dict[str, str], *, version: str = "2", later: timedelta = timedelta()) -> Parsed:
        said = {**NOTIFICATION, **{name: value.replace("SNS-URL", served.url) for name, value in fields.items()}}
        letter = front.signed("http://x", said, served.url, version)
        verifier = SnsVerifier(SES_TOPIC, served.url, clock=lambda: datetime.now(UTC) + later)
        return SesWebhook(verifier).parse(WebhookRequest("http://x", {}, letter.body))

    yield post
    served.stop()


NAMES = ("sendgrid", "twilio", "fcm", "mailchimp", "gateway", "ses")
EVENT = json.dumps({"eventType": "Send", "send": {}, "mail": MAIL})
NOTIFICATION = {
    "Type": "Notification",
    "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    "TopicArn": SES_TOPIC,
    "Message": EVENT,
    "Timestamp": AT,
}
CONFIRMATION = {
    "Type": "SubscriptionConfirmation",
    "Token": "2336412f37",
    "Message": "You have chosen to subscribe to the topic.",
}


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("subject", [{}, {"Subject": "Amazon SES Email Event Notification"}])
def test_both_versions_of_the_signature_are_read(post: Post, version: str, subject: dict[str, str]) -> None:
    [report] = post(subject, version=version).reports
    assert report.message_id == UUID(OURS)


def test_a_repeat_is_the_same_event(post: Post) -> None:
    assert post({}).reports[0].event_id == post({}, version="1").reports[0].event_id
    assert post({}).reports[0].event_id != post({"MessageId": "another"}).reports[0].event_id


@pytest.mark.parametrize(
    "sns",
    [
        "https://sns.eu-central-1.amazonaws.com.evil.example",
        "https://evil.example",
        "http://sns.eu-central-1.amazonaws.com",
        "https://sns.eu-central-1.amazonaws.com@evil.example",
        "file:///etc",
        "",
    ],
)
def test_a_certificate_from_elsewhere_is_never_fetched(front: SesFront, sns: str) -> None:
    letter = front.signed("http://x", NOTIFICATION, sns)
    with pytest.raises(SignatureError, match="certificate"):
        SesWebhook(SnsVerifier(SES_TOPIC)).parse(WebhookRequest("http://x", {}, letter.body))


@pytest.mark.parametrize(
    "change",
    [
        {"TopicArn": SES_TOPIC.replace("123456789012", "999999999999")},
        {"SignatureVersion": "3"},
        {"Type": "Other"},
    ],
)
def test_a_message_of_another_topic_or_kind_is_refused(front: SesFront, change: dict[str, str]) -> None:
    letter = front.signed("http://x", NOTIFICATION, "https://sns.eu-central-1.amazonaws.com")
    body = json.dumps(json.loads(letter.body) | change).encode()
    with pytest.raises(SignatureError, match="topic"):
        SesWebhook(SnsVerifier(SES_TOPIC)).parse(WebhookRequest("http://x", {}, body))


def test_an_expired_certificate_is_refused(post: Post) -> None:
    with pytest.raises(SignatureError, match="expired"):
        post({}, later=timedelta(days=400))


def test_a_certificate_that_cannot_be_had_makes_sns_come_again(front: SesFront) -> None:
    verifier = SnsVerifier(SES_TOPIC, "http://127.0.0.1:1")
    letter = front.signed("http://x", NOTIFICATION, "http://127.0.0.1:1")
    for words in ("can't be had", "a moment ago"):  # the second is not asked for
        with pytest.raises(NotNowError, match=words):
            SesWebhook(verifier).parse(WebhookRequest("http://x", {}, letter.body))


def test_the_subscription_of_our_topic_is_confirmed(post: Post, front: SesFront) -> None:
    url = "SNS-URL/sns?Action=ConfirmSubscription&Token=2336412f37"
    assert post({**CONFIRMATION, "SubscribeURL": url}) == Parsed()
    assert front.confirmed == ["2336412f37"]


def test_a_confirmation_visits_no_address_but_that_of_sns(post: Post, front: SesFront) -> None:
    for url in ("https://evil.example/", "SNS-URL.evil.example/sns?Token=1", ""):
        with pytest.raises(SignatureError, match="confirmation"):
            post({**CONFIRMATION, "SubscribeURL": url})
    other = {"TopicArn": SES_TOPIC + "-other", "SubscribeURL": "SNS-URL/sns?Token=1"}
    with pytest.raises(SignatureError, match="topic"):
        post({**CONFIRMATION, **other})
    assert front.confirmed == []


def test_a_confirmation_that_sns_does_not_take_comes_again(post: Post) -> None:
    with pytest.raises(NotNowError, match="404"):
        post({**CONFIRMATION, "SubscribeURL": "SNS-URL/nowhere"})


def test_what_is_no_event_is_set_aside_and_the_trial_is_not(post: Post) -> None:
    assert post({"Message": "Successfully validated SNS topic for Amazon SES event publishing."}) == Parsed()
    for words in ("hello", "[]", '{"eventType": "Send"}', json.dumps({"eventType": "Open", "mail": {}})):
        parsed = post({"Message": words})
        assert (len(parsed.rejected), parsed.reports) == (1, [])
    assert post({**CONFIRMATION, "Type": "UnsubscribeConfirmation", "SubscribeURL": "https://x"}) == Parsed()


@pytest.mark.parametrize("arn", ["topic", "arn:aws:sqs:eu-central-1:123456789012:x", "arn:aws:sns:eu/evil:1:x"])
def test_a_topic_that_is_none_stops_the_start(arn: str) -> None:
    with pytest.raises(ValueError, match="TOPIC_ARN"):
        SnsVerifier(arn)


@pytest.mark.parametrize(
    ("status", "code", "words", "kind", "suppress"),
    [
        (400, "BadRequestException", "Missing final '@domain'", PermanentError, "invalid_address"),
        (400, "BadRequestException", "Domain contains illegal character", PermanentError, "invalid_address"),
        (400, "BadRequestException", "Content is too long", PermanentError, None),
        (400, "MessageRejected", "Email address is not verified. The following ...", ConfigurationError, None),
        (400, "MessageRejected", "Address blacklisted.", PermanentError, "inactive_recipient"),
        (400, "MessageRejected", "Transaction failed: Duplicate header", PermanentError, None),
        (400, "MailFromDomainNotVerifiedException", "", ConfigurationError, None),
        (400, "SendingPausedException", "", ConfigurationError, None),
        (400, "AccountSuspendedException", "", ConfigurationError, None),
        (404, "NotFoundException", "Configuration set does not exist", ConfigurationError, None),
        (403, "AccessDeniedException", "", ConfigurationError, None),
        (429, "TooManyRequestsException", "Maximum sending rate exceeded.", ThrottledError, None),
        (400, "LimitExceededException", "Daily message quota exceeded", ThrottledError, None),
        (500, "InternalFailure", "", AmbiguousError, None),
        (503, "ServiceUnavailable", "", AmbiguousError, None),
        (400, "SomethingNew", "", PermanentError, None),
    ],
)
def test_an_error(status: int, code: str, words: str, kind: type[SendError], suppress: str | None) -> None:
    answer: Any = {"Error": {"Code": code, "Message": words}, "ResponseMetadata": {"HTTPStatusCode": status}}
    found = client_error(ClientError(answer, "SendEmail"))
    assert type(found) is kind
    assert getattr(found, "suppress", None) == suppress


def fields_of(message: Outgoing) -> dict[str, Any]:
    assert isinstance(message.content, EmailContent)
    return mail_fields(
        message, message.content, sender="news@shop.example", sender_name="Shop", configuration_set="set"
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (None, "Shop <news@shop.example>"),
        ("Ada, Shop", '"Ada, Shop" <news@shop.example>'),
        ("Caffè", "=?utf-8?b?Q2FmZsOo?= <news@shop.example>"),
    ],
)
def test_the_sender_as_ses_wants_it(name: str | None, shown: str) -> None:
    content = EmailContent(subject="s", text="t", html="<p>t</p>", from_name=name)
    assert fields_of(outgoing(Channel.EMAIL, content=content))["FromEmailAddress"] == shown


def test_marketing_mail_can_be_unsubscribed_with_one_click_and_transactional_mail_cannot() -> None:
    headers = fields_of(outgoing(Channel.EMAIL))["Content"]["Simple"]["Headers"]
    assert {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"} in headers
    other = fields_of(outgoing(Channel.EMAIL, category=Category.TRANSACTIONAL))
    assert "Headers" not in other["Content"]["Simple"]
    assert other["ConfigurationSetName"] == "set"
