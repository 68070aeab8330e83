"""Messages that were left open are closed: each case, and only that case."""

import asyncio
from datetime import timedelta

import pytest

from config.settings import Settings
from domain.vocabulary import JourneyState
from ingestion.message_events import record_reports
from ingestion.message_reconciler import MessageReconciler
from models import Message
from store.database.engine import Database
from store.messages import stale_messages
from tests.ingestion.factories import NOW, flow, publish, sent_message, track, waiting_journey
from tests.ingestion.test_reports import report

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STANDING = {"node_id": "mail", "visit": 1}


@pytest.fixture
async def ada(take):
    [answer] = await take(track("Signed Up"))
    return answer.customer_id


async def state_of(database: Database, message: Message) -> tuple[str, str | None]:
    async with database.transaction() as session:
        row = await session.get_one(Message, message.id)
        return row.state, row.skip_reason


@pytest.mark.parametrize(
    ("state", "age", "journey", "expected"),
    [
        ("unknown", 4 * DAY, None, "failed"),
        ("unknown", 2 * DAY, None, "unknown"),
        ("accepted", 4 * DAY, None, "accepted"),
        ("reserved", HOUR, None, "unknown"),
        ("reserved", HOUR, STANDING | {"state": JourneyState.ENDED}, "unknown"),
        ("reserved", HOUR, STANDING | {"node_id": "next"}, "unknown"),
        ("reserved", HOUR, STANDING | {"visit": 2}, "unknown"),
        ("reserved", HOUR, STANDING, "reserved"),  # its activity will be retried
        ("reserved", timedelta(minutes=5), None, "reserved"),  # its sender may live
        ("deferred", HOUR, STANDING | {"state": JourneyState.ENDED}, "skipped"),
        ("deferred", 9 * DAY, STANDING, "deferred"),  # it waits for its moment
    ],
)
async def test_what_is_overdue_is_closed(
    database: Database, settings: Settings, ada, state: str, age: timedelta, journey: dict | None, expected: str
):
    fields = {"state": state, "reserved_at": NOW - age, "sent_at": None}
    if journey is not None:
        standing = await waiting_journey(database, await publish(database, flow()), ada, **journey)
        fields |= {"journey_id": standing.id}
    message = await sent_message(database, ada, **fields)
    counts = await MessageReconciler(database, settings).settle(NOW)
    changed = expected != state
    assert await state_of(database, message) == (expected, "journey_ended" if expected == "skipped" else None)
    assert counts == {each: int(changed and each == expected) for each in ("unknown", "skipped", "failed")}


async def test_a_late_report_still_counts(database: Database, settings: Settings, ada):
    message = await sent_message(database, ada, state="unknown", reserved_at=NOW - 4 * DAY, sent_at=None)
    await MessageReconciler(database, settings).settle(NOW)
    async with database.transaction() as session:
        await record_reports(session, [report(message, "delivered")], now=NOW)
    assert await state_of(database, message) == ("delivered", None)


async def test_many_are_closed_by_several_settlers_at_once(database: Database, settings: Settings, ada):
    for _ in range(30):
        await sent_message(database, ada, state="unknown", reserved_at=NOW - 4 * DAY, sent_at=None)
    counted = await asyncio.gather(*(MessageReconciler(database, settings).settle(NOW) for _ in range(4)))
    assert sum(counts["failed"] for counts in counted) == 30


async def test_where_days_pass_in_seconds_reports_still_get_a_minute(database: Database, settings: Settings, ada):
    fast = settings.model_copy(update={"time_scale": 1e-6})
    young = await sent_message(database, ada, state="unknown", reserved_at=NOW - timedelta(seconds=50))
    old = await sent_message(database, ada, state="unknown", reserved_at=NOW - timedelta(seconds=70))
    await MessageReconciler(database, fast).settle(NOW)
    assert [(await state_of(database, message))[0] for message in (young, old)] == ["unknown", "failed"]


async def test_it_stops_when_told(database: Database, settings: Settings):
    stop = asyncio.Event()
    running = asyncio.create_task(MessageReconciler(database, settings, every_seconds=3600).run(stop))
    await asyncio.sleep(0)
    stop.set()
    async with asyncio.timeout(30):
        await running


async def test_put_off_messages_are_looked_at_in_turn(database: Database, ada):
    campaign = await publish(database, flow())
    messages = []
    for _ in range(5):
        standing = await waiting_journey(database, campaign, ada, **STANDING | {"state": JourneyState.ENDED})
        fields = {"state": "deferred", "reserved_at": NOW - DAY, "sent_at": None, "journey_id": standing.id}
        messages.append(await sent_message(database, ada, **fields))
    place = stale_messages.START
    rounds: list[int] = []
    while not rounds or place != stale_messages.START:
        async with database.transaction() as session:
            skipped, place = await stale_messages.skip_never_sent(session, NOW, place, 2)
        rounds.append(skipped)
    assert rounds == [2, 2, 1]
    assert {await state_of(database, message) for message in messages} == {("skipped", "journey_ended")}
