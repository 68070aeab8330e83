"""What validation is given and what it gives back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.content import Content
from domain.flow import CouponNode, Edge, EntryNode, Flow, Node, ports
from domain.triggers import EventTrigger
from domain.vocabulary import Channel


@dataclass(frozen=True)
class Violation:
    """One thing that keeps a flow from being published.

    Attributes:
        node_id: where it is; None when it concerns the whole campaign.
        edge_id: the connection it is about, if it is about one.
        code: stable, for programs.
        message: what is wrong and how to mend it, for the marketer.

    """

    node_id: str | None
    edge_id: str | None
    code: str
    message: str


def _nothing_wrong(_: Any) -> Sequence[str]:
    return ()


@dataclass(frozen=True)
class Facts:
    """What the rules must know of the world around the flow.

    Attributes:
        templates: every template that the flow names and that exists.
        segments: ids of the saved segments.
        channels: those that a provider sends on.
        topics: keys of the topics that exist.
        template_problems: what is wrong with a content, in words (`rendering.problems.problems`).
        text_problems: the same for one Liquid text, such as the body of a request.

    """

    templates: Mapping[UUID, Content]
    segments: frozenset[UUID]
    channels: frozenset[Channel]
    template_problems: Callable[[Content], Sequence[str]] = _nothing_wrong
    text_problems: Callable[[str], Sequence[str]] = _nothing_wrong
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Drawing:
    """A flow, indexed; unlike `domain.traversal.Graph` it bears every mistake."""

    flow: Flow
    nodes: Mapping[str, Node]
    """By id; the first of several with the same."""
    entries: Sequence[EntryNode]
    outgoing: Mapping[str, Sequence[Edge]] = field(default_factory=dict)
    """By id of the source; only edges from a port that exists to a node that may follow."""

    @classmethod
    def of(cls, flow: Flow) -> "Drawing":
        """Index a flow."""
        nodes: dict[str, Node] = {}
        for node in flow.nodes:
            nodes.setdefault(node.id, node)
        outgoing: dict[str, list[Edge]] = {node_id: [] for node_id in nodes}
        for edge in flow.edges:
            source, target = nodes.get(edge.source), nodes.get(edge.target)
            if source is None or target is None or isinstance(target, EntryNode):
                continue
            if edge.source_handle in ports(source):
                outgoing[source.id].append(edge)
        entries = [node for node in flow.nodes if isinstance(node, EntryNode)]
        return cls(flow, nodes, entries, outgoing)

    @property
    def event_trigger(self) -> EventTrigger | None:
        """What starts journeys, if it is an event."""
        triggers = [entry.data.trigger for entry in self.entries]
        return next((trigger for trigger in triggers if isinstance(trigger, EventTrigger)), None)

    @property
    def has_key(self) -> bool:
        """Do journeys have an entry key?"""
        return self.event_trigger is not None and bool(self.event_trigger.key)

    @property
    def coupons(self) -> frozenset[str]:
        """Prefixes of the coupons that its nodes give."""
        return frozenset(node.data.prefix for node in self.flow.nodes if isinstance(node, CouponNode))


def name_of(node: Node) -> str:
    """The node as the marketer knows it."""
    return f'"{node.data.label or node.id}"'
