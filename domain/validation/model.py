"""What validation is given and what it gives back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from typing_extensions import TypedDict

from domain.content import Content
from domain.flow import CouponNode, Edge, EntryNode, Flow, Node, ports
from domain.template_lint import TextProblem
from domain.triggers import EventTrigger
from domain.validation.issue_texts import Named, Place, names_in, say
from domain.vocabulary import Channel


class Params(TypedDict, total=False):
    """What the sentence of a violation names, as values: steps by their ids, channels and places by their codes."""

    place: Place
    at: str
    step: str
    steps: list[str]
    id: str
    port: str
    branch: str
    channel: Channel
    other: Channel
    topic: str
    tag: str
    coupon: str
    event: str
    value: str
    field: str
    line: str
    name: str
    like: str
    size: str
    most: str
    problem: str


@dataclass(frozen=True)
class Violation:
    """One thing that keeps a flow from being published.

    Attributes:
        node_id: where it is; None when it concerns the whole campaign.
        edge_id: the connection it is about, if it is about one.
        code: stable, for programs.
        sentence: stable too: which of the code's sentences `message` is, for whoever says it in another language.
        params: what that sentence names.
        message: what is wrong and how to mend it, for the marketer, in English.

    """

    node_id: str | None
    edge_id: str | None
    code: str
    sentence: str
    params: Params
    message: str


def wrong(
    code: str, node: Node | None = None, *, variant: str = "", edge_id: str | None = None, **named: Named
) -> Violation:
    """A violation, said by the sentence of its code (and variant).

    Args:
        code: what is wrong.
        node: where; the sentence's `step` unless another is named.
        variant: which of several sentences.
        edge_id: the connection it is about.
        named: what the sentence names, a node by itself; `place` where a question is asked.

    """
    sentence = f"{code}_{variant}" if variant else code
    given: dict[str, Named] = {"step": node, **named} if node is not None else dict(named)
    place = cast("Place | None", given.get("place"))
    wanted = [*(["place"] if place else []), *names_in(sentence, place)]
    params = {name: _value(given[name]) for name in wanted}
    node_id = None if node is None else node.id
    return Violation(node_id, edge_id, code, sentence, cast("Params", params), say(sentence, given))


def _value(value: Named) -> str | list[str]:
    if isinstance(value, str):
        return value
    return [node.id for node in value] if isinstance(value, list) else value.id


def _nothing_wrong(*_: Any) -> Sequence[TextProblem]:
    return ()


@dataclass(frozen=True)
class Facts:
    """What the rules must know of the world around the flow.

    Attributes:
        templates: every template that the flow names and that exists.
        segments: ids of the saved segments.
        channels: those that a provider sends on.
        topics: keys of the topics that exist.
        template_problems: what is wrong with a content (`rendering.problems.problems`).
        surveys: those that have not ended, by key: of each question the groups of its answers.
        text_problems: the same for one Liquid text, by its name, such as the body of a request.

    """

    templates: Mapping[UUID, Content]
    segments: frozenset[UUID]
    channels: frozenset[Channel]
    template_problems: Callable[[Content], Sequence[TextProblem]] = _nothing_wrong
    text_problems: Callable[[str, str], Sequence[TextProblem]] = _nothing_wrong
    topics: frozenset[str] = frozenset()
    surveys: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class FlowContext:
    """A flow, indexed; unlike `domain.traversal.Graph` it bears every mistake."""

    flow: Flow
    nodes: Mapping[str, Node]
    """By id; the first of several with the same."""
    entries: Sequence[EntryNode]
    outgoing: Mapping[str, Sequence[Edge]] = field(default_factory=dict)
    """By id of the source; only edges from a port that exists to a node that may follow."""

    @classmethod
    def of(cls, flow: Flow) -> "FlowContext":
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
