"""Batches of a file's rows into the database: rows, refusals and the cursor in one transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import errors
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from domain.vocabulary import ConsentStatus, ImportState
from ingestion import history
from ingestion.files.consents import Consents
from ingestion.files.reads import Read, RowRead, refused
from ingestion.files.rows import Place
from ingestion.history import Batch, DedupedBatch, Stored
from ingestion.pipeline import ingest
from models import Import
from store.customers import import_consents
from store.customers.import_consents import ConsentWord
from store.database.engine import Database
from store.database.retry import run_in_transaction
from store.events import imports, partitions
from store.events.imports import AtAddress, Reject

_DAY = 24 * 60 * 60 * 1_000_000
_MOST_DAYS = 100_000
_NO_CONSENTS = Consents()
_SEVERAL = "several customers have this e-mail address: say which one by their id"
_SEVERAL_LEFT = f"{_SEVERAL}; that they left is kept of all of them"
_UNSTORABLE = "a value in it can't be stored"


class _StumbledError(Exception):
    """The batch before this one has to be tried again; what this one took must be given up for it."""


class _Named(NamedTuple):
    """A batch whose customers are named, and whose receipts are taken."""

    reads: Sequence[Read]
    unclear: dict[str, str]
    """Event -> why nobody can tell whom it is about."""
    sharing: dict[str, list[UUID]]
    """Event -> the several customers who have the address that it names. A no by an address is a no of each of them."""
    receipted: DedupedBatch


class _Turn:
    """What a batch lets the next one know, which takes its receipts while this one still writes.

    A batch must never wait for the next one, which waits for it. So receipts are taken in the order of the batches and
    before all else, and when a batch has to be tried again, the next one lets go of those that it took.
    """

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.receipts: asyncio.Future[bool] = loop.create_future()
        """Whether the first try took all receipts that it will take."""
        self.written: asyncio.Future[bool] = loop.create_future()
        """Whether the first try brought the import to this batch's end."""
        self.ended = asyncio.Event()

    def failed(self) -> None:
        """The first try won't do it, or did it long ago."""
        for future in (self.receipts, self.written):
            if not future.done():
                future.set_result(False)


class FileImporter:
    """Takes the batches of an import in their order. Several intakes at once would be safe, and wait for each other."""

    def __init__(
        self,
        database: Database,
        import_id: UUID,
        *,
        live: bool,
        time_scale: float,
        consents: Consents = _NO_CONSENTS,
    ) -> None:
        self._database = database
        self._import_id = import_id
        self._live = live
        self._time_scale = time_scale
        self._consents = consents
        self._last: _Turn | None = None
        self._noted: set[str] = set()
        """Customers who are known to have to learn, so that they need not be noted again."""
        self._days: set[int] = set()
        """Days since 1970 whose partitions are there."""

    async def take(self, batch: Sequence[Read], *, now: datetime) -> Place | None:
        """Take a batch, unless somebody did before. May be called again while this one is being taken.

        Returns:
            Where the import is then: behind the batch, or wherever another reader came to; None when it is to stop.

        """
        turn, before = _Turn(), self._last
        self._last = turn
        try:
            await self._make_quarters(batch, now)
            place = await self._try_beside(batch, now, turn, before)
            if not turn.written.done():
                turn.failed()
                if before is not None:
                    await before.ended.wait()
                place = await self._take_alone(batch, now)
            return place
        finally:
            turn.failed()
            turn.ended.set()

    async def _make_quarters(self, batch: Sequence[Read], now: datetime) -> None:
        """See to it that none of these events falls into the default partition, which holds no history well."""
        days = {read.moment // _DAY for read in batch if not read.reason} - self._days
        if not days:
            return
        first, last = ((now + span).date() for span in (-partitions.BEHIND, partitions.AHEAD))
        wanted = {date(1970, 1, 1) + timedelta(days=day) for day in days if -_MOST_DAYS < day < _MOST_DAYS}
        await partitions.make_quarters_of(self._database, [day for day in wanted if first <= day <= last])
        self._days |= days

    async def _try_beside(
        self, batch: Sequence[Read], now: datetime, turn: _Turn, before: _Turn | None
    ) -> Place | None:
        """Try once, while the batch before is being written; `turn.written` stays open where that is not to be."""
        reads: Sequence[Read] = _events(batch)
        if self._live or not history.stands_alone(reads):
            return None
        if before is not None and not await before.receipts:
            await before.ended.wait()
            before = None  # this one tries by itself, and the next one beside it
        try:
            async with self._database.transaction() as session:
                await imports.commit_lazily(session)
                reads, unclear, sharing = await self._addressed(session, reads)
                receipted = await history.take_receipts(session, reads, now=now)
                turn.receipts.set_result(True)
                if before is not None and not await before.written:
                    raise _StumbledError
                place, learners = await self._write(session, batch, _Named(reads, unclear, sharing, receipted), now)
        except (DBAPIError, _StumbledError):
            return None
        self._noted |= learners
        turn.written.set_result(place is not None and place.row == batch[-1].number)
        return place

    async def _take_alone(self, batch: Sequence[Read], now: datetime) -> Place | None:
        while True:
            try:
                place, learners = await run_in_transaction(self._database, partial(self._take, batch=batch, now=now))
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
            place = await self._take_alone(batch[:half], now)
            if place is None or place.row != batch[half - 1].number:
                return place
            batch = batch[half:]

    async def _take(
        self, session: AsyncSession, *, batch: Sequence[Read], now: datetime
    ) -> tuple[Place | None, set[str]]:
        reads, unclear, sharing = await self._addressed(session, _events(batch))
        if self._live:  # journeys start on what is committed: it must not be taken back
            return await self._write(session, batch, _Named(reads, unclear, sharing, DedupedBatch()), now)
        await imports.commit_lazily(session)
        receipted = await history.take_receipts(session, reads, now=now)
        return await self._write(session, batch, _Named(reads, unclear, sharing, receipted), now)

    async def _addressed(
        self, session: AsyncSession, reads: Sequence[Read]
    ) -> tuple[Sequence[Read], dict[str, str], dict[str, list[UUID]]]:
        """The rows whose customer is clear, and of those known by an address alone the rest of a _Named."""
        addresses = {read.address for read in reads if read.address is not None}
        unclear: dict[str, str] = {}
        sharing: dict[str, list[UUID]] = {}
        found = await imports.customers_at(session, addresses) if addresses else {}
        for read in reads:
            if not isinstance(read, RowRead) or read.address is None:
                continue
            here = found.get(read.address, AtAddress([]))
            if len(here.everybody) > 1:
                sharing[read.id] = here.everybody
            if here.meant is None and here.everybody:
                unclear[read.id] = _SEVERAL_LEFT if self._tells_of_leaving(read) else _SEVERAL
            else:
                read.known_as(here.meant)
        return [read for read in reads if read.id not in unclear], unclear, sharing

    def _tells_of_leaving(self, read: Read) -> bool:
        words = self._consents.words(read.words)
        return any(said and word.status is ConsentStatus.UNSUBSCRIBED for word, said in words)

    async def _write(
        self, session: AsyncSession, batch: Sequence[Read], named: _Named, now: datetime
    ) -> tuple[Place | None, set[str]]:
        """Everything but the receipts; where the import is then, and who was noted as having to learn."""
        row = await imports.require(session, self._import_id, lock=True)
        if row.stopping or row.state not in (ImportState.QUEUED, ImportState.RUNNING):
            return None, set()
        if row.read != batch[0].number - 1:
            return Place(row.read, row.offset), set()
        stored = await self._store(session, named.reads, named.receipted, now)
        stored.refused |= named.unclear
        await self._keep_consents(session, batch, named.sharing, stored, now)
        rejects = _rejects(batch, stored)
        await imports.add_rejects(session, row.id, rejects)
        _move_on(row, batch, stored, rejects)
        return Place(row.read, row.offset), stored.learners

    async def _store(
        self, session: AsyncSession, reads: Sequence[Read], receipted: DedupedBatch, now: datetime
    ) -> Stored:
        if not self._live:
            batch = Batch(self._import_id, source_of(self._import_id), now, self._noted)
            return await history.store(session, reads, receipted, batch)
        stored, events = Stored(), [read.event for read in reads]
        history.count(stored, await ingest(session, events, now=now, time_scale=self._time_scale))
        return stored

    async def _keep_consents(
        self,
        session: AsyncSession,
        batch: Sequence[Read],
        sharing: Mapping[str, Sequence[UUID]],
        stored: Stored,
        now: datetime,
    ) -> None:
        words = []
        for read in _events(batch):
            owner, others = stored.owners.get(read.id), sharing.get(read.id, ())
            for word, said in self._consents.words(read.words) if owner is not None or others else ():
                left = said and word.status is ConsentStatus.UNSUBSCRIBED
                words += [
                    ConsentWord(customer, word.channel, word.topic, word.status, word.at if said else None, said=said)
                    for customer in {*([owner] if owner else ()), *(others if left else ())}
                ]
        if words:
            await import_consents.write(session, words, source=source_of(self._import_id), now=now)


def _events(batch: Sequence[Read]) -> list[Read]:
    return [read for read in batch if not read.reason]


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
        elif read.id in stored.notes or read.notes:
            said = stored.notes.get(read.id, "")
            notes = "; ".join(filter(None, [*(note for note in read.notes if note not in said), said]))
            found.append(Reject(read.number, notes[:1_000], True, _shown(read.cells)))
    return found


def _shown(value: dict[str, Any]) -> dict[str, Any]:
    """The row for the report: as texts that the database takes, cut where they are long."""
    cells = ((name, "" if cell is None else cell) for name, cell in list(value.items())[:100])
    return {_text(name, 100): _text(cell, 500) for name, cell in cells}


def _text(value: object, length: int) -> str:
    return str(value)[:length].replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _move_on(row: Import, batch: Sequence[Read], stored: Stored, rejects: Sequence[Reject]) -> None:
    row.state = ImportState.RUNNING
    row.read, row.offset = batch[-1].number, batch[-1].offset
    row.taken += stored.taken
    row.repeated += stored.repeated
    row.noted += sum(reject.taken for reject in rejects)
    row.refused += len(stored.refused) + sum(bool(read.reason) for read in batch)
    firsts = [at for at in (row.first_at, stored.first_at) if at is not None]
    lasts = [at for at in (row.last_at, stored.last_at) if at is not None]
    row.first_at, row.last_at = min(firsts, default=None), max(lasts, default=None)
