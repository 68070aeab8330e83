"""Every branch of a Liquid text, tried: which one a customer gets depends on values that nobody has at publishing."""

import re
from collections.abc import Iterator

_TAG = re.compile(
    r"\{%-?\s*(?P<name>if|unless|case|for|elsif|else|when|endif|endunless|endcase|endfor|raw|endraw|comment|endcomment)"
    r"\b.*?-?%\}",
    re.DOTALL,
)
_OTHER = re.compile(r"\{%.*?%\}", re.DOTALL)
_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_MOST_BRANCHES = 30
_OPENS, _TURNS, _CLOSES = frozenset({"if", "unless", "case", "for"}), frozenset({"elsif", "else", "when"}), "end"


def variants(source: str) -> Iterator[str]:
    """The text once for each branch of its conditions: the first of each, then the second, ...

    Values become a word, other tags nothing. Line breaks stay, so that lines keep their numbers.
    """
    for number in range(_MOST_BRANCHES):
        text, deepest = _variant(source, number)
        yield text
        if number + 1 >= deepest:
            return


def _variant(source: str, number: int) -> tuple[str, int]:
    """The text with branch `number` of every block (its last where it has fewer), and the most branches of a block."""
    ends = _last_branches(source)
    most = max([last + 1 for last in ends.values()], default=1)
    pieces, open_, place = [], list[tuple[int, int]](), 0
    for tag in _TAG.finditer(source):
        pieces.append(_piece(source[place : tag.start()], open_, ends, number))
        pieces.append("\n" * tag[0].count("\n"))
        place = tag.end()
        name = tag["name"]
        if name in _OPENS:
            # what stands between `case` and its first `when` is never written
            open_.append((tag.start(), -1 if name == "case" else 0))
        elif name in _TURNS and open_:
            start, branch = open_.pop()
            open_.append((start, branch + 1))
        elif name.startswith(_CLOSES) and open_ and name not in ("endraw", "endcomment"):
            open_.pop()
    pieces.append(_piece(source[place:], open_, ends, number))
    return "".join(pieces), most


def _last_branches(source: str) -> dict[int, int]:
    """Where each block begins -> the number of its last branch."""
    last, open_ = dict[int, int](), list[int]()
    for tag in _TAG.finditer(source):
        name = tag["name"]
        if name in _OPENS:
            open_.append(tag.start())
            last[tag.start()] = -1 if name == "case" else 0
        elif name in _TURNS and open_:
            last[open_[-1]] += 1
        elif name.startswith(_CLOSES) and open_ and name not in ("endraw", "endcomment"):
            open_.pop()
    return last


def _piece(text: str, open_: list[tuple[int, int]], last: dict[int, int], number: int) -> str:
    if any(branch != min(number, last[start]) for start, branch in open_):
        return "\n" * text.count("\n")
    text = _VALUE.sub(lambda found: "sample" + "\n" * found[0].count("\n"), text)
    return _OTHER.sub(lambda found: "\n" * found[0].count("\n"), text)
