"""A sign-in waits for an import before it holds any name: the other way round they would wait for each other."""

import asyncio

from sqlalchemy import text

from store.customers.merges import keeping_everybody
from store.database import driver
from tests.ingestion.factories import identify, track

WAITING = """
    SELECT pid FROM pg_locks WHERE NOT granted AND locktype = 'relation' AND relation = 'customer_merges'::regclass
"""
NAMES_HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = :pid"


async def test_who_signs_in_during_an_import_holds_no_name_while_waiting(take, database, query):
    await take(track("Product Viewed", None, anonymous_id="a-1"))
    async with database.transaction() as importing:
        await driver.run(importing, keeping_everybody(but_mine=False))
        signing_in = asyncio.create_task(take(identify("ada", anonymous_id="a-1")))
        waiting: list[int] = []
        while not waiting and not signing_in.done():
            await asyncio.sleep(0.02)
            waiting = [row[0] for row in await query(WAITING)]
        assert await query(NAMES_HELD, pid=waiting[0]) == [(0,)]
        # what the import asks for next is free
        await importing.execute(text("SELECT pg_advisory_xact_lock(1)"))
    [answer] = await signing_in
    assert answer.status == "taken"
