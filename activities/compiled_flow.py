"""A flow whose e-mails have their MJML: compiled once a version, not once a message."""

from collections.abc import Iterable

from domain.content import Content, EmailContent
from domain.email_document import BrandKit
from domain.flow import Flow, Node
from rendering.email_document import compiled


def compiled_flow(flow: Flow, kit: BrandKit) -> Flow:
    """The same flow; content with a document gets its MJML."""
    return flow.model_copy(update={"nodes": [_compiled_node(node, kit) for node in flow.nodes]})


def has_document(contents: Iterable[Content | None]) -> bool:
    """Whether the look of any of these depends on the brand kit."""
    return any(isinstance(content, EmailContent) and content.document is not None for content in contents)


def _compiled_node(node: Node, kit: BrandKit) -> Node:
    content = getattr(node.data, "content", None)
    if not isinstance(content, EmailContent) or content.document is None:
        return node
    data = node.data.model_copy(update={"content": compiled(content, kit)})
    return node.model_copy(update={"data": data})
