"""Events into the pipeline and committed, whatever road they came by."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import IncomingEvent
from ingestion.pipeline import Ingested, ingest
from store.database.engine import Database
from store.database.retry import run_in_transaction


async def take_events(
    database: Database, events: Sequence[IncomingEvent], *, now: datetime, time_scale: float = 1.0, wake: bool = True
) -> list[Ingested | str]:
    """Each event's outcome, committed, or why it was not taken. One that the database refuses takes no others with it.

    Args:
        database: where to.
        events: in any order.
        now: the present instant, UTC.
        time_scale: see `ingestion.pipeline.ingest`.
        wake: see `ingestion.pipeline.ingest`.

    """

    async def take(session: AsyncSession) -> list[Ingested]:
        return await ingest(session, events, now=now, time_scale=time_scale, wake=wake)

    if not events:
        return []
    try:
        answers = await run_in_transaction(database, take)
    except DBAPIError as error:
        if not isinstance(error.orig, errors.DataError):
            raise
        if len(events) == 1:
            return ["a value in it can't be stored"]
        singly = [await take_events(database, [e], now=now, time_scale=time_scale, wake=wake) for e in events]
        return [answer for [answer] in singly]
    return [a.reason if a.status == "no_customer" else a for a in answers]
