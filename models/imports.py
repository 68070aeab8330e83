"""Files of customers and events on their way in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class Import(SQLModel, table=True):
    """One file, and how far it is. The cursor is committed with the rows it stands behind."""

    __tablename__ = "imports"
    __table_args__ = (Index("imports_time", "created_at", "id"),)

    id: UUID = Field(primary_key=True)
    kind: str
    """`events` or `customers`."""
    format: str
    """`csv`, `ndjson`, `parquet` or `xlsx`, as whoever brought it said."""
    name: str
    """The file's, for people."""
    live: bool = False
    """Whether its events start and wake journeys, as if they came now."""
    state: str = "uploading"
    """A `domain.vocabulary.ImportState`."""
    stopping: bool = False
    """Somebody asked it to stop."""
    size: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    """Bytes."""
    sha256: str = ""
    row_count: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    """Rows in the file, where its format tells."""
    read: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    """Rows dealt with: taken + repeated + refused."""
    offset: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    """Bytes behind those rows, where the format has lines."""
    taken: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    repeated: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    refused: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    noted: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    """Of those taken: rows of which a part could not be used."""
    first_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    last_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    """Between these its events happened."""
    asked: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """An `ingestion.files.reading.Asked`: what whoever brought it wants otherwise than it was understood."""
    reading: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """An `ingestion.files.reading.Reading`: how all of it is read; empty until somebody looked at it."""
    consent: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """What was said about the people in it: who said so, when, to what they agreed, how. Kept as the proof."""
    error: str | None = None
    """Why it failed."""
    created_by: str = ""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    finished_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


class ImportMapping(SQLModel, table=True):
    """What was asked for the latest file with the same header: the next one is read alike."""

    __tablename__ = "import_mappings"

    kind: str = Field(primary_key=True)
    header: str = Field(primary_key=True)
    """SHA-256 of the columns' names."""
    asked: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    saved_by: str
    saved_at: datetime = Field(default=None, sa_column=instant(now=True))


class ImportChunk(SQLModel, table=True):
    """A piece of the file, here so that any worker can read it. Deleted when the import ends."""

    __tablename__ = "import_chunks"

    import_id: UUID = Field(foreign_key="imports.id", primary_key=True)
    position: int = Field(primary_key=True)
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ImportReject(SQLModel, table=True):
    """A row that was refused, or (`taken`) a part of a row that could not be used; and why."""

    __tablename__ = "import_rejects"

    import_id: UUID = Field(foreign_key="imports.id", primary_key=True)
    row: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    """From 1; the header of a CSV file does not count."""
    reason: str
    taken: bool = False
    raw: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """The row, as it was read."""


class ImportCustomer(SQLModel, table=True):
    """A customer whose profile has yet to learn from the events that an import brought."""

    __tablename__ = "import_customers"

    import_id: UUID = Field(foreign_key="imports.id", primary_key=True)
    customer_id: UUID = Field(primary_key=True)
