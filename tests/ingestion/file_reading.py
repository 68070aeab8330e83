"""Reads whole files as an import does, without a database: laid out, understood, checked, row by row."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.attributes import AttributeType
from ingestion.files.calls import FileFacts
from ingestion.files.deciding import KnownColumns, Question, check
from ingestion.files.meanings import Kind
from ingestion.files.plain import Format, laid_out
from ingestion.files.reading import Asked, Reading
from ingestion.files.reads import Read, read_events
from ingestion.files.rows import Place
from ingestion.files.understanding import understand
from tests.ingestion.factories import NOW


@dataclass
class Taken:
    """What came of a file."""

    reading: Reading
    reads: Sequence[Read] = field(default_factory=list)

    @property
    def told(self) -> list[dict[str, Any]]:
        """The properties or traits of each row."""
        return [read.event.properties for read in self.reads]

    @property
    def who(self) -> list[str | None]:
        return [read.event.external_id for read in self.reads]

    @property
    def reasons(self) -> list[str]:
        return [read.reason for read in self.reads]

    def types(self) -> dict[str, str]:
        return {column.name: column.type for column in self.reading.columns}

    def fields(self) -> dict[str, str]:
        return {column.name: column.field for column in self.reading.columns}

    def notes(self) -> list[str]:
        return [str(note) for note in self.reading.notes]


def take(
    content: bytes | str,
    kind: Kind = "customers",
    format: Format = "csv",
    *,
    types: Mapping[str, AttributeType] | None = None,
    topics: frozenset[str] = frozenset(),
    asked: Mapping[str, Any] | None = None,
    most: int | None = None,
) -> Taken:
    """Read the file.

    Raises:
        UnreadableError: it is refused as a whole.

    """
    data = content.encode() if isinstance(content, str) else content
    wish = Asked.model_validate(asked or {})
    with laid_out(io.BytesIO(data), format, wish.encoding) as plain:
        reading = understand(
            plain.file, plain.format, Question(kind, KnownColumns(types or {}, topics), wish), most=most
        )
        reading = reading.model_copy(update={"encoding": plain.encoding})
        check(reading, kind)
        facts = FileFacts(kind, "sha", NOW, reading)
        batches = list(read_events(plain.file, plain.format, Place(), 100, facts, live=False))
    return Taken(reading, [read for batch in batches for read in batch])
