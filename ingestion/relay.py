"""The outbox relay: tells Temporal what ingestion has decided, at least once, within milliseconds.

A note is deleted in the transaction that holds it locked, after Temporal has it. A relay that dies in between leaves
the note for the next one, which tells it again: starts are told apart by workflow id and signals by event id, so a
repeat changes nothing. Any number of relays may run; each takes what no other holds.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

import psycopg
from prometheus_client import Counter, Histogram
from sqlalchemy.ext.asyncio import AsyncSession

from config.tracing import span
from store.campaigns import failures, outbox, wakeups
from store.campaigns.outbox import RETRY_JOURNEYS, WAKE_JOURNEYS, Backlog, OutboxMessage, PendingMessages
from store.campaigns.outbox_notifier import CHANNEL
from store.database.engine import Database

_log = logging.getLogger(__name__)
_told = Counter("campaign_flow_relay_notes_total", "Notes told to Temporal.", ["kind", "outcome"])
_waited = Histogram(
    "campaign_flow_relay_wait_seconds",
    "From the writing of a note to Temporal having it.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600),
)

CALL_SECONDS = 10.0
"""The longest that one call to Temporal may take; then it is tried again later."""
_FIRST_RETRY = 0.5
_LONGEST_RETRY = 60.0
_EXPAND: Mapping[str, Callable[[AsyncSession, OutboxMessage], Awaitable[int]]] = {
    WAKE_JOURNEYS: wakeups.expand,
    RETRY_JOURNEYS: failures.expand,
}
"""Notes that become a page of notes, and one for the rest."""


class WorkflowNotFoundError(Exception):
    """The workflow that a note is for has ended: there is nobody left to tell."""


class Publisher(Protocol):
    """Knows how to start and to signal a journey's workflow."""

    async def tell(self, note: OutboxMessage) -> None:
        """Tell Temporal, once more being harmless.

        Raises:
            GoneError: a signal for a workflow that has ended.
            Exception: anything else: it will be told again.

        """
        ...


class Relay:
    """Drains the outbox until it is stopped."""

    def __init__(
        self,
        database: Database,
        teller: Publisher,
        *,
        lanes: int = 2,
        batch: int = 100,
        at_once: int = 32,
        poll_seconds: float = 1.0,
    ) -> None:
        """A relay.

        Args:
            database: where the outbox is.
            teller: tells Temporal.
            lanes: batches under way at the same time, so that one slow call does not hold up all that comes after it.
            batch: notes taken at once.
            at_once: calls under way at the same time within a batch.
            poll_seconds: how often to look without being notified (retries that fall due, a lost notification).

        """
        self._database = database
        self._teller = teller
        self._lanes = lanes
        self._batch = batch
        self._poll_seconds = poll_seconds
        self._calls = asyncio.Semaphore(at_once)
        self._wake = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until `stop` is set; what is in hand then is finished first."""
        listener = asyncio.create_task(self._listen())
        lanes = [asyncio.create_task(self._lane(stop)) for _ in range(self._lanes)]
        try:
            await stop.wait()
            self._wake.set()
            await asyncio.gather(*lanes)
        finally:
            for task in (listener, *lanes):
                task.cancel()
            await asyncio.gather(listener, *lanes, return_exceptions=True)

    async def drain(self) -> int:
        """Tell one batch; how many notes it held."""
        async with self._database.transaction() as session:
            due = await outbox.lock_due(session, limit=self._batch)
            if not due:
                return 0
            for item in due:
                if item.note.kind in _EXPAND:
                    _told.labels(item.note.kind, "told").inc()
                    await _EXPAND[item.note.kind](session, item.note)
            later = await self._tell([item for item in due if item.note.kind not in _EXPAND])
            await outbox.delete(session, [item.id for item in due if item.id not in later])
            await outbox.put_off(session, later)
        return len(due)

    async def health(self) -> Backlog:
        """How much waits to be told, and since when."""
        async with self._database.transaction() as session:
            return await outbox.backlog(session)

    async def _lane(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._wake.clear()
            try:
                if await self.drain() == self._batch:
                    continue
            except Exception:  # the database is away: it is asked again, for as long as it takes
                _log.exception("the outbox could not be read")
                await asyncio.sleep(self._poll_seconds)
                continue
            if not stop.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._poll_seconds)

    async def _tell(self, due: Sequence[PendingMessages]) -> Mapping[int, tuple[str, float]]:
        """Tell all; what must be told again, as id -> (why, seconds to wait)."""
        by_workflow: dict[str, list[PendingMessages]] = {}
        for item in sorted(due, key=lambda item: item.id):
            by_workflow.setdefault(item.note.workflow_id, []).append(item)
        failed = await asyncio.gather(*(self._tell_in_order(items) for items in by_workflow.values()))
        return {item_id: why for later in failed for item_id, why in later.items()}

    async def _tell_in_order(self, items: Sequence[PendingMessages]) -> dict[int, tuple[str, float]]:
        """One workflow's notes. After one that failed the rest waits too."""
        for position, item in enumerate(items):
            try:
                async with self._calls, asyncio.timeout(CALL_SECONDS):
                    with span("relay", parent=item.traceparent, kind="CONSUMER"):
                        await self._teller.tell(item.note)
                _told.labels(item.note.kind, "told").inc()
                _waited.observe(item.waited_seconds)
            except WorkflowNotFoundError:
                _told.labels(item.note.kind, "gone").inc()
            except Exception as error:
                _told.labels(item.note.kind, "failed").inc()
                why = f"{type(error).__name__}: {error}"[:500]
                seconds = min(_LONGEST_RETRY, _FIRST_RETRY * 2 ** min(item.attempts, 10))
                _log.warning("%s could not be told: %s; again in %.1f s", item.note.workflow_id, why, seconds)
                return {waiting.id: (why, seconds) for waiting in items[position:]}
        return {}

    async def _listen(self) -> None:
        """Wake the lanes when a transaction that wrote notes commits."""
        url = self._database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._wake.set()
                    async for _ in connection.notifies():
                        self._wake.set()
            except psycopg.Error as error:
                _log.warning("no notifications from the database (%s): polling only", error)
            await asyncio.sleep(self._poll_seconds)
