"""Taking a random split out of a flow: one of its arms stays, as if it had always been the only way."""

from domain.flow import Edge, Flow, RandomSplitNode


def folded(flow: Flow, split: str, arm: str) -> Flow:
    """The flow without the split: who came to it goes where the arm led; what only other arms led to is gone.

    Raises:
        LookupError: the flow has no such split, or the arm leads nowhere.

    """
    if not any(node.id == split and isinstance(node, RandomSplitNode) for node in flow.nodes):
        raise LookupError(split)
    onward = next((e.target for e in flow.edges if e.source == split and e.source_handle == arm), None)
    if onward is None:
        raise LookupError(arm)
    edges = [
        edge.model_copy(update={"target": onward}) if edge.target == split else edge
        for edge in flow.edges
        if edge.source != split
    ]
    gone = {split} | (_reached(flow.edges, flow) - _reached(edges, flow))
    return flow.model_copy(
        update={
            "nodes": [node for node in flow.nodes if node.id not in gone],
            "edges": [edge for edge in edges if edge.source not in gone and edge.target not in gone],
        }
    )


def _reached(edges: list[Edge], flow: Flow) -> set[str]:
    """Steps that a journey can come to; loose ones, which somebody has yet to connect, are not among them."""
    found: set[str] = set()
    waiting = [node.id for node in flow.nodes if node.type == "entry"]
    while waiting:
        at = waiting.pop()
        if at in found:
            continue
        found.add(at)
        waiting += [edge.target for edge in edges if edge.source == at]
    return found
