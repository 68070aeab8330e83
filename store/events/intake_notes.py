"""What intake could not use: counted by day, source and reason, with examples."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import IntakeNote
from store.database import driver
from store.database.driver import order
from store.database.keyset import after_cursor

EXAMPLES = 5
REASONS_A_DAY = 500
"""Of one source; what is beyond them is counted under one more."""
OTHER = "other reasons"


@dataclass(frozen=True)
class Noted:
    """Events for which the same was noted."""

    source: str
    outcome: str
    reason: str
    count: int
    examples: Sequence[dict[str, Any]]


_ADD = """
    INSERT INTO intake_notes (day, source, outcome, reason, count, examples, last_at)
    SELECT %(day)s, n.source, n.outcome,
           CASE WHEN seen.reason IS NOT NULL OR many.reasons < %(most)s THEN n.reason ELSE %(other)s END,
           sum(n.count), (array_agg(n.examples))[1], %(now)s
      FROM jsonb_to_recordset(CAST(%(notes)s AS jsonb))
           AS n(source text, outcome text, reason text, count bigint, examples jsonb)
      LEFT JOIN intake_notes seen
        ON (seen.day, seen.source, seen.outcome, seen.reason) = (%(day)s, n.source, n.outcome, n.reason)
     CROSS JOIN LATERAL (SELECT count(*) AS reasons FROM intake_notes i
                          WHERE i.day = %(day)s AND i.source = n.source) AS many
     GROUP BY 1, 2, 3, 4
     ORDER BY 1, 2, 3, 4
    ON CONFLICT (day, source, outcome, reason) DO UPDATE
       SET count = intake_notes.count + excluded.count,
           examples = (SELECT coalesce(jsonb_agg(e ORDER BY place), '[]')
                         FROM jsonb_array_elements(excluded.examples || intake_notes.examples)
                              WITH ORDINALITY AS listed(e, place) WHERE place <= %(examples)s),
           last_at = greatest(intake_notes.last_at, excluded.last_at)
"""


async def add(session: AsyncSession, notes: Sequence[Noted], *, now: datetime) -> None:
    """Count notes under today (UTC)."""
    if notes:
        listed = [
            {"source": n.source, "outcome": n.outcome, "reason": n.reason, "count": n.count, "examples": n.examples}
            for n in notes
        ]
        values = {"day": now.date(), "now": now, "most": REASONS_A_DAY, "other": OTHER, "examples": EXAMPLES}
        await driver.run(session, order(_ADD, notes=json.dumps(listed, default=str), **values))


async def page(
    session: AsyncSession,
    after: tuple[date, str, str, str] | None,
    limit: int,
    *,
    source: str | None = None,
    outcome: str | None = None,
    day: date | None = None,
) -> Sequence[IntakeNote]:
    """Notes, the newest day first, from behind `after` = (day, source, outcome, reason)."""
    key = (col(IntakeNote.day), col(IntakeNote.source), col(IntakeNote.outcome), col(IntakeNote.reason))
    query = select(IntakeNote).order_by(*(column.desc() for column in key)).limit(limit)
    if after:
        query = query.where(after_cursor(key, after, descending=True))
    for column, wanted in ((key[1], source), (key[2], outcome), (key[0], day)):
        if wanted is not None:
            query = query.where(column == wanted)
    return (await session.scalars(query)).all()


async def drop_older(session: AsyncSession, before: date) -> int:
    """Forget notes of days before that one; how many there were."""
    found = await session.execute(text("DELETE FROM intake_notes WHERE day < :day RETURNING 1"), {"day": before})
    return len(found.all())
