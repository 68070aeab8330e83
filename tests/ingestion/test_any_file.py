"""Whatever is in a file: each of its rows is taken or refused, and no cell of a row that is taken is lost."""

import csv
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.files.rows import UnreadableError
from tests.ingestion.file_reading import Taken, take

NAMES = [
    "user_id",
    "email",
    "Vorname",
    "sku",
    "size",
    "zip",
    "note",
    "timestamp",
    "event",
    "name",
    "type",
    "tags",
    "vip",
]
CELLS = st.sampled_from(
    ["", "c-1", "0", "007", "1,5", "1e5", "TRUE", "ada@shop.example", "2026-05-01", "01/02/2026", "x;y", "{}", "null"]
) | st.text(st.characters(codec="utf-8"), max_size=6)


def rows_of(names: list[str]) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), min_size=1, max_size=6)


TABLES = st.lists(st.sampled_from(NAMES), min_size=2, max_size=7, unique=True).flatmap(
    lambda names: st.tuples(st.just(names), rows_of(names))
)


def accounted(taken: Taken, count: int) -> None:
    assert [read.number for read in taken.reads] == list(range(1, count + 1))
    for read in taken.reads:
        if read.reason:
            continue
        event = read.event
        assert event.external_id or event.anonymous_id


@settings(deadline=None)
@given(TABLES, st.sampled_from(["events", "customers"]), st.sampled_from([",", ";", "\t"]))
def test_csv(table: tuple[list[str], list[list[str]]], kind: Any, separator: str):
    names, rows = table
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator)
    writer.writerows([["user_id_2", *names], *(["k", *row] for row in rows)])
    asked = {"separator": separator}
    try:
        taken = take(out.getvalue(), kind, asked=asked)
    except UnreadableError:  # said of the whole file: nothing of it is taken
        return
    accounted(taken, len(rows))
    own = [column for column in taken.reading.columns if column.field in ("attribute", "property")]
    if {"properties", "traits"} & {column.field for column in taken.reading.columns}:
        return
    for read in taken.reads:
        if not read.reason:
            kept = read.event.properties
            assert all(column.key in kept for column in own if read.cells[column.name])


ARRAYS = [
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats(),
    st.none() | CELLS,
    st.none() | st.booleans(),
    st.none() | st.datetimes(),
    st.none() | st.binary(max_size=4),
    st.none() | st.lists(st.integers(0, 9), max_size=2),
]


@settings(deadline=None)
@given(
    st.data(), st.integers(1, 5), st.sampled_from(["events", "customers"]), st.sets(st.sampled_from(NAMES), max_size=6)
)
def test_parquet(data: st.DataObject, count: int, kind: Any, names: set[str]):
    columns = {}
    for name in sorted(names | {"user_id"}):
        cells = data.draw(st.sampled_from(ARRAYS).flatmap(lambda each: st.lists(each, min_size=count, max_size=count)))
        columns[name] = pa.array(cells)
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    try:
        taken = take(out.getvalue(), kind, "parquet")
    except UnreadableError:  # said of the whole file: nothing of it is taken
        return
    accounted(taken, count)
