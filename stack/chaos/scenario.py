"""One run of the ordeal on a running stack: launch, kill, let the world settle, compare."""

import asyncio
import contextlib
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import httpx
import psycopg
from temporalio.client import Client
from temporalio.service import RPCError

from campaigns.launch import workflow_id
from domain.ids import run_id
from stack import examples, observe
from stack.chaos import invariants
from stack.chaos.commit_kills import CommitKills
from stack.chaos.invariants import ChaosReport
from stack.chaos.load import Traffic
from stack.chaos.people import People, broken
from stack.chaos.process_killer import TARGETS, ProcessKiller, plan
from stack.console import Console
from stack.observe import Snapshot
from stack.processes import StackError
from stack.progress import Progress
from stack.supervisor import Stack, StackOptions

EXAMPLE = "win_back"
_FAULTS = {
    "lose_answer": 0.03,
    "error_after": 0.03,
    "reset": 0.02,
    "error": 0.02,
    "throttle": 0.04,
    "webhook_duplicate": 0.1,
}
_REPORTING_PHONES = {"push": {"deliver": 1.0}, "silent_push": {"deliver": 1.0, "open": 0, "unsubscribe": 0}}
"""FCM never tells of a push that did not arrive, so that one whose answer was lost could not be settled."""
_AWAY = "fcm"
_EVENTS_A_SECOND = 5.0
_LOOK_SECONDS = 0.5
_AGAIN_SECONDS = 0.5
_PATIENCE_SECONDS = 900.0
_QUIET_LOOKS = 4

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class ChaosOptions:
    """How many, how often, how fast."""

    journeys: int
    rounds: int
    pause: float
    seed: int
    day_seconds: float
    order_days: int
    settle: bool = True
    """Wait until the settler has closed what no provider reports on; else only until all reports are in."""

    @property
    def settle_seconds(self) -> float:
        """How long late news may take: recipients act within days, and what nobody reports on is closed after them."""
        return 150 + 4 * self.day_seconds

    @property
    def deadline_seconds(self) -> float:
        """How long a provider may refuse a message: longer than it takes to be started again, shorter than `away`."""
        return max(12.0, self.day_seconds)

    @property
    def away_seconds(self) -> float:
        """How long a provider is away: longer than its messages' deadline."""
        return 1.5 * self.deadline_seconds

    def stack(self) -> StackOptions:
        """The stack for it: one that starts again whatever dies."""
        behaviour = json.dumps({"seed": self.seed, "channels": _REPORTING_PHONES})
        faults = json.dumps({"seed": self.seed, **_FAULTS})
        return StackOptions(
            time_scale=self.day_seconds / 86400,
            fresh=True,
            heal=True,
            two=True,
            environment={"CAMPAIGN_FLOW_SEND_DEADLINE_HOURS": repr(self.deadline_seconds / self.day_seconds * 24)},
            sandbox=("--behaviour", behaviour, "--faults", faults),
        )


@dataclass(frozen=True)
class Torment:
    """What was done to the stack."""

    stops: Counter[str]
    """By SIGTERM."""
    kills: Counter[str]
    traffic: Traffic
    people: People
    unknown_by_stops: int
    """Messages whose sender ended without a word, while senders were stopped and none was killed."""


class ChaosScenario:
    """Everything is asked again until it is answered: whoever is asked may just have been killed."""

    def __init__(self, stack: Stack, options: ChaosOptions, console: Console) -> None:
        self._stack = stack
        self._options = options
        self._console = console
        headers = {"Authorization": f"Bearer {stack.keys['api_key']}"}
        limits = httpx.Limits(max_connections=20)
        self._app = httpx.AsyncClient(
            base_url=stack.url("api"), headers=headers, timeout=20, trust_env=False, limits=limits
        )
        self._sites = [
            httpx.AsyncClient(base_url=stack.url(name), timeout=20, trust_env=False, limits=limits)
            for name in ("api", "api_2")
        ]
        self._sandbox = httpx.AsyncClient(base_url=stack.url("sandbox"), timeout=20, trust_env=False)
        self._kills = CommitKills(stack, self._app, console.say)

    async def run(self) -> ChaosReport:
        """Launch, kill, settle, compare.

        Raises:
            StackError: the app refused the campaign.

        """
        example = examples.read(EXAMPLE)
        labels = {node["id"]: node["data"].get("label") or node["id"] for node in example.flow["nodes"]}
        async with self._app, self._sites[0], self._sites[1], self._sandbox, self._kills.running():
            slug, campaign_id, run = await self._launch(example)
            with Progress(self._console.rich, labels) as progress:
                torment = await self._torment(slug, run, progress)
                await self._until(run, progress, "journeys under way", lambda seen: _asleep(seen.all_ended))
                unknown_before = await self._again(lambda: self._ask(run, invariants.count_unknown))
                await self._until(
                    run, progress, "late news", lambda seen: self._is_quiet(run, seen), self._options.settle_seconds
                )
            return await self._compare(campaign_id, run, torment, unknown_before)

    async def _launch(self, example: examples.Example) -> tuple[str, str, UUID]:
        """Slug and id of the campaign, and the run, whose API died at its commit."""
        try:
            slug = await examples.put_into(self._app, example)
            (await self._app.post(f"/campaigns/{slug}/publish", json={})).raise_for_status()
            await self._kills.launch(slug)
            campaign = await self._app.get(f"/campaigns/{slug}")
            campaign.raise_for_status()
        except httpx.HTTPStatusError as error:
            raise StackError(f"{error.request.url.path} answered {error.response.text}") from error
        campaign_id = UUID(campaign.json()["id"])
        return slug, str(campaign_id), run_id(campaign_id, workflow_id(slug, "chaos"))

    async def _torment(self, slug: str, run: UUID, progress: Progress) -> "Torment":
        """Stop and kill by plan while the shop's site goes on reporting; all of it ended when this returns."""
        options = self._options
        write_key = self._stack.environment()["CAMPAIGN_FLOW_WRITE_KEY"]
        customers = await self._again(lambda: self._ask(run, _audience))
        seconds = 2 * options.rounds * options.pause * len(TARGETS)
        people = People(self._sites, self._app, write_key, customers, seed=options.seed, seconds=seconds)
        traffic = Traffic(self._sites, write_key, people.shopping, seed=options.seed, rate=_EVENTS_A_SECOND)
        stops = plan(options.seed, options.rounds, options.pause, gently=True)
        kills = plan(options.seed, options.rounds, options.pause)
        stopper = ProcessKiller(stops, self._stack.pid_of, self._console.say)
        killer = ProcessKiller(kills, self._stack.pid_of, self._console.say)
        stop, died = asyncio.Event(), set[UUID]()
        shopping = asyncio.ensure_future(traffic.run(stop))
        away = asyncio.ensure_future(self._provider_away(run))
        living = asyncio.ensure_future(people.run(stop))
        pressing = asyncio.ensure_future(self._kills.everything_else(slug))
        try:
            stopping = asyncio.ensure_future(stopper.run())
            await self._until(run, progress, "stopping", lambda _: self._note_dead(run, died, over=stopping.done()))
            stopping.result()
            killing = asyncio.ensure_future(killer.run())
            await self._until(run, progress, "killing", lambda _: _asleep(killing.done()))
            killing.result()
            await self._until(run, progress, "pressing", lambda _: _asleep(pressing.done()))
            pressing.result()
            await away
        finally:
            stop.set()
            away.cancel()
            pressing.cancel()
        await shopping
        await living
        return Torment(stopper.done, killer.done, traffic, people, len(died))

    async def _note_dead(self, run: UUID, died: set[UUID], *, over: bool) -> bool:
        """Add the messages whose sender left no word; whether the stops are over."""
        died |= await self._again(lambda: self._ask(run, invariants.sender_died))
        return over

    async def _provider_away(self, run: UUID) -> None:
        """One provider refuses everything for longer than its messages' deadline; said again, for it may be killed.

        It goes on until it has met messages, and the first of them was given up.
        """
        faults = {"seed": self._options.seed, "vendors": [_AWAY], "throttle": 1.0, "retry_after": 1}
        least = time.monotonic() + self._options.away_seconds
        most = least + _PATIENCE_SECONDS / 2
        given_up = 0
        while (now := time.monotonic()) < least or (given_up == 0 and now < most):
            with contextlib.suppress(httpx.TransportError):
                await self._sandbox.put("/sandbox/faults", json=faults)
            given_up = await self._again(lambda: self._ask(run, invariants.count_given_up))
            await asyncio.sleep(_AGAIN_SECONDS)
        await self._again(self._faults_as_usual)

    async def _faults_as_usual(self) -> None:
        faults = {"seed": self._options.seed, **_FAULTS}
        (await self._sandbox.put("/sandbox/faults", json=faults)).raise_for_status()

    async def _until(
        self,
        run: UUID,
        progress: Progress,
        stage: str,
        over: Callable[[Snapshot], Awaitable[bool]],
        patience: float = _PATIENCE_SECONDS,
    ) -> Snapshot:
        """Watch until `over` holds some times in a row, or patience ends."""
        deadline, quiet = time.monotonic() + patience, 0
        while True:
            snapshot = await self._again(lambda: self._ask(run, observe.look))
            progress.show(snapshot, stage)
            quiet = quiet + 1 if await over(snapshot) else 0
            if quiet >= _QUIET_LOOKS or time.monotonic() > deadline:
                return snapshot
            await asyncio.sleep(_LOOK_SECONDS)

    async def _is_quiet(self, run: UUID, snapshot: Snapshot) -> bool:
        stats = await self._again(self._stats)
        unknown = await self._again(lambda: self._ask(run, invariants.count_unknown)) if self._options.settle else 0
        return stats["pending"] == 0 and snapshot.outbox == 0 and unknown == 0

    async def _compare(self, campaign_id: str, run: UUID, torment: "Torment", unknown_before: int) -> ChaosReport:
        traffic = torment.traffic
        client = await Client.connect(self._stack.temporal_address)
        missing = await self._kills.missing(run)
        unended = await self._again(lambda: invariants.running_workflows(client, campaign_id))
        async with self._connection() as connection:
            snapshot = await observe.look(connection, run)
            taken, accepted, duplicates, lost = await invariants.compare(connection, self._sandbox)
            wrong = await broken(connection, torment.people.asked)
            left_out = await invariants.count_left_out(connection, run)
            report = ChaosReport(
                seed=self._options.seed,
                stops=torment.stops.total(),
                stops_by_target=dict(torment.stops),
                kills=torment.kills.total(),
                kills_by_target=dict(torment.kills),
                audience=snapshot.audience,
                journeys_started=snapshot.journeys,
                journeys_ended=snapshot.ended,
                stuck=max(snapshot.journeys - snapshot.ended, unended),
                messages_ledger=taken,
                messages_accepted=accepted,
                duplicates=duplicates,
                lost=lost,
                unknown_by_sigterm=torment.unknown_by_stops,
                given_up=await invariants.count_given_up(connection, run),
                unknown_before=unknown_before,
                unknown_after=await invariants.count_unknown(connection, run),
                held=await invariants.count_held(connection),
                commit_kills=dict(self._kills.done),
                commits_missing=len(missing),
                sign_ins=len(torment.people.asked.sign_ins),
                joins=len(torment.people.asked.joins),
                erasures=len(torment.people.asked.erased),
                people_broken=len(wrong),
                events_accepted=len(traffic.accepted),
                events_found=await invariants.events_found(connection, traffic.accepted),
            )
        report.problems.extend(missing + wrong + torment.people.refused[:3])
        if left_out:
            report.problems.append(f"{left_out} of the audience have neither a journey nor a reason why not")
        report.problems.extend(invariants.problems(report, snapshot, traffic.refused, settled=self._options.settle))
        return report

    async def _stats(self) -> dict[str, Any]:
        stats: dict[str, Any] = (await self._sandbox.get("/sandbox/stats")).json()
        return stats

    async def _ask(
        self, run: UUID, question: Callable[[psycopg.AsyncConnection[Any], UUID], Awaitable[_Result]]
    ) -> _Result:
        async with self._connection() as connection:
            return await question(connection, run)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        url = self._stack.database_url
        async with await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=5) as connection:
            yield connection

    async def _again(self, ask: Callable[[], Awaitable[_Result]]) -> _Result:
        """Ask until there is an answer. Raises StackError when nobody answers for a long time."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            with contextlib.suppress(psycopg.OperationalError, httpx.TransportError, ValueError, RPCError):
                return await ask()
            if time.monotonic() > deadline:
                raise StackError("the stack did not come up again; its logs say why")
            await asyncio.sleep(_AGAIN_SECONDS)


async def _asleep(holds: bool) -> bool:
    return holds


async def _audience(connection: psycopg.AsyncConnection[Any], run: UUID) -> list[str]:
    """The shop's ids of everybody in the launch's audience.

    Raises:
        ValueError: it has not been written down yet.

    """
    rows = await connection.execute(
        "SELECT c.external_id FROM audience_members m JOIN customers c ON c.id = m.customer_id"
        " WHERE m.run_id = %s AND c.external_id IS NOT NULL ORDER BY m.position",
        [run],
    )
    found = [row[0] for row in await rows.fetchall()]
    if not found:
        raise ValueError("the audience is not written down yet")
    return found
