"""What becomes of a journey when its campaign is edited: pure rules, asked by the plan and by the move alike."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from domain.flow import SEND_CHANNEL, Node
from domain.traversal import Graph

NodeMapping = Mapping[str, str | None]
"""Node id -> the node of the new version that stands for it; null: whoever is there exits. Others keep their id."""

WAITS = frozenset({"wait", "wait_event", "survey"})


class MigrationEffect(StrEnum):
    """What becomes of a journey that stands at a node."""

    WAITS_ANEW = "waits_anew"
    """It waits by the new version's words, from when it came here: what is overdue goes on at once."""
    ENTERS = "enters"
    """It enters the node that stands for its own."""
    EXITS = "exits"
    """Its node is gone, and so is it, with reason `node_removed`."""
    BEGINS = "begins"
    """It has not begun yet, and does so by the new version."""


def target_node(node_id: str, graph: Graph, mapping: NodeMapping) -> Node | None:
    """The node of the new graph that stands for an old one; None where there is none."""
    target = mapping.get(node_id, node_id)
    return None if target is None else graph.find(target)


def effect_of(old: Node, new: Node | None) -> MigrationEffect:
    """What becomes of a journey that stands at `old`, for which `new` stands."""
    if new is None:
        return MigrationEffect.EXITS
    if old.type in WAITS and new.type in WAITS:
        return MigrationEffect.WAITS_ANEW
    return MigrationEffect.ENTERS


def renames(old: Graph, new: Graph, mapping: NodeMapping) -> dict[str, str]:
    """Old name -> new name of nodes that are the same under another name, as their kinds show."""
    found = {}
    for source, target in mapping.items():
        before, after = old.find(source), new.find(target) if target is not None else None
        if before is not None and after is not None and source != target and same_kind(before, after):
            found[source] = after.id
    return found


def same_kind(before: Node, after: Node) -> bool:
    """Whether a node can be another one edited: of the same kind, or both sends, or both waits."""
    return any({before.type, after.type} <= kinds for kinds in ({before.type}, WAITS, SEND_CHANNEL.keys()))


def already_sent(old: Graph, at: str, new: Graph, had: Iterable[str], mapping: NodeMapping) -> list[str]:
    """Sends of the new graph that would bring this journey a message a second time, through the edit alone.

    A send that lay ahead of it in the old graph too (in a loop) was going to be repeated, and still is.

    Args:
        old: the graph it comes from.
        at: the node it stands at there.
        new: the graph it goes on in.
        had: the nodes whose messages it had.
        mapping: which node stands for which.

    """
    ahead = old.ahead(at)
    targets = (target_node(node_id, new, mapping) for node_id in had if node_id not in ahead)
    return sorted({target.id for target in targets if target is not None and target.type in SEND_CHANNEL})


def mapping_errors(mapping: NodeMapping, new: Graph) -> list[str]:
    """What is wrong with a mapping, in words."""
    found = []
    for source, target in sorted(mapping.items()):
        if target is None:
            continue
        node = new.find(target)
        if node is None:
            found.append(f"{source!r} is mapped to {target!r}, which the version does not have")
        elif node.type == "entry":
            found.append(f"{source!r} is mapped to the entry, which nobody comes back to")
    return found
