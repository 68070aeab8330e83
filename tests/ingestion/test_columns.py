"""A file of events read by whole columns says of each row what reading it alone would say."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import ids
from ingestion.files.calls import FileFacts
from ingestion.files.columns import read_columns
from ingestion.files.parquet import rows_of
from ingestion.files.reads import Read, read_row
from tests.ingestion.factories import NOW

FACTS = FileFacts("events", "a" * 64, NOW)
SURPRISES = [
    "",
    " ",
    "\x00",
    "a\tb",
    "back\\slash",
    "line\nend",
    "\N{BOM}",
    "çelik",
    "x" * 121,
    "x" * 256,
    "\\u0000",
    "7",
]
TEXTS = st.none() | st.sampled_from(["c-1", "Order Completed", *SURPRISES]) | st.text(max_size=5)
OBJECTS = [
    "{}",
    '{"revenue": 12.50, "products": [{"name": "t\\tz"}]}',
    '{"a": "\\u0000"}',
    '{"a": "\\ud800"}',
    '{"a": 123456789012345678901234567890}',
    '{"a": 1e999}',
    '{"a": NaN}',
    '{"a": null}',
    '{"a": 1, "a": 2}',
    "[1]",
    "not json",
    "",
    '{"a": ' * 20 + "1" + "}" * 20,
    '{"a": ' * 31 + "1" + "}" * 31,
    '{"a": ' * 40 + "1" + "}" * 40,
    '{"a": "' + "x" * 40_000 + '"}',
]
MOMENTS = st.none() | st.datetimes(datetime(1960, 1, 1), datetime(2060, 1, 1))


def same(first: Read, second: Read) -> bool:
    """Whether two readings of a row are to the same effect; times may be spelt in two ways."""
    assert (first.number, first.reason, [*first.notes]) == (second.number, second.reason, [*second.notes])
    if first.reason:
        return True
    for part in ("id", "external_id", "moment", "event"):
        assert getattr(first, part) == getattr(second, part)
    for part in ("id", "kind", "customer_id", "external_id", "anonymous_id", "previous_id"):
        assert getattr(first.named, part) == getattr(second.named, part)
    return told(first) == told(second)


def told(read: Read) -> tuple[Any, ...]:
    if read.spelt is None:  # a call about a profile
        return ()
    id_, moment, nothing = read.spelt.before.split("\t")
    _, name, properties, end = read.spelt.after.split("\t")
    assert nothing == end == ""
    return id_, datetime.fromisoformat(moment), name, properties


def check(batch: pa.RecordBatch, before: int = 0) -> Sequence[Read]:
    whole = read_columns(batch, before, FACTS)
    alone = [read_row(row, FACTS) for row in rows_of(batch, before)]
    assert len(whole) == len(alone) == batch.num_rows
    for one, other in zip(whole, alone, strict=True):
        assert same(one, other), (one.reason, other.reason)
    return whole


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "user_id": TEXTS,
                "event": TEXTS,
                "timestamp": MOMENTS,
                "message_id": TEXTS,
                "properties": st.none() | st.sampled_from(OBJECTS),
                "anonymous_id": st.none() | st.sampled_from(["", "v-1"]),
                "brand": TEXTS,
            }
        ),
        min_size=1,
        max_size=8,
    ),
    st.sets(st.sampled_from(["message_id", "properties", "anonymous_id", "brand"])),
    st.sampled_from([None, "UTC", "+02:00", "Europe/Istanbul"]),
    st.sampled_from(["us", "ms", "s", "ns"]),
)
def test_any_row_is_read_as_if_alone(rows, missing, zone, unit):
    types = {name: pa.string() for name in rows[0] if name not in missing}
    types["timestamp"] = pa.timestamp("us", zone)
    arrays = {name: pa.array([row[name] for row in rows], type_) for name, type_ in types.items()}
    arrays["timestamp"] = arrays["timestamp"].cast(pa.timestamp(unit, zone), safe=False)
    check(pa.RecordBatch.from_pydict(arrays), before=7)


FLAT = {
    "user_id": ["c-1", "c-2", "c-3", "c-4"],
    "event": ["Order Completed"] * 4,
    "timestamp": [NOW - timedelta(days=1)] * 4,
    "revenue": [1.5, float("nan"), float("inf"), None],
    "items": [[{"sku": "a\tb"}], [], None, [{"sku": "c"}]],
    "paid": [True, False, None, True],
    "number": [2**63 - 1, 0, 1, -(2**63)],
}


def test_columns_without_another_meaning_are_the_properties():
    reads = check(pa.RecordBatch.from_pydict(FLAT))
    assert not any(read.reason for read in reads)
    assert [list(read.notes) for read in reads[1:3]] == [["revenue is not a number: taken as empty"]] * 2
    assert "revenue" not in reads[1].event.properties | reads[2].event.properties
    assert reads[0].event.properties == {
        "revenue": 1.5,
        "items": [{"sku": "a\tb"}],
        "paid": True,
        "number": 2**63 - 1,
    }


@pytest.mark.parametrize(
    "change",
    [
        {"user_id": [1, 2, 3, 4]},
        {"event": pa.array(["Order Completed"] * 4).dictionary_encode()},
        {"timestamp": ["2026-01-01T10:00:00+03:00", "yesterday", "", None]},
        {"timestamp": [datetime(2026, 1, 1, tzinfo=UTC).date()] * 4},
        {"external_id": ["other"] * 4},
        {"name": ["other"] * 4},
        {"type": ["identify", "track", None, "nonsense"]},
        {"context": [{"locale": "it-IT"}, None, None, None]},
        {"message_id": [1, 2, 3, None]},
        {"properties": [{"a": 1}, {"a": 2}, None, {"a": 4}]},
        {"user_id": pa.array(FLAT["user_id"], pa.large_string())},
    ],
)
def test_columns_of_other_types_and_meanings(change):
    check(pa.RecordBatch.from_pydict(FLAT | change))


def test_most_rows_are_read_by_column(monkeypatch):
    monkeypatch.setattr("ingestion.files.columns.read_row", lambda *_: pytest.fail("read alone"))
    columns = {name: FLAT[name] for name in ("user_id", "event", "timestamp", "paid")} | {"paid": [True] * 4}
    assert not any(read.reason for read in read_columns(pa.RecordBatch.from_pydict(columns), 0, FACTS))


@given(st.text(), st.text())
def test_an_events_id_as_text(source, message_id):
    encodable = (source + message_id).encode("utf-8", "ignore").decode() == source + message_id
    if encodable:
        assert ids.event_id_text(source, message_id) == str(ids.event_id(source, message_id))
