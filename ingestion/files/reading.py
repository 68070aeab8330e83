"""How a file is read: its dialect, and what each of its columns means and holds. Decided once, kept with the import."""

import codecs
from encodings.aliases import aliases
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ingestion.files.cells import CellType, Point
from ingestion.files.moments import Order


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True)


class ColumnReading(_Kept):
    """One column."""

    name: str
    """As the file has it."""
    field: str
    """One of `meanings.FIELDS`."""
    key: str = ""
    """The attribute's or property's name; of a consent its channel, or `channel:topic`."""
    negative: bool = False
    """Of a consent: a yes in it means no."""
    type: CellType = "as_is"
    point: Point = "."
    order: Order = ""
    separator: str = ";"
    """Between the texts of a list."""
    apostrophes: bool = False
    """Each cell begins with the mark by which spreadsheets keep digits as text."""
    asked: bool = False
    """Somebody said what type it is of: a cell that is none of it is noted."""


class FileNote(_Kept):
    """Something about the file as a whole that whoever brings it should know."""

    code: Literal["two_columns", "unused", "doubtful_numbers", "by_address", "open_order", "same_name"]
    column: str = ""
    other: str = ""
    field: str = ""

    def __str__(self) -> str:
        return _WORDS[self.code].format(column=self.column, other=self.other, field=self.field)


_WORDS = {
    "two_columns": "{column} and {other} both say {field}: {column} is taken for it, {other} keeps its own name",
    "unused": "{column} is not used",
    "doubtful_numbers": "{column} holds numbers that could be read in two ways: they are kept as text",
    "by_address": "no column holds an id: customers are known by {column}",
    "same_name": "two columns are called {column}: the second one is kept as {other}",
    "open_order": "the dates in {column} could be day first or month first",
}


class Reading(_Kept):
    """All of a file."""

    encoding: str = "utf-8"
    separator: str = ","
    columns: tuple[ColumnReading, ...] = ()
    notes: tuple[FileNote, ...] = ()
    rows: int | None = None
    """How many there are, where all were looked at."""


class Asked(_Kept):
    """What whoever brings the file wants otherwise than it was understood."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: str = Field(default="", max_length=40)
    separator: Literal["", ",", ";", "\t", "|"] = ""
    columns: dict[str, "AskedColumn"] = Field(default_factory=dict, max_length=2_000)
    """By the column's name in the file."""

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str) -> str:
        if encoding and not is_text_encoding(encoding):
            raise ValueError(f"{encoding!r} is not a text encoding that is known: utf-8, windows-1252, utf-16, ...")
        return encoding


_BYTES = frozenset({"rot_13", "tactis", "mbcs"})
_TEXTS = frozenset(
    {"utf-8", "utf-8-sig"}
    | {codecs.lookup(name).name for name in {*aliases.values()} - _BYTES if not name.endswith("_codec")}
)


def is_text_encoding(name: str) -> bool:
    """Whether files can be in it. Python's own encodings of bytes and names (zip, idna, undefined) are none."""
    try:
        return codecs.lookup(name).name in _TEXTS
    except (LookupError, ValueError):
        return False


class AskedColumn(_Kept):
    """What one column is to be. What is left out stays as it was understood."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str = Field(default="", max_length=40)
    key: str = Field(default="", max_length=100)
    negative: bool | None = None
    type: Literal["", "text", "number", "boolean", "moment", "day", "list"] = ""
    order: Order = ""
    point: Literal["", ",", "1,000.0"] = ""
    """How numbers are written: with a decimal comma (1.234,56), or with a decimal point (1,234.56)."""
