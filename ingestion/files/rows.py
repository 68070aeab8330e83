"""Rows, and those of CSV and NDJSON, a batch at a time, from a place that an earlier reader came to.

A row that can't be read is a row with a reason, and the next one is read: one bad line never costs the rest. A file
that is not what it claims to be is an `UnreadableError`.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, NamedTuple

from ingestion.files.dialect import Dialect, Header, dialect_of, header_names
from store.events import json_text

ROW_BYTES = 64 * 1024
"""The longest line that is read; an event has at most 32 KB."""


class UnreadableError(Exception):
    """The file is not of its format; the message says where that showed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: rows behind it, and the bytes behind those (0 where the format has no lines)."""

    row: int = 0
    offset: int = 0


class Row(NamedTuple):
    """One row, or why it can't be read."""

    number: int
    """From 1."""
    value: dict[str, Any]
    offset: int
    """Bytes of the file up to and with it."""
    reason: str | None = None


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


class _Lines:
    """The lines of a file, and how many bytes were given out."""

    def __init__(self, file: IO[bytes], offset: int) -> None:
        file.seek(offset)
        self._file = file
        self.offset = offset

    def next(self) -> bytes | None:
        """The next line with its end; b"" for one that is too long; None at the end of the file."""
        line = self._file.readline(ROW_BYTES + 1)
        self.offset += len(line)
        if len(line) <= ROW_BYTES or line.endswith(b"\n"):
            return line or None
        while line and not line.endswith(b"\n"):
            line = self._file.readline(ROW_BYTES)
            self.offset += len(line)
        return b""

    def __iter__(self) -> Iterator[str]:
        """Decoded, for the CSV reader, which takes as many lines as a quoted field has."""
        while (line := self.next()) is not None:
            yield line.decode("utf-8-sig" if self.offset == len(line) else "utf-8")


def ndjson(file: IO[bytes], start: Place, size: int) -> Iterator[list[Row]]:
    """Batches of lines, each a JSON object."""

    def rows() -> Iterator[Row]:
        lines, number = _Lines(file, start.offset), start.row
        while (line := lines.next()) is not None:
            if line and not line.strip():
                continue
            number += 1
            try:
                yield Row(number, _object(line), lines.offset)
            except (ValueError, RecursionError) as error:
                yield Row(number, {"line": line[:500].decode("utf-8", "replace")}, lines.offset, str(error))

    return _batches(rows(), size)


def _object(line: bytes) -> dict[str, Any]:
    if not line:
        raise ValueError(f"the line is longer than {ROW_BYTES // 1024} KB")
    try:
        value = json_text.loads(line)
    except UnicodeDecodeError as error:
        raise ValueError("the line is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the line is not JSON: {error}"[:200]) from error
    if not isinstance(value, dict):
        raise ValueError("the line is not a JSON object")
    return value


def _reader(lines: _Lines, dialect: Dialect) -> Iterator[list[str]]:
    return csv.reader(
        iter(lines),
        strict=True,
        delimiter=dialect.separator,
        quotechar=dialect.quote,
        skipinitialspace=dialect.spaced,
    )


def header_of(file: IO[bytes], dialect: Dialect) -> tuple[Header, int]:
    """The names of the columns, and the bytes of the file up to and with them.

    Raises:
        UnreadableError: there is no header.

    """
    lines = _Lines(file, 0)
    for _ in range(dialect.skipped):
        lines.next()
    try:
        names = next(_reader(lines, dialect), None)
    except (csv.Error, UnicodeDecodeError) as error:
        raise UnreadableError(f"the header can't be read: {error}") from error
    if not names or any("\x00" in name for name in names) or not any(name.strip() for name in names):
        raise UnreadableError("there is no header")
    return header_names(names), lines.offset


def csv_records(file: IO[bytes], start: Place, size: int, dialect: Dialect | None = None) -> Iterator[list[Row]]:
    """Batches of records under a header, their cells as texts; an empty cell is nothing.

    Raises:
        UnreadableError: there is no header.

    """
    dialect = dialect or dialect_of(file)
    header, behind = header_of(file, dialect)
    lines = _Lines(file, start.offset or behind)
    records = _batches(_records(header.names, lines, start.row, dialect), size)
    return (list(map(_unwrapped, batch)) for batch in records) if dialect.formulas else records


def _unwrapped(row: Row) -> Row:
    return row._replace(value={name: _bare(cell) for name, cell in row.value.items()})


def _bare(cell: str | None) -> str | None:
    if cell is None or not (cell.startswith('="') and cell.endswith('"')):
        return cell
    return cell[2:-1] or None


def _records(names: list[str], lines: _Lines, number: int, dialect: Dialect) -> Iterator[Row]:
    width = len(names)
    while True:
        # A new reader after a bad record: the next line begins afresh.
        records = _reader(lines, dialect)
        try:
            for cells in records:
                if len(cells) != width:
                    if not cells:
                        continue
                    while len(cells) > width and not cells[-1]:
                        cells.pop()
                    if len(cells) != width:
                        number += 1
                        reason = f"it has {len(cells)} fields, the header has {width}"
                        yield Row(number, dict(zip(names, cells, strict=False)), lines.offset, reason)
                        continue
                if not any(cells) and width > 1:
                    continue  # spreadsheets write such lines below their last row
                number += 1
                yield Row(number, {name: cell or None for name, cell in zip(names, cells, strict=True)}, lines.offset)
            return
        except (csv.Error, UnicodeDecodeError) as error:
            number += 1
            yield Row(number, {}, lines.offset, f"the line can't be read: {error}"[:200])
