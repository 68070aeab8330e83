"""Walk a customer through a drawing, sending nothing: the real nodes decide, in a transaction that is rolled back.

What only the future knows (an opened message, an event in time) is taken as not happening, unless the caller chooses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, assert_never
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from activities.channel_selection import reachable_channels
from activities.compiled_flow import compiled_flow
from activities.journey_run import LONGEST_STRIDE, Advance, Block, JourneyRun
from activities.nodes import HANDLERS
from activities.services import WorkerServices
from activities.version_cache import LoadedVersion
from campaigns.explanation import Entry, entry_of
from campaigns.publish import template_ids
from config.settings import Settings
from domain.errors import InvalidError
from domain.flow import SEND_CHANNEL, Flow, ListeningNode, Node, SendNode, ports
from domain.i18n import Words, sentence
from domain.i18n import channel as named
from domain.traversal import Graph, TraversalError
from domain.vocabulary import CampaignState, Category
from ingestion.tracking_links import LinkSigner
from models import Campaign, CampaignVersion, Customer, Journey
from providers.registry import Providers
from rendering.email_document import compiled
from store.campaigns import brand_kit, templates
from store.campaigns.journeys import Locked
from store.customers import customer_queries
from store.database.engine import Database
from workflows.contracts import End, HttpCall, Pause, Send, Wait

_MOST_STEPS = 200


@dataclass(frozen=True)
class SimulatedStep:
    """One node of the walk: when the customer would be there, and by which port they would leave, and why."""

    node_id: str
    at: datetime
    port: str | None
    why: Words
    chosen: bool = False
    ports: list[str] = field(default_factory=list)
    """The ways that can be chosen here; empty where the node decides by itself."""

    @property
    def said(self) -> Words:
        """The same, to be said in any language."""
        return self.why


@dataclass(frozen=True)
class Rehearsal:
    """Whether the customer would enter now, and what they would meet."""

    entry: Entry | None
    steps: list[SimulatedStep]
    complete: bool
    """The walk came to an end, not to a way that leads nowhere."""


@dataclass
class _Clock:
    at: datetime

    async def now(self) -> datetime:
        return self.at


async def simulate(
    database: Database,
    campaign: Campaign,
    flow: Flow,
    customer_ref: str,
    *,
    settings: Settings,
    providers: Providers,
    choices: Mapping[str, str],
) -> Rehearsal:
    """Walk that customer through that flow, as if they entered now.

    Args:
        database: read, and written to in a transaction that is rolled back.
        campaign: whose draft it is.
        flow: what to walk; it may be unfinished.
        customer_ref: external id, or our UUID.
        settings: the app's; business time runs at its own pace here.
        providers: which channels there are.
        choices: node id to the port to leave it by, where the node itself would take another.

    Raises:
        NotFoundError: there is no such customer.
        InvalidError: the flow has no entry, or an edge to nowhere.

    """
    services = WorkerServices(
        settings=settings.model_copy(update={"time_scale": 1.0}),
        database=database,
        providers=providers,
        links=LinkSigner(settings.secret_key.get_secret_value(), settings.public_url),
        handlers=HANDLERS,
        clock=_Clock(datetime.now(UTC)),
    )
    async with database.transaction() as session:
        customer = await customer_queries.require(session, customer_ref)
        entry = await entry_of(session, flow, customer, datetime.now(UTC))
        undone = await session.begin_nested()
        walk = await _begin(session, services, campaign, flow, customer)
        steps, complete = await _play(walk, choices)
        await undone.rollback()
    return Rehearsal(entry, steps, complete)


async def _begin(
    session: AsyncSession, services: WorkerServices, campaign: Campaign, flow: Flow, customer: Customer
) -> JourneyRun:
    """A journey that never was: its rows stand only as long as the transaction."""
    kit = await brand_kit.kit(session)
    try:
        graph = Graph(compiled_flow(flow, kit))
    except TraversalError as error:
        raise InvalidError(str(error)) from error
    now = await services.clock.now()
    saved = await templates.contents(session, template_ids(flow))
    contents = {id_: compiled(content, kit) for id_, content in saved.items()}
    version_id, journey_id = uuid4(), uuid4()
    drawn = flow.model_dump(mode="json", by_alias=True)
    session.add(CampaignVersion(id=version_id, campaign_id=campaign.id, number=0, flow=drawn, published_at=now))
    await session.flush()
    journey = Journey(
        id=journey_id,
        campaign_id=campaign.id,
        version_id=version_id,
        customer_id=customer.id,
        workflow_id=f"rehearsal-{journey_id}",
        entry="rehearsal",
        state="active",
        created_at=now,
        started_at=now,
    )
    session.add(journey)
    await session.flush()
    version = LoadedVersion(version_id, campaign.id, campaign.name, 0, graph, flow.settings, contents)
    return JourneyRun(session, services, version, Locked(journey, customer, CampaignState.ACTIVE), now)


async def _play(walk: JourneyRun, choices: Mapping[str, str]) -> tuple[list[SimulatedStep], bool]:
    node: Node = walk.version.graph.entry
    steps = [SimulatedStep(node.id, walk.now, "next", sentence("enters"))]
    for _ in range(min(_MOST_STEPS, LONGEST_STRIDE)):
        try:
            node = walk.version.graph.follow(node.id, steps[-1].port or "next")
        except TraversalError:
            return steps, False
        step = await _visit(walk, node, choices.get(node.id))
        steps.append(step)
        if step.port is None:
            return steps, True
    return steps, False


async def _visit(walk: JourneyRun, node: Node, choice: str | None) -> SimulatedStep:
    journey = walk.journey
    journey.seq += 1
    journey.node_id = node.id
    journey.visit = int(journey.visits.get(node.id, 0)) + 1
    journey.visits = {**journey.visits, node.id: journey.visit}
    at = walk.now
    outcome = await HANDLERS[node.type](walk, node)
    port, why, choosable = await _way(walk, node, outcome)
    if choice in ports(node):
        return SimulatedStep(node.id, at, choice, sentence("chosen", why=why), True, ports(node))
    return SimulatedStep(node.id, at, port, why, ports=choosable)


async def _way(walk: JourneyRun, node: Node, outcome: Advance | Block) -> tuple[str | None, Words, list[str]]:
    """The port by which the node is left when nothing happens, why, and the ports that something else would take."""
    if isinstance(outcome, Advance):
        return outcome.port, outcome.why, ports(node) if node.type == "check" else []
    match outcome.instruction:
        case End():
            return None, outcome.why, []
        case Send():
            return await _send(walk, node)
        case Wait():
            assert outcome.until is not None
            walk.now = outcome.until
            if isinstance(node, ListeningNode):
                return "timeout", sentence("none_comes", why=outcome.why), ports(node)
            return "next", outcome.why, []
        case HttpCall():
            return "next", sentence("call_would_succeed"), ports(node)
        case Pause():
            raise AssertionError("a simulated journey is never paused")
        case _:
            assert_never(outcome.instruction)


async def _send(walk: JourneyRun, node: Any) -> tuple[str, Words, list[str]]:
    send: SendNode = node
    channel = SEND_CHANNEL[send.type]
    settings = walk.version.settings
    reach = await reachable_channels(
        walk.session,
        walk.customer,
        [channel],
        walk.services.providers.channels,
        Category(send.data.category or settings.category),
        topic=send.data.topic or settings.topic,
    )
    found = reach[channel]
    if found.reachable:
        sent = sentence("would_be_sent", channel=named(channel), address=found.address or "")
        return "next", sent, ports(send)
    return "not_sent", sentence("would_not_be_sent", why=found.why or ""), ports(send)
