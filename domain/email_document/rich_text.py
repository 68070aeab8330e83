"""Formatted text as a tree, in the shape of ProseMirror's JSON: no HTML is stored, so none can be smuggled in."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.email_document.base import Align, HexColor, Link, Part
from domain.email_document.visibility import FieldPath

_DEEPEST = 8
_INLINE = frozenset({"text", "hardBreak", "token"})
_WITHIN: Mapping[str, frozenset[str]] = {
    "doc": frozenset({"paragraph", "heading", "bulletList", "orderedList"}),
    "paragraph": _INLINE,
    "heading": _INLINE,
    "bulletList": frozenset({"listItem"}),
    "orderedList": frozenset({"listItem"}),
    "listItem": frozenset({"paragraph", "bulletList", "orderedList"}),
}


class Mark(Part):
    """How a run of text looks, or where it leads."""

    type: Literal["bold", "italic", "underline", "strike", "link", "color"]
    href: Link | None = None
    color: HexColor | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Mark":
        if (self.type == "link") != (self.href is not None) or (self.type == "color") != (self.color is not None):
            raise ValueError("a link has an href and a color a color; other marks have neither")
        return self


class RichNode(Part):
    """A paragraph, a heading, a list, a run of text, a line break, or a token: a value of the customer."""

    type: Literal["doc", "paragraph", "heading", "bulletList", "orderedList", "listItem", "text", "hardBreak", "token"]
    content: list["RichNode"] = Field(default_factory=list, max_length=500)
    text: Annotated[str, Field(min_length=1, max_length=20_000)] | None = None
    marks: list[Mark] = Field(default_factory=list, max_length=6)
    level: Annotated[int, Field(ge=1, le=3)] | None = None
    """Of a heading."""
    align: Align | None = None
    name: FieldPath | None = None
    """Of a token: the value's path, e.g. `FirstName`."""
    fallback: Annotated[str, Field(max_length=200)] = ""
    """Of a token: what stands there for customers without the value; without one the message is not sent to them."""

    @model_validator(mode="after")
    def _fits(self) -> "RichNode":
        if (self.type == "text") != (self.text is not None):
            raise ValueError("a text node, and no other, has text")
        if (self.type == "token") != (self.name is not None):
            raise ValueError("a token, and no other node, has a name")
        if (self.type == "heading") != (self.level is not None):
            raise ValueError("a heading, and no other node, has a level")
        allowed = _WITHIN.get(self.type, frozenset())
        wrong = next((child.type for child in self.content if child.type not in allowed), None)
        if wrong is not None:
            raise ValueError(f"a {self.type} can't hold a {wrong}")
        return self


class RichText(RichNode):
    """A whole text."""

    type: Literal["doc"] = "doc"

    @model_validator(mode="after")
    def _not_too_deep(self) -> "RichText":
        if _depth(self) > _DEEPEST:
            raise ValueError(f"lists are nested more than {_DEEPEST // 2} deep")
        return self


def _depth(node: RichNode) -> int:
    return 1 + max((_depth(child) for child in node.content), default=0)
