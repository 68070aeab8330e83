"""Events from requests into the pipeline, whatever dialect they came in."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from psycopg import errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import Services
from domain.events import IncomingEvent
from ingestion.pipeline import Ingested, ingest
from store.retrying import committed

Take = Callable[[AsyncSession, Sequence[IncomingEvent]], Awaitable[list[Ingested]]]


async def take_events(
    services: Services, events: Sequence[IncomingEvent], *, now: datetime, take: Take | None = None
) -> list[Ingested | str]:
    """Each event's outcome, committed, or why it was not taken. One that the database refuses takes no others with it.

    Args:
        services: where to.
        events: read from the request.
        now: the present instant, UTC.
        take: another way in than the live pipeline.

    """

    async def live(session: AsyncSession, some: Sequence[IncomingEvent]) -> list[Ingested]:
        return await ingest(session, some, now=now, time_scale=services.settings.time_scale)

    way = take or live
    if not events:
        return []
    try:
        answers = await committed(services.database, lambda session: way(session, events))
    except DBAPIError as error:
        if not isinstance(error.orig, errors.DataError):
            raise
        if len(events) == 1:
            return ["a value in it can't be stored"]
        return [(await take_events(services, [event], now=now, take=take))[0] for event in events]
    return ["it is about a customer who was erased" if a.status == "no_customer" else a for a in answers]
