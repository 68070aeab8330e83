"""Five weeks of the learning campaign on a running stack, and what was trained between them."""

import asyncio
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.contrib.pydantic import pydantic_data_converter

from stack import observe
from stack.console import Console
from stack.processes import StackError
from stack.simulation import evaluation
from stack.simulation.flow import SLUG, campaign
from stack.simulation.population import CHANNELS, SEED, crowd, order, past
from stack.simulation.report import LearningReport, RunFound
from stack.supervisor import Stack
from workflows.intelligence_contracts import TrainingResult

RUNS = 5
LESSONS = ["open_email", "click_sms", "open_push", "hours"]
_WEEK, _TRAINING_DAY = 7, 6
_PATIENCE_SECONDS = 600
_LOOK_SECONDS = 0.5
_BATCH = 500


@dataclass(frozen=True)
class LearningOptions:
    """How large, how fast, and which secrets."""

    audience: int
    day_seconds: float
    seed: int = SEED


class Weeks:
    """The shop, its marketer and its customers, by the API; the truth is looked up in the database only afterwards."""

    def __init__(self, stack: Stack, options: LearningOptions, console: Console) -> None:
        self._stack, self._options, self._console = stack, options, console
        self._crowd = {member.id: member for member in crowd(options.audience, options.seed)}
        headers = {"Authorization": f"Bearer {stack.keys['api_key']}"}
        self._app = httpx.AsyncClient(base_url=stack.url("api"), headers=headers, timeout=120, trust_env=False)
        self._site = httpx.AsyncClient(
            base_url=stack.url("api"), auth=(stack.write_key, ""), timeout=120, trust_env=False
        )

    async def run(self) -> LearningReport:
        """Play it all.

        Raises:
            StackError: the app refused something, or did not finish.

        """
        connection = await psycopg.AsyncConnection.connect(self._stack.database_url, autocommit=True)
        async with connection, self._app, self._site:
            try:
                return await self._play(connection)
            except httpx.HTTPStatusError as error:
                raise StackError(f"{error.request.url.path} answered {error.response.text}") from error

    async def _play(self, connection: psycopg.AsyncConnection[Any]) -> LearningReport:
        await self._bring_in()
        await self._post("/campaigns", campaign())
        await self._post(f"/campaigns/{SLUG}/publish")
        began, runs = time.monotonic(), list[RunFound]()
        contacted: dict[str, bool] = {}
        for number in range(1, RUNS + 1):
            await self._until_day(began, _WEEK * (number - 1))
            run = UUID(
                (await self._post(f"/campaigns/{SLUG}/launch", {"key": f"week-{number}", "again": True}))["run_id"]
            )
            await self._until_ended(connection, run)
            if number == 1:  # at once: on a slow machine weeks grow longer than what counts as a response
                contacted = await evaluation.arms(connection, run)
                await self._let_order(contacted)
            await self._until_day(began, _WEEK * (number - 1) + _TRAINING_DAY)
            seen = await evaluation.of_run(connection, run, number, self._crowd)
            trained = await self._work("/training-runs", {"names": LESSONS})
            runs.append(replace(seen, trained=trained))
            self._console.say(
                f"week {number}: right channel {seen.right_channel:.0%}, right hour {seen.right_hour:.0%}, "
                f"decided by a model {seen.by_model:.0%}"
            )
        await self._work(f"/campaigns/{SLUG}/uplift", {})
        told = await self._get(f"/campaigns/{SLUG}/uplift")
        if told["learned"] is None:
            raise StackError("nothing was learned from the holdout: too few customers were contacted or held out")
        uplift = await evaluation.of_uplift(connection, told, contacted, self._crowd)
        return LearningReport(len(self._crowd), self._options.day_seconds, 1 / len(CHANNELS), runs, uplift)

    async def _bring_in(self) -> None:
        """The crowd, their apps and their past."""
        members = list(self._crowd.values())
        self._console.say(f"bringing in {len(members)} customers with a past and secrets")
        for start in range(0, len(members), _BATCH):
            await self._post(
                "/customers/bulk", {"customers": [each.profile() for each in members[start : start + _BATCH]]}
            )
        for member in members:
            body = {"token": member.token, "platform": "android"}
            (await self._app.put(f"/customers/{member.id}/devices", json=body)).raise_for_status()
        now, day = datetime.now(UTC), timedelta(seconds=self._options.day_seconds)
        await self._track([call for member in members for call in past(member, now, day)])

    async def _let_order(self, contacted: dict[str, bool]) -> None:
        """Who orders, orders: some because they were contacted."""
        now = datetime.now(UTC)
        members = [(self._crowd[who], arm) for who, arm in contacted.items()]
        await self._track([order(each, "now", now) for each, arm in members if each.orders(contacted=arm)])

    async def _track(self, calls: list[dict[str, Any]]) -> None:
        for start in range(0, len(calls), _BATCH):
            answer = await self._site.post("/v1/batch", json={"batch": calls[start : start + _BATCH]})
            answer.raise_for_status()
            if answer.json().get("errors"):
                raise StackError(f"an event of the crowd was refused: {answer.text[:300]}")

    async def _until_day(self, began: float, day: float) -> None:
        await asyncio.sleep(max(0.0, began + day * self._options.day_seconds - time.monotonic()))

    async def _until_ended(self, connection: psycopg.AsyncConnection[Any], run: UUID) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not (await observe.look(connection, run)).all_ended:
            if time.monotonic() > deadline:
                raise StackError(f"the journeys did not end within {_PATIENCE_SECONDS} s; the stack's logs say why")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _work(self, path: str, body: dict[str, Any]) -> dict[str, str]:
        """Start a training and wait until it is over, and the scoring after it; what it said of each lesson."""
        id_ = (await self._post(path, body))["workflow_id"]
        client = await Client.connect(self._stack.temporal_address, data_converter=pydantic_data_converter)
        result = await client.get_workflow_handle(id_, result_type=TrainingResult).result()
        if any(lesson.model_id for lesson in result.results):
            await _until_over(client, f"{id_}:scoring")
        return {lesson.name: lesson.words for lesson in result.results}

    async def _post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await self._app.post(path, json=body or {})
        answer.raise_for_status()
        result: dict[str, Any] = answer.json()
        return result

    async def _get(self, path: str) -> dict[str, Any]:
        answer = await self._app.get(path)
        answer.raise_for_status()
        result: dict[str, Any] = answer.json()
        return result


async def _until_over(client: Client, workflow_id: str) -> None:
    while True:
        described = await client.get_workflow_handle(workflow_id).describe()
        if described.status is not WorkflowExecutionStatus.RUNNING:
            return
        await asyncio.sleep(_LOOK_SECONDS)
