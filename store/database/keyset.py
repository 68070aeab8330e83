"""Paging by key: stable while rows come and go, and as fast on the last page as on the first."""

from typing import Any

from sqlalchemy import ColumnElement, literal, tuple_


def after_cursor(columns: tuple[Any, ...], values: tuple[Any, ...], *, descending: bool) -> ColumnElement[bool]:
    """Rows that come after the one with these values, in the order of these columns."""
    row = tuple_(*columns)
    mark = tuple_(*(literal(value, column.type) for column, value in zip(columns, values, strict=True)))
    return row < mark if descending else row > mark
