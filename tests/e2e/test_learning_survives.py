"""A worker killed while it learns and scores: another one ends the work, and nothing is there twice."""

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import text

from campaigns.training_schedule import SCORING, TRAINING
from config.settings import Settings
from stack.run_folder import ROOT
from tests.intelligence.shop import NOW, plant
from workflows.intelligence_contracts import INTELLIGENCE_QUEUE, TRAINING_WORKFLOW, TrainingInput, TrainingResult

NAMES = ["purchase_30", "churn", "ltv_90", "cluster"]


@pytest.fixture
def spawn(settings: Settings, temporal_address: str) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start the real worker; it ends with the test."""
    started: list[subprocess.Popen[bytes]] = []
    ours = {"DATABASE_URL": settings.database_url, "TEMPORAL_ADDRESS": temporal_address}

    def begin() -> subprocess.Popen[bytes]:
        started.append(
            subprocess.Popen(
                [sys.executable, "worker.py", "--role", "intelligence"],
                cwd=ROOT,
                env={**os.environ, **{f"CAMPAIGN_FLOW_{name}": value for name, value in ours.items()}},
                stdout=subprocess.DEVNULL,
            )
        )
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


async def test_learning_goes_on_after_sigkill(spawn, database, temporal_client):
    async with database.transaction() as session:
        await plant(session)
    worker = spawn()
    handle = await temporal_client.start_workflow(
        TRAINING_WORKFLOW,
        TrainingInput(names=NAMES, moment=NOW),
        id=f"training-{uuid4().hex[:8]}",
        task_queue=INTELLIGENCE_QUEUE,
        result_type=TrainingResult,
    )
    while not await rows(database, "SELECT 1 FROM models"):
        await asyncio.sleep(0.1)
    worker.kill()
    worker.wait()
    before = await rows(database, "SELECT count(*) FROM models")
    spawn()
    found = await handle.result()
    assert {result.name for result in found.results if result.model_id} == set(NAMES)
    scoring = temporal_client.get_workflow_handle(f"{handle.id}:scoring")
    progress = await scoring.result()
    assert progress["customers"] == 405
    kept = await rows(database, "SELECT name, kind, state FROM models")
    assert len(kept) > before[0][0]
    assert max(Counter((name, kind) for name, kind, _ in kept).values()) == 1
    assert sorted(name for name, _, state in kept if state == "champion") == sorted(NAMES)
    [(scored, different)] = await rows(database, "SELECT count(*), count(DISTINCT (customer_id, name)) FROM scores")
    assert scored == different > 1_000


async def test_a_worker_sees_to_its_schedules(spawn, temporal_client):
    spawn()
    wanted = {TRAINING, SCORING}
    while not wanted <= {schedule.id async for schedule in await temporal_client.list_schedules()}:
        await asyncio.sleep(0.2)
    for name in wanted:
        described = await temporal_client.get_schedule_handle(name).describe()
        assert described.info.next_action_times


async def rows(database, statement: str) -> list[tuple]:
    async with database.transaction() as session:
        return [tuple(row) for row in await session.execute(text(statement))]
