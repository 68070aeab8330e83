"""The vendors' error words, table by table, and receipts."""

import json
from typing import Any
from uuid import uuid4

import pytest
import requests
from firebase_admin import exceptions, messaging
from hypothesis import given
from hypothesis import strategies as st
from mailchimp_transactional.api_client import ApiClientError

from providers.base import (
    AmbiguousError,
    ConfigurationError,
    PermanentError,
    SendError,
    ThrottledError,
    TransientError,
)
from providers.fcm.send import firebase_error
from providers.mailchimp.send import api_error, read_answer
from providers.push_receipts import make_receipt, read_receipt
from providers.twilio.send import code_error


@pytest.mark.parametrize(
    ("status", "code", "kind", "suppress"),
    [
        (400, 21211, PermanentError, "invalid_address"),
        (400, 21614, PermanentError, "invalid_address"),
        (400, 21610, PermanentError, "unsubscribed"),
        (400, 63003, PermanentError, "invalid_address"),
        (400, 63014, PermanentError, "unsubscribed"),
        (400, 63033, PermanentError, "unsubscribed"),
        (400, 63024, PermanentError, "invalid_address"),
        (400, 63016, PermanentError, None),
        (400, 63007, ConfigurationError, None),
        (429, 63018, ThrottledError, None),
        (400, 21612, PermanentError, None),
        (400, 21408, ConfigurationError, None),
        (400, 21606, ConfigurationError, None),
        (401, 20003, ConfigurationError, None),
        (400, 21611, ThrottledError, None),
        (400, 99999, PermanentError, None),
        (503, None, TransientError, None),
        (500, None, AmbiguousError, None),
        (500, 20500, AmbiguousError, None),
    ],
)
def test_twilios_codes(status: int, code: int | None, kind: type[SendError], suppress: str | None) -> None:
    error = code_error(status, code, "x")
    assert type(error) is kind
    assert getattr(error, "suppress", None) == suppress


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (500, {"name": "Invalid_Key", "message": "no"}, ConfigurationError),
        (500, {"name": "PaymentRequired"}, ConfigurationError),
        (500, {"name": "ValidationError"}, PermanentError),
        (500, {"name": "ServiceUnavailable"}, TransientError),
        (500, {"name": "GeneralError"}, AmbiguousError),
        (500, {"name": "NeverSeen"}, AmbiguousError),
        (401, {"name": "NeverSeen"}, ConfigurationError),
        (502, "<html>", AmbiguousError),
    ],
)
def test_mandrills_names(status: int, text: object, kind: type[SendError]) -> None:
    assert type(api_error(ApiClientError(text, status))) is kind


@pytest.mark.parametrize(
    ("outcome", "kind", "suppress"),
    [
        ({"status": "invalid"}, PermanentError, "invalid_address"),
        ({"status": "rejected", "reject_reason": "hard-bounce"}, PermanentError, "hard_bounce"),
        ({"status": "rejected", "reject_reason": "unsub"}, PermanentError, "unsubscribed"),
        ({"status": "rejected", "reject_reason": "spam"}, PermanentError, "complaint"),
        ({"status": "rejected", "reject_reason": "soft-bounce"}, PermanentError, None),
        ({"status": "rejected", "reject_reason": "unsigned"}, ConfigurationError, None),
        ({"status": "never-seen"}, AmbiguousError, None),
        ("nonsense", AmbiguousError, None),
    ],
)
def test_mandrills_outcomes(outcome: Any, kind: type[SendError], suppress: str | None) -> None:
    with pytest.raises(SendError) as caught:
        read_answer([outcome])
    assert type(caught.value) is kind
    assert getattr(caught.value, "suppress", None) == suppress


@pytest.mark.parametrize("status", ["sent", "queued", "scheduled"])
def test_mandrill_accepts(status: str) -> None:
    assert read_answer([{"status": status, "_id": "m1"}]).provider_message_id == "m1"


def _violation(field: str, description: str) -> exceptions.InvalidArgumentError:
    """As FCM answers since 2024: the error's own words say nothing, its details do."""
    answer = requests.Response()
    answer.status_code = 400
    detail = {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": field, "description": description}],
    }
    body = {"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "Request contains an invalid argument."}}
    body["error"]["details"] = [detail]
    answer._content = json.dumps(body).encode()
    return exceptions.InvalidArgumentError("Request contains an invalid argument.", http_response=answer)


@pytest.mark.parametrize(
    ("error", "kind", "suppress"),
    [
        (messaging.UnregisteredError("gone"), PermanentError, "unregistered"),
        (messaging.SenderIdMismatchError("other"), PermanentError, None),
        (messaging.ThirdPartyAuthError("apns"), ConfigurationError, None),
        (
            exceptions.InvalidArgumentError("The registration token is not a valid FCM registration token"),
            PermanentError,
            "invalid_address",
        ),
        (exceptions.InvalidArgumentError("image"), PermanentError, None),
        (_violation("message.token", "Invalid registration token"), PermanentError, "invalid_address"),
        (_violation("message.token", "The token is malformed"), PermanentError, "invalid_address"),
        (_violation("message.data[0].value", "Invalid value"), PermanentError, None),
        (_violation("message.notification.image", "Not a URL"), PermanentError, None),
        (exceptions.UnknownError("?"), AmbiguousError, None),
    ],
    ids=lambda one: type(one).__name__,
)
def test_fcms_errors(error: exceptions.FirebaseError, kind: type[SendError], suppress: str | None) -> None:
    mapped = firebase_error(error)
    assert type(mapped) is kind
    assert getattr(mapped, "suppress", None) == suppress


@given(st.uuids(), st.text(min_size=1), st.text(min_size=1))
def test_a_receipt_names_its_message_to_its_own_key_alone(message_id: Any, key: str, other: str) -> None:
    token = make_receipt(key, message_id)
    assert read_receipt([key], token) == message_id
    assert (read_receipt([other], token) is None) is (other != key)


@pytest.mark.parametrize("position", range(43))
def test_a_receipt_with_one_changed_letter_is_not_ours(position: int) -> None:
    token = make_receipt("key", uuid4())
    changed = "A" if token[position] != "A" else "w"
    forged = token[:position] + changed + token[position + 1 :]
    assert read_receipt(["key"], forged) is None


@pytest.mark.parametrize("token", ["", "x", "é", "=" * 43, "A" * 42, "A" * 200])
def test_rubbish_is_no_receipt(token: str) -> None:
    assert read_receipt(["key"], token) is None
