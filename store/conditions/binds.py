"""Values of a compiled condition, kept apart from its text: the text depends on the condition alone, and is reused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, DateTime, Float, Numeric, Select, SQLColumnExpression, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine, UserDefinedType

from domain.conditions import Condition
from domain.errors import InvalidError
from domain.i18n import sentence
from store.conditions.scope import Scope

INSTANT = DateTime(timezone=True)
TEXT = Text()
TEXTS = ARRAY(Text)
INSTANTS = ARRAY(DateTime(timezone=True))
NUMBER = Numeric()
FLOAT = Float(53)

MOST_SEGMENTS = 300
MOST_VALUES = 20_000

Query = Select[*tuple[Any, ...]]
"""A statement, whatever its columns."""


class JsonPath(UserDefinedType[str]):
    """A `jsonpath` bound as such, so that Postgres parses it once and not at every row."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_: Any) -> str:
        """Name of the type in SQL."""
        return "JSONPATH"


@dataclass
class Binds:
    """Makes bound parameters and remembers how each one's value comes out of a `Scope`."""

    scope: Scope | None = None
    """With a scope the parameters carry their values at once; without, `values` gives them later."""
    makers: dict[str, Callable[[Scope], Any]] = field(default_factory=dict)
    opened: int = 0
    """Segments expanded so far. Segments that name each other twice double at each level: there must be an end."""

    def open_segment(self) -> None:
        """Count another segment that is expanded.

        Raises:
            InvalidError: they are too many.

        """
        self.opened += 1
        if self.opened > MOST_SEGMENTS:
            raise InvalidError(sentence("too_many_segments", most=MOST_SEGMENTS))

    def of(self, value: Callable[[Scope], Any], type_: TypeEngine[Any]) -> BindParameter[Any]:
        """A parameter whose value depends on the scope.

        Raises:
            InvalidError: there are more of them than a statement may have.

        """
        if len(self.makers) >= MOST_VALUES:
            raise InvalidError(sentence("too_many_values", most=f"{MOST_VALUES:,}"))
        name = f"v{len(self.makers)}"
        self.makers[name] = value
        return bindparam(name, value(self.scope) if self.scope else None, type_=type_, unique=self.scope is not None)

    def constant(self, value: Any, type_: TypeEngine[Any] = TEXT) -> BindParameter[Any]:
        """A parameter that is the same at every asking."""
        return self.of(lambda _: value, type_)

    def values(self, scope: Scope) -> dict[str, Any]:
        """The value of every parameter, in that scope."""
        return {name: make(scope) for name, make in self.makers.items()}


@dataclass(frozen=True)
class Asking:
    """Who is asked about, and with what at hand, while a condition is compiled."""

    who: SQLColumnExpression[UUID]
    """The customer's id: `customers.id` for all of them, a parameter for one."""
    binds: Binds
    in_journey: bool
    segments: Mapping[UUID, Condition]
    inside: tuple[UUID, ...] = ()
    """Segments being expanded, outermost first."""
    one_currency: bool = False
    """As `Scope.one_currency`."""
    one_by_one: bool = False
    """Few customers of many are asked about: each is looked up by itself, nothing is grouped over all of them."""

    @property
    def alone(self) -> bool:
        """Whether every subquery names the customer asked about, rather than being joined with all of them."""
        return self.one_by_one or isinstance(self.who, BindParameter)

    def need_journey(self, what: str) -> None:
        """Raise InvalidError unless a journey asks.

        Args:
            what: the part of the condition that needs it, in a marketer's words.

        """
        if not self.in_journey:
            raise InvalidError(sentence("only_in_a_journey", what=what))
