"""What the messages of a launch cost at most, by what the shop pays for one on each channel."""

from collections.abc import Mapping

from domain.content import SmsContent
from domain.flow import Flow
from domain.traversal import Graph, TraversalError
from providers.base import RenderedContent
from rendering.sms import sms_segments

MICROS = 1_000_000
"""Costs are whole millionths of the shop's currency: a text message costs less than its smallest coin."""


def of_message(content: RenderedContent, costs: Mapping[str, int]) -> int:
    """Millionths for one message, by channel -> cost; a text message is paid for by the segment."""
    parts = sms_segments(content.body).segments if isinstance(content, SmsContent) else 1
    return parts * costs.get(content.channel, 0)


def dearest(flow: Flow, costs: Mapping[str, int]) -> int:
    """Millionths of the dearest way through the flow, by node id -> cost; a step in a loop counts once.

    A flow that can't be walked, as a draft may be, costs what all of its messages do.
    """
    try:
        graph = Graph(flow)
    except TraversalError:
        return sum(costs.values())
    known: dict[str, int] = {}

    def of(node_id: str, before: frozenset[str]) -> int:
        if node_id in before:
            return 0
        if node_id not in known:
            behind = set(graph.successors(node_id).values())
            further = max((of(each, before | {node_id}) for each in behind), default=0)
            known[node_id] = costs.get(node_id, 0) + further
        return known[node_id]

    return of(graph.entry.id, frozenset())
