"""Entering an HTTP call: Temporal carries it out on a queue of its own."""

from activities.journey_run import Block, JourneyRun
from activities.nodes.sends import priority_of
from domain.flow import HttpCallNode
from domain.i18n import sentence
from workflows.contracts import HttpCall


async def enter(walk: JourneyRun, node: HttpCallNode) -> Block:
    """Ask for the call."""
    return Block(
        HttpCall(
            node=node.id,
            seq=walk.journey.seq,
            label=node.data.label or "HTTP call",
            priority=priority_of(walk, walk.version.settings.category),
            fairness=walk.version.campaign_id.hex[:12],
        ),
        why=sentence("calling"),
    )
