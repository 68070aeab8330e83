"""Rows, and those of CSV and NDJSON, a batch at a time, from a place that an earlier reader came to.

A row that can't be read is a row with a reason, and the next one is read: one bad line never costs the rest. A file
that is not what it claims to be is an `UnreadableError`.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, NamedTuple

from store import json_text

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


def csv_records(file: IO[bytes], start: Place, size: int) -> Iterator[list[Row]]:
    """Batches of records under a header.

    Raises:
        UnreadableError: there is no header that tells the columns apart.

    """
    header = _Lines(file, 0)
    try:
        names = next(csv.reader(iter(header), strict=True), None)
    except (csv.Error, UnicodeDecodeError) as error:
        raise UnreadableError(f"the header can't be read: {error}") from error
    if not names or any("\x00" in name for name in names):
        raise UnreadableError("there is no header")
    if len(set(names)) != len(names):
        raise UnreadableError("two columns have the same name")
    lines = _Lines(file, start.offset or header.offset)
    return _batches(_records([name.strip() for name in names], lines, start.row), size)


def _records(names: list[str], lines: _Lines, number: int) -> Iterator[Row]:
    while True:
        # A new reader for each record: after a bad one, the next line begins afresh.
        try:
            cells = next(csv.reader(iter(lines), strict=True), None)
        except (csv.Error, UnicodeDecodeError) as error:
            number += 1
            yield Row(number, {}, lines.offset, f"the line can't be read: {error}"[:200])
            continue
        if cells is None:
            return
        if not cells:
            continue
        number += 1
        if len(cells) != len(names):
            reason = f"it has {len(cells)} fields, the header has {len(names)}"
            yield Row(number, dict(zip(names, cells, strict=False)), lines.offset, reason)
        else:
            yield Row(number, dict(zip(names, map(_cell, cells), strict=True)), lines.offset)


def _cell(text: str) -> object:
    """What a cell says: nothing, a number, true or false as JSON writes them, or a text."""
    if not text:
        return None
    first = text[0]
    if first.isdigit() or first in "-tf":
        try:
            value = json.loads(text)
        except ValueError:
            return text
        return value if isinstance(value, bool | int | float) else text
    return text
