"""Who may call the API."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.columns import instant


class ApiKey(SQLModel, table=True):
    """A key of the API, or (with `tracking`) a write key of /v1/*. Only its SHA-256 is kept."""

    __tablename__ = "api_keys"

    id: UUID = Field(primary_key=True)
    name: str
    key_hash: str = Field(unique=True)
    role: str
    """A `domain.vocabulary.Role`."""
    tracking: bool = False
    authority: str | None = None
    """Of a write key, a `domain.authority.Authority`: `browser` or `server`."""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    revoked_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
