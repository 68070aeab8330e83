"""Rows of Parquet as what JSON could say. Imported only where such a file is read: pyarrow is large.

| type | becomes |
|---|---|
| text of any kind, JSON, UUID | text |
| binary without the UTF-8 mark (Athena, older Spark) | text; where the bytes are none, the file is refused |
| integers, decimals without places (Snowflake's integers) | whole numbers |
| floats, other decimals | numbers; what is not a number is nothing, and noted; decimals of too many digits: text |
| floats of 32 or 16 bits as ids, codes or telephone numbers | their digits; refused where digits were lost |
| timestamps of every unit, INT96 | ISO 8601, by the clock of the zone that the file names; else UTC |
| dates, times | ISO 8601 |
| durations | seconds |
| lists, structs, maps | lists, objects |
| dictionaries (pandas' and polars' categories) | what they stand for |
"""

import math
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.files.cells import is_code
from ingestion.files.meanings import meanings_of
from ingestion.files.rows import Row, UnreadableError

_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_PAGE = 20_000
_UTC = frozenset({"UTC", "Etc/UTC", "GMT", "Z", "+00:00"})
_WHOLE_BELOW = {pa.float16(): 2**11, pa.float32(): 2**24}
"""From here on whole numbers of that type are no longer exact: two ids may have become one."""


def row_count(file: IO[bytes]) -> int:
    """Rows in the file.

    Raises:
        UnreadableError: it is not Parquet.

    """
    count: int = _open(file).metadata.num_rows
    return count


def column_names(file: IO[bytes]) -> list[str]:
    """The file's columns.

    Raises:
        UnreadableError: it is not Parquet, or two columns have the same name.

    """
    names: list[str] = _open(file).schema_arrow.names
    if len(set(names)) != len(names):
        raise UnreadableError("two columns have the same name")
    return names


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
                yield before + skipped, simple(batch.slice(skipped))
            before += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(f"the file is broken after row {before}: {error}"[:300]) from error


def first_cells(file: IO[bytes], names: list[str], size: int) -> dict[str, list[Any]]:
    """The first cells of these columns, those with a value."""
    if not names:
        return {}
    batch = next(_open(file).iter_batches(batch_size=size, columns=names), None)
    if batch is None:
        return {}
    batch = simple(batch)
    return {name: [cell for cell in values_of(batch.column(name)) if cell not in (None, "")] for name in names}


def check_texts(file: IO[bytes], names: set[str], beat: Callable[[], object]) -> None:
    """Look at all cells of those columns whose type does not say that they are text.

    Raises:
        UnreadableError: in one of them there are bytes that are none.

    """
    parquet = _open(file)
    bytes_in = [item.name for item in parquet.schema_arrow if item.name in names and _holds_bytes(item.type)]
    if not bytes_in:
        return
    for batch in parquet.iter_batches(batch_size=_PAGE, columns=bytes_in):
        for name, column in zip(batch.schema.names, simple(batch).columns, strict=True):
            if not pa.types.is_string(column.type):
                try:
                    values_of(column)
                except ValueError as error:
                    raise _no_text(name) from error
        beat()


def _no_text(name: str) -> UnreadableError:
    return UnreadableError(f"the column {name} holds bytes that are not UTF-8 text: leave it out, or write it as text")


def _open(file: IO[bytes]) -> pq.ParquetFile:
    try:
        file.seek(0)
        return pq.ParquetFile(file, coerce_int96_timestamp_unit="us")
    except pa.ArrowNotImplementedError as error:
        raise UnreadableError(f"it holds a type that can't be read: {error}"[:300]) from error
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(f"it is not Parquet: {error}"[:300]) from error


def simple(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with texts of any kind as plain ones.

    Raises:
        UnreadableError: bytes in one of its columns are no text.

    """
    names = batch.schema.names
    columns = [_simple(name, column) for name, column in zip(names, batch.columns, strict=True)]
    for index, name in enumerate(names):
        if columns[index].type in _WHOLE_BELOW and _holds_digits(name):
            columns[index] = _digits(columns[index])
    if all(new is old for new, old in zip(columns, batch.columns, strict=True)):
        return batch
    return pa.RecordBatch.from_arrays(columns, names)


def _holds_digits(name: str) -> bool:
    """Whether a column holds ids, codes or telephone numbers: not one of their digits may be lost."""
    [meaning] = meanings_of((name,), "customers").columns
    return is_code(name) or meaning.field in ("user_id", "anonymous_id", "message_id", "phone")


def _digits(column: pa.Array) -> pa.Array:
    """Numbers of few bits as texts. One that is so large that others look the same is written as having lost digits."""
    below = _WHOLE_BELOW[column.type]
    texts = [None if value is None or math.isnan(value) else _digits_of(value, below) for value in column.to_pylist()]
    return pa.array(texts, pa.string())


def _digits_of(value: float, below: int) -> str:
    if not math.isfinite(value) or abs(value) >= below:
        return f"{value:e}"
    return str(int(value)) if value.is_integer() else str(value)


def _simple(name: str, column: pa.Array) -> pa.Array:
    type_ = column.type
    if pa.types.is_dictionary(type_):
        return _simple(name, column.dictionary_decode())
    if isinstance(type_, pa.UuidType):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    if isinstance(type_, pa.Bool8Type):
        return column.storage.cast(pa.bool_())
    if isinstance(type_, pa.BaseExtensionType):
        return _simple(name, column.storage)
    if pa.types.is_large_string(type_) or pa.types.is_string_view(type_):
        return column.cast(pa.string())
    if pa.types.is_list_view(type_) or pa.types.is_large_list_view(type_):
        return pa.array(column.to_pylist(), pa.list_(type_.value_type))
    if not _is_bytes(type_):
        return column
    try:
        if pa.types.is_fixed_size_binary(type_):
            column = column.cast(pa.binary())
        text = column.cast(pa.string())
    except pa.ArrowException as error:
        raise _no_text(name) from error
    if pc.any(pc.match_substring_regex(text, _CONTROL)).as_py():
        raise _no_text(name)
    return text


def _is_bytes(type_: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(type_)
        or pa.types.is_large_binary(type_)
        or pa.types.is_binary_view(type_)
        or pa.types.is_fixed_size_binary(type_)
    )


def _holds_bytes(type_: pa.DataType) -> bool:
    if pa.types.is_dictionary(type_):
        return _holds_bytes(type_.value_type)
    return _is_bytes(type_) or any(_holds_bytes(type_.field(index).type) for index in range(type_.num_fields))


def rows_of(batch: pa.RecordBatch, before: int) -> list[Row]:
    """The rows of a batch; `before` is how many are before it in the file."""
    batch = simple(batch)
    names = batch.schema.names
    columns = [values_of(column) for column in batch.columns]
    return [
        Row(number, dict(zip(names, values, strict=True)), 0)
        for number, values in enumerate(zip(*columns, strict=True), before + 1)
    ]


def values_of(column: pa.Array) -> list[Any]:
    """The cells of a column in JSON's types; an instant is ISO 8601 text.

    Raises:
        ValueError: bytes in it are no text.

    """
    type_ = column.type
    if pa.types.is_timestamp(type_):
        # as text: JSON has no times, and pyarrow writes them much faster than Python
        aware = type_.tz is not None
        if aware and type_.tz not in _UTC:
            # by its own clock: a birthday that began at midnight in Rome is no day earlier
            local = column.cast(pa.timestamp("us", tz=type_.tz), safe=False).to_pylist()
            return [None if value is None else value.isoformat() for value in local]
        moments = column.cast(pa.timestamp("us", tz="UTC" if aware else None), safe=False)
        return [None if text is None else text.rstrip("Z") + "+00:00" for text in moments.cast(pa.string()).to_pylist()]
    values: list[Any] = column.to_pylist()
    convert = _converter(type_)
    return values if convert is None else [None if value is None else convert(value) for value in values]


def _converter(type_: pa.DataType) -> Callable[[Any], Any] | None:
    """How a value of that type becomes one of JSON's; None where it is one."""
    if pa.types.is_map(type_):
        inner = _converter(type_.item_type) or _same
        return lambda pairs: {str(_plain(key)): None if item is None else inner(item) for key, item in pairs}
    if pa.types.is_list(type_) or pa.types.is_large_list(type_) or pa.types.is_fixed_size_list(type_):
        inner = _converter(type_.value_type) or _same
        return lambda items: [None if item is None else inner(item) for item in items]
    if pa.types.is_struct(type_):
        fields = {each.name: _converter(each.type) or _same for each in type_}
        return lambda value: {name: None if item is None else fields[name](item) for name, item in value.items()}
    plain = (pa.types.is_string, pa.types.is_integer, pa.types.is_boolean, pa.types.is_floating, pa.types.is_null)
    return None if any(is_one(type_) for is_one in plain) else _plain


def _same(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    """A single value in JSON's types."""
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        if value == value.to_integral_value() and value.as_tuple().exponent == 0:
            return int(value)
        # what would not be written back the same stays text
        return float(value) if Decimal(repr(float(value))) == value else str(value)
    if isinstance(value, bytes):
        text = value.decode()
        if any(ord(each) < 32 and each not in "\t\n\r" for each in text):
            raise ValueError("is not text")
        return text
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return int(seconds) if seconds.is_integer() else seconds
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)
