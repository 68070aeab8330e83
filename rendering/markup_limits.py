"""Sources that would hang or kill the parsers are refused before they reach them. Both checks take linear time.

The Liquid lexer tries every `{{` against the rest of the text (40 kB of opening braces take a minute), and the MJML
parser recurses: some thousand nested elements overflow the stack, which ends the process.
"""

import re

from liquid import Token
from liquid.exceptions import LiquidSyntaxError
from liquid.token import TOKEN_CONTENT

_OPEN = re.compile(r"\{[{%]")
_CLOSE = {"{{": "}}", "{%": "%}"}
_VERBATIM = re.compile(r"\{%-?\s*(raw|doc)\s*-?%\}\Z")
_VERBATIM_END = {name: re.compile(r"\{%-?\s*end" + name + r"\s*-?%\}") for name in ("raw", "doc")}
_LONGEST_TAG = 5_000
_GAP = re.compile(r"\s{100}")

_COMMENT = ("<!--", "-->")
_TAG = re.compile(r"""<(/?)([A-Za-z][\w:.-]*)(?:"[^"<]*"|'[^'<]*'|[^<>"'])*>""")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
DEEPEST_MARKUP = 100


def check_liquid(source: str) -> None:
    """Every `{{` and `{%` must be closed, and be of a sensible length.

    Raises:
        LiquidSyntaxError: one is not; it points at the place.

    """
    at = 0
    while opened := _OPEN.search(source, at):
        start, closing = opened.start(), _CLOSE[opened.group()]
        end = source.find(closing, start + 2)
        if end < 0:
            raise _error(f"{opened.group()} is never closed with {closing}", source, start)
        tag = source[start : end + 2]
        if len(tag) > _LONGEST_TAG or _GAP.search(tag):
            raise _error(f"{opened.group()} is too long, or never closed with {closing}", source, start)
        at = end + 2
        verbatim = _VERBATIM.match(tag)
        if verbatim:
            ending = _VERBATIM_END[verbatim.group(1)].search(source, at)
            if ending is None:
                raise _error(f"{tag} is never closed", source, start)
            at = ending.end()


def _error(message: str, source: str, at: int) -> LiquidSyntaxError:
    return LiquidSyntaxError(message, token=Token(TOKEN_CONTENT, source[at : at + 2], at, source))


def markup_depth(markup: str) -> int:
    """How deep elements are nested, at most; what can't be read as a tag counts as one that is never closed."""
    text = without(markup, *_COMMENT)
    depth = deepest = tags = 0
    for tag in _TAG.finditer(text):
        tags += 1
        if tag.group(1):
            depth = max(0, depth - 1)
        elif not tag.group().endswith("/>") and tag.group(2).lower() not in _VOID:
            depth += 1
            deepest = max(deepest, depth)
    return deepest + text.count("<") - tags


def without(text: str, opening: str, closing: str) -> str:
    """The text without its passages from `opening` to `closing` (to the end, when one is not closed)."""
    kept, at = [], 0
    while (start := text.find(opening, at)) >= 0:
        kept.append(text[at:start])
        end = text.find(closing, start + len(opening))
        if end < 0:
            return "".join(kept)
        at = end + len(closing)
    kept.append(text[at:])
    return "".join(kept)
