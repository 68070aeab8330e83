"""Scoring everyone. CPU-bound work runs in a thread, while a heartbeat says that it lives."""

import asyncio
import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import numpy as np
import pandas as pd
import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from threadpoolctl import ThreadpoolController

from activities.heartbeat import heartbeating
from domain.vocabulary import ModelKind
from intelligence import features, score_matrix, scoring, training_data
from intelligence.evaluation_metrics import Numbers
from intelligence.features import Span
from intelligence.score_matrix import ScoreMatrix
from intelligence.scoring import LoadedModel, Loader
from store.database import driver
from store.database.driver import Statement
from store.database.engine import Database
from store.events import copy_binary
from store.events.copy_binary import ID_SIZE
from store.intelligence import model_registry, score_batches
from store.intelligence.score_batches import Column, Places, ScorePage
from workflows.intelligence_contracts import RANK, SCORE, RankInput, ScoreInput, ScoringProgress

PAGE = 10_000
"""Customers scored at once."""
STRETCH = 25
"""Pages that one activity scores."""
DRIFT_SPANS = 5
_LANES = 2
"""Pages written at once: one is put together while another is in Postgres' hands."""
_SCORELESS = (ModelKind.HOURS, ModelKind.RECOMMENDATIONS, ModelKind.POLICY)
"""Models that are asked when somebody needs them, and give nobody a score."""

_POOLS = ThreadpoolController()
"""Threads of the matrix library wait by spinning: beside those of the trees, and Postgres, they cost more than they
give."""

log = structlog.get_logger()


class ScoringActivities:
    """Idempotent: pages and rows of a scoring replace themselves."""

    def __init__(self, database: Database, kept: training_data.TrainingDataCache, *, time_scale: float = 1.0) -> None:
        """Take the database, what a training before may have kept, and the real seconds of a business second."""
        self._database = database
        self._kept = kept
        self._time_scale = time_scale

    @activity.defn(name=SCORE)
    async def score(self, input: ScoreInput) -> ScoringProgress:
        """Score a stretch of customers with every model in use. One that fails is left out, and named."""
        self._kept.begin(None)  # the training before is over
        failed = dict(input.failed)
        models = await self._load(input.models, failed)
        # a model that took over since the first stretch counts from the next scoring on: one score, one model
        chosen = input.models or {model.row.name: model.row.id for model in models}
        sheet = ScoreMatrix(tuple(sorted(chosen)))
        progress = ScoringProgress(cursor=input.cursor, models=chosen)
        seconds = dict.fromkeys(("reading", "scoring", "writing"), 0.0)
        async with self._database.transaction() as session:
            await score_batches.drop_pages(session, input.moment, after=input.cursor)
        reading = asyncio.create_task(self._read_page(progress.cursor, input.moment, seconds))
        try:
            async with heartbeating():
                for _ in range(STRETCH):
                    ids, known = await reading
                    if not ids or not models:
                        progress = progress.model_copy(update={"done": True})
                        break
                    # the next page is read while this one is scored
                    last = UUID(bytes=ids[-ID_SIZE:])
                    reading = asyncio.create_task(self._read_page(last, input.moment, seconds))
                    with _timed(seconds, "scoring"):
                        page, said = await asyncio.to_thread(_score_page, models, sheet, ids, known, failed)
                    with _timed(seconds, "writing"):
                        async with self._database.transaction() as session:
                            await score_batches.keep_page(session, input.moment, page)
                    progress = progress.model_copy(
                        update={
                            "cursor": last,
                            "customers": progress.customers + len(ids) // ID_SIZE,
                            "scores": progress.scores + said,
                        }
                    )
        finally:
            reading.cancel()
            await asyncio.wait([reading])
        return progress.model_copy(update={"failed": failed, "seconds": seconds})

    @activity.defn(name=RANK)
    async def rank(self, input: RankInput) -> dict[str, float]:
        """Give percentiles, write everybody's scores, and note how far the world has drifted; seconds of each."""
        seconds = dict.fromkeys(("ranking", "writing", "drift"), 0.0)
        async with heartbeating():
            await self._publish(input, seconds)
            with _timed(seconds, "drift"):
                await self._note_drift(input)
        return seconds

    async def _publish(self, input: RankInput, seconds: dict[str, float]) -> None:
        sheet = ScoreMatrix(tuple(sorted(input.models)))
        with _timed(seconds, "ranking"):
            async with self._database.transaction() as session:
                firsts = await score_batches.firsts(session, input.moment)
            if not firsts:
                return  # there is nobody, or all is written and this is a repeat
            pages = [await self._kept_page(input.moment, first) for first in firsts]
            numbers = np.concatenate([sheet.read(page.numbers) for page in pages])
            usual = {model.row.name: model.of_strangers[0] for model in await self._load(input.models, {})}
            ranks, places = await asyncio.to_thread(score_matrix.ranked, sheet, numbers, input.failed, usual)
        with _timed(seconds, "writing"):
            ends = np.cumsum([len(page.customers) // ID_SIZE for page in pages])
            carried = await self._describe(input, places, sheet.width + ranks.shape[1])
            turns = iter(zip(pages, np.split(numbers, ends[:-1]), np.split(ranks, ends[:-1]), strict=True))

            async def lane() -> None:
                for page, *parts in turns:
                    await self._write(input.moment, page, parts, carried)

            await asyncio.gather(*(lane() for _ in range(_LANES)))
            async with self._database.transaction() as session:
                await score_batches.end(session, input.moment)

    async def _describe(self, input: RankInput, places: Mapping[str, Places], width: int) -> list[Column]:
        """Say what is where. Those returned failed: their last scores are to follow the others.

        A score that was retired while it was made stays retired.
        """
        carried: list[Column] = []
        async with self._database.transaction() as session:
            used = {row.name for row in await model_registry.champions(session)}
            for name in input.failed:
                last = await score_batches.last_column(session, name, before=input.moment)
                if last is None or name not in used:
                    continue
                start = width + 4 * len(carried)
                at = Places(value=start + 1, percentile=start + 2, low=start + 3, high=start + 4)
                carried.append(Column(name, *last, at))
            made = [Column(name, input.models[name], input.moment, at) for name, at in places.items() if name in used]
            await score_batches.describe(session, input.moment, [*made, *carried])
        return carried

    async def _write(
        self, moment: datetime, page: ScorePage, parts: Sequence[Numbers], carried: Sequence[Column]
    ) -> None:
        async with self._database.transaction() as session:
            earlier = []
            for column in carried:
                customers = [UUID(bytes=key) for key in copy_binary.keys(page.customers)]
                found = await score_batches.earlier(session, column.name, column.made_at, customers)
                unknown = (None, None, None, None)
                earlier.append(np.array([found.get(each, unknown) for each in customers], dtype=np.float64))
            numbers = np.column_stack([*parts, *earlier])
            rows = await asyncio.to_thread(copy_binary.rows, page.customers, numbers)
            await score_batches.write(session, moment, rows)

    async def _kept_page(self, moment: datetime, first: UUID) -> ScorePage:
        async with self._database.transaction() as session:
            return await score_batches.kept_page(session, moment, first)

    async def _note_drift(self, input: RankInput) -> None:
        models = [each for each in await self._load(input.models, {}) if each.row.name not in input.failed]
        past = training_data.CutoffHistory(
            self._database, activity.heartbeat, self._time_scale
        )  # read once: nothing is to be kept
        spans = (await training_data.sampled_spans(past, seed=0))[:DRIFT_SPANS]
        known = await training_data.known_now(past, input.moment, spans)
        if not len(known):
            return
        for model in models:
            moved = await asyncio.to_thread(scoring.drift, model, known)
            async with self._database.transaction() as session:
                await model_registry.note_drift(session, model.row.id, {"at": input.moment.isoformat()} | moved)

    async def _read_page(
        self, cursor: UUID | None, moment: datetime, seconds: dict[str, float]
    ) -> tuple[bytes, tuple[bytes, pd.DataFrame]]:
        """Ids of the next customers; ids of those of them with a history, and what is known of these."""
        with _timed(seconds, "reading"):
            async with self._database.transaction() as session:
                ids = await _page(session, cursor)
                if not ids:
                    return ids, (ids, pd.DataFrame())
                span = Span(UUID(bytes=ids[:ID_SIZE]), UUID(bytes=ids[-ID_SIZE:]))
                return ids, await features.read_rows(session, moment, span, time_scale=self._time_scale)

    async def _load(self, ids: Mapping[str, UUID], failed: dict[str, str]) -> list[LoadedModel]:
        """These models, or without any those in use. One that can't be read is noted."""
        async with self._database.transaction() as session:
            rows = await model_registry.these(session, ids.values()) if ids else await model_registry.champions(session)
        models, loader = [], Loader()
        for row in rows:
            if row.kind in _SCORELESS:
                continue
            try:
                models.append(await asyncio.to_thread(loader.load, row))
            except Exception as error:
                failed[row.name] = f"can't be read: {error!r}"
                log.exception("model can't be read", score=row.name, model=str(row.id))
        return models


def _score_page(
    models: Sequence[LoadedModel],
    sheet: ScoreMatrix,
    ids: bytes,
    histories: tuple[bytes, pd.DataFrame],
    failed: dict[str, str],
) -> tuple[ScorePage, int]:
    """A page's numbers, and how many scores are among them."""
    size, known = len(ids) // ID_SIZE, histories[1]
    place_of = {key: place for place, key in enumerate(copy_binary.keys(ids))}
    places = np.array([place_of.get(key, -1) for key in copy_binary.keys(histories[0])], dtype=np.intp)
    # who came between the two reads has no place on the page; the next scoring is theirs
    if (places < 0).any():
        known, places = known[places >= 0], places[places >= 0]
    numbers, said = sheet.blank(size), 0
    with _POOLS.limit(limits=1, user_api="blas"):
        for model in models:
            name = model.row.name
            if name in failed:
                continue
            try:
                found = scoring.of_page(model, known, places, size)
                scoring.check(model, found)
            except Exception as error:
                failed[name] = f"can't score: {error!r}"
                log.exception("model can't score", score=name, model=str(model.row.id))
                continue
            sheet.put(numbers, name, found)
            said += int(np.count_nonzero(~np.isnan(found.value)))
    return ScorePage(UUID(bytes=ids[:ID_SIZE]), ids, score_matrix.kept(numbers)), said


@contextlib.contextmanager
def _timed(seconds: dict[str, float], part: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    finally:
        seconds[part] += time.perf_counter() - began


async def _page(session: AsyncSession, cursor: UUID | None) -> bytes:
    return await driver.run(
        session,
        Statement(
            """
            SELECT string_agg(uuid_send(id), '' ORDER BY id)
              FROM (SELECT id FROM customers WHERE erased_at IS NULL AND id > %(cursor)s
                     ORDER BY id LIMIT %(size)s) AS page
            """,
            {"cursor": cursor or UUID(int=0), "size": PAGE},
            lambda rows: rows[0][0] or b"",
        ),
    )
