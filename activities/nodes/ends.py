"""The end of a journey."""

from activities.journey_run import Block, JourneyRun
from domain.flow import EndNode
from domain.i18n import as_written
from workflows.contracts import End


async def end(walk: JourneyRun, node: EndNode) -> Block:
    """The journey ends here, with the node's reason."""
    reason = node.data.reason
    return Block(End(node=node.id, seq=walk.journey.seq, reason=reason), why=as_written(node.data.label or reason))
