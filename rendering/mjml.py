"""MJML to HTML."""

import re

import mrml

from rendering.errors import RenderError
from rendering.guard import DEEPEST_MARKUP, markup_depth

_UNKNOWN = re.compile(r"<(mj-[a-z0-9-]+)")
# Nothing is ever read from disk or network while a message is written.
_PARSING = mrml.ParserOptions(include_loader=mrml.noop_loader())


def mjml_to_html(source: str, field: str = "mjml") -> str:
    """The page that mail programs show.

    Raises:
        RenderError: it is not MJML, or is nested deeper than the parser survives.

    """
    if markup_depth(source) > DEEPEST_MARKUP:
        raise RenderError(field, None, f"elements are nested more than {DEEPEST_MARKUP} deep, or tags are not closed")
    try:
        page: str = mrml.to_html(source, _PARSING).content
    except OSError as error:
        raise RenderError(field, None, f"is not MJML: {error}") from error
    unknown = _UNKNOWN.search(page)
    if unknown:
        raise RenderError(field, None, f"<{unknown.group(1)}> is no MJML element")
    return page
