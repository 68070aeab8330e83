"""Files of customers and events."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.base import View
from domain.vocabulary import ImportState


class UploadQuery(BaseModel):
    """What the uploaded file is."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["events", "customers"]
    format: Literal["csv", "ndjson", "parquet"]
    name: str = Field(default="", max_length=255, description="The file's name, for people.")
    live: bool = Field(
        default=False, description="Let its events start and wake journeys, as if they came now. History does neither."
    )


class ImportView(View):
    """A file, and how far it is. Rows read = taken + repeated + refused."""

    id: UUID
    kind: Literal["events", "customers"]
    format: Literal["csv", "ndjson", "parquet"]
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
    error: str | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None
