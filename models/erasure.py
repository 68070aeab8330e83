"""Proof of what was erased."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class Erasure(SQLModel, table=True):
    """Proof that a customer was erased. Holds nothing that says who they were."""

    __tablename__ = "erasures"

    id: UUID = Field(primary_key=True)
    former_id: UUID = Field(unique=True)
    """Id of the customer's row, which stays, empty: the anonymous ledger refers to it."""
    subject_hash: str = Field(index=True)
    """Of their external id, else of their UUID: the shop can prove whom it was, and events about them are refused."""
    removed: dict[str, Any] = Field(default_factory=dict, sa_column=json_object())
    """Rows by table."""
    requested_by: str
    at: datetime = Field(default=None, sa_column=instant(now=True))


class ErasedName(SQLModel, table=True):
    """The hash of a name by which an erased customer was known: events about it are refused for good."""

    __tablename__ = "erased_names"

    hash: str = Field(primary_key=True)
    erasure_id: UUID = Field(foreign_key="erasures.id", primary_key=True)
