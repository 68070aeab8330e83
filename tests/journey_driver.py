"""What tests of journeys share: flows in a few lines, customers, a provider that obeys, workers in this process."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from activities.journey_client import JourneyStart, start_journey, start_migration
from activities.nodes import HANDLERS
from activities.outbox_publisher import OutboxPublisher
from activities.services import WorkerServices
from campaigns import schedule_sync
from campaigns import version_migration as moving
from campaigns.segment_subscriptions import watch_for
from config.settings import Settings
from domain import ids
from domain.events import IncomingEvent, IncomingMessageEvent
from domain.flow import Flow
from domain.triggers import as_event_trigger
from domain.validation import subscribed_events
from domain.vocabulary import Channel, MessageEventKind
from ingestion.message_events import record_reports
from ingestion.pipeline import ingest
from ingestion.promotions.notes import PromotionNotes
from ingestion.relay import Relay
from ingestion.tracking_links import LinkSigner
from models import Campaign, CampaignVersion, Consent, Customer, Device, Journey, JourneyStep, Message, Segment
from providers.base import Accepted, Outgoing, SendError
from store.campaigns.campaigns import add_version
from store.database.engine import Database
from worker import Parts, campaigns, journeys, senders
from workflows.contracts import JourneyResult

T = TypeVar("T")


@dataclass
class FakeProvider:
    """Takes every message, or does what `script` says for the next ones: an error to raise, or None to take it."""

    name: str = "fake"
    channels: frozenset[Channel] = frozenset(Channel)
    tracks_engagement: bool = False
    script: list[SendError | None] = field(default_factory=list)
    taken: list[Outgoing] = field(default_factory=list)
    calls: int = 0

    async def send(self, message: Outgoing) -> Accepted:
        self.calls += 1
        error = self.script.pop(0) if self.script else None
        if error is not None:
            raise error
        self.taken.append(message)
        return Accepted(provider_message_id=f"fake-{message.message_id}")

    async def close(self) -> None:
        """Nothing to close."""


class SlowProvider(FakeProvider):
    """Takes each message when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go = asyncio.Event(), asyncio.Event()

    async def send(self, message: Outgoing) -> Accepted:
        self.asked.set()
        await self.go.wait()
        return await super().send(message)


@dataclass
class FakeProviders:
    """One provider for every channel named, and perhaps another for when that one fails."""

    provider: FakeProvider = field(default_factory=FakeProvider)
    channels: frozenset[Channel] = frozenset(Channel)
    fallback: FakeProvider | None = None

    def for_channel(self, channel: Channel) -> FakeProvider | None:
        return self.provider if channel in self.channels else None

    def fallback_for(self, channel: Channel) -> FakeProvider | None:
        return self.fallback if channel in self.channels else None


class ServerClock:
    """The clock of a time-skipping server, which runs ahead of the machine's."""

    def __init__(self, environment: WorkflowEnvironment) -> None:
        self._environment = environment

    async def now(self) -> datetime:
        return await self._environment.get_current_time()


class SetClock:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    async def now(self) -> datetime:
        return self.at


def flow(*nodes: dict[str, Any], settings: dict[str, Any] | None = None, edges: Sequence[str] = ()) -> Flow:
    """A flow of these nodes, in a chain by port `next` unless `edges` ("a.port>b") say otherwise.

    Raises:
        pydantic.ValidationError: it has not a flow's shape.

    """
    pairs = (
        [tuple(edge.split(">")) for edge in edges]
        if edges
        else [(f"{a['id']}.next", b["id"]) for a, b in pairwise(nodes)]
    )
    return Flow.model_validate(
        {
            "nodes": [{"data": {}, **node} for node in nodes],
            "edges": [
                {
                    "id": f"{left}-{right}",
                    "source": left.split(".")[0],
                    "sourceHandle": left.split(".")[1] if "." in left else "next",
                    "target": right,
                }
                for left, right in pairs
            ],
            "settings": settings or {},
        }
    )


ENTRY: dict[str, Any] = {"id": "entry", "type": "entry", "data": {"trigger": {"kind": "api"}}}
END: dict[str, Any] = {"id": "end", "type": "end", "data": {}}


def push(id_: str, body: str = "Hello", **data: Any) -> dict[str, Any]:
    """A push node with its content written in it."""
    return {"id": id_, "type": "send_push", "data": {"content": {"channel": "push", "body": body}, **data}}


def email(id_: str, subject: str = "Hello", **data: Any) -> dict[str, Any]:
    """An e-mail node with its content written in it."""
    content = {"channel": "email", "subject": subject, "html": f"<p>{subject}</p>"}
    return {"id": id_, "type": "send_email", "data": {"content": content, **data}}


def wait(id_: str, **duration: float) -> dict[str, Any]:
    """A wait for a duration."""
    return {"id": id_, "type": "wait", "data": {"until": {"kind": "duration", "duration": duration}}}


@dataclass
class World:
    """One installation in small: its database, its providers, a campaign or two."""

    database: Database
    settings: Settings
    providers: FakeProviders
    services: WorkerServices

    @property
    def sent(self) -> list[Outgoing]:
        """What the provider took."""
        return self.providers.provider.taken

    async def customer(self, external_id: str = "c-1", *, device: bool = True, **fields: Any) -> UUID:
        """A customer with an address on every channel, less what `fields` takes away."""
        id_ = uuid4()
        values = {"email": f"{external_id}@shop.example", "phone": "+393331234567", "timezone": "Europe/Rome"} | fields
        async with self.database.transaction() as session:
            session.add(Customer(id=id_, external_id=external_id, **values))
            await session.flush()
            if device:
                session.add(Device(token=f"token-{external_id}", customer_id=id_))
        return id_

    async def campaign(
        self, drawn: Flow, *, slug: str = "test", state: str = "active", templates: dict[str, Any] | None = None
    ) -> UUID:
        """A published campaign."""
        campaign_id, version_id = uuid4(), uuid4()
        trigger = next(node for node in drawn.nodes if node.type == "entry").data.trigger
        listened = as_event_trigger(trigger, campaign_id)
        async with self.database.transaction() as session:
            session.add(
                Campaign(id=campaign_id, slug=slug, name=slug.title(), state=state, current_version_id=version_id)
            )
            await session.flush()
            session.add(
                CampaignVersion(
                    id=version_id,
                    campaign_id=campaign_id,
                    number=1,
                    flow=drawn.model_dump(mode="json", by_alias=True),
                    templates=templates or {},
                    subscribed_events=subscribed_events(drawn),
                    trigger_event=listened.on.event if listened else None,
                )
            )
            await session.flush()
            await watch_for(session, await session.get_one(Campaign, campaign_id), drawn)
        return campaign_id

    async def publish(self, campaign_id: UUID, drawn: Flow) -> UUID:
        """The next version of a campaign, in force from now on."""
        async with self.database.transaction() as session:
            campaign = await session.get_one(Campaign, campaign_id)
            version = CampaignVersion(
                id=uuid4(),
                campaign_id=campaign_id,
                number=0,
                flow=drawn.model_dump(mode="json", by_alias=True),
                subscribed_events=subscribed_events(drawn),
            )
            await add_version(session, campaign, version)
        return version.id

    async def back_to(self, campaign_id: UUID, version_id: UUID) -> None:
        """Put an earlier version in force again."""
        async with self.database.transaction() as session:
            (await session.get_one(Campaign, campaign_id)).current_version_id = version_id

    async def migrate(
        self, client: Client, campaign_id: UUID, mapping: dict[str, str | None] | None = None
    ) -> WorkflowHandle[Any, Any]:
        """Move those inside to the version in force; returns when all have been told."""
        async with self.database.transaction() as session:
            campaign = await session.get_one(Campaign, campaign_id)
            version = await session.get_one(CampaignVersion, campaign.current_version_id)
            migration = await moving.migrate(session, campaign, version, mapping or {})
        await start_migration(client, migration.id, migration.workflow_id, campaign_id)
        handle = client.get_workflow_handle(migration.workflow_id)
        await handle.result()
        return handle

    async def segment(self, name: str, condition: dict[str, Any]) -> UUID:
        """A saved segment."""
        id_ = uuid4()
        async with self.database.transaction() as session:
            session.add(Segment(id=id_, name=name, condition=condition))
        return id_

    async def set_state(self, campaign_id: UUID, state: str) -> None:
        """Pause, resume or stop a campaign, in the database alone."""
        async with self.database.transaction() as session:
            campaign = await session.get_one(Campaign, campaign_id)
            campaign.state = state

    async def journey(
        self, campaign_id: UUID, customer_id: UUID, entry: str = "api:1", *, trigger: dict[str, Any] | None = None
    ) -> UUID:
        """A journey that waits for its workflow."""
        id_ = ids.journey_id(campaign_id, customer_id, entry)
        async with self.database.transaction() as session:
            campaign = await session.get_one(Campaign, campaign_id)
            assert campaign.current_version_id is not None
            session.add(
                Journey(
                    id=id_,
                    campaign_id=campaign_id,
                    version_id=campaign.current_version_id,
                    customer_id=customer_id,
                    workflow_id=ids.journey_workflow_id(campaign.slug, customer_id, id_),
                    entry=entry,
                    trigger=trigger or {},
                )
            )
        return id_

    async def start(self, client: Client, journey_id: UUID) -> WorkflowHandle[Any, JourneyResult]:
        """Start the workflow of a journey."""
        row = await self.read_journey(journey_id)
        await start_journey(
            client,
            JourneyStart(
                journey_id=row.id,
                workflow_id=row.workflow_id,
                campaign_id=row.campaign_id,
                customer_id=row.customer_id,
                version_number=1,
            ),
        )
        return client.get_workflow_handle(row.workflow_id, result_type=JourneyResult)

    async def happen(
        self, customer_id: UUID, name: str, properties: dict[str, Any] | None = None, *, at: datetime | None = None
    ) -> UUID:
        """An event, through the pipeline."""
        id_ = uuid4()
        now = await self.services.clock.now()
        event = IncomingEvent(
            id=id_,
            name=name,
            customer_id=customer_id,
            occurred_at=at or now,
            properties=properties or {},
            source="test",
        )
        async with self.database.transaction() as session:
            await ingest(session, [event], now=now)
        return id_

    async def read_journey(self, journey_id: UUID) -> Journey:
        """The journey's row now."""
        async with self.database.transaction() as session:
            return await session.get_one(Journey, journey_id)

    async def steps(self, journey_id: UUID) -> list[JourneyStep]:
        """The step log."""
        async with self.database.transaction() as session:
            found = await session.scalars(
                select(JourneyStep).where(col(JourneyStep.journey_id) == journey_id).order_by(col(JourneyStep.seq))
            )
            return list(found)

    async def messages(self) -> list[Message]:
        """The ledger, in order of time."""
        async with self.database.transaction() as session:
            return list(await session.scalars(select(Message).order_by(col(Message.reserved_at), col(Message.id))))

    async def rows(self, session: AsyncSession, table: type[T]) -> list[T]:
        """Every row of a table, in a transaction of the test's own."""
        return list(await session.scalars(select(table)))

    async def report(self, message: Message, engagement: MessageEventKind) -> None:
        """What a provider's webhook says of a message."""
        now = await self.services.clock.now()
        report = IncomingMessageEvent(
            event_id=uuid4(),
            message_id=message.id,
            provider="fake",
            engagement=engagement,
            kind=engagement.value,
            occurred_at=now,
        )
        async with self.database.transaction() as session:
            await record_reports(session, [report], now=now)

    async def unsubscribe(self, customer_id: UUID, channel: Channel) -> None:
        """The customer's word against a channel."""
        async with self.database.transaction() as session:
            session.add(Consent(customer_id=customer_id, channel=channel.value, status="unsubscribed", source="test"))

    @contextlib.asynccontextmanager
    async def workers(self, client: Client, *, relay: bool = False, sending: bool = True) -> AsyncIterator[None]:
        """Workers of every role, in this process; without `sending`, what is to be sent waits in its queue."""
        parts = Parts(self.settings, client, self.services)
        stop = asyncio.Event()
        async with contextlib.AsyncExitStack() as running:
            for worker in [*journeys(parts), *campaigns(parts), *(senders(parts) if sending else [])]:
                await running.enter_async_context(worker)
            task = (
                asyncio.create_task(Relay(self.database, publisher(client, self.database)).run(stop)) if relay else None
            )
            try:
                yield
            finally:
                stop.set()
                if task is not None:
                    await task


def make_world(database: Database, settings: Settings) -> World:
    """An installation in small."""
    providers = FakeProviders()
    services = WorkerServices(
        settings=settings,
        database=database,
        providers=providers,
        links=LinkSigner(settings.secret_key.get_secret_value(), settings.public_url),
        handlers=HANDLERS,
    )
    return World(database=database, settings=settings, providers=providers, services=services)


def publisher(client: Client, database: Database) -> OutboxPublisher:
    """What a relay tells Temporal with, as the worker makes it."""
    sync, told = partial(schedule_sync.sync, client, database), PromotionNotes(database).tell
    return OutboxPublisher(client, sync, told, app_url="https://app.example")


def days(count: float) -> timedelta:
    """So many days."""
    return timedelta(days=count)


def steps_of(log: Sequence[JourneyStep]) -> list[str]:
    """The step log in short: node and port."""
    return [f"{step.node_id}:{step.port or ''}" for step in log]


def readable(history: str) -> str:
    """The history with its payloads' bytes spelt out."""
    found = [history]

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if isinstance(value.get("data"), str):
                found.append(base64.b64decode(value["data"]).decode("latin-1"))
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(json.loads(history))
    return "\n".join(found)
