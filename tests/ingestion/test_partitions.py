"""Partitions of events."""

from datetime import date

import pytest

from store import partitions


def quarters(query):
    return query("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1")


async def test_missing_quarters_are_made_once(database):
    for made in (4, 0):
        async with database.transaction() as session:
            got = await partitions.ensure_partitions(session, first=date(2040, 2, 1), last=date(2040, 12, 31))
        assert got == made


@pytest.mark.parametrize(("before", "left"), [(date(2041, 4, 1), ["events_2041q2"]), (date(2041, 3, 31), None)])
async def test_only_quarters_that_have_ended_by_then_are_dropped(database, query, before, left):
    async with database.transaction() as session:
        await partitions.ensure_partitions(session, first=date(2041, 1, 1), last=date(2041, 6, 30))
        await partitions.drop_older(session, before=before)
    found = [row[0] for row in await quarters(query) if "2041" in row[0]]
    assert found == (left or ["events_2041q1", "events_2041q2"])
    assert ("events_default",) in await quarters(query)
