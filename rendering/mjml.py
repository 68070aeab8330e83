"""MJML to HTML."""

import re

import mrml

from rendering.errors import RenderError
from rendering.markup_limits import DEEPEST_MARKUP, markup_depth

_STRAY = re.compile(r"<(?![a-zA-Z/!?])")
_COMMENT = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_NOT_COUNTED = re.compile(r"<mj-[a-z-]+\b(?=[^<>]*\sdata-no-track\b)[^<>]*>", re.IGNORECASE)
# What stands outside a comment and a tag is text; a > there is no markup.
_MARKUP = re.compile(r"""(<!--.*?-->|<!\[CDATA\[.*?\]\]>|<(?:[a-zA-Z/!?])(?:"[^"]*"|'[^']*'|[^'">])*>)""", re.DOTALL)
_VERBATIM = re.compile(r"<(mj-style|style|script)\b", re.IGNORECASE)
_HREF = re.compile(r"(\shref\s*=\s*[\"'])", re.IGNORECASE)
_MARK = "urn:campaign-flow:not-counted:"
_MARKED = re.compile(f'href="{_MARK}')
_UNKNOWN = re.compile(r"<(mj-[a-z0-9-]+)")
# Nothing is ever read from disk or network while a message is written.
_PARSING = mrml.ParserOptions(include_loader=mrml.noop_loader())
# MJML would have every reader fetch its default typefaces from another host, which then knows who reads: none is named.
_PRINTING = mrml.RenderOptions(fonts={})


def mjml_to_html(source: str, field: str = "mjml") -> str:
    """The page that mail programs show.

    Raises:
        RenderError: it is not MJML, or is nested deeper than the parser survives.

    """
    if markup_depth(source) > DEEPEST_MARKUP:
        raise RenderError(field, None, f"elements are nested more than {DEEPEST_MARKUP} deep, or tags are not closed")
    stray = _STRAY.search(_COMMENT.sub(lambda found: " " * len(found[0]), source))
    if stray is not None:
        line = source.count("\n", 0, stray.start()) + 1
        raise RenderError(field, line, "a < that begins no tag: write it as &lt;")
    try:
        page: str = mrml.to_html(_NOT_COUNTED.sub(_mark, _with_plain_signs(source)), _PARSING, _PRINTING).content
    except OSError as error:
        raise RenderError(field, None, f"is not MJML: {error}") from error
    except BaseException as error:
        # A panic of the Rust parser is no Exception: it would end the worker that writes the message.
        if type(error).__name__ != "PanicException":
            raise
        raise RenderError(field, None, "is not MJML: a part of it can't be read") from error
    unknown = _UNKNOWN.search(page)
    if unknown:
        raise RenderError(field, None, f"<{unknown.group(1)}> is no MJML element")
    return _MARKED.sub('data-no-track href="', page)


def _with_plain_signs(source: str) -> str:
    """Write every > of a text so that the parser gets past it.

    It looks at the two bytes before a > for the end of a comment, and panics where they begin within a character, as
    in "Menü > Shoes". In a style sheet, where &gt; would be no sign, two spaces keep the letters away from it.
    """
    if source.isascii():
        return source
    parts = _MARKUP.split(source)
    for at in range(0, len(parts), 2):
        if ">" in parts[at]:
            verbatim = at > 0 and _VERBATIM.match(parts[at - 1])
            parts[at] = parts[at].replace(">", "  >" if verbatim else "&gt;")
    return "".join(parts)


def _mark(tag: re.Match[str]) -> str:
    """MJML drops attributes that it does not know: this one goes through it inside the link."""
    return _HREF.sub(lambda found: f"{found[1]}{_MARK}", tag[0], count=1)
