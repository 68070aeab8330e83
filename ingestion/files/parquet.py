"""Rows of Parquet as what JSON could say. Imported only where such a file is read: pyarrow is large."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.files.rows import Row, UnreadableError


def row_count(file: IO[bytes]) -> int:
    """Rows in the file.

    Raises:
        UnreadableError: it is not Parquet.

    """
    count: int = _open(file).metadata.num_rows
    return count


def batches(file: IO[bytes], start: int, size: int) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Batches of rows, each with how many rows are before it. Row groups before row `start` are not touched.

    Raises:
        UnreadableError: it is not Parquet, or broken.

    """
    parquet = _open(file)
    groups, before = list(range(parquet.metadata.num_row_groups)), 0
    while groups and before + parquet.metadata.row_group(groups[0]).num_rows <= start:
        before += parquet.metadata.row_group(groups.pop(0)).num_rows
    try:
        for batch in parquet.iter_batches(batch_size=size, row_groups=groups):
            skipped = min(max(0, start - before), batch.num_rows)
            if skipped < batch.num_rows:
                yield before + skipped, batch.slice(skipped)
            before += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(f"the file is broken after row {before}: {error}"[:300]) from error


def _open(file: IO[bytes]) -> pq.ParquetFile:
    try:
        file.seek(0)
        return pq.ParquetFile(file)
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(f"it is not Parquet: {error}"[:300]) from error


def rows_of(batch: pa.RecordBatch, before: int) -> list[Row]:
    """The rows of a batch; `before` is how many are before it in the file."""
    names = batch.schema.names
    columns = [values_of(column) for column in batch.columns]
    return [
        Row(number, dict(zip(names, values, strict=True)), 0)
        for number, values in enumerate(zip(*columns, strict=True), before + 1)
    ]


def values_of(column: pa.Array) -> list[Any]:
    """The cells of a column in JSON's types; an instant is ISO 8601 text."""
    if pa.types.is_timestamp(column.type):
        # as text: JSON has no times, and pyarrow writes them much faster than Python
        aware = column.type.tz is not None
        moments = column.cast(pa.timestamp("us", tz="UTC" if aware else None), safe=False)
        return [None if text is None else text.rstrip("Z") + "+00:00" for text in moments.cast(pa.string()).to_pylist()]
    values: list[Any] = column.to_pylist()
    if pa.types.is_string(column.type) or pa.types.is_integer(column.type) or pa.types.is_boolean(column.type):
        return values
    return [None if value is None else _plain(value) for value in values]


def _plain(value: Any) -> Any:
    """The value in JSON's types."""
    if isinstance(value, str | int | float | bool):
        return value
    return json.loads(json.dumps(value, default=_as_json))


_SPELT: dict[type, Callable[[Any], Any]] = {
    datetime: datetime.isoformat,
    date: date.isoformat,
    time: time.isoformat,
    Decimal: float,
    bytes: lambda value: base64.b64encode(value).decode(),
}


def _as_json(value: Any) -> Any:
    spell = _SPELT.get(type(value), str)
    return spell(value)
