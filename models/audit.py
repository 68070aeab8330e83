"""Who changed what."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from models.columns import instant, json_object


class AuditEntry(SQLModel, table=True):
    """One change, written by a trigger in its very transaction, or by the route of what changes no row of ours."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("audit_log_subject", "kind", "subject", "id"),
        Index("audit_log_age", "at", postgresql_using="brin"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    at: datetime = Field(default=None, sa_column=instant(now=True))
    actor: str
    """The name of the API key; `system` for what no request did."""
    action: str
    """`created`, `changed`, `deleted`, or what was done (`launched`, ...)."""
    kind: str
    """`campaign`, `segment`, `customer`, ..."""
    subject: str
    """The thing's own name: a slug, a key, an id."""
    before: dict[str, Any] | None = Field(default=None, sa_column=json_object(nullable=True))
    after: dict[str, Any] | None = Field(default=None, sa_column=json_object(nullable=True))
    """Changed fields alone. Of customers and their consents only the names of the fields, in `changed`."""
