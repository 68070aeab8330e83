"""What the cells of a CSV column are: decided over all of them, so that one column is of one type.

A cell is a number only where writing the number back gives the same text. Names of ids and codes stand for texts,
whatever is in them. What contradicts in a later cell makes the whole column text.
"""

import re
from collections.abc import Iterable
from typing import Literal

from ingestion.files import moments
from ingestion.files.meanings import plain_name

CellType = Literal["text", "number", "boolean", "moment", "day", "object", "list", "as_is"]
"""`as_is` is for formats that have types of their own."""
Point = Literal[".", ",", "1,000.0"]
"""How numbers are written: the decimal point, and what stands between thousands."""

_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.(\d+))?")
_COMMA = re.compile(r"-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d+)?")
_THOUSANDS = re.compile(r"-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?")
_SURELY_COMMA = re.compile(r"-?(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+|[\d.]+\.\d{3},\d+|\d{1,3}(?:\.\d{3}){2,})")
_SURELY_THOUSANDS = re.compile(r"-?(?:\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?:,\d{3})+\.\d+)")
_MAYBE_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_DIGITS = 15
"""More of them a number may lose on the way."""
NOTHING = frozenset(
    (
        *("", "\\N", "NULL", "(null)", "<null>", "<NA>", "#N/A", "#NV", "#N/D", "#REF!", "#NAME?", "#VALUE!", "#NULL!"),
        *("0000-00-00", "0000-00-00 00:00:00"),  # MySQL
        *("#DIV/0!", "#NUM!", "#WERT!", "#BEZUG!", "#ZAHL!", "#VALORE!", "#RIF!", "#VALEUR!", "#NOMBRE?"),
    )
)
"""Cells by which databases and spreadsheets say that there is nothing."""
MAYBE_NOTHING = frozenset(("N/A", "n/a", "NA", "-", "--", "nan", "NaN", "None", "none", "null", "Null", "nil"))
"""The same in a column of numbers, booleans or dates; elsewhere they could be words: somebody is called Null."""
_FEW_WORDS = 20
_TRUE = frozenset({"true", "wahr", "vero", "vrai", "verdadero"})
_FALSE = frozenset({"false", "falsch", "falso", "faux"})
_BOOLEANS = _TRUE | _FALSE
_CODES = re.compile(
    r"(?:.*_)?(?:id|ids|key|sku|code|codes|coupon|voucher|ean|gtin|upc|isbn|asin|barcode|zip|zipcode|postcode|postal|plz|"
    r"postleitzahl|cap|cp|phone|mobile|fax|telefono|telefon|iban|vat|ssn|token|hash|number|nr|nummer|version)"
)


def is_code(name: str) -> bool:
    """Whether a column of that name holds ids or codes: digits in them are no amounts."""
    return _CODES.fullmatch(plain_name(name)) is not None


class Watch:
    """Sees all cells of a column, and decides what they are. A few flags a column, however long the file is."""

    def __init__(self) -> None:
        self.filled = False
        self._words: set[str] = set()
        self._few = True
        self.objects = self.broken_objects = self.call_types = self.semicolons = self.dates = False
        self.orders: set[str] = set()
        self._may = {"boolean", ".", ",", "1,000.0"}
        self._surely = {",": False, "1,000.0": False}
        self._doubtful = True
        self._fractions: set[int] = set()
        self._trailing_zero = False
        self._quoted = True
        self._spells = {"day", "moment"}
        self._timed = False

    def see(self, cells: Iterable[str], calls: frozenset[str] = frozenset()) -> None:
        """More cells, none of them empty."""
        cells = set(cells)
        self.see_words(cells)
        cells -= NOTHING | MAYBE_NOTHING
        if not cells:
            return
        self.filled = True
        if self._may:
            self._see_types(cells)
        if self._quoted:
            self._quoted = all(cell[0] == "'" and cell[1:2] in set("+-=@0123456789") for cell in cells)
        if calls and not self.call_types:
            self.call_types = not cells.isdisjoint(calls)

    def see_words(self, cells: set[str]) -> None:
        """More cells; how many different ones there are decides whether `words` has them."""
        if self._few:
            self._words |= cells - NOTHING
            self._few = len(self._words) <= _FEW_WORDS

    @property
    def words(self) -> frozenset[str]:
        """The different cells, where there are few of them; none where there are many."""
        return frozenset(self._words) if self._few else frozenset()

    def see_moments(self, cells: Iterable[str]) -> None:
        """More cells of a column of moments or days."""
        for cell in set(cells) - NOTHING - MAYBE_NOTHING:
            if not moments.is_iso(cell):
                self.orders.add(moments.order_seen(cell))

    def see_days(self, cells: Iterable[str]) -> None:
        """More cells of a column that may hold dates."""
        if not self._spells:
            return
        for cell in set(cells) - NOTHING - MAYBE_NOTHING:
            kind = moments.spells_day(cell)
            if not kind:
                self._spells = set()
                return
            self._timed |= kind == "moment"
            self.orders.add(moments.order_seen(cell))

    @property
    def dated(self) -> Literal["", "day", "moment"]:
        """Whether all cells are dates, or dates with times."""
        if not (self.filled and self._spells):
            return ""
        return "moment" if self._timed else "day"

    def see_objects(self, cells: Iterable[str]) -> None:
        """More cells of a column that may hold JSON objects."""
        for cell in cells:
            is_one = cell.lstrip().startswith("{")
            self.objects |= is_one
            self.broken_objects |= not is_one

    def see_lists(self, cells: Iterable[str]) -> None:
        """More cells of a column that holds lists."""
        self.semicolons = self.semicolons or any(";" in cell for cell in cells)

    def _see_types(self, cells: set[str]) -> None:
        if "boolean" in self._may and not all(cell.lower() in _BOOLEANS for cell in cells):
            self._may.discard("boolean")
        if "." in self._may and not self._all_plain(cells):
            self._may.discard(".")
        for point, form, surely in ((",", _COMMA, _SURELY_COMMA), ("1,000.0", _THOUSANDS, _SURELY_THOUSANDS)):
            if point in self._may:
                if not all(form.fullmatch(cell) and _is_exact(cell) for cell in cells):
                    self._may.discard(point)
                elif not self._surely[point]:
                    self._surely[point] = any(map(surely.fullmatch, cells))
        if self._doubtful:
            self._doubtful = all(map(_MAYBE_THOUSANDS.fullmatch, cells))

    def _all_plain(self, cells: set[str]) -> bool:
        for cell in cells:
            found = _PLAIN.fullmatch(cell)
            if found is None or not _is_exact(cell):
                return False
            if fraction := found[1]:
                self._fractions.add(len(fraction))
                self._trailing_zero |= fraction.endswith("0") and len(fraction) > 1
        return True

    @property
    def apostrophes(self) -> bool:
        """Whether each cell begins with the mark by which spreadsheets keep digits as text."""
        return self.filled and self._quoted

    @property
    def order(self) -> moments.Order | Literal["open", "both"]:
        """Which of day and month comes first."""
        said = self.orders - {"", "open"}
        if len(said) == 2:
            return "both"
        if said:
            return "day" if "day" in said else "month"
        return "open" if "open" in self.orders else ""

    def point(self, separator: str) -> Point | None:
        """How the numbers of the column are written; None where they are no numbers, or could be two."""
        if "." in self._may and (len(self._fractions) <= 1 or not self._trailing_zero):
            return "."
        if "," in self._may and (self._surely[","] or separator == ";"):
            return ","
        return "1,000.0" if "1,000.0" in self._may and self._surely["1,000.0"] else None

    def type(self, separator: str = ",") -> CellType:
        """What the cells are, all of them."""
        if not self.filled:
            return "text"
        if "boolean" in self._may:
            return "boolean"
        return "number" if self.point(separator) is not None else "text"

    @property
    def may_be_thousands(self) -> bool:
        """Whether all are like 1.234, which in a file with decimal commas is a thousand and more."""
        return self.filled and self._doubtful

    @property
    def doubtful(self) -> bool:
        """Whether they could be numbers in two ways, like 1,234."""
        return self.filled and self.type() == "text" and bool({",", "1,000.0"} & self._may)


def _is_exact(cell: str) -> bool:
    """Whether the number loses nothing: neither digits nor a sign before zero."""
    return sum(map(str.isdigit, cell)) <= _DIGITS and not (cell[0] == "-" and not cell.strip("-0.,"))


def number(text: str, point: Point) -> int | float:
    """A cell as a number.

    Raises:
        ValueError: it is none.

    """
    if point == ",":
        text = text.replace(".", "").replace(",", ".")
    elif point == "1,000.0":
        text = text.replace(",", "")
    if _PLAIN.fullmatch(text) is None:
        raise ValueError("is not a number")
    return float(text) if "." in text else int(text)


def boolean(text: str) -> bool:
    """A cell as true or false.

    Raises:
        ValueError: it is neither.

    """
    word = text.strip().lower()
    if word not in _BOOLEANS:
        raise ValueError("is not true or false")
    return word in _TRUE


def listed(text: str, separator: str) -> list[str]:
    """The texts of a cell: `vip; new`, or `"vip","new"` as Mailchimp writes them."""
    return [item for each in text.split(separator) if (item := each.strip().strip('"').strip())]
