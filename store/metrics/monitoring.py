"""A campaign's figures, put together from its counters."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.metrics.catalogue import REVENUE, counted_as
from store.metrics import campaign_counters
from store.metrics.campaign_counters import RunTotal, Total

_SKIPPED = "skipped:"


@dataclass
class NodeFigures:
    """What became of the journeys that came to a node."""

    node_id: str
    active: int = 0
    """There now, those that a pause holds and those that have failed included."""
    paused: int = 0
    failed: int = 0
    exited: dict[str, int] = field(default_factory=dict)
    """Port -> journeys that went on by it."""
    ended: dict[str, int] = field(default_factory=dict)
    """Exit reason -> journeys that ended there."""

    @property
    def entered(self) -> int:
        """All that ever came."""
        return self.active + sum(self.exited.values()) + sum(self.ended.values())


@dataclass
class MessageFigures:
    """Messages of one node on one channel. Tests by hand are not among them."""

    node_id: str
    channel: str
    attempted: int = 0
    sent: int = 0
    open_trackable: int = 0
    """Those sent of which an open would be told."""
    click_trackable: int = 0
    """Those sent of which a click would be told."""
    delivered: int = 0
    opened: int = 0
    clicked: int = 0
    conversions: int = 0
    """Journeys that reached their goal, this being the last message before it."""
    revenue: dict[str, Decimal] = field(default_factory=dict)
    """Of those conversions: currency (ISO 4217; empty where the events name none) -> amount."""
    bounced: int = 0
    unsubscribed: int = 0
    complained: int = 0
    replied: int = 0
    states: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    """BlockReason -> messages that it skipped."""


@dataclass
class CampaignFigures:
    """What a campaign, or one launch of it, did so far."""

    entered: int = 0
    active: int = 0
    paused: int = 0
    failed: int = 0
    ended: dict[str, int] = field(default_factory=dict)
    conversions: int = 0
    revenue: dict[str, Decimal] = field(default_factory=dict)
    refunded: dict[str, Decimal] = field(default_factory=dict)
    """What refunds have taken off `revenue` since the conversions, by currency."""
    nodes: list[NodeFigures] = field(default_factory=list)
    messages: list[MessageFigures] = field(default_factory=list)
    rejected: dict[str, int] = field(default_factory=dict)


@dataclass
class RunFigures:
    """One launch beside others."""

    entered: int = 0
    active: int = 0
    sent: int = 0
    open_trackable: int = 0
    """Those sent of which an open would be told."""
    click_trackable: int = 0
    """Those sent of which a click would be told."""
    delivered: int = 0
    opened: int = 0
    clicked: int = 0
    conversions: int = 0
    revenue: dict[str, Decimal] = field(default_factory=dict)
    unsubscribed: int = 0
    bounced: int = 0


async def figures(session: AsyncSession, campaign_id: UUID, run_id: UUID | None = None) -> CampaignFigures:
    """Count, to this moment. With `run_id`, that launch alone."""
    return assemble(await campaign_counters.totals(session, campaign_id, run_id))


async def runs(session: AsyncSession, campaign_id: UUID) -> dict[UUID, RunFigures]:
    """The figures of each launch."""
    found: defaultdict[UUID, RunFigures] = defaultdict(RunFigures)
    for total in await campaign_counters.by_run(session, campaign_id):
        _add_to_run(found[total.run_id], total)
    found.pop(campaign_counters.NO_RUN, None)
    return dict(found)


def _earn(revenue: dict[str, Decimal], total: Total | RunTotal) -> None:
    """Add to the currency's own sum: those of several are never added."""
    if total.amount:
        revenue[total.dimension] = revenue.get(total.dimension, Decimal(0)) + total.amount


def _add_to_run(run: RunFigures, total: RunTotal) -> None:
    _count(run, total)
    if total.metric == REVENUE.counter:
        _earn(run.revenue, total)


def _count(figures: MessageFigures | RunFigures, total: Total | RunTotal) -> None:
    """Add a counter to what it counts for by the catalogue of metrics."""
    for key in counted_as(total.metric, total.channel):
        if hasattr(figures, key):
            setattr(figures, key, getattr(figures, key) + total.n)


def assemble(totals: Sequence[Total]) -> CampaignFigures:
    """Figures from the counters' metrics; a metric that is not known is left out."""
    found = CampaignFigures()
    nodes: dict[str, NodeFigures] = {}
    messages: dict[tuple[str, str], MessageFigures] = {}
    for total in totals:
        if total.metric in ("active", "exited", "ended"):
            _journeys(found, nodes.setdefault(total.node_id, NodeFigures(total.node_id)), total)
        elif total.channel:
            key = (total.node_id, total.channel)
            _message(messages.setdefault(key, MessageFigures(*key)), total)
        elif total.metric == "entered":
            found.entered += total.n
        elif total.metric == "rejected":
            found.rejected[total.dimension] = total.n
        if total.metric == "conversions":
            found.conversions += total.n
            _earn(found.revenue, total)
        elif total.metric == "refunded":
            _earn(found.refunded, total)
    nodes.pop("", None)  # journeys that have not taken their first step stand nowhere yet
    found.nodes = [nodes[node] for node in sorted(nodes)]
    found.messages = [messages[key] for key in sorted(messages)]
    return found


def _journeys(found: CampaignFigures, node: NodeFigures, total: Total) -> None:
    match total.metric:
        case "active":
            found.active += total.n
            node.active += total.n
            if total.dimension == "paused":
                found.paused += total.n
                node.paused += total.n
            if total.dimension == "failed":
                found.failed += total.n
                node.failed += total.n
        case "exited":
            node.exited[total.dimension] = total.n
        case _:
            found.ended[total.dimension] = found.ended.get(total.dimension, 0) + total.n
            node.ended[total.dimension] = total.n


def _message(message: MessageFigures, total: Total) -> None:
    match total.metric:
        case "state" if total.dimension.startswith(_SKIPPED):
            message.skipped[total.dimension.removeprefix(_SKIPPED)] = total.n
            message.states["skipped"] = message.states.get("skipped", 0) + total.n
        case "state":
            message.states[total.dimension] = total.n
        case _:
            _count(message, total)
    if total.metric == REVENUE.counter:
        _earn(message.revenue, total)
