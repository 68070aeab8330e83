"""Batches of a file's rows into the database: rows, refusals and the cursor in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.events import IncomingEvent
from domain.vocabulary import ImportState
from ingestion import history
from ingestion.files.calls import FileFacts, read_event
from ingestion.files.rows import Place, Row
from ingestion.history import Batch, Stored
from ingestion.pipeline import ingest
from models import Import
from store import imports
from store.database import Database
from store.imports import Reject
from store.retrying import committed

_UNSTORABLE = "a value in it can't be stored"


class Read(NamedTuple):
    """A row as an event, or why it can't be one."""

    row: Row
    event: IncomingEvent | None
    reason: str = ""


def read_batch(rows: Sequence[Row], facts: FileFacts) -> list[Read]:
    """Rows as events. Needs no database: it is done in a thread while the database takes the batch before."""
    read = []
    for row in rows:
        try:
            read.append(Read(row, read_event(row, facts)))
        except ValueError as error:
            read.append(Read(row, None, str(error)[:500]))
    return read


class Intake:
    """Takes the batches of one import. Several at once would be safe, and wait for each other."""

    def __init__(self, database: Database, import_id: UUID, *, time_scale: float) -> None:
        self._database = database
        self._import_id = import_id
        self._time_scale = time_scale

    async def take(self, batch: Sequence[Read], *, now: datetime) -> Place | None:
        """Take a batch, unless somebody did before; None when the import is to stop.

        Returns:
            Where the import is now: behind the batch, or wherever another reader came to.

        """
        while True:
            try:
                return await committed(self._database, partial(self._take, batch=batch, now=now))
            except DBAPIError as error:
                if not isinstance(error.orig, errors.DataError):
                    raise
                if len(batch) == 1:
                    batch = [Read(batch[0].row, None, _UNSTORABLE)]
                    continue
            # One row spoils the batch: find it by halves.
            half = len(batch) // 2
            place = await self.take(batch[:half], now=now)
            if place is None or place.row != batch[half - 1].row.number:
                return place
            batch = batch[half:]

    async def _take(self, session: AsyncSession, *, batch: Sequence[Read], now: datetime) -> Place | None:
        row = await imports.require(session, self._import_id, lock=True)
        if row.stopping or row.state not in (ImportState.QUEUED, ImportState.RUNNING):
            return None
        if row.read != batch[0].row.number - 1:
            return Place(row.read, row.offset)
        events = [read.event for read in batch if read.event is not None]
        stored = await self._store(session, row, events, now)
        await imports.add_rejects(session, row.id, _rejects(batch, stored))
        _move_on(row, batch, stored)
        return Place(row.read, row.offset)

    async def _store(
        self, session: AsyncSession, row: Import, events: Sequence[IncomingEvent], now: datetime
    ) -> Stored:
        if not row.live:
            return await history.store(session, events, Batch(row.id, source_of(row.id), now))
        stored = Stored()
        history.count(stored, await ingest(session, events, now=now, time_scale=self._time_scale))
        return stored


def source_of(import_id: UUID) -> str:
    """What the events of an import are marked with."""
    return f"import:{import_id}"


def _rejects(batch: Sequence[Read], stored: Stored) -> list[Reject]:
    found = []
    for read in batch:
        if read.event is None:
            found.append(Reject(read.row.number, read.reason, False, _shown(read.row.value)))
        elif read.event.id in stored.refused:
            found.append(Reject(read.row.number, stored.refused[read.event.id], False, _shown(read.row.value)))
        elif read.event.id in stored.notes:
            found.append(Reject(read.row.number, stored.notes[read.event.id], True, _shown(read.row.value)))
    return found


def _shown(value: dict[str, Any]) -> dict[str, Any]:
    """The row for the report: as texts that the database takes, cut where they are long."""
    return {_text(name, 100): _text(cell, 500) for name, cell in list(value.items())[:100]}


def _text(value: object, length: int) -> str:
    return str(value)[:length].replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _move_on(row: Import, batch: Sequence[Read], stored: Stored) -> None:
    row.state = ImportState.RUNNING
    row.read, row.offset = batch[-1].row.number, batch[-1].row.offset
    row.taken += stored.taken
    row.repeated += stored.repeated
    row.refused += len(stored.refused) + sum(read.event is None for read in batch)
    firsts = [at for at in (row.first_at, stored.first_at) if at is not None]
    lasts = [at for at in (row.last_at, stored.last_at) if at is not None]
    row.first_at, row.last_at = min(firsts, default=None), max(lasts, default=None)
