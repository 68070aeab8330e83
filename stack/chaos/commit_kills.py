"""Requests whose API is killed as soon as their transaction is committed, and which nobody repeats.

What was committed must come about by itself: the pressing operator saw an error and went home.
"""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx
import psycopg
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from campaigns.launch_schedule import schedule_id
from stack.chaos import commit_effects
from stack.chaos.commit_effects import CLOCK, FORGOTTEN, GONE, INSIDE, ORDER, ROWS, STAYS, STOPPED, TRACKED
from stack.chaos.commit_proxy import CommitProxy, socket_folder
from stack.ports import HOST, choose
from stack.processes import ChildSpec, StackError, answers
from stack.supervisor import Stack

NAME = "api-doomed"
_PATIENCE_SECONDS = 600.0
_LOOK_SECONDS = 0.3
_SLEEP: dict[str, Any] = {
    "nodes": [
        {"id": "entry", "type": "entry", "data": {"trigger": {"kind": "api"}}},
        {"id": "sleep", "type": "wait", "data": {"until": {"kind": "duration", "duration": {"days": 300}}}},
        {"id": "end", "type": "end", "data": {}},
    ],
    "edges": [
        {"id": "e1", "source": "entry", "target": "sleep"},
        {"id": "e2", "source": "sleep", "target": "end"},
    ],
    "settings": {},
}

_ASLEEP = """SELECT count(*) FROM journeys j JOIN campaigns c ON c.id = j.campaign_id
              WHERE j.state = 'active' AND c.slug = %s"""

Ask = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


class CommitKills:
    """An API of its own for what is to be killed; `async with kills.running()`."""

    def __init__(self, stack: Stack, app: httpx.AsyncClient, say: Callable[[str], None]) -> None:
        """Kills on that stack; `app` is an API that lives, with an administrator's key."""
        self._stack, self._app, self._say = stack, app, say
        folder = stack.folder.path / "doomed"
        self._proxy = CommitProxy(socket_folder(stack.database_url), folder, self._strike)
        ports = choose([NAME, f"{NAME}-metrics"])
        self._url = f"http://{HOST}:{ports[NAME]}"
        environment = {
            **stack.environment(),
            "CAMPAIGN_FLOW_DATABASE_URL": self._proxy.url(stack.database_url),
            "CAMPAIGN_FLOW_METRICS_PORT": str(ports[f"{NAME}-metrics"]),
        }
        command = [sys.executable, "-m", "api", "--host", HOST, "--port", str(ports[NAME])]
        self._spec = ChildSpec(NAME, command, answers(f"{self._url}/readyz"), environment)
        self.done: Counter[str] = Counter()
        """What was committed -> how often its API was killed at that."""
        self.problems: list[str] = []
        self.paused: tuple[datetime, datetime] | None = None
        """From when to when the launch's campaign was surely paused."""

    @asynccontextmanager
    async def running(self) -> Any:
        """The proxy and the API."""
        await self._proxy.start()
        try:
            await self._stack.start_process(self._spec)
            yield self
        finally:
            await self._proxy.stop()

    async def launch(self, slug: str) -> None:
        """Launch the campaign; the API dies at the commit."""
        await self._die(
            "launch",
            "INSERT INTO campaign_runs",
            lambda api: api.post(f"/campaigns/{slug}/launch", json={"key": "chaos"}),
        )

    async def everything_else(self, slug: str) -> None:
        """All that can be pressed while journeys of that launch run."""
        await self._pause_and_resume(slug)
        await self._move(slug)
        await self._intake()
        await self._stop()
        await self._schedule()
        await self._pause_and_resume(slug)

    async def _pause_and_resume(self, slug: str) -> None:
        await self._die("pause", "UPDATE campaigns", lambda api: api.post(f"/campaigns/{slug}/pause"))
        begins = await self._clock()
        await asyncio.sleep(4)
        ends = await self._clock()
        await self._die("resume", "UPDATE campaigns", lambda api: api.post(f"/campaigns/{slug}/resume"))
        self.paused = self.paused or (begins, ends)

    async def _move(self, slug: str) -> None:
        """A second version, and everybody inside moves to it."""
        found = await self._again(lambda: self._app.get(f"/campaigns/{slug}"))
        changed = {"revision": found.json()["revision"], "flow": found.json()["draft"]}
        changed["flow"]["nodes"][-1]["data"]["label"] = "The end"
        await self._again(lambda: self._app.patch(f"/campaigns/{slug}", json=changed), taken=(409,))
        await self._die(
            "publish", "INSERT INTO campaign_versions", lambda api: api.post(f"/campaigns/{slug}/publish", json={})
        )
        await self._die(
            "move", "INSERT INTO journey_migrations", lambda api: api.post(f"/campaigns/{slug}/migrations", json={})
        )

    async def _intake(self) -> None:
        key = (self._stack.write_key, "")
        now = datetime.now(UTC).isoformat()
        order = {"order_id": ORDER, "revenue": 12.5, "currency": "EUR", "products": []}
        tracked = {
            "userId": TRACKED, "event": "Order Completed", "messageId": ORDER, "timestamp": now, "properties": order,
        }  # fmt: skip
        await self._die("track", "INSERT INTO events", lambda api: api.post("/v1/track", json=tracked, auth=key))
        await self._create(FORGOTTEN, GONE, STAYS)
        joined = {"userId": STAYS, "previousId": GONE, "messageId": "doomed-alias"}
        await self._die(
            "alias", "INSERT INTO customer_merges", lambda api: api.post("/v1/alias", json=joined, auth=key)
        )
        await self._die("erase", "INSERT INTO erasures", lambda api: api.post(f"/customers/{FORGOTTEN}/erase"))
        rows = b"user_id,first_name\n" + b"".join(b"doomed-%d,Ada\n" % n for n in range(ROWS))
        await self._die(
            "import",
            "start_import",
            lambda api: api.post("/imports?kind=customers&format=csv&name=doomed.csv", content=rows),
        )

    async def _stop(self) -> None:
        """Customers who sleep for 300 days are let in, then the campaign is stopped."""
        await self._publish(STOPPED, _SLEEP)
        names = [f"doomed-{n}" for n in range(INSIDE)]
        await self._create(*names)
        body = {"customers": [{"external_id": name} for name in names], "idempotency_key": "chaos"}
        await self._die(
            "start", "INSERT INTO journeys", lambda api: api.post(f"/campaigns/{STOPPED}/journeys", json=body)
        )
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while await self._ask(_ASLEEP, STOPPED) < INSIDE:
            if time.monotonic() > deadline:
                self.problems.append("journeys whose API was killed at their commit did not start")
                break
            await asyncio.sleep(_LOOK_SECONDS)
        await self._die("stop", "UPDATE campaigns", lambda api: api.post(f"/campaigns/{STOPPED}/stop"))

    async def _schedule(self) -> None:
        at = datetime.now(UTC) + timedelta(hours=12)
        schedule = {"timezone": "UTC", "recurrence": {"frequency": "daily", "time": f"{at:%H:%M}:00"}}
        trigger = {"kind": "segment", "condition": {"kind": "tag", "tag": "nobody"}}
        nodes = [{"id": "entry", "type": "entry", "data": {"trigger": trigger}}, *_SLEEP["nodes"][1:]]
        await self._publish(CLOCK, {**_SLEEP, "nodes": nodes, "settings": {"schedule": schedule}})
        await self._die("schedule", "sync_schedule", lambda api: api.put(f"/campaigns/{CLOCK}/schedule"))

    async def missing(self, run: UUID) -> list[str]:
        """What was committed and has not come about, in words."""
        async with await psycopg.AsyncConnection.connect(self._stack.database_url, autocommit=True) as connection:
            found = self.problems + await commit_effects.missing(connection, self.paused, run)
        client = await Client.connect(self._stack.temporal_address)
        try:
            await client.get_schedule_handle(schedule_id(CLOCK)).describe()
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            found.append("a schedule is not there")
        return found

    async def _create(self, *names: str) -> None:
        for name in names:
            await self._again(partial(self._app.put, f"/customers/{name}", json={"first_name": name}))

    async def _publish(self, slug: str, flow: dict[str, Any]) -> None:
        answer = await self._again(
            lambda: self._app.post("/campaigns", json={"slug": slug, "name": slug, "flow": flow}), taken=(409,)
        )
        del answer
        await self._again(lambda: self._app.post(f"/campaigns/{slug}/publish", json={}))

    async def _die(self, what: str, marker: str, ask: Ask) -> None:
        """Ask until the API was killed at the commit. An answer before that is a 5xx: the database was away.

        Raises:
            StackError: the first try was answered otherwise.

        """
        failed = False
        deadline = time.monotonic() + _PATIENCE_SECONDS
        headers = {"Authorization": f"Bearer {self._stack.keys['api_key']}"}
        async with httpx.AsyncClient(base_url=self._url, headers=headers, timeout=20, trust_env=False) as api:
            while time.monotonic() < deadline:
                if not await self._is_ready(api):
                    await asyncio.sleep(_LOOK_SECONDS)
                    continue
                self._proxy.arm(marker)
                try:
                    answer = await ask(api)
                except httpx.TransportError:
                    answer = None
                self._proxy.disarm()
                if self._proxy.struck:
                    self.done[what] += 1
                    self._say(f"SIGKILL to {NAME} at the commit of: {what}")
                    return
                if answer is not None and answer.is_success and failed:
                    return  # a try before it was committed as the database went away
                failed = True
                if answer is not None and answer.status_code < 500:
                    raise StackError(f"{what}: answered {answer.status_code} without its commit: {answer.text[:300]}")
                await asyncio.sleep(_LOOK_SECONDS)
        raise StackError(f"{what}: {NAME} was not ready in time")

    async def _is_ready(self, api: httpx.AsyncClient) -> bool:
        try:
            return self._stack.pid_of(NAME) is not None and (await api.get("/readyz")).status_code == 200
        except httpx.TransportError:
            return False

    def _strike(self) -> None:
        pid = self._stack.pid_of(NAME)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    async def _again(
        self, ask: Callable[[], Awaitable[httpx.Response]], *, taken: tuple[int, ...] = ()
    ) -> httpx.Response:
        """Ask an API that lives, until it answers: it is killed, too, by others."""
        while True:
            try:
                answer = await ask()
            except httpx.TransportError:
                await asyncio.sleep(_LOOK_SECONDS)
                continue
            if answer.is_success or answer.status_code in taken:
                return answer
            if answer.status_code < 500:
                raise StackError(f"{answer.request.url.path} answered {answer.status_code}: {answer.text[:300]}")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _ask(self, statement: str, *values: Any) -> Any:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    self._stack.database_url, autocommit=True, connect_timeout=5
                ) as connection:
                    row = await (await connection.execute(statement, values or None)).fetchone()
                    return row[0] if row else None
            except psycopg.OperationalError:
                await asyncio.sleep(_LOOK_SECONDS)

    async def _clock(self) -> datetime:
        now: datetime = await self._ask("SELECT clock_timestamp()")
        return now
