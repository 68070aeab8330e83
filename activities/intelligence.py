"""Learning. CPU-bound work runs in a thread, while a heartbeat says that it lives."""

import asyncio

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeats import beating
from domain.vocabulary import ModelKind, ModelState
from intelligence import examples, recommending
from intelligence.contest import NotEnoughError
from intelligence.learning import Lesson, learn
from intelligence.segments import save_cluster_segments, save_uplift_segments
from intelligence.targets import TARGETS
from store import holdouts, products, registry, scorings
from store.database import Database
from workflows.intelligence_contracts import TRAIN, UPLIFT, TrainInput, TrainResult

log = structlog.get_logger()


class IntelligenceActivities:
    """Idempotent: a training's models have ids of their own."""

    def __init__(
        self, database: Database, kept: examples.Kept, *, time_scale: float = 1.0, unsubscribe_cost: float = 10.0
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
        if input.name == UPLIFT:
            return await self._train_uplifts(input)
        if input.name == recommending.NAME:
            return await self._train_recommendations(input)
        async with self._database.transaction() as session:
            in_use = await registry.champion(session, input.name)
        self._kept.begin(input.moment)
        lesson = Lesson(self._past(), input.moment, unsubscribe_cost=self._unsubscribe_cost)
        try:
            async with beating():
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
                        await scorings.forget(session, input.name)
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
            async with beating():
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

    def _past(self) -> examples.Past:
        return examples.Past(self._database, activity.heartbeat, self._time_scale, self._kept)
