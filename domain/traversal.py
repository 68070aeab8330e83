"""Which node comes next. Built once a version, asked at every step of every journey."""

from collections import deque
from collections.abc import Iterable
from typing import TypeVar

from domain.flow import EntryNode, Flow, Node, optional_ports, ports

N = TypeVar("N", bound=Node)


class TraversalError(Exception):
    """The walk met what publishing should have refused: an unknown node or port, or a port that leads nowhere."""


class Graph:
    """A flow's nodes and edges, indexed.

    Attributes:
        entry: where every journey starts.

    """

    __slots__ = ("_next", "_nodes", "entry")

    def __init__(self, flow: Flow) -> None:
        """Index the flow.

        Raises:
            TraversalError: not exactly one entry, an id twice, two edges from one port, or an edge to nowhere.

        """
        self._nodes: dict[str, Node] = {node.id: node for node in sorted(flow.nodes, key=lambda node: node.id)}
        if len(self._nodes) != len(flow.nodes):
            raise TraversalError("two nodes have the same id")
        entries = [node for node in self._nodes.values() if isinstance(node, EntryNode)]
        if len(entries) != 1:
            raise TraversalError(f"a flow has one entry, this one has {len(entries)}")
        self.entry: EntryNode = entries[0]
        self._next = self._index(flow)

    def _index(self, flow: Flow) -> dict[str, dict[str, Node]]:
        found: dict[str, dict[str, Node]] = {node_id: {} for node_id in self._nodes}
        for edge in sorted(flow.edges, key=lambda edge: (edge.source, edge.source_handle, edge.id)):
            if edge.source not in self._nodes or edge.target not in self._nodes:
                raise TraversalError(f"edge {edge.id!r} joins a node that does not exist")
            if edge.source_handle in found[edge.source]:
                raise TraversalError(f"port {edge.source_handle!r} of node {edge.source!r} leads to two nodes")
            found[edge.source][edge.source_handle] = self._nodes[edge.target]
        for node_id, node in self._nodes.items():
            through = found[node_id].get("next")
            if through is not None:
                for port in optional_ports(node):
                    found[node_id].setdefault(port, through)
        return found

    def node(self, node_id: str) -> Node:
        """The node of that id.

        Raises:
            TraversalError: there is none.

        """
        try:
            return self._nodes[node_id]
        except KeyError:
            raise TraversalError(f"there is no node {node_id!r}") from None

    def find(self, node_id: str) -> Node | None:
        """The node of that id, None where there is none."""
        return self._nodes.get(node_id)

    def follow(self, node_id: str, port: str) -> Node:
        """The node that comes after leaving `node_id` by `port`; an unconnected optional port leads where `next` does.

        Raises:
            TraversalError: the node has no such port, or it is not connected.

        """
        node = self.node(node_id)
        try:
            return self._next[node_id][port]
        except KeyError:
            known = ports(node)
            if port in known:
                raise TraversalError(f"port {port!r} of node {node_id!r} is not connected") from None
            raise TraversalError(f"node {node_id!r} has no port {port!r}, only {known}") from None

    def successors(self, node_id: str) -> dict[str, str]:
        """Port -> id of the node it leads to, in the order of port names; optional ports included."""
        following = self._next[self.node(node_id).id]
        return {port: following[port].id for port in sorted(following)}

    def first(self, node_id: str, port: str, kind: type[N]) -> N | None:
        """The nearest node of that kind that a journey can come to by that port, None where there is none."""
        waiting, seen = deque([self._next[self.node(node_id).id].get(port)]), set[str]()
        while waiting:
            node = waiting.popleft()
            if isinstance(node, kind):
                return node
            if node is not None and node.id not in seen:
                seen.add(node.id)
                waiting.extend(self._next[node.id].values())
        return None

    def reachable(self) -> frozenset[str]:
        """Ids of all nodes that a journey can come to, the entry included."""
        return self._closure([self.entry.id])

    def ahead(self, node_id: str) -> frozenset[str]:
        """Ids of all nodes that a journey at `node_id` can still come to; itself only where a loop leads back."""
        return self._closure(node.id for node in self._next[self.node(node_id).id].values())

    def _closure(self, begin: Iterable[str]) -> frozenset[str]:
        seen: set[str] = set()
        waiting = list(begin)
        while waiting:
            node_id = waiting.pop()
            if node_id not in seen:
                seen.add(node_id)
                waiting.extend(node.id for node in self._next[node_id].values())
        return frozenset(seen)
