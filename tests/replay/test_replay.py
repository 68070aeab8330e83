"""The replay gate: every walk recorded at every release still replays on this code."""

from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from tests.replay.record import FOLDER, WALKS
from workflows.campaign import CampaignWorkflow
from workflows.contracts import JOURNEY_WORKFLOW, JourneyInput, JourneyResult, JourneySignal
from workflows.journey import JourneyWorkflow
from workflows.migration import MigrationWorkflow

RECORDED = sorted(FOLDER.glob("*/*.json"))


def history(file: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(file.stem, file.read_text())


def replayer(*workflows: type) -> Replayer:
    return Replayer(workflows=list(workflows), data_converter=pydantic_data_converter)


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: f"{file.parent.name}-{file.stem}")
async def test_a_recorded_walk_replays(file: Path):
    await replayer(JourneyWorkflow, CampaignWorkflow, MigrationWorkflow).replay_workflow(history(file))


def test_every_kind_of_walk_was_recorded_at_every_release():
    releases = {file.parent.name for file in RECORDED}
    assert releases
    assert {(file.parent.name, file.stem) for file in RECORDED} >= {(r, "completed") for r in releases}
    newest = max(releases)
    assert {file.stem for file in RECORDED if file.parent.name == newest} == set(WALKS)


@workflow.defn(name=JOURNEY_WORKFLOW, sandboxed=False)
class Reordered:
    """A careless edit: it sleeps before it decides."""

    @workflow.run
    async def run(self, input: JourneyInput) -> JourneyResult:
        await workflow.sleep(1)
        return JourneyResult(reason="completed", steps=0)

    @workflow.signal(name="notify")
    def notify(self, signal: JourneySignal) -> None:
        """Ignored."""


async def test_the_gate_catches_a_reordered_workflow():
    with pytest.raises(NondeterminismError):
        await replayer(Reordered).replay_workflow(history(next(f for f in RECORDED if f.stem == "completed")))
