from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.channel_selection import EngagementCount, PopulationTally
from domain.vocabulary import Channel
from models import Message, MessageEvent
from store.intelligence.engagement import own_tallies, population_tallies

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=180)
ALL = list(Channel)


def message(customer_id, channel, *fates, at=NOW, sent=True):
    row = Message(
        id=uuid4(), customer_id=customer_id, channel=channel, category="marketing", state="accepted", reserved_at=at
    )
    row.sent_at = at if sent else None
    told = [
        MessageEvent(id=uuid4(), message_id=row.id, kind=kind, machine=machine, occurred_at=at, source="test")
        for kind, machine in fates
    ]
    return [row, *told]


@pytest.fixture
async def two_customers(database):
    one, other = uuid4(), uuid4()
    rows = [
        *message(one, "email", ("opened", False), ("opened", False), ("clicked", False)),
        *message(one, "email", ("opened", True)),
        *message(one, "email", ("delivered", False)),
        *message(one, "email", ("opened", False), at=SINCE - timedelta(days=1)),
        *message(one, "email", sent=False),
        *message(one, "sms", ("clicked", False)),
        *message(one, "sms", ("opened", False)),
        *message(other, "email", ("opened", False)),
    ]
    async with database.transaction() as session:
        session.add_all(rows)
    return database, one


async def test_a_customers_own_record(two_customers):
    database, one = two_customers
    async with database.transaction() as session:
        assert await own_tallies(session, one, ALL, since=SINCE) == {
            Channel.EMAIL: EngagementCount(sent=3, answered=1),
            Channel.SMS: EngagementCount(sent=2, answered=1),
        }
        assert await own_tallies(session, one, [Channel.PUSH], since=SINCE) == {}


async def test_everybodys_record(two_customers):
    database, _ = two_customers
    async with database.transaction() as session:
        assert await population_tallies(session, since=SINCE) == {
            Channel.EMAIL: PopulationTally(2, sent=4, answered=2, sent_squared=10, answered_squared_per_sent=4 / 3),
            Channel.SMS: PopulationTally(1, sent=2, answered=1, sent_squared=4, answered_squared_per_sent=0.5),
        }
