"""Rows of files: read from any place on, one bad line never costing the rest, and what their columns mean."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.files.calls import FileFacts, read_event
from ingestion.files.formats import Format, count_rows, read_rows
from ingestion.files.rows import ROW_BYTES, Place, Row, UnreadableError
from tests.ingestion.factories import NOW


def rows_of(content: bytes, format: Format, start: Place | None = None, size: int = 100) -> list[Row]:
    return [row for batch in read_rows(io.BytesIO(content), format, start or Place(), size) for row in batch]


def parquet(rows: Sequence[Mapping[str, object]], **options: object) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), out, **options)
    return out.getvalue()


ROWS = [{"user_id": f"c{n}", "event": "Signed In", "note": 'a "quoted"\nçelik, line' * (n % 3)} for n in range(25)]


def as_csv(rows: Sequence[Mapping[str, object]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


FILES = {
    "csv": as_csv(ROWS),
    "ndjson": "".join(json.dumps(row, ensure_ascii=False) + "\n\n" for row in ROWS).encode().rstrip(),
    "parquet": parquet(ROWS, row_group_size=4),
}


@pytest.mark.parametrize("format", FILES)
@given(size=st.integers(1, 30), stop=st.integers(0, 24))
def test_a_reader_goes_on_where_another_stopped(format, size, stop):
    whole = rows_of(FILES[format], format)
    assert [row.number for row in whole] == list(range(1, 26))
    assert [row.value["user_id"] for row in whole] == [row["user_id"] for row in ROWS]
    assert [row.value["note"] or "" for row in whole] == [row["note"] for row in ROWS]
    behind = Place(stop, whole[stop - 1].offset if stop else 0)
    assert rows_of(FILES[format], format, behind, size) == whole[stop:]


@pytest.mark.parametrize(
    ("format", "content", "reasons"),
    [
        (
            "ndjson",
            b'{"a": 1}\nnonsense\n[1]\n"x"\n\xff\n{"a": 2}',
            [None, "not JSON", "object", "object", "UTF", None],
        ),
        ("ndjson", b'{"a": "' + b"x" * 2 * ROW_BYTES + b'"}\n{"a": 1}', ["longer than", None]),
        ("ndjson", b"[" * 20_000 + b"\n{}", ["not JSON", None]),
        ("csv", b"a,b\n1,2\n3\n4,5,6\n7,8\n", [None, "1 fields", "3 fields", None]),
        ("csv", b'a,b\n1,"x"y\n2,3\n', ["can't be read", None]),
        ("csv", b"a,b\n1,\xff\n2,3\n", ["can't be read", None]),
    ],
)
def test_a_bad_line_costs_itself_alone(format, content, reasons):
    rows = rows_of(content, format)
    assert len(rows) == len(reasons)
    for row, reason in zip(rows, reasons, strict=True):
        assert (row.reason is None) == (reason is None)
        assert reason is None or reason in (row.reason or "")


@pytest.mark.parametrize(
    ("format", "content", "words"),
    [
        ("csv", b"", "no header"),
        ("csv", b"\xff,b\n", "header"),
        ("parquet", b"PAR1 or not", "not Parquet"),
        ("parquet", FILES["parquet"][:-200], "not Parquet"),
    ],
)
def test_a_file_that_is_something_else_is_told_so(format, content, words):
    with pytest.raises(UnreadableError, match=words):
        rows_of(content, format)


def test_parquet_tells_its_rows_and_skips_what_was_read():
    assert count_rows(io.BytesIO(FILES["parquet"]), "parquet") == 25
    assert count_rows(io.BytesIO(FILES["csv"]), "csv") is None


def test_parquet_types_become_what_json_can_say():
    moment = datetime(2026, 5, 1, 12, 30, 0, 250_000, UTC)
    table = {
        "at": pa.array([moment, None], pa.timestamp("ns", "UTC")),
        "local": pa.array([moment.replace(tzinfo=None)] * 2, pa.timestamp("ms")),
        "day": pa.array([date(2026, 5, 1)] * 2),
        "price": pa.array([Decimal("9.50")] * 2),
        "items": pa.array([[{"sku": "x", "since": date(2026, 1, 2)}]] * 2),
        "bytes": pa.array(["Zürich".encode()] * 2),
        "count": pa.array([7, None]),
    }
    out = io.BytesIO()
    pq.write_table(pa.table(table), out)
    first, second = rows_of(out.getvalue(), "parquet")
    assert datetime.fromisoformat(first.value["at"]) == moment
    assert datetime.fromisoformat(first.value["local"]) == moment
    assert second.value["at"] is None
    assert second.value["count"] is None
    assert {k: first.value[k] for k in ("day", "price", "items", "bytes", "count")} == {
        "day": "2026-05-01",
        "price": 9.5,
        "items": [{"sku": "x", "since": "2026-01-02"}],
        "bytes": "Zürich",
        "count": 7,
    }


EVENTS = FileFacts("events", "sha", NOW)
CUSTOMERS = FileFacts("customers", "sha", NOW)


def read(value: dict[str, Any], facts: FileFacts = EVENTS, number: int = 1):
    return read_event(Row(number, value, 0), facts)


AT = "2026-05-01T10:00:00Z"


@pytest.mark.parametrize(
    ("value", "properties"),
    [
        ({"external_id": "a", "name": "X", "occurred_at": AT, "hue": "red", "no": None}, {"hue": "red"}),
        ({"userId": "a", "event": "X", "timestamp": AT, "properties": {"p": 1}, "channel": "server"}, {"p": 1}),
        ({"user_id": "a", "event": "X", "time": AT, "properties": '{"p": [1, 2]}'}, {"p": [1, 2]}),
        ({"user_id": "a", "event": "X", "timestamp": AT, "sentAt": AT[:-1]}, {"sentAt": AT[:-1]}),
    ],
)
def test_columns_of_events(value, properties):
    event = read(value)
    assert (event.external_id, event.name, event.kind) == ("a", "X", "track")
    assert event.occurred_at == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert event.properties == properties


def test_columns_of_customers():
    event = read({"user_id": "a", "email": "ada@shop.example", "tags": "vip; new", "size": "M"}, CUSTOMERS)
    assert (event.kind, event.external_id) == ("identify", "a")
    assert event.properties == {"email": "ada@shop.example", "tags": ["vip", "new"], "size": "M"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"user_id": "a", "event": "X"}, "no timestamp"),
        ({"event": "X", "timestamp": AT}, "neither userId nor anonymousId"),
        ({"user_id": "a", "timestamp": AT}, "names its event"),
        ({"user_id": "a", "event": "X", "timestamp": "yesterday"}, "ISO 8601"),
        ({"user_id": "a", "event": "X", "timestamp": AT, "properties": "{"}, "properties is not JSON"),
        ({"user_id": "a", "event": "X", "timestamp": AT, "properties": "[]"}, "properties is not an object"),
    ],
)
def test_rows_that_are_refused_say_why(value, words):
    with pytest.raises(ValueError, match=words):
        read(value)


def test_a_row_is_known_by_its_id_or_by_its_place_in_the_file():
    value = {"user_id": "a", "event": "X", "timestamp": AT}
    assert read(value).id == read(value).id
    assert read(value).id != read(value, number=2).id
    assert read(value).id != read(value, FileFacts("events", "another", NOW)).id
    named = value | {"message_id": "m1"}
    assert read(named).id == read(named, number=2).id == read(named, FileFacts("events", "another", NOW)).id
