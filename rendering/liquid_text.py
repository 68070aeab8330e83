"""One text of Liquid, written for one customer."""

from collections.abc import Mapping
from typing import Any

from liquid.exceptions import BlockNestingError, LiquidError, LocalNamespaceLimitError, OutputStreamLimitError

from rendering.errors import RenderError
from rendering.limits import DEFAULT_LIMITS, RenderLimits
from rendering.sandbox import Budget, parsed, write


def render_text(
    source: str,
    context: Mapping[str, Any],
    *,
    field: str = "text",
    html: bool = False,
    limits: RenderLimits = DEFAULT_LIMITS,
    budget: Budget | None = None,
) -> str:
    """The text with its Liquid carried out.

    Args:
        source: Liquid.
        context: names and values, as `rendering.context.build_context` makes them.
        field: what errors call this text.
        html: escape every value that is written.
        limits: bounds; see there.
        budget: shared by the fields of one message; its own when not given.

    Raises:
        RenderError: it can't be parsed, a value is missing without a fallback, or a limit is met.

    """
    if "{{" not in source and "{%" not in source:
        return source
    try:
        return write(parsed(source, html, limits), context, budget or Budget(limits))
    except LiquidError as error:
        raise as_render_error(error, field) from error


def as_render_error(error: LiquidError, field: str) -> RenderError:
    """The same, in the words of whoever wrote the template."""
    return RenderError(field, _line(error), _words(error))


def _line(error: LiquidError) -> int | None:
    try:
        place = error.context()
    except ValueError:
        return None
    return place[0] if place else None


def _words(error: LiquidError) -> str:
    if isinstance(error, OutputStreamLimitError | LocalNamespaceLimitError):
        return "what it writes is too large"
    if isinstance(error, BlockNestingError):
        return "its blocks are nested too deep"
    if isinstance(error.__cause__, RecursionError):
        return "its expressions are nested too deep"
    return str(error.message)
