"""Visitors who never said who they are, and came no more: they go, with all that is theirs.

Whoever has an address or a name, a journey or a message, stays: reports and the ledger stand on those rows.
"""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from store.customers.privacy import OF_CUSTOMERS

START = (datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))
Place = tuple[datetime, UUID]
_STAY = ("journeys", "messages", "scores")
"""Who has one stays; scores are a view."""
_NAMELESS = "external_id IS NULL AND email IS NULL AND phone IS NULL AND erased_at IS NULL"
_LOOKED = text(f"""
    SELECT id, created_at FROM customers
     WHERE {_NAMELESS} AND created_at < :before AND (created_at, id) > (:at, :after)
     ORDER BY created_at, id LIMIT :limit
""").bindparams(bindparam("at", type_=DateTime(timezone=True)), bindparam("after", type_=Uuid()))  # noqa: S608
_GOING = text(f"""
    SELECT id FROM customers c
     WHERE id = ANY(:looked) AND {_NAMELESS} AND coalesce(last_seen_at, created_at) < :before
       AND NOT EXISTS (SELECT FROM journeys j WHERE j.customer_id = c.id)
       AND NOT EXISTS (SELECT FROM messages m WHERE m.customer_id = c.id)
       FOR UPDATE SKIP LOCKED
""").bindparams(bindparam("looked", type_=ARRAY(Uuid())))  # noqa: S608
_DELETES = [
    text(f"DELETE FROM {table} WHERE {column} = ANY(:ids)").bindparams(bindparam("ids", type_=ARRAY(Uuid())))  # noqa: S608
    for table, column in (
        *((table, "customer_id") for table in (*OF_CUSTOMERS, "customer_scores") if table not in _STAY),
        ("customer_merges", "surviving_id"),
        ("customers", "id"),
    )
]


async def forget(
    session: AsyncSession, before: datetime, place: Place = START, *, limit: int = 500
) -> tuple[int, Place | None]:
    """Delete visitors who were not seen since `before`.

    Args:
        session: the transaction.
        before: the moment.
        place: behind which to look: `START`, or where the last call ended.
        limit: so many are looked at.

    Returns:
        How many went, and where the next call begins; None when all were looked at.

    """
    looked = (
        await session.execute(_LOOKED, {"before": before, "at": place[0], "after": place[1], "limit": limit})
    ).all()
    if not looked:
        return 0, None
    ids = [row.id for row in looked]
    going = list(await session.scalars(_GOING, {"looked": ids, "before": before}))
    if going:
        for statement in _DELETES:
            await session.execute(statement, {"ids": going})
    return len(going), (looked[-1].created_at, looked[-1].id)
