"""Files on their way in: the file itself, how far it is, what was refused, and whose profile must still learn."""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from domain.i18n import sentence
from domain.vocabulary import ImportState
from models import Customer, Import, ImportChunk, ImportMapping, ImportReject
from store.database import driver
from store.database.driver import Statement, order
from store.database.keyset import after_cursor
from store.events.events import id_list

REJECTS_KEPT = 100_000
"""Rejected rows kept of one file; all are counted."""


class PastEvent(NamedTuple):
    """An event that a profile has yet to learn from."""

    name: str
    properties: dict[str, Any]
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Reject:
    """A row with something wrong."""

    row: int
    reason: str
    taken: bool
    """Whether the rest of the row was taken."""
    raw: dict[str, Any]


async def add_chunk(session: AsyncSession, import_id: UUID, position: int, data: bytes) -> None:
    """Keep the next piece of the file."""
    session.add(ImportChunk(import_id=import_id, position=position, data=data))
    await session.flush()


async def chunks(session: AsyncSession, import_id: UUID) -> AsyncIterator[bytes]:
    """The pieces of the file, in order, one in memory at a time."""
    count = await session.scalar(select(func.count()).where(col(ImportChunk.import_id) == import_id)) or 0
    for position in range(count):
        data = await session.scalar(
            select(col(ImportChunk.data)).where(
                col(ImportChunk.import_id) == import_id, col(ImportChunk.position) == position
            )
        )
        if data is None:
            raise NotFoundError(f"piece {position} of the file is missing")
        yield data


async def require(session: AsyncSession, import_id: UUID, *, lock: bool = False) -> Import:
    """An import; with `lock`, nobody else moves it on until the transaction ends.

    Raises:
        NotFoundError: there is none.

    """
    query = select(Import).where(col(Import.id) == import_id).execution_options(populate_existing=True)
    found = (await session.scalars(query.with_for_update() if lock else query)).one_or_none()
    if found is None:
        raise NotFoundError(sentence("no_import", import_id=str(import_id)))
    return found


class AtAddress(NamedTuple):
    """The customers who have an e-mail address; `own` is the one whose id it is."""

    everybody: list[UUID]
    own: UUID | None = None

    @property
    def meant(self) -> UUID | None:
        """The one who is meant by the address; None where nobody can tell."""
        return self.own or (self.everybody[0] if len(self.everybody) == 1 else None)


async def customers_at(session: AsyncSession, addresses: Iterable[str]) -> dict[str, AtAddress]:
    """E-mail address -> the customers who have it."""
    rows = await session.execute(
        select(col(Customer.email), col(Customer.id), col(Customer.external_id)).where(
            col(Customer.email).in_(sorted(addresses)), col(Customer.erased_at).is_(None)
        )
    )
    found: dict[str, AtAddress] = {}
    for email, customer_id, external_id in rows:
        if email is not None:
            here = found.get(email, AtAddress([]))
            found[email] = AtAddress([*here.everybody, customer_id], customer_id if external_id == email else here.own)
    return found


async def page(session: AsyncSession, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[Import]:
    """Imports, newest first, from behind `after` = (created_at, id)."""
    order = (col(Import.created_at), col(Import.id))
    query = select(Import).order_by(*(column.desc() for column in order)).limit(limit)
    if after:
        query = query.where(after_cursor(order, after, descending=True))
    return (await session.scalars(query)).all()


async def stop(session: AsyncSession, import_id: UUID) -> None:
    """Ask an import to stop after the batch that it is at."""
    await session.execute(update(Import).where(col(Import.id) == import_id).values(stopping=True))


async def discard_file(session: AsyncSession, import_id: UUID) -> None:
    """The file is not needed any more; what is known about it stays."""
    await session.execute(delete(ImportChunk).where(col(ImportChunk.import_id) == import_id))


async def discard_abandoned(session: AsyncSession, *, before: datetime) -> None:
    """Forget uploads that nobody finished, and files that were looked at and never taken."""
    abandoned = (
        col(Import.state).in_((ImportState.UPLOADING.value, ImportState.READY.value)),
        col(Import.created_at) < before,
    )
    old = select(col(Import.id)).where(*abandoned)
    await session.execute(delete(ImportChunk).where(col(ImportChunk.import_id).in_(old)))
    await session.execute(delete(Import).where(*abandoned))


async def mapping_for(session: AsyncSession, kind: str, header: str) -> dict[str, Any]:
    """What was asked for the latest file with that header; empty where there was none."""
    row = await session.get(ImportMapping, (kind, header))
    return {} if row is None else row.asked


async def remember_mapping(session: AsyncSession, kind: str, header: str, asked: dict[str, Any], by: str) -> None:
    """Keep what was asked, for the next file with that header."""
    values = {"asked": asked, "saved_by": by, "saved_at": func.now()}
    await session.execute(
        insert(ImportMapping)
        .values(kind=kind, header=header, **values)
        .on_conflict_do_update(index_elements=["kind", "header"], set_=values)
    )


async def add_rejects(session: AsyncSession, import_id: UUID, rejects: Sequence[Reject]) -> None:
    """Keep what was refused and why, as far as `REJECTS_KEPT` goes."""
    kept = await session.scalar(select(func.count()).where(col(ImportReject.import_id) == import_id)) or 0
    room = list(rejects)[: max(0, REJECTS_KEPT - kept)]
    if room:
        await session.execute(
            text("""
                INSERT INTO import_rejects (import_id, row, reason, taken, raw)
                SELECT :import, row, reason, taken, CAST(raw AS jsonb)
                  FROM unnest(CAST(:rows AS bigint[]), CAST(:reasons AS text[]), CAST(:taken AS boolean[]),
                              CAST(:raw AS text[])) AS n(row, reason, taken, raw)
            """),
            {
                "import": import_id,
                "rows": [reject.row for reject in room],
                "reasons": [reject.reason for reject in room],
                "taken": [reject.taken for reject in room],
                "raw": [json.dumps(reject.raw) for reject in room],
            },
        )


async def rejects(session: AsyncSession, import_id: UUID, after: int, limit: int) -> Sequence[ImportReject]:
    """Rejected rows, in the file's order, from behind row `after`."""
    return (
        await session.scalars(
            select(ImportReject)
            .where(col(ImportReject.import_id) == import_id, col(ImportReject.row) > after)
            .order_by(col(ImportReject.row))
            .limit(limit)
        )
    ).all()


async def commit_lazily(session: AsyncSession) -> None:
    """Do not wait for the disk at this transaction's end.

    What a crash of the server may take back, it takes back whole: rows and cursor, or a profile and the note that it
    has to learn. The import then goes on from there, and its end waits for the disk as all else does.
    """
    await driver.run(session, order("SET LOCAL synchronous_commit = off"))


_LEARNERS = """
    DELETE FROM import_customers i USING (
        SELECT import_id, customer_id FROM import_customers WHERE import_id = %(import)s
         ORDER BY customer_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ) AS n WHERE i.import_id = n.import_id AND i.customer_id = n.customer_id RETURNING i.customer_id
"""


async def take_learners(session: AsyncSession, import_id: UUID, limit: int) -> list[UUID]:
    """Customers whose profile must learn, taken off the list: theirs is this transaction's to write.

    None while others hold all that are left: `learners_left` says whether they came to an end with it.
    """
    values = {"import": import_id, "limit": limit}
    return await driver.run(session, Statement(_LEARNERS, values, lambda rows: [id_ for (id_,) in rows]))


_ANY_LEARNER: LiteralString = "SELECT customer_id FROM import_customers WHERE import_id = %(import)s LIMIT 1"


async def found_repeats(session: AsyncSession, import_id: UUID, count: int) -> None:
    """Count rows that were taken as repeats after all."""
    if count:
        await session.execute(
            update(Import)
            .where(col(Import.id) == import_id)
            .values(taken=col(Import.taken) - count, repeated=col(Import.repeated) + count)
        )


async def learners_left(session: AsyncSession, import_id: UUID) -> bool:
    """Whether anybody must still learn. Waits for whoever is teaching some of them, or joining them with others."""
    values = {"import": import_id}
    if await driver.run(session, Statement(_ANY_LEARNER + " FOR UPDATE", values, bool)):
        return True
    # Who was joined with another while this waited has to learn under the other's name: only a new look sees that.
    return await driver.run(session, Statement(_ANY_LEARNER, values, bool))


# One customer after another: the planner has not seen the new events, and would read all of them for each page. Those
# of the counting names all count; of any other name the newest does, and what it says only where that is remembered.
_PAST = """
    SELECT c.place, e.name, e.properties, e.occurred_at
      FROM unnest(CAST(%(ids)s AS uuid[])) WITH ORDINALITY AS c(id, place)
     CROSS JOIN LATERAL (
           SELECT name, occurred_at, id, properties FROM (
                  SELECT name, occurred_at, id, properties,
                         row_number() OVER (PARTITION BY name ORDER BY occurred_at DESC, id DESC) AS age
                    FROM events
                   WHERE customer_id = c.id AND source = %(source)s AND occurred_at BETWEEN %(first)s AND %(last)s
                  ) AS theirs
            WHERE age = 1 OR name = ANY(CAST(%(counting)s AS text[]))
            ORDER BY occurred_at, id) AS e
"""


async def past_events(
    session: AsyncSession,
    customer_ids: Sequence[UUID],
    *,
    source: str,
    between: tuple[datetime, datetime],
    counting: Iterable[str],
) -> dict[UUID, list[PastEvent]]:
    """By customer, the events of one source that teach something, oldest first.

    Every one of the `counting` names; of each other name the newest.
    """
    # Danger: a plan that was made while a partition was small would read all of it for each customer once it is large.
    await driver.run(session, order("SET LOCAL plan_cache_mode = force_custom_plan"))
    await driver.run(session, order("SET LOCAL enable_seqscan = off"))
    values = {
        "ids": id_list(customer_ids),
        "source": source,
        "first": between[0],
        "last": between[1],
        "counting": sorted(counting),
    }
    found: list[list[PastEvent]] = [[] for _ in customer_ids]
    for place, *event in await driver.run(session, Statement(_PAST, values, list)):
        found[place - 1].append(PastEvent(*event))
    return {customer_id: theirs for customer_id, theirs in zip(customer_ids, found, strict=True) if theirs}
