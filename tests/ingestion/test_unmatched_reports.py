"""A "no" that names no message of ours holds for the address all the same; everything else is only set aside."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.events import IncomingMessageEvent
from domain.vocabulary import Channel, MessageEventKind
from ingestion.message_events import record_reports
from tests.ingestion.factories import NOW, identify

SUPPRESSED = "SELECT channel, address, reason, source FROM suppressions ORDER BY 1, 2"
WORDS = "SELECT channel, status, source FROM consents WHERE source LIKE 'webhook:%' ORDER BY 1"


def report(engagement: str, **fields: object) -> IncomingMessageEvent:
    defaults = {
        "event_id": uuid4(),
        "message_id": None,
        "provider_message_id": "not-ours",
        "provider": "postmark",
        "engagement": MessageEventKind(engagement),
        "kind": engagement,
        "occurred_at": NOW,
        "channel": Channel.EMAIL,
        "address": "Ada@Shop.Example",
        "raw": {"said": engagement},
    }
    return IncomingMessageEvent.model_validate(defaults | fields)


@pytest.fixture
def tell(database):
    async def call(*reports: IncomingMessageEvent):
        async with database.transaction() as session:
            return await record_reports(session, reports, now=NOW)

    return call


@pytest.fixture
async def ada(take) -> UUID:
    [answer] = await take(identify("ada", email="ada@shop.example", phone="+525512345678"))
    return answer.customer_id


@pytest.mark.parametrize(
    ("said", "reason", "withdrawn"),
    [
        (report("complained"), "complaint", True),
        (report("bounced", suppress="complaint"), "complaint", True),
        (report("bounced", permanent=True), "hard_bounce", False),
        (report("unsubscribed"), None, True),
        (report("bounced", suppress="unsubscribed"), "unsubscribed", True),
        (report("bounced"), None, False),
        (report("delivered"), None, False),
        (report("complained", address=None), None, False),
        (report("complained", channel=None), None, False),
    ],
)
async def test_what_holds_for_a_customers_address(tell, ada, query, said, reason, withdrawn):
    assert (await tell(said)).set_aside == 1
    assert await query(SUPPRESSED) == ([("email", "ada@shop.example", reason, "webhook:postmark")] if reason else [])
    assert await query(WORDS) == ([("email", "unsubscribed", "webhook:postmark")] if withdrawn else [])
    [(kept, why)] = await query("SELECT raw, reason FROM webhook_rejects")
    assert kept == said.raw
    assert why == "no message of ours: not-ours"
    told = await query("SELECT name FROM events WHERE source = 'webhook:postmark'")
    assert told == ([("message_complained" if reason == "complaint" else "message_unsubscribed",)] if withdrawn else [])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (report("complained"), "complaint"),
        (report("unsubscribed"), "unsubscribed"),
        (report("bounced", permanent=True), "hard_bounce"),
    ],
)
async def test_the_address_of_nobody_is_remembered_for_who_comes_with_it(tell, query, said, reason):
    await tell(said)
    assert await query(SUPPRESSED) == [("email", "ada@shop.example", reason, "webhook:postmark")]


@pytest.mark.parametrize("number", ["+525512345678", "+5215512345678"])
async def test_a_number_in_any_spelling(tell, ada, query, number):
    await tell(report("bounced", suppress="unsubscribed", channel=Channel.SMS, address=number, provider="twilio"))
    assert await query(WORDS) == [("sms", "unsubscribed", "webhook:twilio")]


async def test_everybody_with_the_address_is_heard(take, tell, ada, query):
    await take(identify("ada-2", email="ada@shop.example"))
    await tell(report("complained"))
    assert await query("SELECT count(*) FROM consents WHERE status = 'unsubscribed' AND source LIKE 'webhook:%'") == [
        (2,)
    ]


async def test_a_repeat_does_not_undo_what_was_said_since(tell, ada, query, database):
    said = report("unsubscribed", occurred_at=NOW - timedelta(hours=1))
    await tell(said)
    await query(
        "UPDATE consents SET status = 'subscribed', source = 'page', at = :now WHERE customer_id = :id RETURNING 1",
        now=NOW,
        id=ada,
    )
    await tell(said)
    assert await query("SELECT status, source FROM consents WHERE channel = 'email'") == [("subscribed", "page")]
    assert await query(SUPPRESSED) == []
