"""Partitions of events: made, filled, attached and dropped while events are taken and read."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from store.database.engine import Database
from store.events import partitions

OF_2019 = datetime(2019, 5, 5, tzinfo=UTC)


async def quarters(query) -> list[str]:
    found = await query(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1"
    )
    return [row[0] for row in found]


def event(url: str, at: datetime, *, customer: UUID | None = None) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            """INSERT INTO events (id, occurred_at, customer_id, name, properties, source)
               VALUES (%s, %s, %s, 'Order Completed', '{"revenue": 12.5}', 'test')""",
            (uuid4(), at, customer or uuid4()),
        )


async def where(query) -> list[tuple[str, float]]:
    found = await query("SELECT tableoid::regclass::text, revenue FROM events ORDER BY occurred_at")
    return [(row[0], float(row[1])) for row in found]


async def test_missing_quarters_are_made_once(database: Database):
    for made in (4, 0):
        got = await partitions.make_quarters(database, first=date(2040, 2, 1), last=date(2040, 12, 31))
        assert got == made


async def test_several_at_once_make_each_quarter_once(database: Database):
    span = {"first": date(2040, 2, 1), "last": date(2040, 12, 31)}
    made = await asyncio.gather(*(partitions.make_quarters(database, **span) for _ in range(3)))
    assert sum(made) == 4


@pytest.mark.parametrize(("before", "left"), [(date(2041, 4, 1), ["events_2041q2"]), (date(2041, 3, 31), None)])
async def test_only_quarters_that_have_ended_by_then_are_dropped(database: Database, query, before, left):
    await partitions.make_quarters(database, first=date(2041, 1, 1), last=date(2041, 6, 30))
    dropped = await partitions.drop_older(database, before=before)
    found = [name for name in await quarters(query) if "2041" in name]
    assert found == (left or ["events_2041q1", "events_2041q2"])
    assert ("events_2041q1" in dropped) == bool(left)
    assert "events_default" in await quarters(query)
    assert not await query("SELECT 1 FROM pg_class WHERE relname = 'events_2041q1'") or not left


async def test_one_detached_by_a_run_that_died_is_dropped_by_the_next(database: Database, query):
    await partitions.make_quarters(database, first=date(2041, 1, 1), last=date(2041, 6, 30))
    async with database.transaction() as session:
        await partitions._detach(session, name="events_2041q1")
    await partitions.drop_older(database, before=date(2020, 1, 1))
    assert not await query("SELECT 1 FROM pg_class WHERE relname = 'events_2041q1'")


async def test_a_new_quarter_takes_its_events_out_of_the_default_partition(database: Database, database_url, query):
    event(database_url, OF_2019)
    event(database_url, datetime(2019, 8, 1, tzinfo=UTC))
    assert [place for place, _ in await where(query)] == ["events_default", "events_default"]
    assert await partitions.make_quarters(database, first=date(2019, 4, 1), last=date(2019, 6, 30)) == 1
    assert await where(query) == [("events_2019q2", 12.5), ("events_default", 12.5)]
    checks = await query(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'events_2019q2'::regclass AND contype = 'c'"
    )
    assert checks == []
    indexes = "SELECT count(*) FROM pg_index WHERE indrelid = '{}'::regclass"
    assert await query(indexes.format("events_2019q2")) == await query(indexes.format("events_default"))


async def test_a_long_query_keeps_nobody_waiting_behind_a_new_quarter(database: Database, database_url, monkeypatch):
    """Whoever makes a quarter lets everybody pass when it does not get the table at once."""
    monkeypatch.setattr(partitions, "_PATIENCE", "200ms")
    with psycopg.connect(database_url) as reading:
        reading.execute("SELECT count(*) FROM events")  # holds its lock until the transaction ends
        making = asyncio.create_task(partitions.make_quarters(database, first=date(2040, 1, 1), last=date(2040, 3, 31)))
        for _ in range(5):
            await asyncio.sleep(0.15)
            # events_default is what the quarter waits for: this one is behind it in the queue
            await asyncio.to_thread(event, database_url, OF_2019)
        assert not making.done()
    assert await making == 1


async def test_the_default_partition_is_cut_by_age(database: Database, database_url, query):
    event(database_url, OF_2019)
    event(database_url, datetime(2015, 8, 1, tzinfo=UTC))
    async with database.transaction() as session:
        assert await partitions.cut_default(session, before=OF_2019 - timedelta(days=1)) == 1
    assert len(await where(query)) == 1


@pytest.mark.parametrize(
    ("day", "name", "following"),
    [(date(2026, 1, 1), "events_2026q1", date(2026, 4, 1)), (date(2026, 12, 31), "events_2026q4", date(2027, 1, 1))],
)
def test_quarters(day, name, following):
    assert partitions.name_of(partitions.quarter_of(day)) == name
    assert partitions.next_quarter(partitions.quarter_of(day)) == following
