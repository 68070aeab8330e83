"""The formats that files come in."""

from collections.abc import Callable, Iterator
from typing import IO

from ingestion.files.dialect import dialect_of
from ingestion.files.plain import Plain
from ingestion.files.reading import Reading
from ingestion.files.rows import Place, Row, csv_records, ndjson

Format = Plain


def read_rows(
    file: IO[bytes], format: Format, start: Place, size: int, reading: Reading | None = None
) -> Iterator[list[Row]]:
    """Batches of at most `size` rows.

    Args:
        file: open for reading, seekable.
        format: what the file claims to be.
        start: go on from here.
        size: rows a batch.
        reading: what is known of the file; without it a CSV file's dialect is found out.

    Raises:
        UnreadableError: the file is not of that format.

    """
    if format == "csv" and reading is not None and reading.columns:
        return csv_records(file, start, size, dialect_of(file, reading.separator))
    return _READERS[format](file, start, size)


def count_rows(file: IO[bytes], format: Format) -> int | None:
    """Rows in the file, where the format tells without reading all of it.

    Raises:
        UnreadableError: the file is not of that format.

    """
    if format != "parquet":
        return None
    from ingestion.files.parquet import row_count

    return row_count(file)


def _parquet(file: IO[bytes], start: Place, size: int) -> Iterator[list[Row]]:
    from ingestion.files.parquet import batches, rows_of

    for before, batch in batches(file, start.row, size):
        yield rows_of(batch, before)


_READERS: dict[Format, Callable[[IO[bytes], Place, int], Iterator[list[Row]]]] = {
    "csv": csv_records,
    "ndjson": ndjson,
    "parquet": _parquet,
}
