"""Past events by the ten thousand: copied as they are into a table of this transaction, then moved as a set.

The order is that of ingestion everywhere: receipts, names (of newcomers, by the caller), customers by id.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import IncomingEvent
from store import driver, json_text
from store.driver import Statement, order
from store.events import id_list

# One for each connection, empty at the end of every transaction: making and dropping it would fill the catalogue.
_TABLE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_events (
        id uuid, occurred_at timestamptz, external_id text, plain boolean, customer_id uuid,
        name text, properties jsonb
    ) ON COMMIT DELETE ROWS
"""
_COPY = "COPY staged_events (id, occurred_at, external_id, plain, name, properties) FROM STDIN"


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of staged events."""

    count: int
    first_at: datetime | None
    last_at: datetime | None


async def stage(session: AsyncSession, events: Iterable[IncomingEvent]) -> None:
    """Copy events, each id once, to where the other functions find them."""
    connection = await driver.connection_of(session)
    await driver.run(session, order(_TABLE))
    with driver.known_errors(_COPY):
        async with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            await copy.write("".join(map(_line, events)))


def _line(event: IncomingEvent) -> str:
    """The event in COPY's text format: the driver's own rows take three times as long, and there are millions."""
    plain = event.customer_id is None and event.anonymous_id is None and event.external_id is not None
    # JSON holds no tab and no line end, only escapes of them
    properties = json_text.dumps(event.properties).replace("\\", r"\\")
    return (
        f"{event.id}\t{event.occurred_at.isoformat()}\t{_cell(event.external_id)}\t{'t' if plain else 'f'}\t"
        f"{_cell(event.name)}\t{properties}\n"
    )


def _cell(value: str | None) -> str:
    if value is None:
        return r"\N"
    return value.translate(_ESCAPES) if _SPECIAL.search(value) else value


_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_SPECIAL = re.compile(r"[\\\t\n\r]")


_RECEIPTS = """
    WITH taken AS (
         INSERT INTO event_receipts (id, received_at) SELECT id, %(now)s FROM staged_events ORDER BY id
             ON CONFLICT DO NOTHING RETURNING id),
    repeated AS (DELETE FROM staged_events WHERE id NOT IN (SELECT id FROM taken) RETURNING id)
    SELECT count(*) FROM repeated
"""


def taking_staged_receipts(*, now: datetime) -> Statement[int]:
    """Drop from what is staged whatever somebody took before; how many. The rest is taken now."""
    return Statement(_RECEIPTS, {"now": now}, lambda rows: int(rows[0][0]))


_STRANGERS = """
    SELECT s.id FROM staged_events s
      LEFT JOIN customers c ON s.plain AND c.external_id = s.external_id AND c.erased_at IS NULL
     WHERE c.id IS NULL
"""


def finding_strangers() -> Statement[set[UUID]]:
    """Staged events that are about nobody who is known by that external id alone."""
    return Statement(_STRANGERS, {}, lambda rows: {id_ for (id_,) in rows})


async def settle_strangers(session: AsyncSession, owners: Mapping[UUID, UUID]) -> None:
    """Say who these events are about: event -> customer."""
    if owners:
        await driver.run(session, order(_SETTLE, ids=id_list(owners), owners=id_list(owners.values())))


_SETTLE = """
    UPDATE staged_events s SET customer_id = n.customer_id, plain = false
      FROM unnest(CAST(%(ids)s AS uuid[]), CAST(%(owners)s AS uuid[])) AS n(id, customer_id) WHERE s.id = n.id
"""


async def forget_staged(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """Take these out of what is staged, and give their receipts back."""
    await driver.run(session, order(_FORGET, ids=id_list(ids)))


_FORGET = """
    WITH forgotten AS (DELETE FROM staged_events WHERE id = ANY(CAST(%(ids)s AS uuid[])) RETURNING id)
    DELETE FROM event_receipts WHERE id IN (SELECT id FROM forgotten)
"""


async def move_staged(session: AsyncSession, count: int, *, import_id: UUID, source: str, now: datetime) -> Moved:
    """Make events of the `count` that are staged, and remember whose profile must learn from them.

    Raises:
        sqlalchemy.exc.DBAPIError: somebody was joined or erased meanwhile; the transaction is worth another try.

    """
    values = {"import": import_id, "source": source, "now": now}
    moved = await driver.run(session, Statement(_MOVE, values, lambda rows: Moved(*rows[0])))
    if moved.count != count:
        gone = errors.SerializationFailure("customers of past events were joined or erased meanwhile")
        raise DBAPIError(_MOVE, None, gone)
    return moved


# Locks come first, by id: until the commit nobody of these is joined with another, or erased.
_MOVE = """
    WITH held AS MATERIALIZED (
         SELECT c.id, c.external_id FROM customers c
          WHERE c.erased_at IS NULL AND c.id IN (
                SELECT k.id FROM staged_events s JOIN customers k ON k.external_id = s.external_id WHERE s.plain
                 UNION SELECT customer_id FROM staged_events WHERE NOT plain)
          ORDER BY c.id FOR KEY SHARE),
    owned AS MATERIALIZED (
         SELECT s.id, s.occurred_at, h.id AS customer_id, s.name, s.properties
           FROM staged_events s JOIN held h ON h.external_id = s.external_id WHERE s.plain
          UNION ALL
         SELECT s.id, s.occurred_at, h.id, s.name, s.properties
           FROM staged_events s JOIN held h ON h.id = s.customer_id WHERE NOT s.plain),
    learners AS (
         INSERT INTO import_customers (import_id, customer_id)
         SELECT DISTINCT CAST(%(import)s AS uuid), customer_id FROM owned ORDER BY 2 ON CONFLICT DO NOTHING),
    written AS (
         INSERT INTO events (id, occurred_at, customer_id, name, properties, source, received_at)
         SELECT id, occurred_at, customer_id, name, properties, %(source)s, %(now)s FROM owned)
    SELECT count(*), min(occurred_at), max(occurred_at) FROM owned
"""
