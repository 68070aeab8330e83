"""Learning and scoring, whole: real Postgres, real Temporal, a planted past."""

import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select
from temporalio.testing import ActivityEnvironment
from temporalio.worker import Worker

from activities.intelligence import IntelligenceActivities
from activities.scoring import ScoringActivities
from domain.errors import ConflictError
from domain.vocabulary import ModelKind, ModelState
from intelligence import scoring as scoring_module
from intelligence.feature_attribution import explain
from intelligence.score_explanations import NO_HISTORY
from intelligence.training_data import TrainingDataCache
from models import Customer, Event, Model, Score, ScoreBatch, Segment, TrainingRun
from store.conditions.scope import Scope
from store.intelligence import model_registry, score_batches
from store.intelligence.scores import of_customer
from store.segments.segments import count
from tests.intelligence.shop import NOW, plant
from workflows.intelligence import ScoringWorkflow, TrainingWorkflow
from workflows.intelligence_contracts import (
    SCORING_WORKFLOW,
    TRAINING_WORKFLOW,
    RankInput,
    ScoreInput,
    ScoringInput,
    ScoringProgress,
    TrainingInput,
    TrainingResult,
    TrainInput,
)


@pytest.fixture
async def run(temporal_client, database):
    """Runs a workflow on a worker of this test's own."""
    queue = f"intelligence-{uuid4().hex[:8]}"
    kept = TrainingDataCache()
    learning, scoring = IntelligenceActivities(database, kept), ScoringActivities(database, kept)
    async with contextlib.AsyncExitStack() as running:
        await running.enter_async_context(
            Worker(
                temporal_client,
                task_queue=queue,
                workflows=[TrainingWorkflow, ScoringWorkflow],
                activities=[learning.train, scoring.score, scoring.rank],
            )
        )

        async def go(workflow, input, result):
            return await temporal_client.execute_workflow(
                workflow, input, id=uuid4().hex, task_queue=queue, result_type=result
            )

        yield go


async def train(run, *names, moment=NOW):
    given = TrainingInput(names=list(names), moment=moment, then_score=False)
    found = await run(TRAINING_WORKFLOW, given, TrainingResult)
    return {result.name: result for result in found.results}


async def score(run, moment=NOW):
    return await run(SCORING_WORKFLOW, ScoringInput(moment=moment), ScoringProgress)


async def one(database, statement):
    async with database.transaction() as session:
        return (await session.execute(statement)).scalars().all()


async def test_scores_are_learned_judged_and_given_to_everyone(run, database):
    async with database.transaction() as session:
        shop = await plant(session)
    results = await train(run, "purchase_30", "churn", "open_email", "ltv_90", "cluster", "open_push")
    assert "not learned" in results["open_push"].words
    # each has a habit of their own in this shop, which their record tells best
    assert "own records stay" in results["open_email"].words
    learned = {name for name, result in results.items() if result.model_id}
    assert learned == {"purchase_30", "churn", "ltv_90", "cluster"}

    progress = await score(run)
    assert (progress.customers, progress.failed) == (405, {})
    for name in ("purchase_30", "ltv_90"):
        rows = await one(database, select(Score).where(col(Score.name) == name))
        assert len(rows) == 405
        assert max(row.percentile for row in rows if row.percentile is not None) > 90
        assert {row.model_id for row in rows} == {results[name].model_id}

    assert not await one(database, select(Score).where(col(Score.name) == "open_email"))
    async with database.transaction() as session:
        strange = await explain(session, shop.strangers[0], await of_customer(session, shop.strangers[0]))
        usual = await explain(session, shop.customers[0], await of_customer(session, shop.customers[0]))
    assert strange == {name: [NO_HISTORY] for name in ("purchase_30", "ltv_90")}
    assert set(usual) >= {"purchase_30", "ltv_90", "cluster"}
    assert all(usual[name] and NO_HISTORY not in usual[name] for name in usual)
    assert "on average" in usual["ltv_90"][0]
    worth = await one(database, select(Score).where(col(Score.name) == "ltv_90"))
    assert all(row.low <= row.value * 1.0001 + 1e-9 or row.low == 0 for row in worth)
    assert all(row.high >= 0 for row in worth)


@pytest.mark.parametrize("when", ["before the training", "after it"])
async def test_one_order_of_no_usable_amount_spoils_nobodys_scores(run, database, when: str):
    async with database.transaction() as session:
        shop = await plant(session)

    async def odd_orders() -> None:
        async with database.transaction() as session:
            odd: list[dict[str, Any]] = [{}, {"revenue": 10**24}, {"revenue": "9" * 400}]
            for who, properties in zip(shop.customers, odd, strict=False):
                about: dict[str, Any] = {"customer_id": who, "name": "Order Completed", "source": "test"}
                at = NOW - timedelta(days=100)
                session.add(Event(id=uuid4(), occurred_at=at, properties=properties, **about))

    if when == "before the training":
        await odd_orders()
    learned = await train(run, "purchase_30", "ltv_90", "cluster")
    assert all(result.model_id for result in learned.values()), learned
    if when == "after it":
        await odd_orders()
    progress = await score(run)
    assert progress.failed == {}
    rows = await one(database, select(Score))
    assert max(row.value for row in rows) < 1e6
    # who never did anything has the usual score, and no rank among those who did
    ranks = {row.percentile for row in rows if row.customer_id in shop.strangers}
    assert ranks == {None}
    assert all(
        row.percentile is not None for row in rows if row.name == "ltv_90" and row.customer_id == shop.customers[3]
    )


async def test_a_score_whose_model_says_no_numbers_fails_alone(run, database, monkeypatch):
    async with database.transaction() as session:
        await plant(session)
    await train(run, "purchase_30", "ltv_90")
    real = scoring_module.of_page

    def broken(model, *about):
        said = real(model, *about)
        return replace(said, value=said.value * 1e300 * 1e300) if model.row.name == "ltv_90" else said

    monkeypatch.setattr("activities.scoring.scoring.of_page", broken)
    progress = await score(run)
    assert set(progress.failed) == {"ltv_90"}
    assert {row.name for row in await one(database, select(Score))} == {"purchase_30"}


async def test_a_card_says_what_it_learned_from_and_how_right_it_was(run, database):
    async with database.transaction() as session:
        await plant(session)
    results = await train(run, "purchase_30")
    await score(run)
    [row] = await one(database, select(Model).where(col(Model.id) == results["purchase_30"].model_id))
    card = row.card
    assert card["judged_on"]["moment"] == (NOW - timedelta(weeks=5)).isoformat()  # whole weeks
    assert max(card["learned_from"]["moments"]) < card["judged_on"]["moment"]
    assert (
        card["metrics"]["log_loss"]["low"] < card["metrics"]["log_loss"]["value"] < card["metrics"]["log_loss"]["high"]
    )
    assert card["metrics"]["log_loss"]["value"] <= card["beside"]["baseline"]["log_loss"]["value"]
    assert len(card["curve"]) == 10
    assert row.drift["at"] == NOW.isoformat()
    assert set(row.drift["features"]) == set(card["features"])


async def test_clusters_are_segments_and_keep_them_from_run_to_run(run, database):
    async with database.transaction() as session:
        await plant(session)
    first = await train(run, "cluster")
    await score(run)
    segments = await one(database, select(Segment).where(col(Segment.name).startswith("Cluster ")))
    assert len(segments) >= 2
    async with database.transaction() as session:
        champion = await model_registry.champion(session, "cluster")
        assert champion is not None
        known = {segment.id for segment in segments}
        assert {str(each) for each in known} == set(champion.card["segments"].values())
        members = [await count(session, saved_condition(segment), Scope(now=NOW)) for segment in segments]
    assert sum(members) == 400
    second = await train(run, "cluster", moment=NOW + timedelta(days=1))
    assert second["cluster"].model_id != first["cluster"].model_id
    after = await one(database, select(Segment).where(col(Segment.name).startswith("Cluster ")))
    assert known <= {segment.id for segment in after}


def saved_condition(segment):
    from pydantic import TypeAdapter

    from domain.conditions import Condition

    return TypeAdapter(Condition).validate_python(segment.condition)


async def test_a_model_that_is_worse_stays_a_challenger_and_one_call_rolls_back(run, database):
    async with database.transaction() as session:
        await plant(session)
    first = (await train(run, "purchase_30"))["purchase_30"].model_id
    # the same past again: nothing can be better than equal
    again = (await train(run, "purchase_30", moment=NOW + timedelta(minutes=1)))["purchase_30"]
    rows = {row.id: row for row in await one(database, select(Model).where(col(Model.name) == "purchase_30"))}
    champions = [row.id for row in rows.values() if row.state == ModelState.CHAMPION]
    assert champions == [again.model_id or first]
    challenger = next(row for row in rows.values() if row.state == ModelState.CHALLENGER)
    async with database.transaction() as session:
        await model_registry.promote(
            session, await model_registry.require(session, challenger.id), now=NOW + timedelta(hours=1)
        )
    async with database.transaction() as session:
        back = await model_registry.roll_back(session, "purchase_30", now=NOW + timedelta(hours=2))
        assert back.id == champions[0]
    async with database.transaction() as session:
        if again.model_id is None:
            with pytest.raises(ConflictError):
                await model_registry.roll_back(session, "purchase_30", now=NOW + timedelta(hours=3))
        champion = await model_registry.champion(session, "purchase_30")
        assert champion is not None
        assert champion.id == champions[0]


async def test_a_model_that_breaks_leaves_its_old_scores_and_is_named(run, database):
    async with database.transaction() as session:
        shop = await plant(session)
    await train(run, "purchase_30", "ltv_90")
    await score(run)
    async with database.transaction() as session:
        await session.execute(text("UPDATE models SET artifact = '{\"no\": 1}' WHERE name = 'ltv_90'"))
    progress = await score(run, NOW + timedelta(days=1))
    assert set(progress.failed) == {"ltv_90"}
    async with database.transaction() as session:
        mine = {row.name: row.at for row in await of_customer(session, shop.customers[0])}
    assert mine == {"purchase_30": NOW + timedelta(days=1), "ltv_90": NOW}


async def test_an_empty_shop_is_an_answer(run):
    results = await train(run, "purchase_30", "ltv_90", "cluster")
    assert all("not learned" in result.words for result in results.values())
    assert (await score(run)).done


async def test_what_came_of_each_score_is_kept_for_people(run, database, monkeypatch):
    async with database.transaction() as session:
        await plant(session, 300)
    results = await train(run, "purchase_30", "open_push", "uplift")
    kept = {row.name: row for row in await one(database, select(TrainingRun))}
    assert {name: (row.why, row.model_id) for name, row in kept.items()} == {
        name: (result.words, result.model_id) for name, result in results.items()
    }
    codes = {name: row.said["code"] for name, row in kept.items()}
    assert codes == {"purchase_30": "model_takes_over", "open_push": "not_learned", "uplift": "no_holdouts"}
    assert kept["open_push"].said["params"]["missing"]["code"] == "needs_moments"

    environment, learning = ActivityEnvironment(), IntelligenceActivities(database, TrainingDataCache())
    await environment.run(learning.train, TrainInput(name="open_push", moment=NOW - timedelta(days=7)))  # came late

    async def fails(*_: Any) -> None:
        async with database.transaction() as session:
            await session.execute(text("SELECT :secret / 0 AS ada"), {"secret": 1})

    monkeypatch.setattr("activities.intelligence.learn", fails)
    with pytest.raises(DBAPIError):
        await environment.run(learning.train, TrainInput(name="purchase_30", moment=NOW + timedelta(days=7)))
    kept = {row.name: row for row in await one(database, select(TrainingRun))}
    assert kept["open_push"].moment == NOW
    assert (kept["purchase_30"].said["code"], kept["purchase_30"].model_id) == ("training_failed", None)
    assert kept["purchase_30"].why.endswith("DataError: division by zero")  # neither the statement nor its values


async def test_a_repeated_training_keeps_one_model(run, database):
    async with database.transaction() as session:
        await plant(session, 300)
    await train(run, "purchase_30")
    await train(run, "purchase_30")
    rows = await one(database, select(Model).where(col(Model.kind) == ModelKind.BOOSTED))
    assert len(rows) == 1


async def test_a_scoring_that_died_at_its_end_ends_as_if_it_had_not(run, database, monkeypatch):
    async with database.transaction() as session:
        await plant(session)
    await train(run, "purchase_30", "churn", "ltv_90")
    scoring, environment = ScoringActivities(database, TrainingDataCache()), ActivityEnvironment()
    monkeypatch.setattr("activities.scoring.PAGE", 100)
    step = await environment.run(scoring.score, ScoreInput(moment=NOW))
    again = await environment.run(scoring.score, ScoreInput(moment=NOW, models=step.models))  # the answer was lost
    assert (step.customers, step.scores) == (again.customers, again.scores)
    assert step.customers == 405
    last = RankInput(moment=NOW, models=step.models)
    with monkeypatch.context() as broken:
        broken.setattr("store.intelligence.score_batches.end", None)
        with pytest.raises(TypeError):
            await environment.run(scoring.rank, last)
    first = {(row.customer_id, row.name): row for row in await one(database, select(Score))}
    await environment.run(scoring.rank, last)
    await environment.run(scoring.rank, last)  # once more, with nothing left to write
    rows = {(row.customer_id, row.name): row for row in await one(database, select(Score))}
    assert rows == first
    assert len(rows) == step.scores > 1_000
    assert not await one(database, select(ScoreBatch))


async def test_a_score_that_is_retired_meanwhile_is_gone(run, database):
    async with database.transaction() as session:
        await plant(session)
    await train(run, "purchase_30", "ltv_90")
    scoring, environment = ScoringActivities(database, TrainingDataCache()), ActivityEnvironment()
    step = await environment.run(scoring.score, ScoreInput(moment=NOW))
    async with database.transaction() as session:
        await model_registry.retire(session, "purchase_30")
        await score_batches.forget(session, "purchase_30")
    await environment.run(scoring.rank, RankInput(moment=NOW, models=step.models))
    assert {row.name for row in await one(database, select(Score))} == {"ltv_90"}


async def test_pages_of_people_of_every_kind_are_scored(run, database, monkeypatch):
    """Nobody with a history, one customer, and buyers of nothing on a page by themselves."""
    async with database.transaction() as session:
        shop = await plant(session)
        looker = Customer(id=UUID(int=(1 << 128) - 1), external_id="looker")
        stranger = Customer(id=UUID(int=(1 << 128) - 2), external_id="stranger")
        session.add_all([looker, stranger])
        await session.flush()
        seen: dict[str, Any] = {"customer_id": looker.id, "name": "Product Viewed", "source": "test"}
        session.add(Event(id=uuid4(), occurred_at=NOW - timedelta(days=1), **seen))
    await train(run, "purchase_30", "churn", "ltv_90", "cluster")
    monkeypatch.setattr("activities.scoring.PAGE", 1)
    monkeypatch.setattr("activities.scoring.STRETCH", 10_000)
    progress = await score(run)
    assert (progress.customers, progress.failed) == (407, {})
    async with database.transaction() as session:
        names = {
            who: {row.name for row in await of_customer(session, who)}
            for who in (looker.id, stranger.id, shop.strangers[0], shop.customers[0])
        }
    assert names[looker.id] == {"purchase_30", "ltv_90", "cluster"}
    assert names[stranger.id] == names[shop.strangers[0]] == {"purchase_30", "ltv_90"}
    assert names[shop.customers[0]] >= {"purchase_30", "ltv_90", "cluster"}


async def test_a_stretch_that_is_repeated_counts_nobody_twice(run, database, monkeypatch):
    async with database.transaction() as session:
        await plant(session)
    await train(run, "purchase_30")
    scoring, environment = ScoringActivities(database, TrainingDataCache()), ActivityEnvironment()
    for size in (100, 70):  # as if customers had come meanwhile, and pages ended elsewhere
        monkeypatch.setattr("activities.scoring.PAGE", size)
        await environment.run(scoring.score, ScoreInput(moment=NOW))
    pages = await one(database, select(ScoreBatch))
    assert sum(len(page.customers) for page in pages) == 405 * 16


async def test_a_model_that_takes_over_meanwhile_counts_from_the_next_scoring_on(run, database, monkeypatch):
    async with database.transaction() as session:
        await plant(session)
    await train(run, "purchase_30")
    scoring, environment = ScoringActivities(database, TrainingDataCache()), ActivityEnvironment()
    monkeypatch.setattr("activities.scoring.PAGE", 100)
    monkeypatch.setattr("activities.scoring.STRETCH", 2)
    step = await environment.run(scoring.score, ScoreInput(moment=NOW))
    assert (step.customers, step.done) == (200, False)
    async with database.transaction() as session:
        used = await model_registry.champion(session, "purchase_30")
        assert used is not None
        new = model_registry.NewModel("purchase_30", ModelKind(used.kind), used.artifact, used.card)
        row = await model_registry.keep(session, new, now=NOW + timedelta(minutes=1))
        await model_registry.promote(session, row, now=NOW + timedelta(minutes=1))
    while not step.done:
        step = await environment.run(scoring.score, ScoreInput(moment=NOW, cursor=step.cursor, models=step.models))
    await environment.run(scoring.rank, RankInput(moment=NOW, models=step.models))
    rows = await one(database, select(Score))
    assert len(rows) == 405
    assert {row.model_id for row in rows} == {used.id}
