"""A message, written for one customer."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from domain.content import (
    Content,
    EmailContent,
    InAppContent,
    PushContent,
    SilentPushContent,
    SmsContent,
    WhatsAppContent,
)
from domain.email_document import BrandKit
from rendering.email_document.content import compiled
from rendering.errors import RenderError
from rendering.limits import DEFAULT_LIMITS, RenderLimits
from rendering.liquid_text import render_text
from rendering.mjml import mjml_to_html
from rendering.plain_text import html_to_text, text_to_html
from rendering.sandbox import Budget

MARKUP_FIELDS = frozenset({"mjml", "html"})
_ONE_LINE = frozenset({"subject", "preheader", "from_name", "reply_to", "title", "image", "link"})
_OPTIONAL = frozenset({"from_name", "reply_to", "image", "link"})
# A mail program shows none of these, and the MJML parser stops at them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f\u2028\u2029]+")
_BODY = re.compile(r"<body\b[^<>]*>", re.IGNORECASE)
_PREHEADER = (
    '<div style="display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;">'
    "{}</div>"
)

_PLAIN_KIT = BrandKit()
C = TypeVar("C", bound=EmailContent | SmsContent | WhatsAppContent | PushContent | SilentPushContent | InAppContent)


def render(content: C, context: Mapping[str, Any], *, limits: RenderLimits = DEFAULT_LIMITS) -> C:
    """The message as it leaves.

    Line breaks in a subject, title or name become spaces. An e-mail gets its HTML from MJML, its preheader at the
    top of the HTML, and whichever of HTML and plain text it does not have.

    Args:
        content: of a template, or written in the flow.
        context: from `rendering.context.build_context`.
        limits: what all fields together may cost.

    Raises:
        RenderError: a value is missing, a limit is met, or what comes out is no such message (an empty subject).

    """
    budget = Budget(limits)
    written: dict[str, Any] = {"channel": content.channel}
    for field, source in texts(content):
        text = render_text(source, context, field=field, html=field in MARKUP_FIELDS, limits=limits, budget=budget)
        name, inside, key = field.partition(".")
        if inside:  # a key may be empty
            written.setdefault(name, {})[key] = text
        else:
            written[name] = _one_line(text, name) if name in _ONE_LINE else text
    if isinstance(content, EmailContent):
        _complete_email(written)
    try:
        return cast("C", type(content).model_validate(written))
    except ValidationError as error:
        first = error.errors()[0]
        raise RenderError(".".join(map(str, first["loc"])) or content.channel, None, first["msg"]) from error


def texts(content: Content) -> Iterator[tuple[str, str]]:
    """Every text of a content that holds Liquid, as (field, source); entries of `data` are called `data.<key>`.

    A document is written as the MJML that it was compiled to; one that was not yet gets the colours of an empty kit.
    """
    if isinstance(content, EmailContent) and content.document is not None and content.mjml is None:
        content = compiled(content, _PLAIN_KIT)
    for name in type(content).model_fields:
        value = getattr(content, name)
        if name in ("channel", "document") or value is None:
            continue
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", source) for key, source in value.items())
        else:
            yield name, value


def _one_line(text: str, name: str) -> str | None:
    line = _BREAKS.sub(" ", text).strip()
    return None if not line and name in _OPTIONAL else line


def _complete_email(written: dict[str, Any]) -> None:
    mjml, page, text = written.pop("mjml", None), written.get("html"), written.get("text")
    if mjml is not None:
        page = mjml_to_html(_CONTROLS.sub("", mjml))
    if page is None:
        page = text_to_html(text or "")
    if text is None:
        text = html_to_text(page)
    written["html"] = _with_preheader(page, written["preheader"]) if written.get("preheader") else page
    written["text"] = text


def _with_preheader(page: str, preheader: str) -> str:
    hidden = _PREHEADER.format(html.escape(preheader))
    body = _BODY.search(page)
    return page[: body.end()] + hidden + page[body.end() :] if body else hidden + page
