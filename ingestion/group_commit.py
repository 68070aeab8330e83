"""Requests that come at the same time share a transaction, as a database's own group commit does.

A transaction costs a dozen statements and a write to disk, whether it takes ten events or a thousand. While some are
under way, what arrives waits for the next one and goes together. Each request is answered after its own commit.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import errors
from sqlalchemy.exc import DBAPIError

from config.tracing import span, traceparent
from domain.errors import UnavailableError
from domain.events import IncomingEvent
from ingestion.pipeline import Ingested
from ingestion.retrying_ingest import take_events
from store.database.engine import Database
from store.metrics import heartbeats

_log = logging.getLogger(__name__)

AT_ONCE = 4
"""Transactions under way at most."""
PATIENCE = 0.25
"""Seconds after which the next transaction no longer waits for one that is held up, by a lock for example."""
MOST = 1000
"""Events after which a transaction takes no further request."""

_BEAT_SECONDS = 60.0
"""Between two notes that live events come."""
MOST_WAITING = 20_000
"""Events that may wait, of all requests; more are refused, so that whoever sends them keeps them."""

Outcome = Ingested | str


@dataclass(frozen=True, slots=True)
class _Request:
    events: Sequence[IncomingEvent]
    now: datetime
    answer: "asyncio.Future[list[Outcome]]"
    traceparent: str | None


class GroupCommitter:
    """Takes live events for all requests of a process."""

    def __init__(self, database: Database, time_scale: float) -> None:
        self._database = database
        self._time_scale = time_scale
        self._waiting: deque[_Request] = deque()
        self._size = 0
        """Events that wait."""
        self._under_way: set[asyncio.Task[None]] = set()
        self._starter: asyncio.Task[None] | None = None
        self._beaten: float | None = None
        """When it was last noted that live events come; `time.monotonic`."""

    async def take(self, events: Sequence[IncomingEvent], *, now: datetime) -> list[Outcome]:
        """Each event's outcome, committed, or why it was not taken: see `take_events`.

        Raises:
            UnavailableError: too many wait already; nothing of the request was taken.

        """
        if not events:
            return []
        if self._waiting and self._size + len(events) > MOST_WAITING:
            raise UnavailableError("Too many events wait to be stored: send these again later")
        request = _Request(events, now, asyncio.get_running_loop().create_future(), traceparent())
        self._waiting.append(request)
        self._size += len(events)
        if self._starter is None or self._starter.done():
            # a task of its own: a request may be given up by its sender while others ride along
            self._starter = asyncio.create_task(self._start())
        return await request.answer

    async def _start(self) -> None:
        """Start a transaction after another for as long as somebody waits: the next when the one before is done.

        One at a time is fastest: it takes all that came meanwhile, and never waits for a lock of its neighbour.
        """
        while self._waiting:
            answering = asyncio.create_task(self._answer(self._next_group()))
            self._under_way.add(answering)
            answering.add_done_callback(self._under_way.discard)
            await asyncio.wait({answering}, timeout=PATIENCE)
            while len(self._under_way) >= AT_ONCE:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    def _next_group(self) -> list[_Request]:
        group = [self._waiting.popleft()]
        size = len(group[0].events)
        while self._waiting and size + len(self._waiting[0].events) <= MOST:
            group.append(self._waiting.popleft())
            size += len(group[-1].events)
        self._size -= size
        return group

    async def _answer(self, group: Sequence[_Request]) -> None:
        try:
            outcomes = await self._take([event for request in group for event in request.events], group)
        except Exception as error:
            if len(group) > 1 and not _is_away(error):
                # one of them may be to blame for all: each gets its own try, and its own error
                for request in group:
                    await self._answer([request])
                return
            for request in group:
                if not request.answer.done():
                    request.answer.set_exception(error)
            return
        rest = iter(outcomes)
        for request in group:
            mine = [next(rest) for _ in request.events]
            if not request.answer.done():
                request.answer.set_result(mine)

    async def _take(self, events: Sequence[IncomingEvent], group: Sequence[_Request]) -> list[Outcome]:
        now = max(request.now for request in group)
        # requests that share a transaction share its span, which continues the trace of the first of them
        with span("take events", parent=group[0].traceparent, events=len(events), requests=len(group)):
            outcomes = await take_events(self._database, events, now=now, time_scale=self._time_scale)
        if any(isinstance(outcome, Ingested) for outcome in outcomes):
            await self._beat()
        return outcomes

    async def _beat(self) -> None:
        if self._beaten is not None and time.monotonic() - self._beaten < _BEAT_SECONDS:
            return
        self._beaten = time.monotonic()
        try:
            async with self._database.transaction() as session:
                await heartbeats.beat(session, heartbeats.EVENTS)
        except DBAPIError:  # the events are stored: a note that is missing costs nobody anything
            _log.warning("it could not be noted that events came", exc_info=True)


def _is_away(error: Exception) -> bool:
    """Whether the database can't be reached, or not in time: smaller groups would fare no better."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, errors.LockNotAvailable | errors.QueryCanceled):
        return True
    return isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None
