"""What can be wrong with a text of Liquid, by a key, so that it can be said in any language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["variable", "variable_like", "coupon", "filter", "filter_like", "push_key", "push_size", "other"]

TEXTS: Mapping[Kind, str] = {
    "variable": "{field}, line {line}: {name} is not known; correct it, or give it a fallback: | default: '...'",
    "variable_like": (
        "{field}, line {line}: {name} is not known (did you mean {like}?); "
        "correct it, or give it a fallback: | default: '...'"
    ),
    "coupon": (
        "{field}, line {line}: {name} is no coupon that this campaign gives: add a coupon node with that prefix"
    ),
    "filter": "{field}: there is no filter '{name}'",
    "filter_like": "{field}: there is no filter '{name}' (did you mean {like}?)",
    "push_key": "data: the key '{name}' is reserved by the push service; call it something else",
    "push_size": "the push has {size} bytes, and the push service takes {most}: shorten its texts or its data",
    "other": "{problem}",
}


@dataclass(frozen=True)
class TextProblem:
    """One thing wrong with a text.

    Attributes:
        kind: what; `other` for what only the parser's own words tell, given as `problem`.
        named: what the sentence of that kind names: the field of the content, the line in it (from 1), ...

    """

    kind: Kind
    named: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return TEXTS[self.kind].format_map(self.named)
