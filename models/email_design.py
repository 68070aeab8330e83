"""What e-mails of the visual editor share: the brand kit, and rows kept for use again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class BrandKitRow(SQLModel, table=True):
    """The brand kit of the installation; at most one row, and none means an empty kit."""

    __tablename__ = "brand_kit"

    id: int = Field(default=1, primary_key=True)
    kit: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """A `domain.email_document.BrandKit`."""
    revision: int = 1
    updated_at: datetime = Field(default=None, sa_column=instant(now=True))


class SavedBlock(SQLModel, table=True):
    """A row of an e-mail, kept under a name. Documents hold copies of it: a change reaches none."""

    __tablename__ = "saved_blocks"

    id: UUID = Field(primary_key=True)
    name: str = Field(unique=True)
    content: dict[str, Any] = Field(sa_column=json_object())
    """A `domain.email_document.LayoutRow`."""
    created_at: datetime = Field(default=None, sa_column=instant(now=True))
