"""What is wrong with content, found before it is sent to anybody."""

import difflib
from collections.abc import Iterable, Iterator

from liquid import BoundTemplate, Environment
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.exceptions import LiquidError
from liquid.undefined import Undefined

from domain.content import Content
from domain.text_problems import TextProblem
from rendering.context import Variables, is_known
from rendering.errors import RenderError
from rendering.limits import DEFAULT_LIMITS, Limits
from rendering.liquid_text import as_render_error
from rendering.mjml import mjml_to_html
from rendering.render import MARKUP_FIELDS, texts
from rendering.sandbox import Budget, environment, expressions, parse, write


class _Sample(Undefined):
    """Stands for any value while a page is tried out; written as a word."""

    __slots__ = ()

    def __str__(self) -> str:
        return "sample"


def problems(content: Content, known: Variables, *, limits: Limits = DEFAULT_LIMITS) -> list[TextProblem]:
    """Everything wrong with a content, each with its field and line; empty when it can be published.

    Liquid that can't be parsed, filters that don't exist, variables that are not known and have no fallback, coupons
    that the campaign doesn't give, MJML that can't be read.
    """
    return [problem for field, source in texts(content) for problem in _problems(field, source, known, limits)]


def text_problems(field: str, source: str, known: Variables, *, limits: Limits = DEFAULT_LIMITS) -> list[TextProblem]:
    """The same for one text of Liquid outside a message, such as the `body` of a request."""
    return list(_problems(field, source, known, limits))


def _problems(field: str, source: str, known: Variables, limits: Limits) -> Iterator[TextProblem]:
    made = environment(field in MARKUP_FIELDS, limits, _Sample)
    try:
        template = parse(source, made, limits)
    except LiquidError as error:
        yield _other(as_render_error(error, field))
        return
    yield from _unknown_filters(field, template, made)
    yield from _unknown_variables(field, template, source, known)
    if field == "mjml":
        yield from _unreadable_mjml(field, template, limits)


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


def _unreadable_mjml(field: str, template: BoundTemplate, limits: Limits) -> Iterator[TextProblem]:
    try:
        page = write(template, {}, Budget(limits))
    except LiquidError:
        # Which words come out depends on real values; then the preview as a customer shows it.
        return
    try:
        mjml_to_html(page, field)
    except RenderError as error:
        yield _other(error)
