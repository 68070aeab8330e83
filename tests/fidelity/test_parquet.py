"""Parquet as Spark, Athena, Snowflake, BigQuery, DuckDB, pandas and polars write it: read, or refused by name."""

import io
import math
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.files.rows import UnreadableError
from tests.ingestion.file_reading import take

MOMENT = datetime(2026, 5, 1, 12, 30)


def written(columns: dict[str, Any], **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **options)
    return out.getvalue()


def ids(array: Any) -> list[str | None]:
    return list(take(written({"user_id": array}), format="parquet").who)


@pytest.mark.parametrize(
    ("array", "read"),
    [
        (pa.array([Decimal("1042")], pa.decimal128(38, 0)), "1042"),  # Snowflake
        (pa.array([Decimal("1042.00")], pa.decimal128(38, 2)), "1042"),
        (pa.array([Decimal("12345678901234567890")], pa.decimal128(38, 0)), "12345678901234567890"),
        (pa.array([1042.0]), "1042"),  # pandas, where one id is missing
        (pa.array([1042.0], pa.float32()), "1042"),
        (pa.array([1042]).dictionary_encode(), "1042"),
        (pa.array(["c-1 "], pa.large_string()), "c-1"),  # polars
        (pa.array(["c-1"], pa.string_view()), "c-1"),  # DuckDB
        (pa.array([b"c-1"], pa.large_binary()), "c-1"),  # Athena
        (pa.array([b"c-1"], pa.binary(3)), "c-1"),
        (pa.array([uuid.UUID(int=5).bytes], pa.uuid()), str(uuid.UUID(int=5))),
    ],
)
def test_ids_of_every_type(array: Any, read: str):
    assert ids(array) == [read]


@pytest.mark.parametrize(
    ("array", "why"),
    [
        (pa.array([16777217.0], pa.float32()), "lost digits"),
        (pa.array([2049.0], pa.float16()), "lost digits"),
        (pa.array([float(2**53)]), "lost digits"),
        (pa.array([Decimal("1042.50")], pa.decimal128(38, 2)), "with decimals"),
        (pa.array([True]), "stands for no id"),
        (pa.array([uuid.UUID(int=0).bytes], pa.uuid()), "stands for no id"),
        (pa.array(["None"]), "stands for no id"),
        (pa.array([["c-1"]]), "not a text"),
        (pa.array([{"id": 1}]), "not a text"),
    ],
)
def test_ids_that_are_none_say_why(array: Any, why: str):
    with pytest.raises(ValueError, match=why):
        ids(array)


def test_raw_bytes_as_ids_are_refused_by_name():
    with pytest.raises(UnreadableError, match="the column user_id holds bytes"):
        ids(pa.array([uuid.UUID(int=2**100).bytes], pa.binary(16)))


@pytest.mark.parametrize("type_", [pa.int64(), pa.float64(), pa.decimal128(20, 2), pa.string()])
def test_telephone_numbers_of_every_type(type_: pa.DataType):
    value = {"decimal": Decimal("2125550123.00"), "string": "2125550123"}.get(str(type_)[:7].rstrip("128("), 2125550123)
    [told] = take(written({"user_id": ["a"], "phone": pa.array([value], type_)}), format="parquet").told
    assert str(told["phone"]).removesuffix(".0") == "2125550123"


@pytest.mark.parametrize(
    ("array", "value"),
    [
        (pa.array([Decimal("0.10")], pa.decimal128(10, 2)), 0.1),
        (pa.array([Decimal("12345678901234567.89")], pa.decimal128(38, 2)), "12345678901234567.89"),
        (pa.array([["a"]], pa.list_view(pa.string())), ["a"]),
        (pa.array([["a"]], pa.large_list_view(pa.string())), ["a"]),
        (pa.array([[[1], None]], pa.list_(pa.list_(pa.int8()))), [[1], None]),
        (pa.array([[("a", 1.5), ("b", math.nan)]], pa.map_(pa.string(), pa.float64())), {"a": 1.5, "b": None}),
        (pa.array([{"d": Decimal("1.50"), "l": [{"x": math.inf}]}]), {"d": 1.5, "l": [{"x": None}]}),
        (pa.array([timedelta(days=1, microseconds=5)], pa.duration("us")), 86400.000005),
    ],
)
def test_values_nested_and_exact(array: Any, value: object):
    [told] = take(written({"user_id": ["a"], "x": array}), format="parquet").told
    assert told["x"] == value


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York", "Asia/Kolkata", "+02:00"])
@pytest.mark.parametrize("name", ["timestamp", "event_time"])
def test_timestamps_of_every_unit_and_zone(unit: str, zone: str | None, name: str):
    columns = {"user_id": ["a"], "event": ["Bought"], name: pa.array([MOMENT], pa.timestamp(unit, zone))}
    taken = take(written(columns), "events", "parquet")
    assert taken.reads[0].event.occurred_at == MOMENT.replace(tzinfo=UTC)


def test_timestamps_of_spark_and_athena():
    columns = {"user_id": ["a"], "event": ["Bought"], "timestamp": pa.array([MOMENT], pa.timestamp("ns"))}
    taken = take(written(columns, use_deprecated_int96_timestamps=True), "events", "parquet")
    assert taken.reads[0].event.occurred_at == MOMENT.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [1777638600, 1777638600000, 1777638600000000, 1777638600.0, "2026-05-01 12:30:00 UTC"]
)
def test_timestamps_as_numbers_and_texts(value: object):
    columns = {"user_id": ["a"], "event": ["Bought"], "timestamp": pa.array([value])}
    taken = take(written(columns), "events", "parquet")
    assert taken.reads[0].event.occurred_at == MOMENT.replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Rome", "Asia/Tokyo", "America/Los_Angeles"])
def test_a_birthday_is_the_day_by_the_zones_own_clock(zone: str):
    midnight = pa.compute.assume_timezone(pa.array([datetime(1990, 5, 12)], pa.timestamp("us")), zone)
    for array in (midnight, pa.array([date(1990, 5, 12)]), pa.array([datetime(1990, 5, 12)], pa.timestamp("ms"))):
        [told] = take(written({"user_id": ["a"], "birthday": array}), format="parquet").told
        assert str(told["birth_date"])[:10] == "1990-05-12"


@pytest.mark.parametrize("codec", ["snappy", "gzip", "zstd", "lz4", "brotli", "none"])
@pytest.mark.parametrize("version", ["1.0", "2.4", "2.6"])
def test_compressions_and_versions(codec: str, version: str):
    columns = {"user_id": ["aa", "ab"], "x": pa.array([1, 2], pa.uint32())}
    options = {"compression": codec, "version": version, "data_page_version": "2.0"}
    assert take(written(columns, **options), format="parquet").told == [{"x": 1}, {"x": 2}]


@pytest.mark.parametrize(
    ("column", "encoding"),
    [
        ("user_id", "DELTA_BYTE_ARRAY"),
        ("user_id", "DELTA_LENGTH_BYTE_ARRAY"),
        ("x", "BYTE_STREAM_SPLIT"),
        ("x", "PLAIN"),
    ],
)
def test_encodings(column: str, encoding: str):
    columns = {"user_id": ["aa", "ab"], "x": [1.5, 2.5]}
    options = {"use_dictionary": False, "column_encoding": {column: encoding}}
    assert take(written(columns, **options), format="parquet").told == [{"x": 1.5}, {"x": 2.5}]


@pytest.mark.parametrize("order_id", ["undefined", "0", "null", "o-1"])
def test_an_order_by_column_is_read_as_one_by_row(order_id: str):
    columns = {
        "user_id": ["a"],
        "event": ["Order Completed"],
        "timestamp": pa.array([MOMENT]),
        "revenue": [59.9],
        "order_id": [order_id],
    }
    event = take(written(columns), "events", "parquet").reads[0].event
    assert ("order_id" in event.properties) is (order_id == "o-1")
    assert bool(event.notes) is (order_id != "o-1")
