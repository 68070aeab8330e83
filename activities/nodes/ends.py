"""The end of a journey."""

from activities.walk import Stay, Walk
from domain.flow import EndNode
from domain.i18n import as_written
from workflows.contracts import End


async def end(walk: Walk, node: EndNode) -> Stay:
    """The journey ends here, with the node's reason."""
    reason = node.data.reason
    return Stay(End(node=node.id, seq=walk.journey.seq, reason=reason), why=as_written(node.data.label or reason))
