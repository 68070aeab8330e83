"""Learning and scoring. CPU-bound work runs in a thread, while a heartbeat says that it lives."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from uuid import UUID

import pandas as pd
import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from temporalio import activity
from temporalio.exceptions import ApplicationError

from domain.vocabulary import ModelKind, ModelState
from intelligence import examples, features, recommending, scoring
from intelligence.contest import NotEnoughError
from intelligence.features import Span
from intelligence.learning import Lesson, learn
from intelligence.scoring import LoadedModel
from intelligence.segments import save_cluster_segments, save_uplift_segments
from intelligence.targets import TARGETS
from models import Customer
from store import holdouts, products, registry, scores
from store.database import Database
from workflows.intelligence_contracts import (
    RANK,
    SCORE,
    TRAIN,
    UPLIFT,
    RankInput,
    ScoreInput,
    ScoringProgress,
    TrainInput,
    TrainResult,
)

PAGE = 5_000
"""Customers scored in one transaction."""
STRETCH = 50
"""Pages that one activity scores."""
DRIFT_SPANS = 5
_BEAT_SECONDS = 10.0
_SCORELESS = (ModelKind.HOURS, ModelKind.RECOMMENDATIONS, ModelKind.POLICY)
"""Models that are asked when somebody needs them, and give nobody a score."""

log = structlog.get_logger()


class IntelligenceActivities:
    """Idempotent: a training's models have ids of their own, and a score overwrites itself."""

    def __init__(self, database: Database, *, time_scale: float = 1.0, unsubscribe_cost: float = 10.0) -> None:
        """Take the database, the real seconds of a business second in it, and the cost that choices count."""
        self._database = database
        self._unsubscribe_cost = unsubscribe_cost
        self._time_scale = time_scale
        self._kept = examples.Kept()

    @activity.defn(name=TRAIN)
    async def train(self, input: TrainInput) -> TrainResult:
        """Learn a score; it takes over if it was more right than the model in use.

        Too little data is an answer, not a failure: the score stays as it is.

        Raises:
            ApplicationError: a feature sees the future (no retry helps).

        """
        if input.name == UPLIFT:
            return await self._train_uplifts(input)
        if input.name == recommending.NAME:
            return await self._train_recommendations(input)
        async with self._database.transaction() as session:
            in_use = await registry.champion(session, input.name)
        self._kept.begin(input.moment)
        lesson = Lesson(self._past(), input.moment, unsubscribe_cost=self._unsubscribe_cost)
        try:
            async with _beating():
                result = await learn(input.name, lesson, in_use)
        except NotEnoughError as missing:
            return TrainResult(name=input.name, words=f"not learned: {missing}")
        except examples.LeakError as leak:
            raise ApplicationError(str(leak), type="LeakError", non_retryable=True) from leak
        async with self._database.transaction() as session:
            for candidate in reversed([*([result.winner] if result.winner else []), *result.others]):
                new = registry.NewModel(input.name, candidate.kind, candidate.artifact, candidate.card)
                row = await registry.keep(session, new, now=input.moment)
            if result.winner is None:
                if result.retires:
                    await registry.retire(session, input.name)
                    if input.name in TARGETS:  # journeys go by the customers' records from now on
                        await scores.forget(session, input.name, before=datetime.now(UTC))
                return TrainResult(name=input.name, words=result.words)
            if row.state == ModelState.CHALLENGER:
                await registry.promote(session, row, now=input.moment)
            if row.kind == ModelKind.CLUSTERS:
                await save_cluster_segments(session, row, before=in_use)
            if row.kind == ModelKind.UPLIFT:
                await save_uplift_segments(session, row, before=in_use)
        log.info("model promoted", score=input.name, model=str(row.id), words=result.words)
        return TrainResult(name=input.name, words=result.words, model_id=row.id)

    async def _train_uplifts(self, input: TrainInput) -> TrainResult:
        """One campaign with a holdout after the other."""
        async with self._database.transaction() as session:
            held = await holdouts.campaigns(session)
        results = [await self.train(TrainInput(name=each.score, moment=input.moment)) for each in held]
        said = [f"{each.slug}: {result.words}" for each, result in zip(held, results, strict=True)]
        promoted = next((result.model_id for result in results if result.model_id), None)
        return TrainResult(name=input.name, words="; ".join(said) or "no campaign holds anybody out", model_id=promoted)

    async def _train_recommendations(self, input: TrainInput) -> TrainResult:
        """The products are written anew each time: a plain list where nothing learned was better."""
        try:
            async with _beating():
                basket = await recommending.read_basket(self._past(), input.moment)
                learned = await asyncio.to_thread(
                    recommending.learn_recommendations, basket, input.moment, self._time_scale
                )
        except NotEnoughError as missing:
            return TrainResult(name=input.name, words=f"not learned: {missing}")
        winner = learned.result.winner
        assert winner is not None
        async with self._database.transaction() as session:
            new = registry.NewModel(input.name, winner.kind, winner.artifact, winner.card)
            row = await registry.keep(session, new, now=input.moment)
            if row.state == ModelState.CHALLENGER:
                await registry.promote(session, row, now=input.moment)
            await products.keep(session, learned.rows, model_id=row.id, at=input.moment)
        return TrainResult(name=input.name, words=learned.result.words, model_id=row.id)

    @activity.defn(name=SCORE)
    async def score(self, input: ScoreInput) -> ScoringProgress:
        """Score a stretch of customers with every model in use. One that fails is left out, and named."""
        self._kept.begin(None)  # the training before is over
        failed = dict(input.failed)
        models = await self._load(failed)
        progress, seconds = ScoringProgress(cursor=input.cursor), dict.fromkeys(("reading", "scoring", "writing"), 0.0)
        reading = asyncio.create_task(self._read_page(progress.cursor, input.moment, seconds))
        try:
            async with _beating():
                for _ in range(STRETCH):
                    page, known = await reading
                    if not page or not models:
                        progress = progress.model_copy(update={"done": True})
                        break
                    # the next page is read while this one is scored and written
                    reading = asyncio.create_task(self._read_page(page[-1], input.moment, seconds))
                    with _timed(seconds, "scoring"):
                        made = await asyncio.to_thread(_make, models, known, page, failed)
                    with _timed(seconds, "writing"):
                        async with self._database.transaction() as session:
                            written = await scores.write(session, made, at=input.moment)
                    progress = progress.model_copy(
                        update={
                            "cursor": page[-1],
                            "customers": progress.customers + len(page),
                            "scores": progress.scores + written,
                        }
                    )
        finally:
            reading.cancel()
            await asyncio.wait([reading])
        return progress.model_copy(update={"failed": failed, "seconds": seconds})

    @activity.defn(name=RANK)
    async def rank(self, input: RankInput) -> None:
        """Give percentiles, drop scores that nothing renewed, and note how far the world has drifted."""
        failed: dict[str, str] = {}
        models = [each for each in await self._load(failed) if each.row.name not in input.failed]
        spans = (await examples.sampled_spans(self._past(), seed=0))[:DRIFT_SPANS]
        async with _beating():
            known = await examples.known_now(self._past(), input.moment, spans)
            for model in models:
                async with self._database.transaction() as session:
                    await scores.forget(session, model.row.name, before=input.moment)
                    await scores.rank(session, model.row.name)
                    if len(known):
                        moved = await asyncio.to_thread(scoring.drift, model, known)
                        at = {"at": input.moment.isoformat()}
                        await registry.note_drift(session, model.row.id, at | moved)

    async def _read_page(
        self, cursor: UUID | None, moment: datetime, seconds: dict[str, float]
    ) -> tuple[list[UUID], pd.DataFrame]:
        """The next customers, and what is known of them."""
        with _timed(seconds, "reading"):
            return await self._known(cursor, moment)

    async def _known(self, cursor: UUID | None, moment: datetime) -> tuple[list[UUID], pd.DataFrame]:
        async with self._database.transaction() as session:
            page = await _page(session, cursor)
            if not page:
                return page, pd.DataFrame()
            return page, await features.read(session, moment, Span(page[0], page[-1]), time_scale=self._time_scale)

    def _past(self) -> examples.Past:
        return examples.Past(self._database, activity.heartbeat, self._time_scale, self._kept)

    async def _load(self, failed: dict[str, str]) -> list[LoadedModel]:
        """Models in use that can be read; those that can't are noted."""
        async with self._database.transaction() as session:
            rows = await registry.champions(session)
        models = []
        for row in rows:
            if row.kind in _SCORELESS:
                continue
            try:
                models.append(await asyncio.to_thread(scoring.load, row))
            except Exception as error:
                failed[row.name] = f"can't be read: {error!r}"
                log.exception("model can't be read", score=row.name, model=str(row.id))
        return models


def _make(
    models: list[LoadedModel], known: pd.DataFrame, page: list[UUID], failed: dict[str, str]
) -> list[scores.NewScores]:
    made = []
    for model in models:
        if model.row.name in failed:
            continue
        try:
            made += model.make(known, page)
        except Exception as error:
            failed[model.row.name] = f"can't score: {error!r}"
            log.exception("model can't score", score=model.row.name, model=str(model.row.id))
    return made


@contextlib.contextmanager
def _timed(seconds: dict[str, float], part: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    finally:
        seconds[part] += time.perf_counter() - began


async def _page(session: AsyncSession, cursor: UUID | None) -> list[UUID]:
    wanted = select(col(Customer.id)).where(col(Customer.erased_at).is_(None)).order_by(col(Customer.id)).limit(PAGE)
    if cursor is not None:
        wanted = wanted.where(col(Customer.id) > cursor)
    return list((await session.execute(wanted)).scalars())


@contextlib.asynccontextmanager
async def _beating() -> AsyncIterator[None]:
    async def beat() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(_BEAT_SECONDS)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
