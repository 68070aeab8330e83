"""Entering an HTTP call: Temporal carries it out on a queue of its own."""

from activities.nodes.sends import priority_of
from activities.walk import Stay, Walk
from domain.flow import HttpCallNode
from domain.i18n import sentence
from workflows.contracts import HttpCall


async def enter(walk: Walk, node: HttpCallNode) -> Stay:
    """Ask for the call."""
    return Stay(
        HttpCall(
            node=node.id,
            seq=walk.journey.seq,
            label=node.data.label or "HTTP call",
            priority=priority_of(walk, walk.version.settings.category),
            fairness=walk.version.campaign_id.hex[:12],
        ),
        why=sentence("calling"),
    )
