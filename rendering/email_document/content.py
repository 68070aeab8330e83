"""Content whose body is a document, with its MJML."""

from typing import TypeVar

from domain.content import Content, EmailContent
from domain.email_document import BrandKit
from rendering.email_document.compile import to_mjml_cached

C = TypeVar("C", bound=Content)


def compiled(content: C, kit: BrandKit) -> C:
    """The same content; one with a document gets its `mjml` from it, whatever it had."""
    if not isinstance(content, EmailContent) or content.document is None:
        return content
    return content.model_copy(update={"mjml": to_mjml_cached(content.document, kit)})
