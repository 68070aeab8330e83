"""Files of customers and events."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.schemas.base import AsSaid, View
from domain.i18n.reasons import reason
from domain.vocabulary import ImportState
from ingestion.files.reading import Asked, FileNote, Reading
from models import Import


class UploadQuery(BaseModel):
    """What the uploaded file is."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["events", "customers"]
    format: Literal["csv", "ndjson", "parquet", "xlsx"]
    name: str = Field(default="", max_length=255, description="The file's name, for people.")
    live: bool = Field(
        default=False, description="Let its events start and wake journeys, as if they came now. History does neither."
    )


class ImportColumn(View):
    """A column of a file."""

    name: str = Field(description="As the file has it.")
    field: str = Field(description="What it is taken for.")
    key: str = Field(description="The attribute's or property's name; of a consent its channel, or `channel:topic`.")
    negative: bool = Field(description="Of a consent: a yes in it means no.")
    type: Literal["text", "number", "boolean", "moment", "day", "object", "list", "as_is"]
    order: Literal["", "day", "month"]
    point: Literal[".", ",", "1,000.0"] = Field(description="How numbers are written: 1234.5, 1.234,5 or 1,234.5.")


class ImportNote(View):
    """Something about the file as a whole."""

    code: Literal["two_columns", "unused", "doubtful_numbers", "by_address", "open_order", "same_name"]
    column: str
    other: str
    field: str
    text: str
    said: AsSaid


class ImportView(View):
    """A file, and how far it is. Rows read = taken + repeated + refused."""

    id: UUID
    kind: Literal["events", "customers"]
    format: Literal["csv", "ndjson", "parquet", "xlsx"]
    name: str
    live: bool
    state: ImportState
    size: int = Field(description="Bytes.")
    row_count: int | None = Field(description="Rows in the file, where its format tells.")
    read: int
    offset: int = Field(description="Bytes behind the rows read, where the format has lines.")
    taken: int
    repeated: int = Field(description="Events that were known already.")
    refused: int
    noted: int = Field(description="Of those taken: rows of which a part could not be used.")
    error: str | None
    error_said: AsSaid | None
    columns: list[ImportColumn] = Field(description="How each column is read; empty until the file was looked at.")
    notes: list[ImportNote] = Field(description="About the file as a whole.")
    consent: dict[str, Any] = Field(description="What was said about the people in it, by whom and when.")
    created_by: str
    created_at: datetime
    finished_at: datetime | None

    @model_validator(mode="before")
    @classmethod
    def _with_reading(cls, row: Any) -> Any:
        if not isinstance(row, Import):
            return row
        reading = Reading.model_validate(row.reading)
        columns = [each.model_dump() for each in reading.columns]
        error = row.error and reason(row.error)
        return row.model_dump() | {
            "columns": columns,
            "notes": [note_view(n) for n in reading.notes],
            "error_said": error,
        }


def note_view(note: FileNote) -> ImportNote:
    """A note of a file, in words and as a sentence."""
    return ImportNote.model_validate({**note.model_dump(), "text": str(note), "said": reason(str(note))})


Mapping = Asked


class ConsentBody(BaseModel):
    """Did the people in the file agree to be contacted? To what, when and how? Kept with the import, as the proof."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["yes", "columns", "no"] = Field(
        description="`yes`: all agreed to `channels`; `columns`: columns of the file say who did; `no`: nobody knows, "
        "and nobody is contacted who did not agree before."
    )
    channels: list[Annotated[str, Field(max_length=100)]] = Field(
        default_factory=list, max_length=50, description="`email`, `sms`, `push`, `in_app`, or `email:<topic>`."
    )
    how: str = Field(default="", max_length=2_000, description="How they agreed: a form, a shop's till, ...")
    when: date | None = None
    evidence: str = Field(default="", max_length=10_000, description="The words they agreed to, or where they are.")


class ImportStartBody(BaseModel):
    """How the file is to be read, and what is said about the people in it."""

    model_config = ConfigDict(extra="forbid")

    mapping: Mapping = Field(default_factory=Mapping)
    live: bool = False
    consent: ConsentBody | None = None


class PreviewRow(View):
    """A row as it would be stored."""

    row: int
    customer: str | None
    event: str | None
    at: datetime | None
    values: dict[str, Any]
    consents: dict[str, str]
    reason: str = Field(description="Why it would be refused; empty where it would be taken.")
    reason_said: AsSaid | None
    notes: list[str] = Field(description="Parts that could not be used.")
    notes_said: list[AsSaid]


class ReasonCount(View):
    """Why rows would be refused, or parts of them left out."""

    reason: str
    said: AsSaid
    taken: bool = Field(description="The rest of the row would be taken.")
    rows: int


class InspectionView(BaseModel):
    """What a look at a file told."""

    id: UUID
    kind: Literal["events", "customers"]
    format: Literal["csv", "ndjson", "parquet", "xlsx"]
    name: str
    size: int
    encoding: str = Field(description="Empty where the format has none.")
    separator: str
    rows: int | None = Field(description="Rows in the file; null where it was not read to its end.")
    looked_at: int = Field(description="Rows that the figures here are of.")
    whole: bool = Field(description="Whether that is all of the file.")
    refused: int
    noted: int
    reasons: list[ReasonCount]
    columns: list[ImportColumn]
    samples: dict[str, list[str]] = Field(description="Column -> its first values.")
    fields: list[str] = Field(description="What a column can be taken for.")
    notes: list[ImportNote]
    preview: list[PreviewRow]
    problem: str = Field(description="Why the file can't be taken as it is; empty where it can.")
    problem_said: AsSaid | None
    remembered: bool = Field(description="It is read as the latest file with the same columns was.")
    mapping: Mapping = Field(description="What is asked otherwise than it would be understood.")
