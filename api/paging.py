"""Lists are paged by an opaque cursor: the sort key of the last item seen."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from domain.errors import InvalidError

Item = TypeVar("Item")
Row = TypeVar("Row")


class PageQuery(BaseModel):
    """Which page of a list; a list with filters adds them. Unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=200, description="Items a page.")
    cursor: str | None = Field(
        default=None, max_length=500, description="`next_cursor` of the page before; none for the first page."
    )


Paging = Annotated[PageQuery, Query()]


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_cursor: str | None = Field(description="Pass as `cursor` for the next page; null on the last.")


def encode(key: Sequence[Any]) -> str:
    """The cursor of a sort key."""
    text = TypeAdapter(list[Any]).dump_json(list(key))
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def decode(cursor: str | None, key: Any) -> Any:
    """The sort key of a cursor, as the tuple type `key`; None for no cursor.

    Raises:
        InvalidError: it was not made by this list.

    """
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        return TypeAdapter(key).validate_python(json.loads(text))
    except (ValidationError, ValueError, binascii.Error) as error:
        message = "this cursor is not from this list"
        raise InvalidError(message, errors=[{"path": "/query/cursor", "message": message}]) from error


def paged(
    rows: Sequence[Row], limit: int, item: Callable[[Row], Item], key: Callable[[Row], Sequence[Any]]
) -> Page[Item]:
    """A page from `limit` + 1 rows: the one too many tells that there is a next page."""
    more = len(rows) > limit
    shown = rows[:limit]
    return Page(items=[item(row) for row in shown], next_cursor=encode(key(shown[-1])) if more else None)
