"""`python -m stack.demo`: the win-back campaign on the example shop, from an empty machine to its report.

Knobs, all by environment: ONCE=1 exits after the report; DEMO_AUDIENCE customers (400); DEMO_DAY_SECONDS real seconds
a day of business time lasts (8); DEMO_ORDER_DAYS of the shop's history (90); DEMO_FAULTS, JSON for the sandbox.
"""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import httpx
import psycopg
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from config.shutdown import exit_process
from stack import examples, observe
from stack.console import Console, describe
from stack.observe import Snapshot
from stack.processes import StackError
from stack.progress import Progress
from stack.report import Findings, compile_report, measure_histories, table
from stack.run_folder import ROOT, RUN, acquire_any
from stack.serve import enter, stop_on_signals, until_stopped
from stack.supervisor import Stack, StackOptions

_Result = TypeVar("_Result")

EXAMPLE = "win_back"
REPORT_FILE = RUN / "demo-report.json"
_LOOK_SECONDS = 0.5
_PATIENCE_DAYS = 60
_WORD_DAYS = 2
"""How long a provider's word about an `unknown` message is waited for, after the last journey."""
_SETTLE_HOURS = 24 * 365
"""Nothing is settled by the clock: a push whose sender was killed is reported as unknown, which is the truth."""
_QUIET_LOOKS = 3
"""The sandbox must have been found with nothing left to do so many times in a row."""


@dataclass(frozen=True)
class DemoOptions:
    """How large and how fast."""

    once: bool
    audience: int
    day_seconds: float
    order_days: int
    faults: str

    @classmethod
    def from_environment(cls) -> "DemoOptions":
        """Read the knobs. Raises StackError for one that is not a number."""
        try:
            return cls(
                once=os.environ.get("ONCE", "") not in ("", "0"),
                audience=int(os.environ.get("DEMO_AUDIENCE", "400")),
                day_seconds=float(os.environ.get("DEMO_DAY_SECONDS", "8")),
                order_days=int(os.environ.get("DEMO_ORDER_DAYS", "90")),
                faults=os.environ.get("DEMO_FAULTS", "{}"),
            )
        except ValueError as error:
            raise StackError(f"a DEMO_* setting is not a number: {error}") from error

    def stack(self) -> StackOptions:
        """The stack that the demo needs."""
        return StackOptions(
            time_scale=self.day_seconds / 86400,
            fresh=True,
            sandbox=("--faults", self.faults),
            environment={"CAMPAIGN_FLOW_MARKETING_SETTLE_HOURS": str(_SETTLE_HOURS)},
        )


class Demo:
    """One run of the demo on a running stack."""

    def __init__(self, stack: Stack, options: DemoOptions, console: Console) -> None:
        self._stack = stack
        self._options = options
        self._console = console
        headers = {"Authorization": f"Bearer {stack.keys['api_key']}"}
        self._app = httpx.AsyncClient(base_url=stack.url("api"), headers=headers, timeout=60, trust_env=False)
        self._sandbox = httpx.AsyncClient(base_url=stack.url("sandbox"), timeout=30, trust_env=False)

    async def run(self) -> Findings:
        """Publish, launch, watch to the end, report.

        Raises:
            StackError: the app refused, or the journeys did not end in time.

        """
        example = examples.read(EXAMPLE)
        labels = {node["id"]: node["data"].get("label") or node["id"] for node in example.flow["nodes"]}
        connection = await psycopg.AsyncConnection.connect(self._stack.database_url, autocommit=True)
        async with connection, self._app, self._sandbox:
            try:
                campaign, run = await self._launch(example)
            except httpx.HTTPStatusError as error:
                raise StackError(f"{error.request.url.path} answered {error.response.text}") from error
            with Progress(self._console.rich, labels) as progress:
                seconds = await self._until_ended(connection, run, progress)
                snapshot = await self._until_settled(connection, run, progress)
            client = await Client.connect(self._stack.temporal_address, data_converter=pydantic_data_converter)
            histories = await measure_histories(client, campaign)
            return await compile_report(snapshot, histories, connection, self._sandbox, seconds)

    async def _launch(self, example: examples.Example) -> tuple[str, UUID]:
        """Through the API, as a marketer would; the ids of the campaign and of its run."""
        self._console.say("creating the templates, the segment and the campaign by the API")
        slug = await examples.put_into(self._app, example)
        await self._post(f"/campaigns/{slug}/publish")
        planned = await self._app.put(f"/campaigns/{slug}/schedule")
        planned.raise_for_status()
        launched = await self._post(f"/campaigns/{slug}/launch", {"key": "first-run"})
        following = (planned.json().get("upcoming") or ["never"])[0]
        self._console.say(f"published and launched; the weekly schedule's next run is {following}")
        campaign = await self._app.get(f"/campaigns/{slug}")
        campaign.raise_for_status()
        return campaign.json()["id"], UUID(launched["run_id"])

    async def _post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await self._app.post(path, json=body or {})
        answer.raise_for_status()
        result: dict[str, Any] = answer.json()
        return result

    async def _until_ended(self, connection: psycopg.AsyncConnection[Any], run: UUID, progress: Progress) -> float:
        """Watch until every journey ended; the seconds since the launch."""
        started = time.monotonic()
        patience = max(300.0, self._options.day_seconds * _PATIENCE_DAYS)
        while time.monotonic() - started < patience:
            snapshot = await observe.look(connection, run)
            progress.show(snapshot, "journeys under way")
            if snapshot.all_ended:
                return time.monotonic() - started
            await asyncio.sleep(_LOOK_SECONDS)
        raise StackError(f"the journeys did not end within {patience:.0f} s; the stack's logs say why")

    async def _until_settled(self, connection: psycopg.AsyncConnection[Any], run: UUID, progress: Progress) -> Snapshot:
        """Watch until the last recipient did what they will do, and we know of it."""
        now = time.monotonic()
        deadline = now + max(120.0, self._options.day_seconds * _PATIENCE_DAYS)
        told_by = now + self._options.day_seconds * _WORD_DAYS
        quiet = 0
        while True:
            stats = (await self._sandbox.get("/sandbox/stats")).json()
            snapshot = await observe.look(connection, run)
            progress.show(snapshot, "late opens and purchases")
            settled = stats["pending"] == 0 and snapshot.outbox == 0 and snapshot.total("in_hand") == 0
            told = snapshot.total("unknown") == 0 or time.monotonic() > told_by
            quiet = quiet + 1 if settled and told else 0
            if quiet >= _QUIET_LOOKS or time.monotonic() > deadline:
                return snapshot
            await asyncio.sleep(_LOOK_SECONDS)


async def load_shop(stack: Stack, audience: int, order_days: int) -> None:
    """Fill the database in a process of its own, while the rest of the stack starts."""
    await stack.database_ready.wait()
    command = [sys.executable, "-m", "stack.sample_data.load", stack.database_url]
    command += ["--audience", str(audience), "--days", str(order_days)]
    log = stack.folder.logs() / "shop.log"
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=errors
        )
        try:
            out, _ = await process.communicate()
        except asyncio.CancelledError:
            process.kill()
            raise
    if process.returncode != 0:
        raise StackError(f"the shop could not be loaded:\n{log.read_text(errors='replace')[-2000:]}")
    loaded = json.loads(out)
    stack.say(f"loaded {loaded['customers']} customers, {loaded['orders']} orders, {loaded['events']} events in all")


async def play(console: Console, options: DemoOptions) -> int:
    """The whole demo; the exit code."""
    folder = acquire_any("demo")
    stop = stop_on_signals()
    code = 0
    async with contextlib.AsyncExitStack() as exits:
        stack = Stack(folder, options.stack(), console.say)
        loading = asyncio.ensure_future(load_shop(stack, options.audience, options.order_days))
        exits.callback(loading.cancel)
        if not await enter(exits, stack, stop):
            return 130
        findings = await unless_stopped(_demonstrate(stack, options, console, loading), stack, stop)
        if findings is None:
            return 130
        REPORT_FILE.write_text(json.dumps(findings.report.as_json(), indent=2) + "\n")
        console.rich.print(table(findings))
        for words in findings.broken:
            console.problem(f"broken: {words}")
        code = 1 if findings.broken or stack.complaints() else 0
        console.say(f"the report is in {REPORT_FILE}")
        if not options.once:
            console.addresses(stack)
            await until_stopped(stack, stop)
            code = 1 if stack.complaints() else code
        console.say("stopping")
    return code


async def _demonstrate(
    stack: Stack, options: DemoOptions, console: Console, loading: "asyncio.Future[None]"
) -> Findings:
    if not loading.done():
        console.say("loading the example shop")
    await loading
    return await Demo(stack, options, console).run()


async def unless_stopped(work: Coroutine[Any, Any, _Result], stack: Stack, stop: asyncio.Event) -> _Result | None:
    """What `work` returns; None when the signal came first. Raises StackError when the stack failed."""
    running = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(until_stopped(stack, stop))
    await asyncio.wait([running, watching], return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        watching.cancel()
        return running.result()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    watching.result()
    return None


def main() -> None:
    """Play the demo, and end with the code of how it went."""
    describe(__doc__)
    console = Console()
    try:
        code = asyncio.run(play(console, DemoOptions.from_environment()))
    except StackError as error:
        console.problem(str(error))
        code = 1
    except Exception:
        console.rich.print_exception()
        code = 1
    exit_process(code)


if __name__ == "__main__":
    main()
