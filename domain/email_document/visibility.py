"""Whom a block or row is shown to, without Liquid."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.email_document.base import Part

FieldPath = Annotated[
    str, Field(max_length=200, pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_-]+|\['[^'\]\[{}%]{1,100}'\])*$")
]
"""A path that templates may name, e.g. `customer.city`, `attributes['loyalty tier']`."""
Operator = Literal["is", "is_not", "contains", "known", "unknown", "more_than", "less_than"]
_WITHOUT_VALUE = frozenset({"known", "unknown"})
_NUMERIC = frozenset({"more_than", "less_than"})


class Rule(Part):
    """One question about the customer."""

    field: FieldPath
    operator: Operator
    value: Annotated[str, Field(max_length=200, pattern=r"^[^{}\r\n]*$")] = ""

    @model_validator(mode="after")
    def _asks_something(self) -> "Rule":
        if "'" in self.value and '"' in self.value:
            raise ValueError("a value can't hold both kinds of quotation marks")
        if self.operator in _NUMERIC:
            try:
                float(self.value)
            except ValueError:
                raise ValueError(f"'{self.value}' is not a number") from None
        if self.operator in _WITHOUT_VALUE and self.value:
            raise ValueError(f"'{self.operator}' takes no value")
        return self


class Visibility(Part):
    """Shown when all, or any, of the rules hold. Without rules: to everybody."""

    match: Literal["all", "any"] = "all"
    rules: list[Rule] = Field(default_factory=list, max_length=10)
