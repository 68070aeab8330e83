"""Providers' webhooks, signed as the providers sign them."""

import base64
import json
import time
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from twilio.request_validator import RequestValidator

from providers.push_receipts import make_receipt
from tests.ingestion.conftest import PUBLIC_URL
from tests.ingestion.factories import identify, sent_message

KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"sendgrid_webhook_public_key": base64.b64encode(PUBLIC).decode()})


@pytest.fixture
async def ada(take):
    [answer] = await take(identify("ada", email="ada@shop.example", phone="+905321234567"))
    return answer.customer_id


async def sendgrid(api, items, *, stamp=None, key=KEY):
    body = items if isinstance(items, bytes) else json.dumps(items).encode()
    stamp = stamp or str(int(time.time()))
    signature = base64.b64encode(key.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
    }
    return await api.post("/webhooks/sendgrid", content=body, headers=headers)


def event(message, name: str, **fields):
    given = {"event": name, "message_id": str(message.id), "timestamp": int(time.time()), "email": "ada@shop.example"}
    return given | {"sg_event_id": f"{message.id}-{name}", "sg_message_id": "sg1"} | fields


async def test_good_items_are_taken_and_bad_ones_set_aside(api, database, ada, query):
    message = await sent_message(database, ada, state="unknown")
    items = [event(message, "delivered"), {"nonsense": "\u0000"}, "x", event(message, "open"), event(message, "click")]
    answer = await sendgrid(api, items)
    assert (answer.status_code, answer.json()) == (200, {"taken": 3, "repeats": 0, "set_aside": 2})
    assert await query("SELECT state, opened_at IS NOT NULL, clicked_at IS NOT NULL FROM messages") == [
        ("delivered", True, True)
    ]
    assert await query("SELECT count(*) FROM webhook_rejects") == [(2,)]
    again = await sendgrid(api, items[:1])
    assert again.json() == {"taken": 0, "repeats": 1, "set_aside": 0}


@pytest.mark.parametrize(
    ("call", "status"),
    [
        ({"items": []}, 200),
        ({"items": b"not json"}, 400),
        ({"items": b"[" * 50_000}, 400),
        ({"items": {"a": 1}}, 400),
        ({"items": [], "stamp": "1600000000"}, 401),
        ({"items": [], "key": ec.generate_private_key(ec.SECP256R1())}, 401),
        ({"items": b" " * 5_000_000}, 413),
    ],
)
async def test_calls_that_cannot_be_trusted_or_read_leave_nothing(api, query, call, status):
    answer = await sendgrid(api, **call)
    assert answer.status_code == status
    assert await query("SELECT count(*) FROM webhook_rejects") == [(0,)]


@pytest.mark.parametrize("name", ["nobody", "mailchimp"])
async def test_a_provider_that_is_not_set_up_is_not_found(api, name):
    assert (await api.post(f"/webhooks/{name}", content=b"x")).status_code == 404


async def test_mandrill_is_answered_before_its_key_is_known(api):
    """It asks before it shows the key; other names stay unknown."""
    assert (await api.head("/webhooks/mailchimp")).status_code == 200
    assert (await api.get("/webhooks/mailchimp")).status_code == 200
    assert (await api.head("/webhooks/nobody")).status_code == 404


async def test_providers_may_ask_whether_the_address_exists(api):
    assert (await api.get("/webhooks/twilio")).status_code == 200
    assert (await api.head("/webhooks/twilio")).status_code == 200


async def twilio(api, form: dict[str, str], query: str = ""):
    signature = RequestValidator("token").compute_signature(f"{PUBLIC_URL}/webhooks/twilio{query}", form)
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return await api.post(f"/webhooks/twilio{query}", content=urlencode(form).encode(), headers=headers)


async def test_twilios_callbacks_and_answers(api, database, ada, query):
    message = await sent_message(database, ada, channel="sms", provider="twilio", address="+905321234567")
    callback = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+905321234567"}
    answer = await twilio(api, callback, f"?message_id={message.id}")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/xml")
    assert await query("SELECT state, provider_message_id FROM messages") == [("delivered", "SM1")]
    await twilio(api, {"MessageSid": "SM2", "From": "+905321234567", "Body": "Stop!"})
    assert await query("SELECT channel, status FROM consents") == [("sms", "unsubscribed")]


async def test_the_apps_receipts(api, database, ada, query, settings):
    message = await sent_message(database, ada, channel="push", provider="fcm", address="tok")
    receipt = make_receipt(settings.secret_key.get_secret_value(), message.id)
    for name in ("received", "opened"):
        assert (await api.post("/webhooks/fcm", json={"receipt": receipt, "event": name})).status_code == 200
    assert await query("SELECT state, opened_at IS NOT NULL FROM messages") == [("delivered", True)]
    forged = make_receipt("other", message.id)
    assert (await api.post("/webhooks/fcm", json={"receipt": forged, "event": "opened"})).status_code == 401


@pytest.mark.parametrize(
    ("words", "form", "answered"),
    [
        ("Shop & Co: call 800 1", {"Body": "Help!"}, "<Message>Shop &amp; Co: call 800 1</Message>"),
        ("Shop & Co: call 800 1", {"Body": "help me choose"}, ""),
        ("Shop & Co: call 800 1", {"Body": "HELP", "OptOutType": "HELP"}, ""),  # Twilio has answered
        ("", {"Body": "HELP"}, ""),
    ],
)
async def test_help_is_answered_in_the_shops_words_unless_the_provider_did(
    api, ada, settings, words, form, answered, query
):
    settings.sms_help_answer = words
    for word in ("STOP", None):  # carriers want HELP answered after a STOP too
        sent = {"MessageSid": f"SM-{word}", "From": "+905321234567", **form} | ({"Body": word} if word else {})
        sent = {name: value for name, value in sent.items() if word is None or name != "OptOutType"}
        answer = await twilio(api, sent)
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.partition("<Response>")[2] == f"{answered}</Response>"
    assert await query("SELECT reason FROM suppressions") == [("stop",)]


async def test_a_late_report_does_not_keep_the_others_of_its_call_out(api, database, ada, take, query):
    """The launch's mail to one profile counted as failed, another profile with the address got it; then SendGrid says
    that the first had arrived after all."""
    [other] = await take(identify("bea", email="ada@shop.example"))
    late = await sent_message(database, ada, state="failed")
    twin = await sent_message(database, other.customer_id, state="accepted")
    run = "00000000-0000-4000-8000-000000000001"
    await query(
        f"UPDATE messages SET run_id = '{run}', node_id = 'offer', visit = 1, address = 'ada@shop.example' RETURNING id"
    )
    sound = await sent_message(database, ada, state="accepted")
    items = [event(late, "delivered"), event(twin, "open"), event(sound, "delivered")]
    answer = await sendgrid(api, items)
    assert (answer.status_code, answer.json()) == (200, {"taken": 3, "repeats": 0, "set_aside": 0})
    assert await query(f"SELECT state, delivered_at IS NOT NULL FROM messages WHERE id = '{sound.id}'") == [
        ("delivered", True)
    ]
    assert await query(f"SELECT state, delivered_at IS NOT NULL FROM messages WHERE id = '{late.id}'") == [
        ("failed", True)
    ]
    assert (await sendgrid(api, items)).json() == {"taken": 0, "repeats": 3, "set_aside": 0}


async def test_a_stop_with_a_character_that_the_database_cannot_keep_is_obeyed(api, ada, query):
    form = {"MessageSid": "SM9", "From": "+905321234567", "Body": "STOP\x00", "SmsStatus": "received"}
    assert (await twilio(api, form)).status_code == 200
    assert await query("SELECT status FROM consents WHERE channel = 'sms'") == [("unsubscribed",)]


@pytest.mark.parametrize("method", ["HEAD", "GET"])
@pytest.mark.parametrize("provider", ["mailchimp", "sendgrid", "twilio", "ses"])
async def test_an_address_is_there_before_its_key_is(api, provider, method):
    """Mandrill asks by HEAD, and shows the key that its calls are signed with only then."""
    answer = await api.request(method, f"/webhooks/{provider}")
    assert answer.status_code == 200


async def test_calls_are_refused_until_the_key_is_there(api, query):
    answer = await api.post("/webhooks/mailchimp", data={"mandrill_events": "[]"})
    assert answer.status_code in (401, 404)
    assert (await api.request("HEAD", "/webhooks/nobody")).status_code == 404
    assert await query("SELECT count(*) FROM message_events") == [(0,)]
