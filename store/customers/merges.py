"""Two customers that become one: what happens to the rows of the one that goes, and the record of it."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import CustomerMerge
from store.database import driver
from store.database.driver import Statement, order

_MOVED = (
    "events",
    "journeys",
    "messages",
    "devices",
    "coupons",
    "entry_rejections",
    "audience_members",
    "customer_identities",
)
_STRICTER = "excluded.status = 'unsubscribed' AND consents.status <> 'unsubscribed'"

# Everything of the one that goes becomes the other's. Of two words about one channel and topic the stricter counts,
# of two that say the same the newer.
MERGE = (
    *(f"UPDATE {table} SET customer_id = :into WHERE customer_id = :gone" for table in _MOVED),  # noqa: S608
    """INSERT INTO import_customers (import_id, customer_id)
       SELECT import_id, :into FROM import_customers WHERE customer_id = :gone ON CONFLICT DO NOTHING""",
    "DELETE FROM import_customers WHERE customer_id = :gone",
    """INSERT INTO segment_members (segment_id, customer_id, since)
       SELECT segment_id, :into, since FROM segment_members WHERE customer_id = :gone ON CONFLICT DO NOTHING""",
    "DELETE FROM segment_members WHERE customer_id = :gone",
    f"""INSERT INTO consents (customer_id, channel, topic, status, source, at)
        SELECT :into, channel, topic, status, source, at FROM consents WHERE customer_id = :gone
        ON CONFLICT (customer_id, channel, topic) DO UPDATE
           SET status = excluded.status, source = excluded.source, at = excluded.at
         WHERE ({_STRICTER}) OR (consents.status = excluded.status AND consents.at < excluded.at)""",  # noqa: S608
    "DELETE FROM consents WHERE customer_id = :gone",
    # Who is in which segment is found out anew, as after any change of a profile.
    "DELETE FROM segment_members WHERE customer_id = :gone",
    # Scores of half a history are wrong for both: the next scoring makes new ones.
    "DELETE FROM customer_scores WHERE customer_id IN (:gone, :into)",
    # Whoever still knows the id finds the one that stayed.
    """INSERT INTO customer_identities (kind, value, customer_id, created_at)
       VALUES ('previous', CAST(:gone AS text), :into, now()) ON CONFLICT DO NOTHING""",
    "DELETE FROM customers WHERE id = :gone",
)

# Joining or erasing customers, and writing ten thousand events of the past for as many of them, keep each other out by
# the modes of one lock: any number of either may be under way, never both. A lock on each customer would write to each.
_NOBODY_GOES = "LOCK TABLE customer_merges IN SHARE MODE"
_NOBODY_ELSE = "LOCK TABLE customer_merges IN SHARE ROW EXCLUSIVE MODE"
_SOMEBODY_GOES = "LOCK TABLE customer_merges IN ROW EXCLUSIVE MODE"


def keeping_everybody(*, but_mine: bool) -> Statement[None]:
    """Until the transaction's end nobody else joins a customer with another, or erases one. Waits for who just does.

    Danger: to be asked for before all else that others may wait for; short transactions only.

    Args:
        but_mine: this transaction may do so itself. It is then alone, since of two that both began by keeping the
            others out, neither could.

    """
    return order(_NOBODY_ELSE if but_mine else _NOBODY_GOES)


async def begin_going(session: AsyncSession) -> None:
    """Before a customer is joined with another, or erased: wait for those who write pasts, and keep new ones out."""
    await driver.run(session, order(_SOMEBODY_GOES))


async def absorb(session: AsyncSession, gone: UUID, into: UUID) -> dict[str, int]:
    """Make all that belongs to customer `gone` the property of `into`, and delete `gone`; rows moved, by table.

    Both rows must be locked. The profiles themselves are the caller's to join.
    """
    await begin_going(session)
    moved: dict[str, int] = {}
    for index, statement in enumerate(MERGE):
        result = await session.execute(text(statement), {"gone": gone, "into": into})
        if index < len(_MOVED) and isinstance(result, CursorResult) and result.rowcount:
            moved[_MOVED[index]] = result.rowcount
    return moved


async def silence_devices(session: AsyncSession, customer_id: UUID) -> None:
    """Send nothing to this customer's push tokens any more, until one is noted again."""
    await session.execute(text("UPDATE devices SET active = false WHERE customer_id = :id"), {"id": customer_id})


async def opposed_words(session: AsyncSession, one: UUID, other: UUID) -> list[dict[str, str]]:
    """Channels and topics about which the two say different things."""
    rows = await session.execute(
        text("""
            SELECT channel, topic FROM consents WHERE customer_id IN (:one, :other)
             GROUP BY channel, topic HAVING count(DISTINCT status) > 1 ORDER BY channel, topic
        """),
        {"one": one, "other": other},
    )
    return [{"channel": row.channel, "topic": row.topic, "kept": "unsubscribed"} for row in rows]


async def record(
    session: AsyncSession,
    *,
    survivor: UUID,
    gone: UUID,
    merged_external_id: str | None,
    reason: str,
    decisions: dict[str, Any],
    at: datetime,
) -> None:
    """Write down who became whom and what was decided. Earlier merges of the one that goes are the survivor's now."""
    await session.execute(
        text("UPDATE customer_merges SET surviving_id = :survivor WHERE surviving_id = :gone"),
        {"survivor": survivor, "gone": gone},
    )
    await session.execute(
        text("""
            INSERT INTO customer_merges (surviving_id, merged_id, merged_external_id, reason, decisions, at)
            VALUES (:survivor, :gone, :name, :reason, CAST(:decisions AS jsonb), :at)
        """),
        {
            "survivor": survivor,
            "gone": gone,
            "name": merged_external_id,
            "reason": reason,
            "decisions": json.dumps(decisions),
            "at": at,
        },
    )


async def of_customer(session: AsyncSession, customer_id: UUID) -> Sequence[CustomerMerge]:
    """The merges that made the customer what they are, newest first."""
    found = await session.scalars(
        select(CustomerMerge)
        .where(or_(col(CustomerMerge.surviving_id) == customer_id, col(CustomerMerge.merged_id) == customer_id))
        .order_by(col(CustomerMerge.at).desc(), col(CustomerMerge.id).desc())
    )
    return found.all()
