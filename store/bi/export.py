"""Parquet files of the views for BI: `<folder>/<view>/all.parquet`, or a file a month of facts.

Each file is a whole part as of one moment: written aside, then put in the place of the one before by a rename, so that
whoever reads the folder finds each row once, wherever a writer was killed. What was written is noted in `export_parts`.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from store.bi import reading
from store.bi.contract import SCHEMA, BiView, views

WHOLE = "all"
OF_MONTH = "month="
_TEMPORARY = ".being-written"
_LOCK = 7_210_347
_RECENT = timedelta(days=32)
_NOTE = """
    INSERT INTO export_parts (view, part, rows, bytes, as_of) VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (view, part) DO UPDATE
        SET rows = excluded.rows, bytes = excluded.bytes, as_of = excluded.as_of
"""


@dataclass(frozen=True)
class WrittenPart:
    """A file that is in its place."""

    view: str
    part: str
    rows: int
    bytes: int
    as_of: datetime


@dataclass(frozen=True)
class ExportRun:
    """What an export did."""

    parts: int = 0
    rows: int = 0
    removed: int = 0
    """Files of parts that have no rows any more."""
    busy: bool = False
    """Another one was at work: nothing was done."""


def export(
    database_url: str, folder: Path, *, now: datetime, recent: bool = False, beat: Callable[[], None] = lambda: None
) -> ExportRun:
    """Write every part, or only dimensions and the facts of the last month.

    Args:
        database_url: of the owner of the views.
        folder: where; made if it is not there.
        now: the moment of asking.
        recent: leave months out that ended more than a month ago. What changes in those (late opens, erasures) waits
            for a run of all.
        beat: called from time to time.

    """
    folder.mkdir(parents=True, exist_ok=True)
    options = "-c timezone=UTC -c idle_in_transaction_session_timeout=600000"
    with psycopg.connect(database_url, autocommit=True, options=options) as connection:
        if connection.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,)).fetchone() != (True,):
            return ExportRun(busy=True)
        _clear(folder)
        since = f"{now - _RECENT:%Y-%m}" if recent else ""
        written = [part for view in views().values() for part in _view(connection, folder, view, since, beat)]
        removed = 0 if recent else _remove_gone(connection, folder, written)
    return ExportRun(len(written), sum(part.rows for part in written), removed)


def _view(
    connection: psycopg.Connection, folder: Path, view: BiView, since: str, beat: Callable[[], None]
) -> Iterator[WrittenPart]:
    months: Iterable[str | None] = [None] if view.moment is None else _months(connection, view, since)
    for month in months:
        yield write_part(connection, folder, view, month, beat=beat)


def _months(connection: psycopg.Connection, view: BiView, since: str) -> list[str]:
    assert view.moment is not None
    day, of = sql.Identifier(view.moment), sql.Identifier(SCHEMA, view.name)
    query = sql.SQL("SELECT DISTINCT to_char({day}, 'YYYY-MM') FROM {of} WHERE {day} >= {first} ORDER BY 1").format(
        day=day, of=of, first=sql.Literal(date.fromisoformat(f"{since}-01") if since else date(1970, 1, 1))
    )
    return [row[0] for row in connection.execute(query)]


def write_part(
    connection: psycopg.Connection,
    folder: Path,
    view: BiView,
    month: str | None,
    *,
    beat: Callable[[], None] = lambda: None,
) -> WrittenPart:
    """Write one file and put it in its place.

    Args:
        connection: of the owner of the views; in no transaction.
        folder: the export's.
        view: which.
        month: of a fact ("2026-11"); None for a whole view.
        beat: called after each batch of rows.

    """
    from pyarrow import parquet

    part = WHOLE if month is None else f"{OF_MONTH}{month}"
    place = folder / view.name / f"{part}.parquet"
    with connection.transaction(), _aside(folder) as path:
        # a statement sees one moment, and this is it or a moment later
        (as_of,) = connection.execute("SELECT statement_timestamp()").fetchone() or (None,)
        with reading.arrow_batches(connection, view, month=month) as (schema, batches):
            rows = 0
            with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
                for batch in batches:
                    writer.write_batch(batch)
                    rows += batch.num_rows
                    beat()
        size = _settle(path, place)
        written = WrittenPart(view.name, part, rows, size, as_of)
        connection.execute(_NOTE, (view.name, part, rows, size, as_of))
    return written


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    path = folder / f"{uuid4().hex}{_TEMPORARY}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _settle(path: Path, place: Path) -> int:
    """Onto the disk first, then into its place: a power cut leaves the one or the other whole."""
    place.parent.mkdir(exist_ok=True)
    with path.open("rb") as file:
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    path.replace(place)
    for each in (place.parent, place.parent.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return size


def _clear(folder: Path) -> None:
    """What a writer that was killed has left."""
    for path in folder.glob(f"*{_TEMPORARY}"):
        path.unlink(missing_ok=True)


def _remove_gone(connection: psycopg.Connection, folder: Path, written: Iterable[WrittenPart]) -> int:
    """Files, and their notes, of parts of which no row is left."""
    kept = {(part.view, part.part) for part in written}
    gone = [
        path
        for view in views()
        for path in (folder / view).glob("*.parquet")
        if (view, path.name.removesuffix(".parquet")) not in kept
    ]
    for path in gone:
        path.unlink(missing_ok=True)
        connection.execute(
            "DELETE FROM export_parts WHERE view = %s AND part = %s",
            (path.parent.name, path.name.removesuffix(".parquet")),
        )
    return len(gone)
