"""Values inside the quotation marks of a JSON text, escaped: a name with a quotation mark must not break the text."""

import re

_PIECE = re.compile(r"\{\{(?P<value>.*?)\}\}|\{%.*?%\}|\\.|(?P<quote>\")", re.DOTALL)
_ESCAPES_ITSELF = re.compile(r"\|\s*(json|json_text)\s*-?$")


def looks_like_json(source: str) -> bool:
    """Whether a text of Liquid is meant to become a JSON object or list."""
    return source.lstrip()[:1] in ("{", "[") and not source.lstrip().startswith(("{{", "{%"))


def with_escaped_values(source: str) -> str:
    """The same JSON, with `json_text` put behind every value that stands inside quotation marks; other texts as is."""
    if not looks_like_json(source):
        return source
    inside = False

    def piece(found: re.Match[str]) -> str:
        nonlocal inside
        if found["quote"]:
            inside = not inside
        value = found["value"]
        if value is None or not inside or _ESCAPES_ITSELF.search(value):
            return found[0]
        trim = "-" if value.endswith("-") else ""
        return "{{" + value.removesuffix("-").rstrip() + " | json_text " + trim + "}}"

    return _PIECE.sub(piece, source)
