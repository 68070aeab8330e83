"""Answers to SMS."""

from dataclasses import replace
from uuid import uuid4

import pytest

from domain.vocabulary import Channel
from ingestion.replies import meaning_of, record_replies
from providers.base import Reply
from tests.ingestion.factories import NOW, identify, sent_message

NUMBER = "+905321234567"


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("STOP", "stop"),
        (" Stop. ", "stop"),
        ("opt-out", "stop"),
        ("STOP ALL", "stop"),
        ("Arrêt", "stop"),
        ("İPTAL", "stop"),
        ("iptal", "stop"),
        ("nonstop", None),
        ("please don't stop", None),
        ("stop it, I love this", None),
        ("START", "start"),
        ("yes!", "start"),
        ("ja", None),
        ("HELP", "help"),
        ("Yardım", "help"),
        ("", None),
        ("...", None),
    ],
)
def test_a_keyword_is_the_whole_answer(text, meaning):
    assert meaning_of(text) == meaning


def answer(text: str, number: str = NUMBER, event_id=None) -> Reply:
    return Reply(event_id or uuid4(), "twilio", Channel.SMS, number, text, {"Body": text})


@pytest.fixture
def say(database):
    async def call(*replies: Reply):
        async with database.transaction() as session:
            return await record_replies(session, replies, now=NOW)

    return call


@pytest.fixture
async def ada(take):
    [given] = await take(identify("ada", phone=NUMBER))
    return given.customer_id


async def test_stop_ends_all_and_start_takes_it_back(say, ada, query):
    await say(answer("STOP"))
    assert await query("SELECT channel, status, source FROM consents") == [("sms", "unsubscribed", "sms:STOP")]
    assert await query("SELECT channel, address, reason FROM suppressions") == [("sms", NUMBER, "stop")]
    assert await query("SELECT name FROM events ORDER BY name") == [("message_replied",), ("message_unsubscribed",)]
    await say(answer("start"))
    assert await query("SELECT status FROM consents") == [("subscribed",)]
    assert await query("SELECT count(*) FROM suppressions") == [(0,)]


async def test_a_repeated_stop_does_not_undo_a_later_start(say, ada, query):
    stop = answer("STOP")
    await say(stop)
    await say(answer("START"))
    await say(stop)
    assert await query("SELECT status FROM consents") == [("subscribed",)]


async def test_start_does_not_revive_a_dead_number(say, ada, query):
    await query(
        "INSERT INTO suppressions VALUES ('sms', :number, 'hard_bounce', 'webhook:twilio', now()) RETURNING 1",
        number=NUMBER,
    )
    await say(answer("START"))
    assert await query("SELECT reason FROM suppressions") == [("hard_bounce",)]


async def test_start_takes_back_a_stop_that_only_the_provider_heard(say, ada, query):
    """Twilio refuses a number that answered STOP (21610) though its webhook never reached us."""
    await query(
        "INSERT INTO suppressions VALUES ('sms', :number, 'unsubscribed', 'twilio', now()) RETURNING 1", number=NUMBER
    )
    await say(answer("START"))
    assert await query("SELECT count(*) FROM suppressions") == [(0,)]


async def test_a_keyword_of_the_providers_own_counts_as_it_took_it(say, ada, query):
    await say(replace(answer("BASTA COSI"), keyword="stop"))
    assert await query("SELECT reason FROM suppressions") == [("stop",)]


async def test_any_other_answer_is_an_event_of_who_was_written_to_last(database, say, ada, take, query):
    [bob] = await take(identify("bob", phone=NUMBER))
    message = await sent_message(database, bob.customer_id, channel="sms", address=NUMBER)
    assert await say(answer("nice shoes")) == 1
    [row] = await query("SELECT customer_id, properties FROM events")
    assert row.customer_id == bob.customer_id
    assert row.properties["text"] == "nice shoes"
    assert row.properties["message_id"] == str(message.id)
    assert await query("SELECT count(*) FROM consents") == [(0,)]


async def test_stop_from_a_number_of_nobody_still_holds(say, query):
    assert await say(answer("STOP")) == 0
    assert await query("SELECT address FROM suppressions") == [(NUMBER,)]
    assert await query("SELECT reason FROM webhook_rejects") == [("an answer from a number of nobody",)]
