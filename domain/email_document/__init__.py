"""An e-mail as blocks: what the visual editor edits and saves. Compiled to MJML by `rendering.email_document`.

A document is JSON with a version. Colours and fonts are names of the brand kit or values of their own, so that one
change of the kit reaches every document that is published after it.
"""

from domain.email_document.blocks import Block, ProductsBlock
from domain.email_document.brand import BrandKit
from domain.email_document.document import EmailDocument, LayoutColumn, LayoutRow
from domain.email_document.rich_text import RichNode, RichText
from domain.email_document.visibility import Rule, Visibility

__all__ = [
    "Block",
    "BrandKit",
    "EmailDocument",
    "LayoutColumn",
    "LayoutRow",
    "ProductsBlock",
    "RichNode",
    "RichText",
    "Rule",
    "Visibility",
]
