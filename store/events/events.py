"""Events and their receipts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import driver
from store.database.driver import Statement, order
from store.events import json_text


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A row of `models.event.Event`, about to be written. Plain: batches hold thousands."""

    id: UUID
    occurred_at: datetime
    customer_id: UUID
    name: str
    properties: Mapping[str, Any]
    source: str
    received_at: datetime


def id_list(ids: Iterable[UUID | str]) -> str:
    """An array of ids as Postgres spells it, for `CAST(:ids AS uuid[])`: for thousands much faster than a list."""
    return "{" + ",".join(map(str, ids)) + "}"


def text_list(values: Iterable[str | None]) -> str:
    """The same of texts, for `CAST(:values AS text[])`; None is null."""
    return "{" + ",".join([_text(value) for value in values]) + "}"


def _text(value: str | None) -> str:
    if value is None:
        return "NULL"
    if "\\" in value or '"' in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'


_TAKE = """
    WITH given AS MATERIALIZED (SELECT id FROM unnest(CAST(%(ids)s AS uuid[])) AS id ORDER BY id),
         taken AS (INSERT INTO event_receipts (id, received_at) SELECT id, %(now)s FROM given
                   ON CONFLICT DO NOTHING RETURNING id)
    SELECT id, CAST(NULL AS uuid) FROM given WHERE id NOT IN (SELECT id FROM taken)
"""


@dataclass(frozen=True)
class Receipts:
    """What came of asking for receipts."""

    taken: set[UUID]
    """Ids that nobody took before."""
    others: set[UUID]
    """Those of all ids whose sender gave another event the same id before: see `domain.ids.sent_event_id`."""


_TAKE_AND_COMPARE = f"""
    {_TAKE}
    UNION ALL
    SELECT NULL, g.id FROM given g
     WHERE EXISTS (SELECT 1 FROM event_receipts r
                    WHERE r.id >= CAST(left(CAST(g.id AS text), 18) || '-0000-000000000000' AS uuid)
                      AND r.id <= CAST(left(CAST(g.id AS text), 18) || '-ffff-ffffffffffff' AS uuid)
                      AND r.id <> g.id)
"""  # noqa: S608 - one constant in another


def taking_receipts(ids: Iterable[UUID], *, now: datetime) -> Statement[Receipts]:
    """Take the receipts of these ids, where nobody did before.

    Waits for a transaction that is just taking the same id. Sorted, so that two batches can't wait for each other.
    """
    given = set(ids)

    def read(rows: driver.Rows) -> Receipts:
        # Repeats and others are few: they are what is asked back.
        repeats = {row[0] for row in rows if row[0] is not None}
        return Receipts(given - repeats, {row[1] for row in rows if row[1] is not None})

    return Statement(_TAKE_AND_COMPARE, {"ids": id_list(given), "now": now}, read)


def finding_repeats(ids: Iterable[str], *, now: datetime) -> Statement[set[str]]:
    """The other way round: those of `ids` (each once) that somebody took before. The others are taken now."""
    return Statement(_TAKE, {"ids": id_list(ids), "now": now}, lambda rows: {str(row[0]) for row in rows})


async def give_back_receipts(session: AsyncSession, ids: Iterable[UUID | str]) -> None:
    """Forget that these ids were taken: their events could not be."""
    await session.execute(text("DELETE FROM event_receipts WHERE id = ANY(CAST(:ids AS uuid[]))"), {"ids": list(ids)})


_INSERT = """
    INSERT INTO events (id, occurred_at, customer_id, name, properties, source, received_at)
    SELECT id, occurred_at, customer_id, name, properties, source, received_at
      FROM jsonb_to_recordset(CAST(%(rows)s AS jsonb)) AS n(
           id uuid, occurred_at timestamptz, customer_id uuid, name text, properties jsonb, source text,
           received_at timestamptz)
"""


def inserting_events(events: Sequence[NewEvent]) -> Statement[None]:
    """Append events."""
    return order(_INSERT, rows=json_text.dumps(events))


async def insert_events(session: AsyncSession, events: Sequence[NewEvent]) -> None:
    """Append events, in one statement."""
    if events:
        await driver.run(session, inserting_events(events))
