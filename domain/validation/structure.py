"""Rules about nodes and the connections between them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from domain.flow import (
    ChannelSplitNode,
    CheckNode,
    Edge,
    EntryNode,
    ListeningNode,
    Node,
    RandomSplitNode,
    UntilAttributeDate,
    UntilBestHour,
    UntilDate,
    WaitNode,
    optional_ports,
    ports,
)
from domain.validation.model import Facts, FlowContext, Violation, wrong

_RESERVED = {"check": "else", "wait_event": "timeout", "survey": "timeout", "channel_split": "none"}


def one_entry(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """Every journey starts at the one entry."""
    if not drawing.entries:
        yield wrong("entry_missing")
    for extra in drawing.entries[1:]:
        yield wrong("entry_twice", extra)


def unique_ids(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """Ids of nodes and of edges name one thing each."""
    for node_id in _repeated(node.id for node in drawing.flow.nodes):
        yield wrong("node_id_twice", drawing.nodes[node_id], id=node_id)
    for edge_id in _repeated(edge.id for edge in drawing.flow.edges):
        yield wrong("edge_id_twice", edge_id=edge_id, id=edge_id)


def edges_join_ports(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """An edge leaves an existing port for an existing node that is not the entry."""
    for edge in drawing.flow.edges:
        missing = [end for end in (edge.source, edge.target) if end not in drawing.nodes]
        for end in missing:
            yield wrong("edge_without_node", drawing.nodes.get(edge.source), edge_id=edge.id, id=end)
        if missing:
            continue
        source = drawing.nodes[edge.source]
        if edge.source_handle not in ports(source):
            yield wrong("edge_without_port", source, edge_id=edge.id, port=edge.source_handle)
        if isinstance(drawing.nodes[edge.target], EntryNode):
            yield wrong("edge_to_entry", source, edge_id=edge.id)


def one_edge_a_port(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """A customer can't go two ways at once."""
    seen = set()
    for edge in drawing.flow.edges:
        place = (edge.source, edge.source_handle)
        if place in seen and edge.source in drawing.nodes:
            yield wrong("port_twice", drawing.nodes[edge.source], edge_id=edge.id, port=edge.source_handle)
        seen.add(place)


def every_port_leads_on(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """Whatever happens at a node, the journey knows where to go."""
    connected = {(edge.source, edge.source_handle) for edge in drawing.flow.edges}
    for node in drawing.nodes.values():
        for port in dict.fromkeys(ports(node)):
            if (node.id, port) not in connected and port not in optional_ports(node):
                yield wrong("port_open", node, variant="" if port == "next" else "by", port=port)


def every_node_is_reached(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """A node that no journey comes to is a mistake."""
    seen: set[str] = set()
    waiting = [entry.id for entry in drawing.entries]
    while waiting:
        node_id = waiting.pop()
        if node_id not in seen:
            seen.add(node_id)
            waiting.extend(edge.target for edge in drawing.outgoing[node_id])
    for node in drawing.nodes.values():
        if drawing.entries and node.id not in seen:
            yield wrong("node_unreachable", node)


def branch_ids(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """The ways out of one node have different names, none of them the built-in one."""
    for node in drawing.nodes.values():
        names = _named_ports(node)
        for name in _repeated(names):
            yield wrong("branch_twice", node, branch=name)
        reserved = _RESERVED.get(node.type)
        if reserved is not None and reserved in names:
            yield wrong("branch_reserved", node, branch=reserved)


def cycles_wait(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """A journey that goes round must pass a wait that truly takes time, or it would run on for ever."""
    restless = {
        node_id: [edge.target for edge in out if not _takes_time(drawing, edge)]
        for node_id, out in drawing.outgoing.items()
    }
    for members in _components(restless):
        if len(members) > 1 or members[0] in restless[members[0]]:
            steps = [drawing.nodes[node_id] for node_id in members]
            yield wrong("cycle_without_wait", steps[0], steps=steps)


def _takes_time(drawing: FlowContext, edge: Edge) -> bool:
    node = drawing.nodes[edge.source]
    if isinstance(node, WaitNode):
        until = node.data.until
        # The second time round, a fixed date has passed; a best hour can be the present one.
        passes = isinstance(until, UntilAttributeDate) and not until.yearly
        return not passes and not isinstance(until, UntilDate | UntilBestHour)
    if isinstance(node, ListeningNode):
        # A wait sees the past: without an anchor that moves on each time round, old events end it again and again.
        since = node.data.since_node
        return edge.source_handle == "timeout" or (since is not None and not _leads_back(drawing, edge, around=since))
    return False


def _leads_back(drawing: FlowContext, edge: Edge, *, around: str) -> bool:
    """Whether a journey that goes by the edge can come to its source again without passing the node `around`."""
    seen = {around}
    waiting = [edge.target]
    while waiting:
        node_id = waiting.pop()
        if node_id not in seen:
            seen.add(node_id)
            waiting.extend(out.target for out in drawing.outgoing[node_id])
    return around != edge.source and edge.source in seen


def _named_ports(node: Node) -> Sequence[str]:
    if isinstance(node, CheckNode | ListeningNode):
        return [branch.id for branch in node.data.branches]
    if isinstance(node, RandomSplitNode):
        return [arm.id for arm in node.data.arms]
    if isinstance(node, ChannelSplitNode):
        return [channel.value for channel in node.data.channels]
    return []


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _components(graph: dict[str, list[str]]) -> list[list[str]]:
    """Strongly connected components, each sorted, in order of their first member (Kosaraju, without recursion)."""
    order: list[str] = []
    seen: set[str] = set()
    for start in graph:
        stack = [(start, False)]
        while stack:
            node_id, done = stack.pop()
            if done:
                order.append(node_id)
            elif node_id not in seen:
                seen.add(node_id)
                stack.append((node_id, True))
                stack.extend((target, False) for target in graph[node_id])
    backwards: dict[str, list[str]] = {node_id: [] for node_id in graph}
    for source, targets in graph.items():
        for target in targets:
            backwards[target].append(source)
    found: list[list[str]] = []
    taken: set[str] = set()
    for start in reversed(order):
        members, waiting = [], [start]
        while waiting:
            node_id = waiting.pop()
            if node_id not in taken:
                taken.add(node_id)
                members.append(node_id)
                waiting.extend(backwards[node_id])
        if members:
            found.append(sorted(members))
    return sorted(found)


RULES = (
    one_entry,
    unique_ids,
    edges_join_ports,
    one_edge_a_port,
    every_port_leads_on,
    every_node_is_reached,
    branch_ids,
    cycles_wait,
)
