"""Formatted text to the HTML that stands in `<mj-text>`."""

from domain.email_document import RichNode
from domain.email_document.rich_text import Mark
from rendering.email_document.style import Style, attribute, escaped

_ELEMENT = {"paragraph": "p", "bulletList": "ul", "orderedList": "ol", "listItem": "li"}
_MARK = {"bold": "strong", "italic": "em", "underline": "u", "strike": "s"}


def rich_html(node: RichNode, style: Style) -> str:
    """The HTML of a node and all in it."""
    if node.type == "text":
        return _marked(escaped(node.text or ""), node.marks, style)
    if node.type == "token":
        return _marked(token(node.name or "", node.fallback), node.marks, style)
    if node.type == "hardBreak":
        return "<br />"
    inner = "".join(rich_html(child, style) for child in node.content)
    if node.type == "doc":
        return inner
    if node.type == "heading":
        font = f"font-family:{style.heading_font.replace(chr(34), '')};"
        return f'<h{node.level} style="{font}{_aligned(node, style)}">{inner}</h{node.level}>'
    name = _ELEMENT[node.type]
    look = f' style="{_aligned(node, style)}"' if node.align else ""
    # an empty paragraph is a blank line
    return f"<{name}{look}>{inner or '&nbsp;'}</{name}>"


def token(name: str, fallback: str) -> str:
    """Liquid of a customer's value, with what stands there without it."""
    if not fallback:
        return f"{{{{ {name} }}}}"
    quote = '"' if "'" in fallback else "'"
    words = fallback.replace(quote, "").replace("{", "").replace("}", "").replace("\n", " ")
    # a literal of Liquid's is taken for markup: only values are escaped when the message is written
    return f"{{{{ {name} | default: {quote}{escaped(words)}{quote} }}}}"


def _aligned(node: RichNode, style: Style) -> str:
    return f"text-align:{style.align(node.align)};" if node.align else ""


def _marked(text: str, marks: list[Mark], style: Style) -> str:
    for mark in reversed(marks):
        if mark.type == "link":
            text = f'<a href="{attribute(mark.href or "")}" style="color:{style.color("primary")};">{text}</a>'
        elif mark.type == "color":
            text = f'<span style="color:{mark.color};">{text}</span>'
        else:
            text = f"<{_MARK[mark.type]}>{text}</{_MARK[mark.type]}>"
    return text
