"""Rows of Parquet as events of the past, by whole columns: row by row, a million of them take half a minute.

Only what is plain goes this way: an event of a customer who is named by their external id alone, at a known moment,
with properties that Postgres keeps as they are. Every other row is read as those of other formats are, and both ways
say the same of the same row. Imported only where such a file is read: pyarrow is large.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.compute as pc

from domain import ids
from domain.events import ORDER_COMPLETED, ORDER_EVENTS, IncomingEvent
from domain.external_ids import clean, is_plain
from ingestion.files.calls import CALL_BYTES, FileFacts, read_event
from ingestion.files.parquet import rows_of, simple, values_of
from ingestion.files.plan import Plan
from ingestion.files.reads import Read, read_row
from ingestion.files.rows import Row
from ingestion.identity import Named, PlainlyNamed
from ingestion.sanitize import encode_object, spelt_properties
from ingestion.segment import EARLIEST, SOURCE
from store.events import event_copy
from store.events.event_copy import Spelt

_LONGEST_NAME = 120
_UNUSUAL = re.compile(
    r'"(?:revenue|total|subtotal|shipping|tax|discount)":(?!-?[0-9])|"currency":(?!"[A-Z]{3}")|[0-9]{12}|[0-9][eE]'
    r'|"(?:revenue|total)":-|"order_id":(?!"[^"\\\s]+"|[0-9]+[,}])|"(?:orderId|transaction_id)":'
    r'|"order_id":(?:"[^"1-9]*"|0)'
)
"""Amounts and currencies that the reader of orders has to look at."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_columns(batch: pa.RecordBatch, before: int, facts: FileFacts) -> Sequence[Read]:
    """The rows of a batch as events; `before` is how many are before it in the file."""
    batch = simple(batch)
    columns = facts.plan(tuple(batch.schema.names))
    batch = _ids_as_text(batch, columns)
    if not _fits(batch, columns):
        return [read_row(row, facts) for row in rows_of(batch, before)]
    rows = _Rows(batch, before, facts)
    plain = zip(
        _customers(batch, columns),
        _names(batch, columns),
        _moments(batch, columns, facts.received),
        _ids(batch, columns, facts.sha256, before),
        _properties(batch, columns),
        _named_otherwise(batch, columns),
        strict=True,
    )
    reads: list[Read] = []
    for index, (customer, (name, spelt), (moment, time), message, properties, otherwise) in enumerate(plain):
        if customer and spelt and moment and message and properties and not otherwise and _is_plain(name, properties):
            id_ = ids.sent_event_id_text(SOURCE, message, kind="track", name=name, who=customer, when=time)
            told = event_copy.spelt(id_, moment, spelt, properties)
            reads.append(_ColumnsRead(rows, index, customer, id=id_, moment=time, spelt=told))
        else:
            reads.append(read_row(rows.row(index), facts))
    return reads


class _Rows:
    """The rows of a batch, made when somebody asks for one."""

    def __init__(self, batch: pa.RecordBatch, before: int, facts: FileFacts) -> None:
        self.before = before
        self._batch, self._facts = batch, facts

    def row(self, index: int) -> Row:
        return rows_of(self._batch.slice(index, 1), self.before + index)[0]

    def event(self, index: int) -> IncomingEvent:
        return read_event(self.row(index), self._facts)


class _ColumnsRead(Read):
    """A row of which only what COPY wants was made; the rest is made when it is asked for, which is rare."""

    __slots__ = ("_index", "_rows")

    def __init__(self, rows: _Rows, index: int, customer: str, *, id: str, moment: int, spelt: Spelt) -> None:
        self.number, self.offset, self.reason = rows.before + index + 1, 0, ""
        self.id, self.external_id, self.moment, self.spelt = id, customer, moment, spelt
        self._rows, self._index = rows, index

    @property
    def named(self) -> Named:
        return PlainlyNamed(UUID(self.id), self.external_id or "")

    @property
    def event(self) -> IncomingEvent:
        return self._rows.event(self._index)

    @property
    def cells(self) -> dict[str, Any]:
        return self._rows.row(self._index).value


def _ids_as_text(batch: pa.RecordBatch, columns: Plan) -> pa.RecordBatch:
    """Ids that are whole numbers, as the texts that they are read as."""
    for name, part, _ in columns.parts:
        index = batch.schema.names.index(name)
        if part in ("userId", "messageId") and pa.types.is_integer(batch.column(index).type):
            batch = batch.set_column(index, name, batch.column(index).cast(pa.string()))
    return batch


def _fits(batch: pa.RecordBatch, columns: Plan) -> bool:
    """Whether the columns that matter are there, and of types that hold what they say."""
    types = {part: batch.schema.field(name).type for name, part, _ in columns.parts}
    texts = [types.get(part, pa.string()) for part in ("messageId", "properties")]
    texts += [types.get(part, pa.null()) for part in ("userId", "event")]
    return all(map(pa.types.is_string, texts)) and pa.types.is_timestamp(types.get("timestamp", pa.null()))


def _column(batch: pa.RecordBatch, columns: Plan, part: str) -> pa.Array:
    """The column that is that part of a call; one of nothing where there is none."""
    found = [batch.column(name) for name, known, _ in columns.parts if known == part]
    return found[0] if found else pa.nulls(batch.num_rows)


def _customers(batch: pa.RecordBatch, columns: Plan) -> Iterator[str | None]:
    for value in _column(batch, columns, "userId").to_pylist():
        yield value if value and is_plain(value) else None


def _names(batch: pa.RecordBatch, columns: Plan) -> Iterator[tuple[str, str | None]]:
    """Names, and the same spelt as cells: there are few of them."""
    spelt: dict[str | None, tuple[str, str | None]] = {None: ("", None)}
    for value in _column(batch, columns, "event").to_pylist():
        if value not in spelt:
            name = clean(value)
            fits = 0 < len(name) <= _LONGEST_NAME and "\x00" not in name and "\ufffd" not in name
            spelt[value] = (name, event_copy.cell(name) if fits else None)
        yield spelt[value]


def _is_plain(name: str, properties: str) -> bool:
    """Whether the properties are kept as they are: an order's amounts are read, where they are no numbers."""
    if name != ORDER_COMPLETED:
        return name not in ORDER_EVENTS
    has_revenue = '"revenue":' in properties or '"total":' not in properties
    return has_revenue and not _UNUSUAL.search(properties)


def _moments(batch: pa.RecordBatch, columns: Plan, received: datetime) -> Iterable[tuple[str | None, int]]:
    """ISO 8601 in UTC, and microseconds since 1970; no text for what is out of bounds, which has rules of its own."""
    column = _column(batch, columns, "timestamp")
    # a moment without a zone is in UTC
    moments = column.cast(pa.timestamp("us", "UTC" if column.type.tz else None), safe=False).cast(pa.int64())
    bounds = [(bound - _EPOCH) // timedelta(microseconds=1) for bound in (EARLIEST, received)]
    fits = pc.and_(pc.greater_equal(moments, bounds[0]), pc.less_equal(moments, bounds[1]))
    texts = pc.if_else(fits, moments.cast(pa.timestamp("us", "UTC")).cast(pa.string()), None)
    return zip(texts.to_pylist(), moments.to_pylist(), strict=True)


def _ids(batch: pa.RecordBatch, columns: Plan, sha256: str, before: int) -> Iterator[str | None]:
    """The sender's ids; without such a column a row is known by its place in the file."""
    for number, value in enumerate(_column(batch, columns, "messageId").to_pylist(), before + 1):
        if not value:
            yield f"{sha256}:{number}"
        else:
            yield value if is_plain(value) else None


def _properties(batch: pa.RecordBatch, columns: Plan) -> Iterator[str | None]:
    """As cells: the object that a column holds, else one of the columns without another meaning."""
    if any(part == "properties" for _, part, _ in columns.parts):
        for text in _column(batch, columns, "properties").to_pylist():
            spelt = encode_object(text) if text and len(text) <= CALL_BYTES else None
            yield None if spelt is None else event_copy.json_cell(spelt)
        return
    keys = [key for _, key, _ in columns.rest]
    values = [values_of(batch.column(name)) for name, _, _ in columns.rest]
    for cells in zip(*values, strict=True) if values else ((),) * batch.num_rows:
        given = {key: cell for key, cell in zip(keys, cells, strict=True) if cell is not None and cell != ""}
        spelt = spelt_properties(given)
        yield None if spelt is None else event_copy.json_cell(spelt)


def _named_otherwise(batch: pa.RecordBatch, columns: Plan) -> Sequence[bool]:
    """Whether a row says more than this way understands: another id, another type of call, a context."""
    plain = {"userId", "event", "timestamp", "messageId", "properties"}
    others = [batch.column(name) for name, part, _ in columns.parts if part not in plain]
    filled: Any = pa.array([False] * batch.num_rows)
    for column in others:
        filled = pc.or_(filled, column.is_valid())
    flags: list[bool] = filled.to_pylist()
    return flags
