"""Batches of a file's rows into the database: rows, refusals and the cursor in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from psycopg import errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.vocabulary import ImportState
from ingestion import history
from ingestion.files.reads import Read, refused
from ingestion.files.rows import Place
from ingestion.history import Batch, Stored
from ingestion.pipeline import ingest
from models import Import
from store import imports
from store.database import Database
from store.imports import Reject
from store.retrying import committed

_UNSTORABLE = "a value in it can't be stored"


class Intake:
    """Takes the batches of one import. Several at once would be safe, and wait for each other."""

    def __init__(self, database: Database, import_id: UUID, *, time_scale: float) -> None:
        self._database = database
        self._import_id = import_id
        self._time_scale = time_scale
        self._noted: set[str] = set()
        """Customers who are known to have to learn, so that they need not be noted again."""

    async def take(self, batch: Sequence[Read], *, now: datetime) -> Place | None:
        """Take a batch, unless somebody did before; None when the import is to stop.

        Returns:
            Where the import is now: behind the batch, or wherever another reader came to.

        """
        while True:
            try:
                place, learners = await committed(self._database, partial(self._take, batch=batch, now=now))
                self._noted |= learners
                return place
            except DBAPIError as error:
                if not isinstance(error.orig, errors.DataError):
                    raise
                if len(batch) == 1:
                    batch = [refused(batch[0], _UNSTORABLE)]
                    continue
            # One row spoils the batch: find it by halves.
            half = len(batch) // 2
            place = await self.take(batch[:half], now=now)
            if place is None or place.row != batch[half - 1].number:
                return place
            batch = batch[half:]

    async def _take(
        self, session: AsyncSession, *, batch: Sequence[Read], now: datetime
    ) -> tuple[Place | None, set[str]]:
        row = await imports.require(session, self._import_id, lock=True)
        if row.stopping or row.state not in (ImportState.QUEUED, ImportState.RUNNING):
            return None, set()
        if row.read != batch[0].number - 1:
            return Place(row.read, row.offset), set()
        stored = await self._store(session, row, [read for read in batch if not read.reason], now)
        await imports.add_rejects(session, row.id, _rejects(batch, stored))
        _move_on(row, batch, stored)
        return Place(row.read, row.offset), stored.learners

    async def _store(self, session: AsyncSession, row: Import, reads: Sequence[Read], now: datetime) -> Stored:
        if not row.live:
            return await history.store(session, reads, Batch(row.id, source_of(row.id), now, self._noted))
        stored, events = Stored(), [read.event for read in reads]
        history.count(stored, await ingest(session, events, now=now, time_scale=self._time_scale))
        return stored


def source_of(import_id: UUID) -> str:
    """What the events of an import are marked with."""
    return f"import:{import_id}"


def _rejects(batch: Sequence[Read], stored: Stored) -> list[Reject]:
    found = []
    for read in batch:
        if read.reason:
            found.append(Reject(read.number, read.reason, False, _shown(read.cells)))
        elif read.id in stored.refused:
            found.append(Reject(read.number, stored.refused[read.id], False, _shown(read.cells)))
        elif read.id in stored.notes:
            found.append(Reject(read.number, stored.notes[read.id], True, _shown(read.cells)))
    return found


def _shown(value: dict[str, Any]) -> dict[str, Any]:
    """The row for the report: as texts that the database takes, cut where they are long."""
    cells = ((name, "" if cell is None else cell) for name, cell in list(value.items())[:100])
    return {_text(name, 100): _text(cell, 500) for name, cell in cells}


def _text(value: object, length: int) -> str:
    return str(value)[:length].replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _move_on(row: Import, batch: Sequence[Read], stored: Stored) -> None:
    row.state = ImportState.RUNNING
    row.read, row.offset = batch[-1].number, batch[-1].offset
    row.taken += stored.taken
    row.repeated += stored.repeated
    row.refused += len(stored.refused) + sum(bool(read.reason) for read in batch)
    firsts = [at for at in (row.first_at, stored.first_at) if at is not None]
    lasts = [at for at in (row.last_at, stored.last_at) if at is not None]
    row.first_at, row.last_at = min(firsts, default=None), max(lasts, default=None)
