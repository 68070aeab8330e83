"""How the records of a CSV file are written, found out from its first lines, and where its header is."""

import csv
from collections import Counter
from collections.abc import Sequence
from typing import IO, NamedTuple

_SEPARATORS = (",", ";", "\t", "|")
_SNIFFED = 64 * 1024
_TITLE_LINES = 20
"""Lines before the header, at most: a report's title, its day, blank ones."""


class Dialect(NamedTuple):
    """How the records of a CSV file are written."""

    separator: str = ","
    skipped: int = 0
    """Lines before the header: Excel's `sep=;`, a title, blank ones."""
    formulas: bool = False
    """Cells may be `="00123"`, by which spreadsheets are told that digits are text."""
    quote: str = '"'
    spaced: bool = False
    """A blank follows each separator."""


def dialect_of(file: IO[bytes], separator: str = "") -> Dialect:
    """The dialect of a file: the separator that gives most columns, the same number of them in each row."""
    file.seek(0)
    text = file.read(_SNIFFED).decode("utf-8-sig", "replace")
    text = text[: text.rfind("\n") + 1] or text
    lines = text.split("\n")
    formulas = '="' in text
    first = lines[0].rstrip("\r")
    if first.lower().startswith("sep=") and len(first) == 5:
        return Dialect(separator or first[4], 1, formulas)
    if first.strip().lower() == "sep=":  # the tab was trimmed
        return Dialect(separator or "\t", 1, formulas)
    separator = separator or max(_SEPARATORS, key=lambda each: _evenness(lines, each))
    skipped = _header_at(lines, separator)
    header = lines[skipped] if skipped < len(lines) else ""
    return Dialect(separator, skipped, formulas, _quote(header, separator), _is_spaced(header, separator))


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _evenness(lines: Sequence[str], separator: str) -> tuple[bool, int, int]:
    """Whether rows have as many columns as the header, how few lines stand above it, and how many columns there are."""
    above = _header_at(lines, separator)
    looked_at = [line + "\n" for line in lines[above : above + 200]]
    try:
        rows = [row for row in csv.reader(looked_at, delimiter=separator) if any(row)]
    except csv.Error:
        return False, 0, 0
    widths = [len(row) for row in rows]
    even = bool(widths) and widths[0] > 1 and sum(width == widths[0] for width in widths) >= 0.7 * len(widths)
    return even, -above, widths[0] if widths else 0


def _header_at(lines: Sequence[str], separator: str) -> int:
    """How many lines come before the header: none, unless the first ones hold one cell at most, and columns follow."""
    rows = [_cells(line, separator) for line in lines[:_TITLE_LINES]]
    for number, row in enumerate(rows):
        if sum(bool(cell.strip()) for cell in row) > 1:
            return number if number == 0 or _names_columns(row) else _blank(lines)
    return _blank(lines)


def _names_columns(cells: Sequence[str]) -> bool:
    """Whether a line below others could be the header: it holds no address and no number."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return not any("@" in cell or cell.replace(".", "").replace(",", "").isdigit() for cell in filled)


def _blank(lines: Sequence[str]) -> int:
    """Lines with nothing in them before the first one that has something; none where nothing follows."""
    return next((number for number, line in enumerate(lines) if line.strip()), 0)


def _quote(header: str, separator: str) -> str:
    """What stands around cells: the apostrophe where all names of the header are in it."""
    names = [name for name in header.strip().split(separator) if name]
    quoted = len(names) > 1 and all(len(name) > 2 and name[0] == name[-1] == "'" for name in names)
    return "'" if quoted else '"'


def _is_spaced(header: str, separator: str) -> bool:
    rest = header.split(separator)[1:]
    return separator != "\t" and bool(rest) and all(name.startswith(" ") for name in rest)


class Header(NamedTuple):
    """The names of the columns."""

    names: list[str]
    """No two alike."""
    renamed: dict[str, str]
    """Columns that are called as an earlier one: their name here, and what the file calls them."""


def header_names(cells: Sequence[str]) -> Header:
    """The columns' names: those without one are numbered, and so are those that come again."""
    names: list[str] = []
    renamed: dict[str, str] = {}
    taken = Counter(cell.strip() for cell in cells)
    for number, cell in enumerate(cells, 1):
        name = cell.strip() or f"column {number}"
        if name in names:
            again = 2
            while f"{name} {again}" in taken or f"{name} {again}" in names:
                again += 1
            renamed[f"{name} {again}"] = name
            name = f"{name} {again}"
        names.append(name)
    return Header(names, renamed)
