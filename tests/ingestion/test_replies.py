"""Answers to SMS."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from domain.vocabulary import Category, Channel
from ingestion.inbound_sms import _WORDS, STOP_WORDS, classify_reply, may_be_opt_out, record_replies
from models import Customer
from providers.base import Reply
from store.messages import contactability
from tests.ingestion.factories import NOW, identify, sent_message

NUMBER = "+905321234567"
SHIPPED = [folder.name for folder in (Path(__file__).parents[2] / "web/src/i18n").iterdir() if folder.is_dir()]
"""Languages of the product's texts. Campaigns are written in any."""


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
        ("Stop. Thank you", "stop"),
        ("STOP\n\nSent from my iPhone", "stop"),
        ("stop it, I love this", "stop"),
        ("Stop texting me", "stop"),
        ("Unsubscribe me please", "stop"),
        ("\u2026 stop please", "stop"),
        ("Arrêt s'il vous plaît", "stop"),
        ("Abmelden bitte", "stop"),
        ("Please stop texting me", None),
        ("Stop by tomorrow?", None),
        ("Cancel my order", None),
        ("Cancel. Thanks", "stop"),
        ("Basta!\nInviato da iPhone", "stop"),
        ("Alto ahí", None),
        ("stopwatch", None),
        ("Yes please, size 42", None),
        ("start over", None),
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
    assert classify_reply(text) == meaning


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Please stop texting me", True),
        ("Cancel my order", True),
        ("bitte abmelden", True),
        ("basta, grazie... ma solo la sera", True),
        ("STOP", False),
        ("When do you open?", False),
        ("nonstop fun", False),
    ],
)
def test_what_may_be_an_opt_out_is_for_a_person_to_read(text: str, read: bool):
    assert may_be_opt_out(text) == read


def test_no_keyword_means_two_things():
    words = [word for line in _WORDS.values() for word in line.split()]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("language", sorted({*SHIPPED, *STOP_WORDS}))
def test_every_language_that_we_ship_has_its_keywords(language: str):
    words = STOP_WORDS[language].split()
    assert words
    assert {classify_reply(word) for word in words} == {"stop"}
    assert all(may_be_opt_out(f"xx {word} xx") for word in words)


@pytest.mark.parametrize(
    ("profile", "answers_from"),
    [
        ("+525512345678", "+5215512345678"),
        ("+52 1 55 1234 5678", "+525512345678"),
        ("+5491123456789", "+541123456789"),
        ("+541123456789", "+5491123456789"),
        ("+5511987654321", "+551187654321"),
    ],
)
async def test_stop_from_another_spelling_of_the_number_holds(database, take, query, profile, answers_from):
    [given] = await take(identify("ada", phone=profile))
    async with database.transaction() as session:
        assert await record_replies(session, [answer("STOP", answers_from)], now=NOW) == 1
        customer = await session.get_one(Customer, given.customer_id)
        found = await contactability.contactability(session, customer, [Channel.SMS], Category.TRANSACTIONAL)
    assert not found[Channel.SMS].reachable
    assert await query("SELECT status FROM consents") == [("unsubscribed",)]
    async with database.transaction() as session:
        await record_replies(session, [answer("START", profile.replace(" ", ""))], now=NOW)
    assert await query("SELECT count(*) FROM suppressions") == [(0,)]


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
