"""Views read whole, at the speed of COPY: as CSV, or as Arrow batches. Memory holds a few blocks, however many rows."""

import io
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from sqlalchemy.ext.asyncio import AsyncSession

from store.bi.contract import SCHEMA, BiView

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST_SECONDS = 900
"""A reader that stands still must not keep dead rows for ever."""
_BLOCK = 1 << 22


def selection(view: BiView, *, month: str | None = None, columns: list[str] | None = None) -> sql.Composed:
    """SELECT of a view, or of the facts of one month ("2026-11")."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name in columns or [each.name for each in view.columns])
    query = sql.SQL("SELECT {} FROM {}").format(names, sql.Identifier(SCHEMA, view.name))
    if month is None:
        return query
    assert view.moment is not None
    day, first = sql.Identifier(view.moment), sql.Literal(f"{month}-01")
    return query + sql.SQL(" WHERE {day} >= {first}::date AND {day} < {first}::date + interval '1 month'").format(
        day=day, first=first
    )


def _copy(query: sql.Composed) -> sql.Composed:
    return sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER)").format(query)


async def csv_blocks(session: AsyncSession, view: BiView) -> AsyncIterator[bytes]:
    """The view as CSV with a head line, as Postgres writes it: null is nothing, an empty text is in quotes."""
    connection = await session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    async with driver.cursor() as cursor:
        await cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST_SECONDS}s'")
        async with cursor.copy(_copy(selection(view))) as copy:
            async for block in copy:
                yield bytes(block)


class _Copied(io.RawIOBase):
    """What a COPY sends, as a file."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self._copy = copy
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            self._rest = memoryview(self._copy.read())
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


@contextmanager
def arrow_batches(
    connection: psycopg.Connection, view: BiView, *, month: str | None = None
) -> Iterator["tuple[pa.Schema, Iterator[pa.RecordBatch]]"]:
    """(schema, batches) of a view, or of one month of it, as of one moment."""
    import pyarrow.csv as reader

    schema = arrow_schema(view)
    options = reader.ConvertOptions(
        column_types=schema,
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        null_values=[""],
        true_values=["t"],
        false_values=["f"],
    )
    with connection.cursor() as cursor, cursor.copy(_copy(selection(view, month=month))) as copy:
        stream = reader.open_csv(
            io.BufferedReader(_Copied(copy), _BLOCK),
            read_options=reader.ReadOptions(block_size=_BLOCK, use_threads=False),
            parse_options=reader.ParseOptions(newlines_in_values=True),
            convert_options=options,
        )
        yield schema, iter(stream)


def arrow_schema(view: BiView) -> "pa.Schema":
    """The view's columns as Arrow has them; their comments are kept."""
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "bigint": pa.int64(),
        "integer": pa.int32(),
        "numeric": pa.decimal128(38, 6),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "timestamp with time zone": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema(
        [pa.field(each.name, types[each.type], metadata={"comment": each.comment}) for each in view.columns]
    )


def arrow_stream(database_url: str, view: BiView) -> Iterator[bytes]:
    """The view as an Arrow IPC stream, batch by batch."""
    import pyarrow as pa

    sink = _Sink()
    options = f"-c timezone=UTC -c statement_timeout={LONGEST_SECONDS * 1000} -c default_transaction_read_only=on"
    with (
        psycopg.connect(database_url, options=options) as connection,
        arrow_batches(connection, view) as (schema, batches),
        pa.ipc.new_stream(sink, schema) as writer,
    ):
        for batch in batches:
            writer.write_batch(batch)
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def taken(self) -> bytes:
        """What was written since."""
        parts, self._parts = self._parts, []
        return b"".join(parts)
