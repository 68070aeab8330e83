"""Events and their receipts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from store import json_text


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


def id_list(ids: Iterable[UUID]) -> str:
    """An array of ids as Postgres spells it, for `CAST(:ids AS uuid[])`: for thousands much faster than a list."""
    return "{" + ",".join(map(str, ids)) + "}"


async def take_receipts(session: AsyncSession, ids: Iterable[UUID], *, now: datetime) -> set[UUID]:
    """Those of `ids` that nobody took before; they are taken now.

    Waits for a transaction that is just taking the same id. Sorted, so that two batches can't wait for each other.
    """
    given = set(ids)
    # Repeats are few: they are what is asked back.
    rows = await session.execute(
        text("""
            WITH given AS MATERIALIZED (SELECT id FROM unnest(CAST(:ids AS uuid[])) AS id ORDER BY id),
                 taken AS (INSERT INTO event_receipts (id, received_at) SELECT id, :now FROM given
                           ON CONFLICT DO NOTHING RETURNING id)
            SELECT id FROM given WHERE id NOT IN (SELECT id FROM taken)
        """),
        {"ids": id_list(given), "now": now},
    )
    return given - set(rows.scalars())


async def give_back_receipts(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """Forget that these ids were taken: their events could not be."""
    await session.execute(text("DELETE FROM event_receipts WHERE id = ANY(CAST(:ids AS uuid[]))"), {"ids": list(ids)})


async def insert_events(session: AsyncSession, events: Sequence[NewEvent]) -> None:
    """Append events, in one statement."""
    if not events:
        return
    await session.execute(
        text("""
            INSERT INTO events (id, occurred_at, customer_id, name, properties, source, received_at)
            SELECT id, occurred_at, customer_id, name, CAST(properties AS jsonb), source, received_at
              FROM unnest(CAST(:ids AS uuid[]), CAST(:occurred AS timestamptz[]), CAST(:customers AS uuid[]),
                          CAST(:names AS text[]), CAST(:properties AS text[]), CAST(:sources AS text[]),
                          CAST(:received AS timestamptz[]))
                   AS n(id, occurred_at, customer_id, name, properties, source, received_at)
        """),
        {
            "ids": [event.id for event in events],
            "occurred": [event.occurred_at for event in events],
            "customers": [event.customer_id for event in events],
            "names": [event.name for event in events],
            "properties": [json_text.dumps(event.properties) for event in events],
            "sources": [event.source for event in events],
            "received": [event.received_at for event in events],
        },
    )


async def copy_events(session: AsyncSession, events: Iterable[NewEvent]) -> None:
    """Append thousands of events by COPY, in the session's transaction."""
    connection = await (await session.connection()).get_raw_connection()
    async with (
        connection.driver_connection.cursor() as cursor,  # type: ignore[union-attr]
        cursor.copy(
            "COPY events (id, occurred_at, customer_id, name, properties, source, received_at) FROM STDIN"
        ) as copy,
    ):
        for event in events:
            await copy.write_row(
                (
                    event.id,
                    event.occurred_at,
                    event.customer_id,
                    event.name,
                    json_text.dumps(event.properties),
                    event.source,
                    event.received_at,
                )
            )
