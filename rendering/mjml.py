"""MJML to HTML."""

import re

import mrml

from rendering.errors import RenderError
from rendering.markup_limits import DEEPEST_MARKUP, markup_depth

_STRAY = re.compile(r"<(?![a-zA-Z/!?])")
_COMMENT = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_NOT_COUNTED = re.compile(r"<mj-[a-z-]+\b(?=[^<>]*\sdata-no-track\b)[^<>]*>", re.IGNORECASE)
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
        page: str = mrml.to_html(_NOT_COUNTED.sub(_mark, source), _PARSING, _PRINTING).content
    except OSError as error:
        raise RenderError(field, None, f"is not MJML: {error}") from error
    unknown = _UNKNOWN.search(page)
    if unknown:
        raise RenderError(field, None, f"<{unknown.group(1)}> is no MJML element")
    return _MARKED.sub('data-no-track href="', page)


def _mark(tag: re.Match[str]) -> str:
    """MJML drops attributes that it does not know: this one goes through it inside the link."""
    return _HREF.sub(lambda found: f"{found[1]}{_MARK}", tag[0], count=1)
