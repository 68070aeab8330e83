"""The plain-text part of an e-mail, from its HTML. Takes linear time whatever the HTML."""

import html
import re

from rendering.markup_limits import without

_TOKEN = re.compile(r"<(/?)([A-Za-z][\w:-]*)([^<>]*)>|([^<]+)|<")
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_ATTRIBUTE = re.compile(r"""\b(href|alt)\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
_UNSEEN = ("head", "style", "script", "title")
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote", "hr"})
_LINES = frozenset({"br", "div", "tr", "li", "section", "article", "header", "footer", "td"})
_HIDDEN = re.compile(r"<div[^<>]*display:\s*none[^<>]*>[^<]*</div>", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>]+[^\s<>.,;:!?)\]]")
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def html_to_text(page: str) -> str:
    """What the page says: paragraphs, list items, alternative texts, and links as `text (address)`."""
    page = _DECLARATION.sub("", without(page, "<!--", "-->"))
    for name in _UNSEEN:
        page = _without_element(page, name)
    writer = _Writer()
    for token in _TOKEN.finditer(_HIDDEN.sub("", page)):
        closing, name, attributes, text = token.groups()
        if name:
            writer.tag(name.lower(), bool(closing), attributes)
        else:
            writer.text(text or "<")
    return writer.result()


def text_to_html(text: str) -> str:
    """A plain page for a message that was written as text alone; addresses of the web become links."""
    paragraphs = (_LINK.sub(r'<a href="\g<0>">\g<0></a>', html.escape(part)) for part in text.strip().split("\n\n"))
    paragraphs = (part.replace("\n", "<br>") for part in paragraphs)
    return "<!doctype html><html><body>" + "".join(f"<p>{part}</p>" for part in paragraphs) + "</body></html>"


def _without_element(page: str, name: str) -> str:
    plain = re.sub(rf"<(/?){name}\b[^<>]*>", rf"<\1{name}>", page, flags=re.IGNORECASE)
    return without(plain, f"<{name}>", f"</{name}>")


class _Writer:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._link: str | None = None
        self._link_at = 0

    def tag(self, name: str, closing: bool, attributes: str) -> None:
        if name == "a":
            self._end_link() if closing else self._start_link(_attribute(attributes, "href"))
        elif name == "img" and not closing:
            self.text(_attribute(attributes, "alt") or "")
        elif name in _PARAGRAPHS:
            self._parts.append("\n\n")
        elif name in _LINES:
            self._parts.append("\n")
            if name == "li" and not closing:
                self._parts.append("- ")

    def text(self, text: str) -> None:
        self._parts.append(re.sub(r"\s+", " ", html.unescape(text)))

    def _start_link(self, address: str | None) -> None:
        self._link, self._link_at = address, len(self._parts)

    def _end_link(self) -> None:
        if self._link and self._link.startswith(("http://", "https://", "mailto:", "tel:")):
            said = "".join(self._parts[self._link_at :]).strip()
            if said != self._link:
                self._parts.append(f" ({self._link})" if said else self._link)
        self._link = None

    def result(self) -> str:
        lines = (line.strip() for line in _BLANKS.sub(" ", "".join(self._parts)).split("\n"))
        return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _attribute(attributes: str, wanted: str) -> str | None:
    for name, value in _ATTRIBUTE.findall(attributes):
        if name.lower() == wanted:
            return html.unescape(value[1:-1]).strip()
    return None
