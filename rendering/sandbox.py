"""Liquid that can't reach out, run on or grow without bound, and that never writes a missing value as nothing."""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any

from liquid import BoundTemplate, Environment, Node, RenderContext, Token
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.exceptions import LiquidError, LoopIterationLimitError, ResourceLimitError
from liquid.expression import Expression
from liquid.output import LimitedStringIO
from liquid.undefined import UNDEFINED, FalsyStrictUndefined, Undefined

from rendering import filters
from rendering.limits import RenderLimits
from rendering.markup_limits import check_liquid

_TICKS_BETWEEN_LOOKS = 64
_LONGEST_NUMBER_BITS = 1024
_READING_TAGS = ("include", "render")


class Missing(FalsyStrictUndefined):
    """A variable without a value: false in a condition, an error when written or given to a filter but `default`."""

    __slots__ = ()

    def __init__(self, name: str, *, token: Token | None, obj: object = None, hint: str | None = None) -> None:
        path = hint.removesuffix(" is undefined").strip("'") if hint and hint.endswith(" is undefined") else name
        message = f"{path} has no value; give it a fallback: {{{{ {path} | default: '...' }}}}"
        super().__init__(name, token=token, obj=obj, hint=message)


class Budget:
    """What is left to spend on one message.

    Time is the thread's own CPU time: a busy machine must not make a good template fail.
    """

    def __init__(self, limits: RenderLimits) -> None:
        self.limits = limits
        self._end = time.thread_time() + limits.seconds
        self._ticks = 0
        self._iterations = 0

    def tick(self) -> None:
        """Count one small piece of work; look at the clock now and then."""
        self._ticks += 1
        if self._ticks % _TICKS_BETWEEN_LOOKS == 0:
            self.look()

    def look(self) -> None:
        """Raises ResourceLimitError when the time is up."""
        if time.thread_time() > self._end:
            raise ResourceLimitError("it takes too long to write: make it simpler", token=None)

    def loop(self, length: int) -> None:
        """Count the turns of a loop that begins."""
        self.look()
        self._iterations += length
        if self._iterations > self.limits.loop_iterations:
            raise LoopIterationLimitError(f"its loops turn more than {self.limits.loop_iterations} times", token=None)

    def value(self, value: object) -> None:
        """Refuse a value that has grown too large."""
        if isinstance(value, str):
            self._at_most(len(value), self.limits.output_bytes)
        elif isinstance(value, list | tuple | range):
            self._at_most(len(value), self.limits.loop_iterations)
        elif isinstance(value, int):
            self._at_most(value.bit_length(), _LONGEST_NUMBER_BITS)

    def product(self, name: str, value: object, arguments: tuple[object, ...]) -> None:
        """Refuse, beforehand, the two filters whose result grows with the product of what they are given."""
        if name == "replace" and arguments:
            new = str(arguments[1]) if len(arguments) > 1 else ""
            self._at_most(str(value).count(str(arguments[0])) * len(new), self.limits.output_bytes)
        elif name == "join" and isinstance(value, list | tuple | range):
            between = str(arguments[0]) if arguments else " "
            self._at_most(len(value) * len(between), self.limits.output_bytes)

    def _at_most(self, size: int, limit: int) -> None:
        if size > limit:
            raise ResourceLimitError("one of its values grows too large", token=None)


class SandboxContext(RenderContext):
    """A render that spends from a budget."""

    __slots__ = ("budget",)

    def __init__(self, template: BoundTemplate, *, budget: Budget, globals: Mapping[str, object]) -> None:
        self.budget = budget
        super().__init__(template, globals=globals)

    @property
    def disabled_tags(self) -> list[str]:
        """No tag is disabled; but every node reads this before it is written, even in loops that write nothing."""
        self.budget.tick()
        return []

    @disabled_tags.setter
    def disabled_tags(self, tags: list[str]) -> None:
        pass

    def get(self, path: list[object], *, token: Token | None, default: object = UNDEFINED) -> object:
        """The value at a path; one that is null counts as missing."""
        found = super().get(path, token=token, default=default)
        if found is None and default is UNDEFINED:
            return self.env.undefined(".".join(map(str, path)), token=token)
        return found

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """Called as each loop begins."""
        self.budget.loop(length)

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        """The filter, with a check of what goes in and what comes out."""
        return partial(self._apply, name, super().filter(name, token))

    def _apply(
        self, name: str, function: Callable[..., object], value: object, *arguments: object, **named: object
    ) -> object:
        self.budget.look()
        if name != "default":
            for given in (value, *arguments, *named.values()):
                if isinstance(given, Undefined):
                    str(given)
        self.budget.product(name, value, arguments)
        result = function(value, *arguments, **named)
        self.budget.value(result)
        return result


class _BoundedStop(Expression):
    """The end of a range, which may not be further from its start than loops may turn."""

    __slots__ = ("limit", "start", "stop")

    def __init__(self, literal: RangeLiteral, limit: int) -> None:
        super().__init__(literal.token)
        self.start, self.stop, self.limit = literal.start, literal.stop, limit

    def evaluate(self, context: RenderContext) -> object:
        stop = self.stop.evaluate(context)
        try:
            length = int(stop) - int(self.start.evaluate(context))  # type: ignore[call-overload]
        except (TypeError, ValueError):
            return stop
        if length >= self.limit:
            raise LoopIterationLimitError(f"a range has at most {self.limit} numbers", token=self.token)
        return stop

    def children(self) -> list[Expression]:
        return [self.stop]


@lru_cache(maxsize=16)
def environment(html: bool, limits: RenderLimits, undefined: type[Undefined] = Missing) -> Environment:
    """Liquid with these limits; `html` escapes every value that is written."""
    made = Environment(autoescape=html, undefined=undefined)
    made.block_nesting_limit = limits.block_nesting  # type: ignore[misc]
    made.output_stream_limit = limits.output_bytes  # type: ignore[misc]
    made.local_namespace_limit = 4 * limits.output_bytes  # type: ignore[misc]
    for tag in _READING_TAGS:
        del made.tags[tag]
    filters.register(made)
    return made


@lru_cache(maxsize=1024)
def parsed(source: str, html: bool, limits: RenderLimits) -> BoundTemplate:
    """The parsed template, kept for the next customer.

    Raises:
        LiquidError: it can't be parsed.

    """
    return parse(source, environment(html, limits), limits)


def parse(source: str, made: Environment, limits: RenderLimits) -> BoundTemplate:
    """Parse without keeping."""
    check_liquid(source)
    template = made.from_string(source)
    for expression in expressions(template):
        if isinstance(expression, RangeLiteral):
            expression.stop = _BoundedStop(expression, limits.loop_iterations)
    return template


def expressions(template: BoundTemplate) -> Iterator[Expression]:
    """Every expression of a template, nested ones included."""
    static = RenderContext(template)
    nodes: list[Node] = list(template.nodes)
    while nodes:
        node = nodes.pop()
        nodes.extend(node.children(static, include_partials=False))
        waiting = list(node.expressions())
        while waiting:
            expression = waiting.pop()
            waiting.extend(expression.children())
            yield expression


def write(template: BoundTemplate, context: Mapping[str, Any], budget: Budget) -> str:
    """The template with this context.

    Raises:
        LiquidError: a value is missing, a filter refuses, or a limit is met.

    """
    buffer = LimitedStringIO(budget.limits.output_bytes)
    budget.look()
    try:
        template.render_with_context(SandboxContext(template, budget=budget, globals=context), buffer)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # Filters of the library let these through for values that they were not made for.
        raise LiquidError(f"a filter can't work with the value it is given ({error})", token=None) from error
    return buffer.getvalue()
