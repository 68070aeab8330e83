"""Learning. CPU-bound work runs in a thread, while a heartbeat says that it lives."""

import asyncio
import contextlib
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeat import heartbeating
from domain.i18n import Sentence, sentence
from domain.vocabulary import ModelKind, ModelState
from intelligence import recommendation_model, training_data
from intelligence.model_selection import NotEnoughError
from intelligence.segments import save_cluster_segments, save_uplift_segments
from intelligence.targets import TARGETS
from intelligence.training import TrainingJob, learn
from store.database.engine import Database
from store.intelligence import holdouts, model_registry, products, score_batches, training_runs
from workflows.intelligence_contracts import TRAIN, UPLIFT, TrainInput, TrainResult

_LONGEST_ERROR = 200

log = structlog.get_logger()


class IntelligenceActivities:
    """Idempotent: a training's models have ids of their own."""

    def __init__(
        self,
        database: Database,
        kept: training_data.TrainingDataCache,
        *,
        time_scale: float = 1.0,
        unsubscribe_cost: float = 10.0,
    ) -> None:
        """Take the database, what scores share, the real seconds of a business second, and the cost of losing one."""
        self._database = database
        self._unsubscribe_cost = unsubscribe_cost
        self._time_scale = time_scale
        self._kept = kept

    @activity.defn(name=TRAIN)
    async def train(self, input: TrainInput) -> TrainResult:
        """Learn a score; it takes over if it was more right than the model in use.

        Too little data is an answer, not a failure: the score stays as it is.

        Raises:
            ApplicationError: a feature sees the future (no retry helps).

        """
        return await (self._train_uplifts(input) if input.name == UPLIFT else self._train_one(input))

    async def _train_one(self, input: TrainInput) -> TrainResult:
        """Learn one score, and write down for people what came of it."""
        learned = self._learn_recommendations if input.name == recommendation_model.NAME else self._learn_score
        try:
            words, model_id = await learned(input)
        except NotEnoughError as missing:
            words, model_id = sentence("not_learned", missing=missing.missing), None
        except Exception as error:
            # what failed is told Temporal, whatever becomes of this
            with contextlib.suppress(SQLAlchemyError, OSError):
                await self._note(input, sentence("training_failed", why=_in_short(error)))
            if isinstance(error, training_data.LeakError):
                raise ApplicationError(str(error), type="LeakError", non_retryable=True) from error
            raise
        await self._note(input, words, model_id)
        return TrainResult(name=input.name, words=str(words), model_id=model_id)

    async def _learn_score(self, input: TrainInput) -> tuple[Sentence, UUID | None]:
        async with self._database.transaction() as session:
            in_use = await model_registry.champion(session, input.name)
        self._kept.begin(input.moment)
        lesson = TrainingJob(self._past(), input.moment, unsubscribe_cost=self._unsubscribe_cost)
        async with heartbeating():
            result = await learn(input.name, lesson, in_use)
        async with self._database.transaction() as session:
            for candidate in reversed([*([result.winner] if result.winner else []), *result.others]):
                new = model_registry.NewModel(input.name, candidate.kind, candidate.artifact, candidate.card)
                row = await model_registry.keep(session, new, now=input.moment)
            if result.winner is None:
                if result.retires:
                    await model_registry.retire(session, input.name)
                    if input.name in TARGETS:  # journeys go by the customers' records from now on
                        await score_batches.forget(session, input.name)
                return result.words, None
            if row.state == ModelState.CHALLENGER:
                await model_registry.promote(session, row, now=input.moment)
            if row.kind == ModelKind.CLUSTERS:
                await save_cluster_segments(session, row, before=in_use)
            if row.kind == ModelKind.UPLIFT:
                await save_uplift_segments(session, row, before=in_use)
        log.info("model promoted", score=input.name, model=str(row.id), words=str(result.words))
        return result.words, row.id

    async def _learn_recommendations(self, input: TrainInput) -> tuple[Sentence, UUID | None]:
        """The products are written anew each time: a plain list where nothing learned was better."""
        async with heartbeating():
            basket = await recommendation_model.read_basket(self._past(), input.moment)
            learned = await asyncio.to_thread(
                recommendation_model.learn_recommendations, basket, input.moment, self._time_scale
            )
        winner = learned.result.winner
        assert winner is not None
        async with self._database.transaction() as session:
            new = model_registry.NewModel(input.name, winner.kind, winner.artifact, winner.card)
            row = await model_registry.keep(session, new, now=input.moment)
            if row.state == ModelState.CHALLENGER:
                await model_registry.promote(session, row, now=input.moment)
            await products.keep(session, learned.rows, model_id=row.id, at=input.moment)
        return learned.result.words, row.id

    async def _train_uplifts(self, input: TrainInput) -> TrainResult:
        """One campaign with a holdout after the other."""
        async with self._database.transaction() as session:
            held = await holdouts.campaigns(session)
            await training_runs.forget_uplifts(session, but=[each.score for each in held])
        if not held:
            words = sentence("no_holdouts")
            await self._note(input, words)
            return TrainResult(name=input.name, words=str(words))
        results = [await self._train_one(TrainInput(name=each.score, moment=input.moment)) for each in held]
        said = "; ".join(f"{each.slug}: {result.words}" for each, result in zip(held, results, strict=True))
        promoted = next((result.model_id for result in results if result.model_id), None)
        return TrainResult(name=input.name, words=said, model_id=promoted)

    async def _note(self, input: TrainInput, words: Sentence, model_id: UUID | None = None) -> None:
        async with self._database.transaction() as session:
            await training_runs.note(session, input.name, words, moment=input.moment, model_id=model_id)

    def _past(self) -> training_data.CutoffHistory:
        return training_data.CutoffHistory(self._database, activity.heartbeat, self._time_scale, self._kept)


def _in_short(error: Exception) -> str:
    """An error for people's eyes: a database's says the whole statement, and customers may stand in its details."""
    said = str(getattr(error, "orig", None) or error).partition("\n")[0]
    return f"{type(error).__name__}: {said[:_LONGEST_ERROR]}"
