"""The contract of the views for BI: what others build on. A test compares it with the database.

Columns may be added. What is there keeps its name, type and meaning; what must change becomes `bi_v2`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

FILE = Path(__file__).with_name("bi_v1.json")
SCHEMA = "bi_v1"
PERSONAL = "bi_v1_personal"
ColumnType = Literal["text", "bigint", "integer", "numeric", "boolean", "date", "timestamp with time zone"]


@dataclass(frozen=True)
class BiColumn:
    """A column of a view."""

    name: str
    type: ColumnType
    comment: str


@dataclass(frozen=True)
class BiView:
    """A view. Its first column tells its rows apart."""

    name: str
    comment: str
    columns: tuple[BiColumn, ...]

    @property
    def key(self) -> BiColumn:
        """What tells its rows apart."""
        return self.columns[0]

    @property
    def moment(self) -> str | None:
        """The column by whose month files of it are split: the first day that a fact has, which never changes."""
        if not self.name.startswith("fact_"):
            return None
        return next((each.name for each in self.columns if each.type == "date"), None)


@cache
def views() -> Mapping[str, BiView]:
    """The views of `bi_v1` by name, in alphabetical order."""
    return {name: _view(name, told) for name, told in json.loads(FILE.read_text(encoding="utf-8")).items()}


def _view(name: str, told: dict[str, Any]) -> BiView:
    return BiView(name, told["comment"], tuple(BiColumn(*column) for column in told["columns"]))


DESCRIBE = """
    SELECT c.relname, obj_description(c.oid, 'pg_class'), a.attname, format_type(a.atttypid, a.atttypmod),
           col_description(c.oid, a.attnum)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE n.nspname = %s AND c.relkind = 'v' ORDER BY c.relname, a.attnum
"""


def described(rows: list[tuple[str, str, str, str, str]]) -> dict[str, Any]:
    """The answer to `DESCRIBE` as the contract's file has it."""
    found: dict[str, Any] = {}
    for view, comment, column, type_, about in rows:
        found.setdefault(view, {"comment": comment, "columns": []})["columns"].append([column, type_, about])
    return found
