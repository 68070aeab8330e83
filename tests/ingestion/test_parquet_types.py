"""Every type that warehouses and data frames write to Parquet is read, or its column is named."""

import io
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.files.rows import UnreadableError
from tests.ingestion.file_reading import Taken, take

MOMENT = datetime(2026, 5, 1, 12, 30)


def written(columns: dict[str, Any], **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"user_id": ["c-1"], **columns}), out, **options)
    return out.getvalue()


def value_of(array: Any, **options: Any) -> object:
    return take(written({"x": array}, **options), format="parquet").told[0].get("x")


@pytest.mark.parametrize("store_schema", [True, False])
@pytest.mark.parametrize(
    ("array", "value"),
    [
        (pa.array(["Zürich".encode()], pa.binary()), "Zürich"),
        (pa.array(["Zürich".encode()], pa.large_binary()), "Zürich"),
        (pa.array([b"ab"], pa.binary(2)), "ab"),
        (pa.array(["a"], pa.large_string()), "a"),
        (pa.array(["a"], pa.string_view()), "a"),
        (pa.array(["a"]).dictionary_encode(), "a"),
        (pa.array([uuid.UUID(int=5).bytes], pa.uuid()), str(uuid.UUID(int=5))),
        (pa.array(['{"a":1}'], pa.json_()), '{"a":1}'),
        (pa.array([Decimal("9.50")], pa.decimal128(38, 9)), 9.5),
        (pa.array([Decimal("1042")], pa.decimal128(38, 0)), 1042),
        (pa.array([Decimal("1042.5")], pa.decimal256(60, 2)), 1042.5),
        (pa.array([1.5], pa.float16()), 1.5),
        (pa.array([1.5], pa.float32()), 1.5),
        (pa.array([7], pa.int8()), 7),
        (pa.array([2**64 - 1], pa.uint64()), 2**64 - 1),
        (pa.array([True]), True),
        (pa.array([date(2026, 5, 1)], pa.date64()), "2026-05-01"),
        (pa.array([time(1, 2)], pa.time64("us")), "01:02:00"),
        (pa.array([[1, None]], pa.large_list(pa.int32())), [1, None]),
        (pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int32())), {"a": 1}),
        (pa.array([{"a": [date(2026, 5, 1)]}]), {"a": ["2026-05-01"]}),
        (pa.array([[b"a"]], pa.list_(pa.binary())), ["a"]),
        (pa.nulls(1), None),
        (pa.array([float("nan")]), None),
    ],
)
def test_types(array, value, store_schema):
    assert value_of(array, store_schema=store_schema) == value


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Rome"])
def test_timestamps(unit, zone):
    array = pa.array([MOMENT.replace(tzinfo=UTC) if zone else MOMENT], pa.timestamp(unit, zone))
    found = value_of(array)
    assert isinstance(found, str)
    assert datetime.fromisoformat(found) == MOMENT.replace(tzinfo=UTC)


def test_int96_and_durations():
    found = value_of(pa.array([datetime(9999, 12, 31)], pa.timestamp("us")), use_deprecated_int96_timestamps=True)
    assert str(found).startswith("9999-12-31")
    assert value_of(pa.array([timedelta(seconds=5)], pa.duration("ms"))) == 5


def test_ids_and_names_without_the_mark_of_text():
    out = io.BytesIO()
    columns = {name: pa.array([text], pa.binary()) for name, text in (("user_id", b"c-1042"), ("event", b"Bought"))}
    pq.write_table(pa.table(columns | {"timestamp": pa.array([MOMENT])}), out)
    taken = take(out.getvalue(), "events", "parquet")
    assert (taken.who, taken.reads[0].event.name) == (["c-1042"], "Bought")


@pytest.mark.parametrize("type_", [pa.binary(), pa.list_(pa.binary())])
def test_bytes_that_are_no_text_are_named(type_):
    cell = b"\x89PNG\x00\xff"
    array = pa.array([[cell] if pa.types.is_list(type_) else cell], type_)
    with pytest.raises(UnreadableError, match="the column picture holds bytes"):
        take(written({"picture": array}), format="parquet")
    asked = {"columns": {"picture": {"field": "skip"}}}
    assert take(written({"x": pa.array([1])}), format="parquet", asked=asked).told == [{"x": 1}]


def test_a_number_that_is_none_is_missing_and_noted():
    taken = take(written({"x": pa.array([float("nan")]), "y": pa.array([float("inf")])}), format="parquet")
    assert taken.told == [{}]
    assert list(taken.reads[0].notes) == [
        "x is not a number: taken as empty",
        "y is not a number: taken as empty",
    ]


def of_polars(frame: pl.DataFrame) -> Taken:
    out = io.BytesIO()
    frame.write_parquet(out)
    return take(out.getvalue(), format="parquet")


def test_what_polars_writes():
    frame = pl.DataFrame(
        {
            "user_id": [1042.0],
            "level": pl.Series(["gold"], dtype=pl.Categorical),
            "size": pl.Series(["M"], dtype=pl.Enum(["M", "L"])),
            "price": pl.Series([Decimal("1.50")]),
            "at": [MOMENT],
            "took": [timedelta(seconds=1)],
            "of": [{"a": [1]}],
        }
    )
    taken = of_polars(frame)
    assert taken.who == ["1042"]
    told = taken.told[0]
    assert (told["level"], told["size"], told["price"], told["took"], told["of"]) == ("gold", "M", 1.5, 1, {"a": [1]})


def test_a_type_that_can_t_be_read_is_told():
    with pytest.raises(UnreadableError, match="a type that can't be read"):
        of_polars(pl.DataFrame({"user_id": ["a"], "wide": pl.Series([1], dtype=pl.Int128)}))
