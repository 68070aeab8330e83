"""Two customers that become one: what happens to the rows of the one that goes, and the record of it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import CustomerMerge
from store.database import driver
from store.database.driver import Statement, order
from store.experiments import assignments

_MOVED = (
    "events",
    "journeys",
    "messages",
    "devices",
    "coupons",
    "promotion_codes",
    "promotion_orders",
    "entry_rejections",
    "audience_members",
    "customer_identities",
    "possible_opt_outs",
    "survey_invitations",
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
    *assignments.MERGE,
    # Of two answers to one question the newer counts.
    """DELETE FROM survey_answers a USING survey_answers b
        WHERE a.customer_id IN (:gone, :into) AND b.customer_id IN (:gone, :into) AND a.customer_id <> b.customer_id
          AND (a.survey_id, a.wave, a.question_id, a.test) = (b.survey_id, b.wave, b.question_id, b.test)
          AND (a.changed_at, a.id) < (b.changed_at, b.id)""",
    "UPDATE survey_answers SET customer_id = :into WHERE customer_id = :gone",
    # Who is in which segment is found out anew, as after any change of a profile.
    "DELETE FROM segment_members WHERE customer_id = :gone",
    # Scores of half a history are wrong for both: the next scoring makes new ones.
    "DELETE FROM customer_scores WHERE customer_id IN (:gone, :into)",
    """INSERT INTO earlier_addresses (customer_id, address)
       SELECT CAST(:into AS uuid), address FROM (
           SELECT address FROM earlier_addresses WHERE customer_id = :gone
           UNION SELECT unnest(ARRAY[email, phone]) FROM customers WHERE id = :gone) AS had
        WHERE address IS NOT NULL ON CONFLICT DO NOTHING""",
    "DELETE FROM earlier_addresses WHERE customer_id = :gone",
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


def beginning_to_go() -> Statement[None]:
    """Before a customer is joined with another, or erased: wait for those who write pasts, and keep new ones out.

    Danger: names are locked after it, never before: those who write pasts lock in that order.
    """
    return order(_SOMEBODY_GOES)


async def begin_going(session: AsyncSession) -> None:
    """Execute `beginning_to_go`."""
    await driver.run(session, beginning_to_go())


_KEYS = {
    "devices": "token",
    "coupons": "code",
    "promotion_codes": "code",
    "customer_identities": "kind || ':' || value",
}
"""What tells a table's rows apart, as text; elsewhere it is `id`."""
_PARTED = tuple(table for table in _MOVED if table != "audience_members")
"""Tables whose rows go back when a merge is undone: an audience is of its moment."""
UNDO_ROWS = 50_000
"""Of a merge that moved more, it is not kept which ones: it can't be undone."""


async def snapshot(session: AsyncSession, gone: UUID, into: UUID) -> dict[str, Any] | None:
    """What it takes to part two customers again, both still as they are; None where that is too much."""
    moved: dict[str, list[str]] = {}
    for table in _PARTED:
        key = _KEYS.get(table, "CAST(id AS text)")
        query = f"SELECT {key} FROM {table} WHERE customer_id = :gone LIMIT :most"  # noqa: S608 - names from above
        rows = await session.scalars(text(query), {"gone": gone, "most": UNDO_ROWS + 1})
        moved[table] = list(rows)
        if sum(map(len, moved.values())) > UNDO_ROWS:
            return None
    row = await session.execute(
        text("""
            SELECT to_jsonb(g), to_jsonb(s.tags),
                   (SELECT coalesce(jsonb_agg(to_jsonb(c)), '[]') FROM consents c WHERE c.customer_id = g.id)
              FROM customers g, customers s WHERE g.id = :gone AND s.id = :into
        """),
        {"gone": gone, "into": into},
    )
    merged, tags, consents = row.one()
    return {"merged": merged, "surviving_tags": tags, "consents": consents, "moved": moved}


async def part(session: AsyncSession, gone: UUID, into: UUID, undo: Mapping[str, Any]) -> None:
    """Make the customer who went again, and give back the rows that moved. The survivor's profile is the caller's."""
    await session.execute(
        text("INSERT INTO customers SELECT * FROM jsonb_populate_record(NULL::customers, CAST(:row AS jsonb))"),
        {"row": json.dumps(undo["merged"])},
    )
    await session.execute(
        text("DELETE FROM earlier_addresses WHERE customer_id = :into AND address = ANY(:theirs)"),
        {"into": into, "theirs": [undo["merged"][name] for name in ("email", "phone") if undo["merged"].get(name)]},
    )
    names = [str(gone), *filter(None, [undo["merged"].get("external_id")])]
    await session.execute(
        text("DELETE FROM customer_identities WHERE customer_id = :into AND kind = 'previous' AND value = ANY(:names)"),
        {"into": into, "names": names},
    )
    for table, keys in undo["moved"].items():
        if table in _PARTED and keys:
            key = _KEYS.get(table, "id")
            cast = "text" if table in _KEYS else "bigint" if table == "entry_rejections" else "uuid"
            statement = f"""UPDATE {table} SET customer_id = :gone
                             WHERE customer_id = :into AND {key} = ANY(CAST(:keys AS {cast}[]))"""  # noqa: S608
            await session.execute(text(statement), {"gone": gone, "into": into, "keys": list(keys)})
    await session.execute(
        text("""
            INSERT INTO consents SELECT * FROM jsonb_populate_recordset(NULL::consents, CAST(:rows AS jsonb))
            ON CONFLICT DO NOTHING
        """),
        {"rows": json.dumps(undo["consents"])},
    )
    await session.execute(
        text("DELETE FROM customer_scores WHERE customer_id IN (:gone, :into)"), {"gone": gone, "into": into}
    )


async def lock_merge(session: AsyncSession, merge_id: int, survivor: UUID) -> CustomerMerge | None:
    """A merge that made this customer what they are, locked; None if there is none of that number."""
    found = await session.scalars(
        select(CustomerMerge)
        .where(col(CustomerMerge.id) == merge_id, col(CustomerMerge.surviving_id) == survivor)
        .with_for_update()
    )
    return found.one_or_none()


async def history(session: AsyncSession, customer_id: UUID, limit: int) -> list[tuple[str, dict[str, Any], datetime]]:
    """The newest of a customer's events, oldest first: name, properties, when it happened."""
    rows = await session.execute(
        text("""
            SELECT name, properties, occurred_at FROM (
                SELECT name, properties, occurred_at FROM events WHERE customer_id = :id
                 ORDER BY occurred_at DESC LIMIT :limit) AS newest ORDER BY occurred_at
        """),
        {"id": customer_id, "limit": limit},
    )
    return [(row.name, row.properties, row.occurred_at) for row in rows]


async def move_references(
    session: AsyncSession, gone: UUID, into: UUID
) -> tuple[dict[str, int], dict[str, Any] | None]:
    """Make all that belongs to customer `gone` the property of `into`, and delete `gone`.

    Both rows must be locked. The profiles themselves are the caller's to join.

    Returns:
        Rows moved, by table; and what it takes to part them again.

    """
    await begin_going(session)
    undo = await snapshot(session, gone, into)
    moved: dict[str, int] = {}
    for index, statement in enumerate(MERGE):
        result = await session.execute(text(statement), {"gone": gone, "into": into})
        if index < len(_MOVED) and isinstance(result, CursorResult) and result.rowcount:
            moved[_MOVED[index]] = result.rowcount
    return moved, undo


async def silence_devices(session: AsyncSession, customer_id: UUID) -> None:
    """Send nothing to this customer's push tokens any more, until one is noted again."""
    await session.execute(text("UPDATE devices SET active = false WHERE customer_id = :id"), {"id": customer_id})


async def conflicting_consents(session: AsyncSession, one: UUID, other: UUID) -> list[dict[str, str]]:
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
    undo: dict[str, Any] | None,
    at: datetime,
) -> None:
    """Write down who became whom and what was decided. Earlier merges of the one that goes are the survivor's now."""
    await session.execute(
        text("UPDATE customer_merges SET surviving_id = :survivor WHERE surviving_id = :gone"),
        {"survivor": survivor, "gone": gone},
    )
    await session.execute(
        text("""
            INSERT INTO customer_merges (surviving_id, merged_id, merged_external_id, reason, decisions, undo, at)
            VALUES (:survivor, :gone, :name, :reason, CAST(:decisions AS jsonb), CAST(:undo AS jsonb), :at)
        """),
        {
            "survivor": survivor,
            "gone": gone,
            "name": merged_external_id,
            "reason": reason,
            "decisions": json.dumps(decisions),
            "undo": None if undo is None else json.dumps(undo),
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
