"""Rows of a file as events of the past: spelt for COPY, or refused with a reason.

Needs no database: it is done in a thread while the database takes the batch before.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import IO, Any
from uuid import UUID

from domain.events import IncomingEvent
from ingestion.files.calls import FileFacts, Told, read_told
from ingestion.files.consents import Word
from ingestion.files.formats import Format, read_rows
from ingestion.files.rows import Place, Row
from ingestion.identity import Named
from store.events import event_copy
from store.events.event_copy import Spelt

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Read:
    """A row, and the event that it is (`ingestion.history.HistoricalRow`); `reason` says why it is none."""

    __slots__ = ("external_id", "id", "moment", "number", "offset", "reason", "spelt")

    number: int
    """Of the row, from 1."""
    offset: int
    """Bytes of the file up to and with it."""
    reason: str
    id: str
    external_id: str | None
    moment: int
    spelt: Spelt | None
    notes: Sequence[str] = ()
    """Parts of the row that can't be used; the rest is."""
    words: Sequence[Word] = ()
    """On who may contact the customer."""
    address: str | None = None
    """The e-mail address by which the customer is known, where the row has no id."""

    @property
    def named(self) -> Named:
        """Whom the event is about."""
        raise NotImplementedError

    @property
    def event(self) -> IncomingEvent:
        """The event, where there is one."""
        raise NotImplementedError

    @property
    def cells(self) -> dict[str, Any]:
        """The row as the file has it."""
        raise NotImplementedError


class RowRead(Read):
    """A row that was read for itself."""

    __slots__ = ("_event", "_row", "address", "notes", "words")

    def __init__(self, row: Row, told: Told | None, reason: str = "") -> None:
        self.number, self.offset, self.reason = row.number, row.offset, reason
        self._row = row
        self._event = event = None if told is None else told.event
        self.notes, self.words, self.address = (
            ((), (), None) if told is None else ([*told.notes, *told.event.notes], told.words, told.address)
        )
        if event is not None:
            plain = event.customer_id is None and event.anonymous_id is None
            self.id = str(event.id)
            self.external_id = event.external_id if plain else None
            self.moment = (event.occurred_at - _EPOCH) // timedelta(microseconds=1)
            self.spelt = event_copy.spell(event) if event.kind == "track" else None

    def known_as(self, customer_id: UUID | None) -> None:
        """Let the event be about the customer who was found by the address; None where there is none yet."""
        name = None if customer_id is not None else self.address
        self._event = self.event.model_copy(update={"customer_id": customer_id, "external_id": name})
        self.external_id = name

    @property
    def named(self) -> Named:
        """Whom the event is about."""
        return self.event

    @property
    def event(self) -> IncomingEvent:
        """The event, where there is one."""
        if self._event is None:
            raise ValueError(self.reason)
        return self._event

    @property
    def cells(self) -> dict[str, Any]:
        """The row as the file has it."""
        return self._row.value


def refused(read: Read, reason: str) -> Read:
    """The same row, not to be taken."""
    return RowRead(Row(read.number, read.cells, read.offset), None, reason)


def read_events(
    file: IO[bytes], format: Format, start: Place, size: int, facts: FileFacts, *, live: bool
) -> Iterator[Sequence[Read]]:
    """Batches of at most `size` rows, as events.

    Args:
        file: open for reading, seekable.
        format: what the file claims to be.
        start: go on from here.
        size: rows a batch.
        facts: about the file.
        live: the events themselves are wanted, and not what COPY is told.

    Raises:
        UnreadableError: the file is not of that format.

    """
    if format == "parquet" and facts.kind == "events" and not live:
        from ingestion.files.columns import read_columns
        from ingestion.files.parquet import batches

        for before, batch in batches(file, start.row, size):
            yield read_columns(batch, before, facts)
    else:
        for rows in read_rows(file, format, start, size, facts.reading):
            yield [read_row(row, facts) for row in rows]


def read_row(row: Row, facts: FileFacts) -> Read:
    """One row, whatever it holds."""
    try:
        return RowRead(row, read_told(row, facts))
    except ValueError as error:
        return RowRead(row, None, str(error)[:500])
