"""What a message says."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class Template(SQLModel, table=True):
    """Content of one channel. Publishing a campaign copies it into the version: later edits change no running one."""

    __tablename__ = "templates"

    id: UUID = Field(primary_key=True)
    name: str = Field(unique=True)
    channel: str
    content: dict[str, Any] = Field(sa_column=json_object())
    """A `domain.content.Content`."""
    revision: int = 1
    """Counts up with every change; an update that names another one is refused."""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))
