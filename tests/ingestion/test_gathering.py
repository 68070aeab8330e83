"""Requests that share a transaction: each its own answer, its own error, and nothing counted twice."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.errors import UnavailableError
from ingestion import group_commit
from ingestion.group_commit import MOST, GroupCommitter
from store.database.engine import Database
from tests.ingestion.factories import NOW, track

POISON = """
    CREATE FUNCTION refuse_poison() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.name = 'poison' THEN RAISE EXCEPTION 'poison'; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER refuse_poison BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse_poison();
"""


def statuses(answer) -> list[str]:
    """What became of each event; a text where it was refused."""
    return [each if isinstance(each, str) else each.status for each in answer]


async def test_each_request_has_its_own_answers_and_few_transactions_take_them_all(database: Database, query):
    gatherer = GroupCommitter(database, 1.0)
    requests = [[track("Signed In", f"c-{n}") for _ in range(3)] for n in range(40)]
    requests.append(requests[7])  # the same again, at the same time
    answers = await asyncio.gather(*(gatherer.take(events, now=NOW) for events in requests))
    assert [[a.id for a in answer if not isinstance(a, str)] for answer in answers] == [
        [e.id for e in events] for events in requests
    ]
    assert [status for answer in answers for status in statuses(answer)] == ["taken"] * 120 + ["repeat"] * 3
    assert await query("SELECT count(*), count(DISTINCT xmin::text) FROM events") == [(120, 1)]


async def test_a_request_that_cannot_be_taken_fails_alone(database: Database, query):
    async with database.transaction() as session:
        await session.execute(text(POISON))
    gatherer = GroupCommitter(database, 1.0)
    requests = [[track("Signed In", "ada")], [track("poison", "bob")], [track("Signed In", "eve")]]
    answers = await asyncio.gather(*(gatherer.take(r, now=NOW) for r in requests), return_exceptions=True)
    assert [type(answer) for answer in answers] == [list, DBAPIError, list]
    assert await query("SELECT count(*) FROM events") == [(2,)]


async def test_who_gives_up_waiting_takes_nobody_along(database: Database, query):
    gatherer = GroupCommitter(database, 1.0)
    impatient = asyncio.create_task(gatherer.take([track("Signed In", "ada")], now=NOW))
    await asyncio.sleep(0)
    impatient.cancel()
    assert statuses(await gatherer.take([track("Signed In", "bob")], now=NOW)) == ["taken"]
    with pytest.raises(asyncio.CancelledError):
        await impatient
    assert await query("SELECT count(DISTINCT customer_id) FROM events") == [(2,)]


async def test_a_transaction_has_its_limit(database: Database, query):
    gatherer = GroupCommitter(database, 1.0)
    half = MOST // 2 + 1
    requests = [[track("Signed In", f"c-{n}") for _ in range(half)] for n in range(2)]
    await asyncio.gather(*(gatherer.take(events, now=NOW) for events in requests))
    assert await query("SELECT count(*), count(DISTINCT xmin::text) FROM events") == [(2 * half, 2)]


async def test_nobody_waits_long_for_a_transaction_that_is_held_up(database: Database):
    gatherer = GroupCommitter(database, 1.0)
    await gatherer.take([track("Signed In", "ada")], now=NOW)
    async with database.transaction() as session:
        await session.execute(text("SELECT id FROM customers WHERE external_id = 'ada' FOR UPDATE"))
        held_up = asyncio.create_task(gatherer.take([track("Signed In", "ada")], now=NOW))
        await asyncio.sleep(0.05)
        assert statuses(await gatherer.take([track("Signed In", "bob")], now=NOW)) == ["taken"]
        assert not held_up.done()
    assert statuses(await held_up) == ["taken"]


async def test_no_more_wait_than_are_bearable(database: Database, query, monkeypatch: pytest.MonkeyPatch):
    """Beyond the limit a request is refused, so that its sender keeps it; those that wait are taken."""
    monkeypatch.setattr(group_commit, "MOST_WAITING", 10)
    gatherer = GroupCommitter(database, 1.0)
    requests = [[track("Signed In", f"c-{n}-{each}") for each in range(4)] for n in range(5)]
    answers = await asyncio.gather(*(gatherer.take(events, now=NOW) for events in requests), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, UnavailableError)]
    assert len(refused) == 3
    assert await query("SELECT count(*) FROM events") == [(8,)]
    # room again
    assert statuses(await gatherer.take([track("Signed In", "late")], now=NOW)) == ["taken"]
