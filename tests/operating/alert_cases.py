"""What each shipped alert is about, brought about on a real stack: a new rule needs a case here."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
from temporalio.client import Client

from campaigns import builds
from config.settings import Settings
from stack.ports import choose
from stack.supervisor import Stack
from tests.api.drawing import flow, publish
from tests.operating.processes import frozen, running

_PACE_SECONDS = 0.3


class Shop:
    """A stack with a campaign that mails whoever views a product, and one that waits for an order."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.api = httpx.AsyncClient(
            base_url=stack.url("api"), headers={"Authorization": f"Bearer {stack.keys['api_key']}"}, timeout=30
        )
        self.sandbox = httpx.AsyncClient(base_url=stack.url("sandbox"), timeout=30)
        self._track = httpx.AsyncClient(base_url=stack.url("api"), auth=(stack.write_key, ""), timeout=30)

        self.folder = Path()
        """For logs."""
        self.scrape: Callable[..., None] = print
        """Lets Prometheus ask these too, beside those of the stack."""

    async def open(self) -> None:
        """Publish the campaigns; recipients do nothing by themselves."""
        (await self.sandbox.put("/sandbox/behaviour", json={"mode": "off"})).raise_for_status()
        mail = flow({"kind": "event", "on": {"event": "Product Viewed"}})
        content = {"channel": "email", "subject": "Hello", "html": "<p>Hello</p>"}
        mail["nodes"][1] = {"id": "hello", "type": "send_email", "data": {"content": content}}
        await publish(self.api, mail, "mail")
        wait = flow({"kind": "event", "on": {"event": "Cart Viewed"}})
        branches = [{"id": "ordered", "label": "Ordered", "on": {"event": "Order Completed"}}]
        wait["nodes"][1] = {
            "id": "wait",
            "type": "wait_event",
            "data": {"branches": branches, "timeout": {"hours": 3}},
        }
        ports = [("ordered", "e2"), ("timeout", "e3")]
        wait["edges"] = [{"id": "e1", "source": "entry", "target": "wait"}] + [
            {"id": edge, "source": "wait", "sourceHandle": port, "target": "end"} for port, edge in ports
        ]
        await publish(self.api, wait, "wait")

    async def close(self) -> None:
        """Let go of its connections."""
        for client in (self.api, self.sandbox, self._track):
            await client.aclose()

    async def event(self, name: str, customer: str | None = None) -> str:
        """An event of a customer who has an address; a new customer unless named."""
        who = customer or uuid4().hex
        if customer is None:
            traits = {"userId": who, "traits": {"email": f"{who}@shop.example"}}
            (await self._track.post("/v1/identify", json=traits)).raise_for_status()
        (await self._track.post("/v1/track", json={"userId": who, "event": name})).raise_for_status()
        return who

    async def fault(self, **faults: Any) -> None:
        """What SendGrid does from now on; nothing bad where nothing is given."""
        (await self.sandbox.put("/sandbox/faults", json={"vendors": ["sendgrid"], **faults})).raise_for_status()

    @contextlib.asynccontextmanager
    async def again_and_again(self, act: "Callable[[], Any]") -> AsyncIterator[None]:
        """Do that all the time inside the block, whatever comes of it."""

        async def go_on() -> None:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    await act()
                await asyncio.sleep(_PACE_SECONDS)

        acting = [asyncio.create_task(go_on()) for _ in range(2)]
        try:
            yield
        finally:
            for task in acting:
                task.cancel()
            await asyncio.gather(*acting, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def views(self) -> AsyncIterator[None]:
        """New customers view a product, one after the other."""
        async with self.again_and_again(lambda: self.event("Product Viewed")):
            yield

    @contextlib.contextmanager
    def still(self, *names: str) -> Any:
        """Those processes stand still inside the block."""
        with contextlib.ExitStack() as held:
            for name in names:
                pid = self.stack.pid_of(name)
                assert pid is not None, name
                held.enter_context(frozen(pid))
            yield

    async def start_intelligence(self) -> None:
        """The worker that the stack was started without."""
        await self.stack.start_worker("intelligence")

    @contextlib.contextmanager
    def worker_of(self, build: str) -> Iterator[None]:
        """One more worker of journeys, of a named build, watched by Prometheus."""
        port = choose(["build"])["build"]
        shared = self.stack.environment().items()
        given = {name.removeprefix("CAMPAIGN_FLOW_").lower(): value for name, value in shared}
        parts = (given.pop("database_url"), given.pop("temporal_address"))
        given |= {"metrics_port": str(port), "worker_build_id": build}
        with running(["worker.py", "--role", "journeys"], *parts, self.folder / build, **given):
            self.scrape(f"127.0.0.1:{port}")
            yield
        self.scrape()

    async def current_build(self, wanted: str) -> None:
        """Wait until that build is current."""
        client = await Client.connect(self.stack.temporal_address)
        async with asyncio.timeout(60):
            while await builds.current_build(client, Settings(_env_file=None)) != wanted:
                await asyncio.sleep(0.3)

    async def sql(self, statement: str, *values: Any) -> None:
        """One statement, committed."""
        async with await psycopg.AsyncConnection.connect(self.stack.database_url, autocommit=True) as connection:
            await connection.execute(statement.encode(), values)


Case = Callable[[Shop], AbstractAsyncContextManager[None]]
CASES: dict[str, Case] = {}
"""Alert -> the block inside which it is to fire, and after which it is to end."""


def _case(alert: str) -> Callable[[Callable[[Shop], AsyncIterator[None]]], None]:
    def keep(cause: Callable[[Shop], AsyncIterator[None]]) -> None:
        CASES[f"CampaignFlow{alert}"] = contextlib.asynccontextmanager(cause)

    return keep


@_case("ProcessDown")
async def _process_down(shop: Shop) -> AsyncIterator[None]:
    with shop.still("worker-senders"):
        yield


@_case("FiguresStale")
async def _figures_stale(shop: Shop) -> AsyncIterator[None]:
    with shop.still("postgres"):
        yield


@_case("RelayStalled")
async def _relay_stalled(shop: Shop) -> AsyncIterator[None]:
    with shop.still("worker-relay"):
        await shop.event("Product Viewed")
        yield


@_case("RelayFailing")
async def _relay_failing(shop: Shop) -> AsyncIterator[None]:
    """A note whose workflow id is longer than Temporal takes."""
    await shop.sql(
        "INSERT INTO outbox (kind, journey_id, workflow_id, attempts, payload)"
        " VALUES ('signal_journey', gen_random_uuid(), repeat('x', 2000), 0, '{\"signal\": \"wake\"}')"
    )
    yield
    await shop.sql("DELETE FROM outbox WHERE starts_with(workflow_id, 'xxx')")


@_case("SendersStalled")
async def _senders_stalled(shop: Shop) -> AsyncIterator[None]:
    with shop.still("worker-senders"):
        async with shop.views():
            yield


@_case("QueueBehind")
async def _queue_behind(shop: Shop) -> AsyncIterator[None]:
    with shop.still("worker-journeys"):
        async with shop.views():
            yield


@_case("QueueWithoutWorkers")
async def _queue_without_workers(shop: Shop) -> AsyncIterator[None]:
    """The stack runs without the role `intelligence`: a scoring waits for it."""
    (await shop.api.post("/scoring-runs")).raise_for_status()
    yield
    await shop.start_intelligence()


@_case("SweepStalled")
async def _sweep_stalled(shop: Shop) -> AsyncIterator[None]:
    with shop.still("worker-campaigns"):
        yield


@_case("ProviderRefusesUs")
async def _provider_refuses_us(shop: Shop) -> AsyncIterator[None]:
    await shop.fault(unauthorised=1)
    async with shop.views():
        yield
        await shop.fault()
        await asyncio.sleep(3)  # a breaker's rest: then one message tries


@_case("ProviderFailing")
async def _provider_failing(shop: Shop) -> AsyncIterator[None]:
    await shop.fault(error=1)
    async with shop.views():
        yield
        await shop.fault()
        await asyncio.sleep(3)


@_case("JourneysOverdue")
async def _journeys_overdue(shop: Shop) -> AsyncIterator[None]:
    """Rows whose wait ended two minutes ago, while their workflows sleep for three hours."""
    await shop.event("Cart Viewed")
    await asyncio.sleep(3)
    moved = "UPDATE journeys SET waiting_until = now() + %s WHERE state = 'active' AND node_id = 'wait'"
    await shop.sql(moved, "-2 minutes")
    yield
    await shop.sql(moved, "3 hours")


@_case("MessagesUnknown")
async def _messages_unknown(shop: Shop) -> AsyncIterator[None]:
    """Messages that were at a provider when their sender died: nobody knows."""
    await shop.sql(
        "INSERT INTO messages (id, campaign_id, customer_id, visit, channel, category, state, attempts, address)"
        " SELECT gen_random_uuid(), (SELECT id FROM campaigns LIMIT 1), gen_random_uuid(), 1, 'push', 'marketing',"
        " 'unknown', 0, 'lost-' || n FROM generate_series(1, 60) AS n"
    )
    yield
    await shop.sql("UPDATE messages SET state = 'sent' WHERE state = 'unknown'")


@_case("WebhooksRefused")
async def _webhooks_refused(shop: Shop) -> AsyncIterator[None]:
    async with shop.again_and_again(lambda: shop.api.post("/webhooks/sendgrid", json=[])):
        yield


async def _reported(shop: Shop, what: str) -> None:
    await shop.event("Product Viewed")
    for arrived in (await shop.sandbox.get("/sandbox/inbox", params={"limit": 1})).json()["items"]:
        await shop.sandbox.post(f"/sandbox/messages/{arrived['message_id']}/{what}")


@_case("BouncesHigh")
async def _bounces_high(shop: Shop) -> AsyncIterator[None]:
    async with shop.again_and_again(lambda: _reported(shop, "bounce")):
        yield


@_case("ComplaintsHigh")
async def _complaints_high(shop: Shop) -> AsyncIterator[None]:
    async with shop.again_and_again(lambda: _reported(shop, "complain")):
        yield


@_case("ApiErrors")
async def _api_errors(shop: Shop) -> AsyncIterator[None]:
    """PostgreSQL hangs: requests are answered 503."""
    with shop.still("postgres"):
        async with shop.views():
            yield


@_case("ApiSlow")
async def _api_slow(shop: Shop) -> AsyncIterator[None]:
    """PostgreSQL hangs for two seconds at a time: every event waits for it."""

    async def hang() -> None:
        with shop.still("postgres"):
            await asyncio.sleep(2)

    async with shop.again_and_again(hang), shop.views():
        yield


@_case("EventToStepSlow")
async def _event_to_step_slow(shop: Shop) -> AsyncIterator[None]:
    customers = [await shop.event("Cart Viewed") for _ in range(5)]
    await asyncio.sleep(3)
    with shop.still("worker-journeys"):
        for customer in customers:
            await shop.event("Order Completed", customer)
        await asyncio.sleep(8)
    yield


@_case("PoolExhausted")
async def _pool_exhausted(shop: Shop) -> AsyncIterator[None]:
    """Somebody locks a table, and requests wait for it."""
    async with await psycopg.AsyncConnection.connect(shop.stack.database_url) as connection:
        await connection.execute("LOCK TABLE campaigns IN ACCESS EXCLUSIVE MODE")
        reading = [asyncio.create_task(shop.api.get("/campaigns")) for _ in range(40)]
        yield
        await connection.rollback()
        await asyncio.gather(*reading, return_exceptions=True)


@_case("ModelStale")
async def _model_stale(shop: Shop) -> AsyncIterator[None]:
    await shop.sql(
        "INSERT INTO models (id, name, kind, state, artifact, trained_at)"
        " VALUES (gen_random_uuid(), 'churn', 'classifier', 'champion', '{}', now() - interval '22 days')"
    )
    yield
    await shop.sql("DELETE FROM models WHERE artifact = '{}'")


@_case("BuildNotCurrent")
async def _build_not_current(shop: Shop) -> AsyncIterator[None]:
    """The first build puts itself in force; the next one is started, and nobody rolls it out."""
    with shop.worker_of("first"):
        await shop.current_build("first")
    with shop.worker_of("second"):
        yield
        client = await Client.connect(shop.stack.temporal_address)
        await builds.put_in_force(client, Settings(_env_file=None), "second")
        await shop.current_build("second")
        await asyncio.sleep(17)  # the worker looks every 15 seconds
        await builds.put_in_force(client, Settings(_env_file=None), "")
