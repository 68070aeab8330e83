"""Starts per second of a launch (snapshot, rows, workflows), against a bare loop of start_workflow.

The workers that would walk the journeys sleep meanwhile: starting alone is measured, on both sides.
"""

import time
from statistics import median
from uuid import uuid4

from benchmarks.flows import win_back
from benchmarks.installation import Installation, Report, per_second
from benchmarks.journeys import all_of
from benchmarks.minimal import MinimalInput, MinimalWinBack
from config.temporal import CAMPAIGNS_QUEUE
from workflows.contracts import CAMPAIGN_WORKFLOW, CampaignRunInput, RunProgress


async def measure(installation: Installation, count: int, rounds: int) -> Report:
    """Take turns."""
    ours, bare = [], []
    with installation.asleep("worker-journeys", "worker-senders"):
        for round_ in range(rounds):
            ours.append(await _launch(installation, count, round_))
            bare.append(await _bare(installation, count))
    ratio = median(theirs / mine for mine, theirs in zip(ours, bare, strict=True))
    return Report(
        figures={"launch_ratio": round(ratio, 3), "launch_starts_per_second": round(count / median(ours), 1)},
        rows=[
            (
                "starts of a launch",
                per_second(count, median(ours)),
                per_second(count, median(bare)),
                f"{ratio:.2f} (at least 0.8)",
            )
        ],
    )


async def _launch(installation: Installation, count: int, round_: int) -> float:
    tag = f"launch{round_}-{uuid4().hex[:6]}"
    await installation.customers(tag, count)
    entry = {"kind": "segment", "condition": {"kind": "tag", "tag": tag}}
    campaign_id, _ = await installation.campaign(f"bench-{tag}", win_back(entry))
    began = time.monotonic()
    result = await installation.client.execute_workflow(
        CAMPAIGN_WORKFLOW,
        CampaignRunInput(campaign_id=campaign_id, launch=tag),
        id=f"campaign/{tag}",
        task_queue=CAMPAIGNS_QUEUE,
        result_type=RunProgress,
    )
    seconds = time.monotonic() - began
    if result.started != count:
        raise RuntimeError(f"{result.started} of {count} journeys started: {result}")
    return seconds


async def _bare(installation: Installation, count: int) -> float:
    began = time.monotonic()
    await all_of(
        (
            lambda: installation.client.start_workflow(
                MinimalWinBack.run,
                MinimalInput(customer=uuid4(), token="none", wait_seconds=1),
                id=f"bare-{uuid4()}",
                task_queue="nobody-listens-here",
            )
        )
        for _ in range(count)
    )
    return time.monotonic() - began
