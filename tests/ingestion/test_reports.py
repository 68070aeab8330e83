"""What becomes of messages, in whatever order providers tell it."""

import itertools
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.contact import ContactPolicy
from domain.events import IncomingMessageEvent
from domain.vocabulary import MessageEventKind
from ingestion.message_events import record_reports
from store.messages import contact_policy
from tests.ingestion.factories import NOW, flow, is_, on, publish, sent_message, track, waiting_journey

MINUTE = timedelta(minutes=1)


def report(message, engagement: str | None, **fields) -> IncomingMessageEvent:
    defaults = {
        "event_id": uuid4(),
        "message_id": message.id if message else uuid4(),
        "provider": "sendgrid",
        "engagement": MessageEventKind(engagement) if engagement else None,
        "kind": engagement or "weather",
        "occurred_at": NOW,
        "raw": {"said": engagement},
    }
    return IncomingMessageEvent(**(defaults | fields))


@pytest.fixture
def tell(database):
    async def call(*reports: IncomingMessageEvent):
        async with database.transaction() as session:
            return await record_reports(session, reports, now=NOW)

    return call


@pytest.fixture
async def ada(take):
    [answer] = await take(track("Signed Up"))
    return answer.customer_id


@pytest.fixture
def ledger(query):
    async def call():
        [row] = await query("SELECT state, delivered_at, opened_at, clicked_at, sent_at, reason FROM messages")
        return row

    return call


async def test_a_whole_life_in_any_order_ends_the_same(database, tell, ada, query):
    life = ["sent", "delivered", "opened", "clicked"]
    expected = None
    for order in itertools.permutations(range(4)):
        message = await sent_message(database, ada, state="unknown", sent_at=None)
        for index in order:
            await tell(report(message, life[index], occurred_at=NOW - (4 - index) * MINUTE))
        [row] = await query(
            "SELECT state, sent_at, delivered_at, opened_at, clicked_at FROM messages WHERE id = :id", id=message.id
        )
        assert row.state == "delivered"
        assert row.clicked_at == NOW - MINUTE
        assert row.opened_at in (NOW - MINUTE, NOW - 2 * MINUTE)
        expected = expected or row
        assert (row.sent_at, row.delivered_at) == (expected.sent_at, expected.delivered_at)


@pytest.mark.parametrize("state", ["reserved", "deferred", "unknown", "accepted", "failed"])
@pytest.mark.parametrize(
    ("engagement", "settled"),
    [("sent", "accepted"), ("delivered", "delivered"), ("opened", "delivered"), ("bounced", "bounced")],
)
async def test_a_report_settles_what_was_open(database, tell, ada, ledger, state, engagement, settled):
    message = await sent_message(database, ada, state=state, reason="who knows")
    await tell(report(message, engagement))
    row = await ledger()
    assert row.state == (state if (state, engagement) == ("failed", "sent") else settled)


@pytest.mark.parametrize("late", ["sent", "delivered", "opened"])
async def test_a_bounce_stays_whatever_comes_late(database, tell, ada, ledger, late):
    message = await sent_message(database, ada)
    await tell(report(message, "bounced", reason="550 no such user"))
    await tell(report(message, late, occurred_at=NOW - MINUTE))
    row = await ledger()
    assert (row.state, row.reason) == ("bounced", "550 no such user")


async def test_a_repeat_changes_nothing(database, tell, ada, query):
    message = await sent_message(database, ada)
    opened = report(message, "opened")
    assert (await tell(opened, opened)).taken == 1
    again = await tell(opened)
    assert (again.taken, again.repeats) == (0, 1)
    assert await query("SELECT count(*) FROM events WHERE name = 'message_opened'") == [(1,)]
    assert await query("SELECT traits->'engagement'->'email'->'opened' FROM customers") == [(1,)]


async def test_machines_are_kept_marked_and_count_for_nobody(database, tell, ada, query, ledger):
    message = await sent_message(database, ada)
    await tell(report(message, "opened", machine=True), report(message, "clicked", machine=True))
    row = await ledger()
    assert (row.state, row.opened_at, row.clicked_at) == ("delivered", None, None)
    assert await query("SELECT kind, machine FROM message_events ORDER BY kind") == [
        ("clicked", True),
        ("opened", True),
    ]
    assert await query("SELECT count(*) FROM events WHERE name LIKE 'message%'") == [(0,)]


PERSON = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("engagement", "agent", "seconds_later", "machine"),
    [
        ("opened", "Mozilla/5.0", 600, True),  # Apple's privacy proxy
        (
            "opened",
            "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            1,
            False,
        ),
        ("opened", PERSON, 1, False),  # a picture may be loaded at once
        ("clicked", PERSON, 1, True),
        ("clicked", PERSON, 3, False),
        ("clicked", "Barracuda Sentinel (EE)", 600, True),
        ("clicked", None, 1, False),  # a provider that says nothing of the program is taken at its word
    ],
)
async def test_what_a_provider_counted_is_held_to_the_same_rules(
    database, tell, ada, query, engagement, agent, seconds_later, machine
):
    """Delivered a minute after it was sent; the delivery comes in the same call as what a scanner did with it."""
    message = await sent_message(database, ada, sent_at=NOW - 20 * MINUTE)
    came = NOW - 19 * MINUTE
    await tell(
        report(message, engagement, agent=agent, occurred_at=came + seconds_later * SECOND),
        report(message, "delivered", occurred_at=came),
    )
    assert await query("SELECT machine FROM message_events WHERE kind = :kind", kind=engagement) == [(machine,)]
    assert await query(f"SELECT {engagement}_at IS NULL FROM messages") == [(machine,)]


async def test_where_days_pass_in_seconds_a_click_of_the_same_second_is_a_persons(database, ada, query):
    message = await sent_message(database, ada, sent_at=NOW - MINUTE)
    async with database.transaction() as session:
        clicked = report(message, "clicked", agent=PERSON, occurred_at=NOW - MINUTE)
        await record_reports(session, [clicked], now=NOW, time_scale=0.001)
    assert await query("SELECT machine FROM message_events WHERE kind = 'clicked'") == [(False,)]


async def test_a_click_says_that_it_was_read(database, tell, ada, query, ledger):
    message = await sent_message(database, ada)
    await tell(report(message, "clicked", raw={"url": "https://shop.example/a"}))
    assert (await ledger()).opened_at == NOW
    names = await query("SELECT name, properties->>'url' FROM events WHERE name LIKE 'message%' ORDER BY name")
    assert names == [("message_clicked", "https://shop.example/a"), ("message_opened", None)]


async def test_only_the_first_open_counts_in_traits(database, tell, ada, query):
    message = await sent_message(database, ada)
    await tell(report(message, "opened"))
    await tell(report(message, "opened", occurred_at=NOW + MINUTE))
    assert await query("SELECT traits->'engagement'->'email'->'opened' FROM customers") == [(1,)]
    assert await query("SELECT count(*) FROM events WHERE name = 'message_opened'") == [(2,)]


@pytest.mark.parametrize(
    ("fields", "suppressed"),
    [
        ({"engagement": "bounced", "permanent": True}, [("email", "ada@shop.example", "hard_bounce")]),
        ({"engagement": "bounced"}, []),
        ({"engagement": "complained"}, [("email", "ada@shop.example", "complaint")]),
        ({"engagement": "bounced", "suppress": "complaint"}, [("email", "ada@shop.example", "complaint")]),
        ({"engagement": "bounced", "suppress": "unsubscribed"}, [("email", "ada@shop.example", "unsubscribed")]),
    ],
)
async def test_dead_and_annoyed_addresses_get_nothing_more(database, tell, ada, query, fields, suppressed):
    message = await sent_message(database, ada)
    await tell(report(message, fields.pop("engagement"), address="Ada@Shop.example", **fields))
    assert await query("SELECT channel, address, reason FROM suppressions") == suppressed


@pytest.mark.parametrize("suppress", ["complaint", "unsubscribed"])
async def test_what_was_dropped_because_of_the_recipients_word_withdraws_consent(
    database, tell, ada, query, ledger, suppress
):
    message = await sent_message(database, ada)
    await tell(report(message, "bounced", suppress=suppress))
    assert await query("SELECT channel, status FROM consents") == [("email", "unsubscribed")]
    assert await query("SELECT state, delivered_at FROM messages") == [("bounced", None)]


async def test_a_dead_push_token_makes_its_device_inactive(database, tell, ada, query, take):
    await query(
        "INSERT INTO devices (token, customer_id, platform, active) VALUES ('tok', :id, 'ios', true) RETURNING 1",
        id=ada,
    )
    message = await sent_message(database, ada, channel="push", address="tok", provider="fcm")
    await tell(report(message, "bounced", permanent=True, provider="fcm"))
    assert await query("SELECT active FROM devices") == [(False,)]
    assert await query("SELECT count(*) FROM suppressions") == [(0,)]


@pytest.mark.parametrize(
    ("limit", "fates", "suppressed"),
    [
        (3, ["bounced", "bounced"], False),
        (3, ["bounced", "bounced", "bounced"], True),
        (3, ["bounced", "bounced", "delivered", "bounced", "bounced"], False),
        (1, ["bounced"], True),
        (None, ["bounced"] * 7, False),
    ],
)
async def test_an_address_that_only_bounces_is_suppressed(database, tell, ada, query, limit, fates, suppressed):
    async with database.transaction() as session:
        await contact_policy.save(session, ContactPolicy(soft_bounces=limit), 0)
    for age, fate in reversed(list(enumerate(reversed(fates), start=1))):
        message = await sent_message(database, ada, reserved_at=NOW - timedelta(days=age))
        await tell(report(message, fate, permanent=False))
    expected = [("ada@shop.example", "soft_bounces", "webhook:sendgrid")] if suppressed else []
    assert await query("SELECT address, reason, source FROM suppressions") == expected


async def test_repeats_of_one_bounce_are_one_bounce(database, tell, ada, query):
    async with database.transaction() as session:
        await contact_policy.save(session, ContactPolicy(soft_bounces=2), 0)
    message = await sent_message(database, ada)
    for _ in range(3):
        await tell(report(message, "bounced", permanent=False))
    assert await query("SELECT count(*) FROM suppressions") == [(0,)]


@pytest.mark.parametrize("engagement", ["unsubscribed", "complained"])
async def test_a_word_against_a_channel_is_kept(database, tell, ada, query, engagement):
    await tell(report(await sent_message(database, ada), engagement))
    assert await query("SELECT channel, topic, status, source FROM consents") == [
        ("email", "*", "unsubscribed", "webhook:sendgrid")
    ]


async def test_an_old_word_does_not_undo_a_newer_one(database, tell, ada, query):
    await query(
        "INSERT INTO consents VALUES (:id, 'email', '*', 'subscribed', 'page', :at) RETURNING 1",
        id=ada,
        at=NOW - MINUTE,
    )
    message = await sent_message(database, ada, reserved_at=NOW - timedelta(days=2))
    await tell(report(message, "unsubscribed", occurred_at=NOW - timedelta(days=1)))
    assert await query("SELECT status FROM consents") == [("subscribed",)]


async def test_a_message_is_found_by_its_providers_id(database, tell, ada, ledger):
    message = await sent_message(database, ada, provider_message_id="SM1", provider="twilio", channel="sms")
    told = await tell(report(message, "delivered", message_id=None, provider_message_id="SM1", provider="twilio"))
    assert told.taken == 1
    assert (await ledger()).state == "delivered"


async def test_reports_about_nothing_of_ours_are_set_aside_and_the_rest_goes_on(database, tell, ada, query, ledger):
    message = await sent_message(database, ada)
    told = await tell(report(None, "opened"), report(message, "delivered"), report(None, "opened", message_id=None))
    assert (told.taken, told.set_aside) == (1, 2)
    assert (await ledger()).state == "delivered"
    assert await query("SELECT provider, raw FROM webhook_rejects") == [("sendgrid", {"said": "opened"})] * 2


async def test_a_kind_without_a_word_is_kept_and_changes_nothing(database, tell, ada, query, ledger):
    await tell(report(await sent_message(database, ada), None))
    assert (await ledger()).state == "accepted"
    assert await query("SELECT kind FROM message_events") == [("weather",)]


async def test_nothing_happens_to_a_message_before_it_exists_or_in_the_future(database, tell, ada, ledger):
    """Providers round to seconds, and their clocks differ."""
    message = await sent_message(database, ada, reserved_at=NOW - timedelta(milliseconds=300), sent_at=None)
    await tell(report(message, "delivered", occurred_at=NOW - timedelta(seconds=1)))
    await tell(report(message, "opened", occurred_at=NOW + timedelta(hours=1)))
    row = await ledger()
    assert (row.delivered_at, row.opened_at) == (message.reserved_at, NOW)


async def test_an_open_wakes_the_journey_that_waits_for_it(database, tell, ada, query):
    branches = [{"id": "opened", "on": on("message_opened", is_("node_id", "mail"))}]
    journey = await waiting_journey(database, await publish(database, flow(branches=branches)), ada)
    message = await sent_message(database, ada, journey_id=journey.id)
    opened = report(message, "opened")
    await tell(opened)
    [note] = await query("SELECT payload FROM outbox")
    assert note.payload == {"id": str(opened.event_id), "event_id": str(opened.event_id), "seq": 3, "branch": "opened"}
