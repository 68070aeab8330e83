"""Colours, fonts and escaping, shared by all blocks."""

import html
import re
from dataclasses import dataclass

from domain.email_document import BrandKit
from domain.email_document.brand import FONT_STACKS

_LIQUID = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_FOLLOWS_DARK = frozenset({"page", "panel"})


def escaped(text: str) -> str:
    """Text as markup; Liquid in it stays as it is."""
    parts = _LIQUID.split(text)
    return "".join(part if number % 2 else html.escape(part, quote=False) for number, part in enumerate(parts))


def attribute(text: str) -> str:
    """Text as the value of an attribute in double quotes; Liquid in it stays, with single quotes."""
    parts = _LIQUID.split(text.strip())
    return "".join(_single(part) if number % 2 else html.escape(part) for number, part in enumerate(parts))


def _single(liquid: str) -> str:
    """Double quotes would end the attribute: Liquid takes either kind."""
    if "'" in liquid:
        return liquid.replace('"', "")
    return liquid.replace('"', "'")


@dataclass(frozen=True)
class Style:
    """What a block needs to know of its surroundings.

    Attributes:
        kit: of the brand.
        right_to_left: direction of the text.
        background: colour that the row has, by name or value.

    """

    kit: BrandKit
    right_to_left: bool = False
    background: str = "panel"

    def color(self, named: str) -> str:
        """`#rrggbb`."""
        return named if named.startswith("#") else str(getattr(self.kit.colors, named))

    def align(self, align: str) -> str:
        """`left`, `center` or `right`."""
        if align == "center":
            return "center"
        return "right" if (align == "end") != self.right_to_left else "left"

    def text_class(self, color: str) -> str:
        """The class by which text turns light where its background turns dark; empty where it stays."""
        return f"cf-{color}" if self.background in _FOLLOWS_DARK and color in ("text", "muted") else ""

    @property
    def body_font(self) -> str:
        """CSS of the text's font."""
        return FONT_STACKS[self.kit.body_font]

    @property
    def heading_font(self) -> str:
        """CSS of the headings' font."""
        return FONT_STACKS[self.kit.heading_font]


def css_class(*names: str | None) -> str:
    """The attribute, with a blank before it; empty without names."""
    kept = " ".join(name for name in names if name)
    return f' css-class="{kept}"' if kept else ""


HEAD_CSS = """
    :root { color-scheme: light dark; supported-color-schemes: light dark; }
    h1, h2, h3, p, ul, ol { margin: 0 0 10px; }
    h1 { font-size: 30px; line-height: 1.2; } h2 { font-size: 23px; line-height: 1.25; }
    h3 { font-size: 18px; line-height: 1.3; }
    ul, ol { padding-inline-start: 22px; }
    @media only screen and (max-width:479px) {
      .cf-hide-phone { display: none !important; }
      .cf-card { display: block !important; width: 100% !important; box-sizing: border-box; }
      .cf-card img { max-width: 240px !important; }
    }
    @media only screen and (min-width:480px) { .cf-hide-desktop { display: none !important; } }
    @media (prefers-color-scheme: dark) {
      .cf-page, .cf-page > table { background: #101113 !important; background-color: #101113 !important; }
      .cf-panel, .cf-panel > table { background: #1c1e21 !important; background-color: #1c1e21 !important; }
      .cf-text, .cf-text div, .cf-text h1, .cf-text h2, .cf-text h3 { color: #f1f3f5 !important; }
      .cf-muted, .cf-muted div, .cf-muted a { color: #adb5bd !important; }
      .cf-text a:not(.cf-button) { color: #a5d8ff !important; }
    }
"""
"""Said once in each page; mail programs that read no styles show the inline ones."""
