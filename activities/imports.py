"""An import's activities: take the file's rows, let profiles learn, close."""

import asyncio
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import IO, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import metrics
from activities.services import WorkerServices
from domain.vocabulary import ImportState
from ingestion import history, traits
from ingestion.files.calls import FileFacts
from ingestion.files.consents import ConsentStatement, consents_of
from ingestion.files.deciding import KnownColumns, Question, check
from ingestion.files.intake import FileImporter, source_of
from ingestion.files.plain import LaidOut, laid_out
from ingestion.files.reading import Asked, Reading
from ingestion.files.reads import Read, read_events
from ingestion.files.rows import Place, UnreadableError
from ingestion.files.understanding import understand
from models import Import
from store.customers import attributes
from store.database.retry import run_in_transaction
from store.events import imports
from store.messages import topics
from workflows.contracts import (
    FINISH_IMPORT,
    IMPORT_ROWS,
    UPDATE_PROFILES,
    FinishImportInput,
    ImportInput,
    ImportProgress,
)

BATCH = 10_000
"""Rows taken in one transaction: it holds the ids of its events, and for newcomers their names."""
LIVE_BATCH = 500
"""Rows taken in one transaction where events wake journeys: it locks the profiles of their customers."""
LEARNERS = 2_000
"""Profiles locked at once while they learn."""
LANES = 2
"""Batches in hand at once: one is written while the receipts of the next are taken."""
STRETCH = 500_000
"""Rows that one activity takes: the file is laid out on disk once for each."""
LEARNING_STRETCH = 100_000
"""Profiles that a teacher teaches in one activity."""
TEACHERS = 3
_BEAT_SECONDS = 5
_T = TypeVar("_T")


class ImportActivities:
    """Idempotent: each transaction moves the cursor that it stood at."""

    def __init__(self, services: WorkerServices) -> None:
        self._services = services
        self._database = services.database

    @activity.defn(name=IMPORT_ROWS)
    async def take_rows(self, input: ImportInput) -> ImportProgress:
        """Take a stretch of rows, from wherever the import is.

        Raises:
            ApplicationError: the file is not of its format; not worth a retry.

        """
        with tempfile.TemporaryFile() as file, ExitStack() as held:
            row = await self._lay_out(input.import_id, file)
            try:
                asked = Asked.model_validate(row.asked)
                plain = await _beating(lambda: held.enter_context(laid_out(file, row.format, asked.encoding)))  # type: ignore[arg-type]
                reading = await self._understood(row, plain)
                done = await self._take(row, plain, reading)
            except UnreadableError as error:
                raise ApplicationError(str(error), type="UnreadableError", non_retryable=True) from error
        return await self._progress(input.import_id, done=done)

    @activity.defn(name=UPDATE_PROFILES)
    async def teach_profiles(self, input: ImportInput) -> ImportProgress:
        """Let a stretch of profiles learn from what was taken."""
        async with self._database.transaction() as session:
            row = await imports.require(session, input.import_id)
        # two teachers: while one waits for the database, the other one computes
        await asyncio.gather(*(self._teach_pages(row) for _ in range(TEACHERS)))
        async with self._database.transaction() as session:
            left = await imports.learners_left(session, input.import_id)
        return await self._progress(input.import_id, done=not left)

    async def _teach_pages(self, row: Import) -> None:
        """Teach page after page, until there is none or the stretch is done."""
        for _ in range(0, LEARNING_STRETCH, LEARNERS):
            if not await run_in_transaction(self._database, lambda session: _teach(session, row)):
                return
            activity.heartbeat()

    @activity.defn(name=FINISH_IMPORT)
    async def finish_import(self, input: FinishImportInput) -> ImportProgress:
        """Close the import and throw the file away."""
        async with self._database.transaction() as session:
            row = await imports.require(session, input.import_id, lock=True)
            if row.finished_at is None:
                ended = ImportState.STOPPED if row.stopping else ImportState.FINISHED
                row.state = ImportState.FAILED if input.error else ended
                row.error = input.error
                row.finished_at = datetime.now(UTC)
                await imports.discard_file(session, row.id)
                metrics.imports.labels(row.state).inc()
                for result, count in (("taken", row.taken), ("repeated", row.repeated), ("refused", row.refused)):
                    metrics.import_rows.labels(result).inc(count)
        return await self._progress(input.import_id, done=True)

    async def _lay_out(self, import_id: UUID, file: IO[bytes]) -> Import:
        """Write the file to this machine's disk, where formats can be read in their own order."""
        async with self._database.transaction() as session:
            row = await imports.require(session, import_id)
            async for chunk in imports.chunks(session, import_id):
                await asyncio.to_thread(file.write, chunk)
                activity.heartbeat()
        return row

    async def _understood(self, row: Import, plain: LaidOut) -> Reading:
        """How the file is read: decided once, over all of it, before its first row is taken.

        Raises:
            UnreadableError: none of its rows could be taken.

        """
        if row.reading:
            return Reading.model_validate(row.reading)
        async with self._database.transaction() as session:
            known = KnownColumns(
                await attributes.types(session), frozenset(each.key for each in await topics.listed(session))
            )
        question = Question(row.kind, known, Asked.model_validate(row.asked))  # type: ignore[arg-type]
        reading = await _beating(lambda: understand(plain.file, plain.format, question))
        reading = reading.model_copy(update={"encoding": plain.encoding})
        check(reading, question.kind)
        async with self._database.transaction() as session:
            kept = await imports.require(session, row.id, lock=True)
            if kept.reading:  # another worker was here first
                return Reading.model_validate(kept.reading)
            kept.reading, kept.row_count = reading.model_dump(mode="json"), reading.rows
        return reading

    async def _take(self, row: Import, plain: LaidOut, reading: Reading) -> bool:
        """Take rows; whether the file has no more of them, or the import is to stop."""
        consent = ConsentStatement.model_validate(row.consent) if row.consent else None
        scale = self._services.settings.time_scale
        intake = FileImporter(
            self._database, row.id, live=row.live, time_scale=scale, consents=consents_of(reading, consent)
        )
        facts = FileFacts(row.kind, row.sha256, row.created_at, reading)  # type: ignore[arg-type]
        place = Place(row.read, row.offset)
        size = LIVE_BATCH if row.live else BATCH
        batches = read_events(plain.file, plain.format, place, size, facts, live=row.live)

        def read() -> Sequence[Read] | None:
            return next(batches, None)

        ahead = asyncio.create_task(asyncio.to_thread(read))
        taking: deque[tuple[int, asyncio.Task[Place | None]]] = deque()
        end, batch, more = place.row + STRETCH, None, True
        try:
            while more or taking:
                if more and (batch := await ahead) is not None:
                    ahead = asyncio.create_task(asyncio.to_thread(read))
                    taking.append((batch[-1].number, asyncio.create_task(intake.take(batch, now=datetime.now(UTC)))))
                more = batch is not None and batch[-1].number < end
                if taking and (len(taking) == LANES or not more):
                    expected, task = taking.popleft()
                    reached = await task
                    activity.heartbeat()
                    if reached is None or reached.row != expected:
                        return reached is None
            return batch is None
        except UnreadableError:
            # what came before the place where the file is broken is taken all the same
            while taking:
                await taking.popleft()[1]
            raise
        finally:
            for _, task in taking:
                task.cancel()
            # the thread reads from the file, which is about to be closed
            await asyncio.wait([ahead, *(task for _, task in taking)])

    async def _progress(self, import_id: UUID, *, done: bool) -> ImportProgress:
        async with self._database.transaction() as session:
            row = await imports.require(session, import_id)
        return ImportProgress(
            read=row.read,
            row_count=row.row_count,
            taken=row.taken,
            repeated=row.repeated,
            refused=row.refused,
            done=done,
        )


async def _beating(work: Callable[[], _T]) -> _T:
    """Do what takes long in a thread, and go on telling that this activity lives."""
    task: asyncio.Task[_T] = asyncio.create_task(asyncio.to_thread(work))
    while not task.done():
        await asyncio.wait([task], timeout=_BEAT_SECONDS)
        activity.heartbeat()
    return await task


async def _teach(session: AsyncSession, row: Import) -> bool:
    """Teach a page of profiles; whether there was one."""
    await imports.commit_lazily(session)
    learners = await imports.take_learners(session, row.id, LEARNERS)
    if learners and row.first_at is not None and row.last_at is not None:
        past = await imports.past_events(
            session, learners, source=source_of(row.id), between=(row.first_at, row.last_at), counting=traits.COUNTED
        )
        repeats = await history.learn(session, past, source=source_of(row.id), now=datetime.now(UTC))
        await imports.found_repeats(session, row.id, repeats)
    return bool(learners)
