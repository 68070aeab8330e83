"""The end of what is kept no longer, beside partitions that are dropped whole: batch by batch, oldest or not."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_RECEIPTS = text("""
    WITH old AS (SELECT id FROM event_receipts WHERE received_at < :before LIMIT :limit),
         gone AS (DELETE FROM event_receipts r USING old WHERE r.id = old.id RETURNING 1)
    SELECT count(*) FROM gone
""")
# A journey is found by its oldest steps (a BRIN index), and found once: its steps go with the rest.
_HISTORY = text("""
    WITH old AS MATERIALIZED (
        SELECT DISTINCT journey_id FROM (
            SELECT s.journey_id FROM journey_steps s JOIN journeys j ON j.id = s.journey_id
             WHERE s.entered_at < :before AND j.state = 'ended' AND j.ended_at < :before LIMIT :limit) AS oldest),
    steps AS (DELETE FROM journey_steps s USING old WHERE s.journey_id = old.journey_id),
    sent AS MATERIALIZED (SELECT m.id FROM messages m JOIN old ON old.journey_id = m.journey_id),
    told AS (DELETE FROM message_events f USING sent WHERE f.message_id = sent.id),
    emptied AS (
        UPDATE messages m SET content = '{}' FROM sent
         WHERE m.id = sent.id AND m.content <> '{}' AND m.state NOT IN ('reserved', 'deferred', 'unknown'))
    SELECT count(*) FROM old
""")


# What is only looked up for a while. Each is deleted by its place in the table: none needs an index of its own.
_AGED = {
    "webhook_rejects": "SELECT ctid FROM webhook_rejects WHERE received_at < :before LIMIT :limit",
    "possible_opt_outs": "SELECT ctid FROM possible_opt_outs WHERE received_at < :before LIMIT :limit",
    "entry_rejections": "SELECT ctid FROM entry_rejections WHERE at < :before LIMIT :limit",
    "promotion_refusals": "SELECT ctid FROM promotion_refusals WHERE at < :before LIMIT :limit",
    "intake_notes": "SELECT ctid FROM intake_notes WHERE last_at < :before LIMIT :limit",
    "audit_log": "SELECT ctid FROM audit_log WHERE at < :before LIMIT :limit",
    "import_rejects": """
        SELECT r.ctid FROM import_rejects r JOIN imports i ON i.id = r.import_id WHERE i.finished_at < :before
         LIMIT :limit""",
    "audience_members": """
        SELECT m.ctid FROM audience_members m
          JOIN (SELECT id FROM campaign_runs r WHERE r.finished_at < :before
                   AND EXISTS (SELECT FROM audience_members a WHERE a.run_id = r.id) LIMIT 10) AS run
            ON run.id = m.run_id
         LIMIT :limit""",
}
_PURGES = {
    table: text(f"DELETE FROM {table} WHERE ctid = ANY(ARRAY({chosen}))")  # noqa: S608 - constants
    for table, chosen in _AGED.items()
}
PURGED = tuple(_AGED)
"""Tables whose rows go by age."""


async def purge(session: AsyncSession, table: str, *, now: datetime, keep: timedelta, limit: int = 20_000) -> int:
    """Delete rows of a table of `PURGED` older than `keep`, at most `limit` at once; how many.

    The age of an import's rejects and of a launch's audience counts from the import's and the launch's end.
    """
    gone = await session.execute(_PURGES[table], {"before": now - keep, "limit": limit})
    return int(gone.rowcount)  # type: ignore[attr-defined]


async def forget_undo(session: AsyncSession, *, now: datetime, keep: timedelta, limit: int = 1_000) -> int:
    """Forget what it takes to undo merges older than `keep`, at most `limit` at once; how many."""
    gone = await session.execute(
        text("""
            UPDATE customer_merges SET undo = NULL
             WHERE id IN (SELECT id FROM customer_merges WHERE at < :before AND undo IS NOT NULL LIMIT :limit)
        """),
        {"before": now - keep, "limit": limit},
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


async def forget_receipts(session: AsyncSession, *, now: datetime, keep: timedelta, limit: int = 50_000) -> int:
    """Delete receipts older than `keep`, at most `limit` at once; how many. A repeat older than that counts again."""
    gone = await session.execute(_RECEIPTS, {"before": now - keep, "limit": limit})
    count: int = gone.scalar_one()
    return count


async def forget_histories(session: AsyncSession, *, now: datetime, keep: timedelta, limit: int = 5_000) -> int:
    """Forget the details of journeys that ended longer than `keep` ago; how many journeys, none when all are done.

    Their steps, what providers told of their messages, and what the messages said. The rows of journeys and messages
    stay, with their states and moments: re-entry, limits, reports and the ledger's promises stand on them.

    Args:
        session: the transaction.
        now: the business moment.
        keep: how long they are kept.
        limit: steps looked at in one go, and so about as many journeys at the most.

    """
    gone = await session.execute(_HISTORY, {"before": now - keep, "limit": limit})
    count: int = gone.scalar_one()
    return count
