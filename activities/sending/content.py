"""What a node says, before it is written for anybody."""

from activities.journey_run import JourneyRun
from domain.content import Content
from domain.flow import SendNode
from domain.traversal import TraversalError


def content_of(walk: JourneyRun, node: SendNode) -> Content:
    """The node's own content, or its template's as it was when the version was published.

    Raises:
        TraversalError: it has neither, which publishing refuses.

    """
    if node.data.content is not None:
        return node.data.content
    if node.data.template_id is not None and node.data.template_id in walk.version.templates:
        return walk.version.templates[node.data.template_id]
    raise TraversalError(f"node {node.id!r} has no content")
