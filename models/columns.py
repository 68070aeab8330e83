"""Column shorthands. Each call makes a new column: SQLAlchemy columns belong to one table."""

from typing import Any

from sqlalchemy import Column, DateTime, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB


def instant(
    *, nullable: bool = False, now: bool = False, index: bool = False, primary_key: bool = False
) -> Column[Any]:
    """A `timestamptz`; with `now`, the database's clock when a row leaves it out."""
    return Column(
        DateTime(timezone=True),
        nullable=nullable,
        server_default=text("now()") if now else None,
        index=index,
        primary_key=primary_key,
    )


def json_object(*, nullable: bool = False) -> Column[Any]:
    """A `jsonb` that is an empty object unless told otherwise; a nullable one holds SQL's null, never JSON's."""
    default = None if nullable else text("'{}'::jsonb")
    return Column(JSONB(none_as_null=nullable), nullable=nullable, server_default=default)


def json_list() -> Column[Any]:
    """A `jsonb` that is an empty array unless told otherwise."""
    return Column(JSONB, nullable=False, server_default=text("'[]'::jsonb"))


def text_list() -> Column[Any]:
    """A `text[]`, empty unless told otherwise."""
    return Column(ARRAY(Text), nullable=False, server_default=text("'{}'::text[]"))
