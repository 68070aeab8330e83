"""A campaign's figures, put together from its counters."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.vocabulary import TELL_OF_CLICKS, TELL_OF_OPENS
from store import tallies
from store.tallies import RunTotal, Total

_WITHHELD = "withheld:"


@dataclass
class NodeFigures:
    """What became of the journeys that came to a node."""

    node_id: str
    inside: int = 0
    """There now, those that a pause holds included."""
    held: int = 0
    left: dict[str, int] = field(default_factory=dict)
    """Port -> journeys that went on by it."""
    ended: dict[str, int] = field(default_factory=dict)
    """Exit reason -> journeys that ended there."""

    @property
    def entered(self) -> int:
        """All that ever came."""
        return self.inside + sum(self.left.values()) + sum(self.ended.values())


@dataclass
class MessageFigures:
    """Messages of one node on one channel. Tests by hand are not among them."""

    node_id: str
    channel: str
    intended: int = 0
    sent: int = 0
    delivered: int = 0
    opened: int = 0
    clicked: int = 0
    acted: int = 0
    """Journeys that reached their goal, this being the last message before it."""
    revenue: float = 0
    """Of those conversions."""
    bounced: int = 0
    unsubscribed: int = 0
    complained: int = 0
    replied: int = 0
    states: dict[str, int] = field(default_factory=dict)
    withheld: dict[str, int] = field(default_factory=dict)
    """Hindrance -> messages that it withheld."""

    @property
    def openable(self) -> int:
        """Those sent of which an open would be told."""
        return self.sent if self.channel in TELL_OF_OPENS else 0

    @property
    def clickable(self) -> int:
        """Those sent of which a click would be told."""
        return self.sent if self.channel in TELL_OF_CLICKS else 0


@dataclass
class Figures:
    """What a campaign, or one launch of it, did so far."""

    entered: int = 0
    inside: int = 0
    held: int = 0
    ended: dict[str, int] = field(default_factory=dict)
    conversions: int = 0
    revenue: float = 0
    nodes: list[NodeFigures] = field(default_factory=list)
    messages: list[MessageFigures] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)


@dataclass
class RunFigures:
    """One launch beside others."""

    entered: int = 0
    inside: int = 0
    sent: int = 0
    openable: int = 0
    """Those sent of which an open would be told."""
    clickable: int = 0
    """Those sent of which a click would be told."""
    delivered: int = 0
    opened: int = 0
    clicked: int = 0
    conversions: int = 0
    revenue: float = 0
    unsubscribed: int = 0
    bounced: int = 0


async def figures(session: AsyncSession, campaign_id: UUID, run_id: UUID | None = None) -> Figures:
    """Count, to this moment. With `run_id`, that launch alone."""
    return assemble(await tallies.totals(session, campaign_id, run_id))


async def runs(session: AsyncSession, campaign_id: UUID) -> dict[UUID, RunFigures]:
    """The figures of each launch."""
    found: defaultdict[UUID, RunFigures] = defaultdict(RunFigures)
    for total in await tallies.by_run(session, campaign_id):
        _add_to_run(found[total.run_id], total)
    found.pop(tallies.NO_RUN, None)
    return dict(found)


def _add_to_run(run: RunFigures, total: RunTotal) -> None:
    if total.fact == "acted":
        run.conversions += total.n
        run.revenue += float(total.amount)
    elif hasattr(run, total.fact):
        setattr(run, total.fact, getattr(run, total.fact) + total.n)
    if total.fact == "sent":
        run.openable += total.n if total.channel in TELL_OF_OPENS else 0
        run.clickable += total.n if total.channel in TELL_OF_CLICKS else 0


def assemble(totals: Sequence[Total]) -> Figures:
    """Figures from the counters' facts; a fact that is not known is left out."""
    found = Figures()
    nodes: dict[str, NodeFigures] = {}
    messages: dict[tuple[str, str], MessageFigures] = {}
    for total in totals:
        if total.fact in ("inside", "left", "ended"):
            _journeys(found, nodes.setdefault(total.node_id, NodeFigures(total.node_id)), total)
        elif total.channel:
            key = (total.node_id, total.channel)
            _message(messages.setdefault(key, MessageFigures(*key)), total)
        elif total.fact == "entered":
            found.entered += total.n
        elif total.fact == "refused":
            found.refused[total.detail] = total.n
        if total.fact == "acted":
            found.conversions += total.n
            found.revenue += float(total.amount)
    nodes.pop("", None)  # journeys that have not taken their first step stand nowhere yet
    found.nodes = [nodes[node] for node in sorted(nodes)]
    found.messages = [messages[key] for key in sorted(messages)]
    return found


def _journeys(found: Figures, node: NodeFigures, total: Total) -> None:
    match total.fact:
        case "inside":
            found.inside += total.n
            node.inside += total.n
            if total.detail == "held":
                found.held += total.n
                node.held += total.n
        case "left":
            node.left[total.detail] = total.n
        case _:
            found.ended[total.detail] = found.ended.get(total.detail, 0) + total.n
            node.ended[total.detail] = total.n


def _message(message: MessageFigures, total: Total) -> None:
    match total.fact:
        case "message":
            message.intended = total.n
        case "state" if total.detail.startswith(_WITHHELD):
            message.withheld[total.detail.removeprefix(_WITHHELD)] = total.n
            message.states["withheld"] = message.states.get("withheld", 0) + total.n
        case "state":
            message.states[total.detail] = total.n
        case "acted":
            message.acted = total.n
            message.revenue = float(total.amount)
        case fact:
            if hasattr(message, fact):
                setattr(message, fact, total.n)
