"""What is wrong with content, found before it is sent to anybody."""

import difflib
import re
from collections.abc import Iterable, Iterator

from liquid import BoundTemplate, Environment
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.exceptions import LiquidError
from liquid.undefined import Undefined

from domain.content import Content, PushContent, SilentPushContent
from domain.template_lint import TextProblem
from rendering.branches import variants
from rendering.context import Variables, is_known
from rendering.errors import RenderError
from rendering.limits import DEFAULT_LIMITS, RenderLimits
from rendering.liquid_text import as_render_error
from rendering.mjml import mjml_to_html
from rendering.render import MARKUP_FIELDS, texts
from rendering.sandbox import environment, expressions, parse


class _Sample(Undefined):
    """Stands for any value while a page is tried out; written as a word."""

    __slots__ = ()

    def __str__(self) -> str:
        return "sample"


def problems(content: Content, known: Variables, *, limits: RenderLimits = DEFAULT_LIMITS) -> list[TextProblem]:
    """Everything wrong with a content, each with its field and line; empty when it can be published.

    Liquid that can't be parsed, filters that don't exist, variables that are not known and have no fallback, coupons
    that the campaign doesn't give, MJML that can't be read in any branch, push data that FCM refuses.
    """
    found = [problem for field, source in texts(content) for problem in _problems(field, source, known, limits)]
    return [*found, *_push_problems(content)]


def text_problems(
    field: str, source: str, known: Variables, *, limits: RenderLimits = DEFAULT_LIMITS
) -> list[TextProblem]:
    """The same for one text of Liquid outside a message, such as the `body` of a request."""
    return list(_problems(field, source, known, limits))


def _problems(field: str, source: str, known: Variables, limits: RenderLimits) -> Iterator[TextProblem]:
    made = environment(field in MARKUP_FIELDS, limits, _Sample)
    try:
        template = parse(source, made, limits)
    except LiquidError as error:
        yield _other(as_render_error(error, field))
        return
    yield from _unknown_filters(field, template, made)
    yield from _unknown_variables(field, template, source, known)
    if field == "mjml":
        yield from _unreadable_mjml(field, source)


def _unknown_filters(field: str, template: BoundTemplate, made: Environment) -> Iterator[TextProblem]:
    for name in sorted(set(template.filter_names()) - set(made.filters)):
        named = {"field": field, "name": name} | _like(name, made.filters)
        yield TextProblem("filter_like" if "like" in named else "filter", named)


def _unknown_variables(field: str, template: BoundTemplate, source: str, known: Variables) -> Iterator[TextProblem]:
    guarded = {
        expression.left.token.start_index
        for expression in expressions(template)
        if isinstance(expression, FilteredExpression) and isinstance(expression.left, Path)
        if expression.filters and expression.filters[0].name == "default"
    }
    said = set()
    for variables in template.analyze(include_partials=False).globals.values():
        for variable in variables:
            path = str(variable)
            if variable.span.index in guarded or path in said or is_known(path, known):
                continue
            said.add(path)
            line = source.count("\n", 0, variable.span.index) + 1
            yield _unknown({"field": field, "line": str(line), "name": path}, known)


def _unknown(named: dict[str, str], known: Variables) -> TextProblem:
    if named["name"].startswith("coupon"):
        return TextProblem("coupon", named)
    named |= _like(named["name"], known.names | known.open)
    return TextProblem("variable_like" if "like" in named else "variable", named)


def _like(name: str, names: Iterable[str]) -> dict[str, str]:
    close = difflib.get_close_matches(name, list(names), n=1)
    return {"like": close[0]} if close else {}


def _other(error: RenderError) -> TextProblem:
    return TextProblem("other", {"problem": str(error)})


def _unreadable_mjml(field: str, source: str) -> Iterator[TextProblem]:
    """The first branch of the page that is no MJML."""
    for page in variants(source):
        try:
            mjml_to_html(page, field)
        except RenderError as error:
            yield _other(error)
            return


_RESERVED_KEY = re.compile(r"from$|message_type$|collapse_key$|notification$|priority$|google|gcm", re.IGNORECASE)
"""What FCM refuses: firebase.google.com/docs/reference/fcm/rest/v1/projects.messages#Message, field `data`."""
_OUR_KEYS = frozenset({"message_id", "customer", "campaign_id", "receipt", "link"})
_LARGEST_PUSH = 4096
_OUR_SHARE = 300
"""Bytes of a push that our own keys take."""


def _push_problems(content: Content) -> Iterator[TextProblem]:
    if not isinstance(content, PushContent | SilentPushContent):
        return
    for key in content.data:
        if _RESERVED_KEY.match(key) or key in _OUR_KEYS:
            yield TextProblem("push_key", {"name": key})
    size = sum(len(text.encode()) for _, text in texts(content)) + sum(len(key.encode()) for key in content.data)
    if size > _LARGEST_PUSH - _OUR_SHARE:
        yield TextProblem("push_size", {"size": str(size), "most": str(_LARGEST_PUSH - _OUR_SHARE)})
