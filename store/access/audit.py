"""The audit log: mostly written by triggers (store/migrations/sql/0001_audit.sql), and read here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import AuditEntry
from store.access.actor import acting


@dataclass(frozen=True)
class AuditFilter:
    """Which entries; what is None does not narrow."""

    actor: str | None = None
    kind: str | None = None
    subject: str | None = None


async def note(
    session: AsyncSession, action: str, kind: str, subject: str, after: dict[str, Any] | None = None
) -> None:
    """Write down what changes no row of ours: a launch, a schedule."""
    session.add(AuditEntry(actor=acting.get() or "system", action=action, kind=kind, subject=subject, after=after))
    await session.flush()


async def page(session: AsyncSession, narrow: AuditFilter, below: int | None, limit: int) -> Sequence[AuditEntry]:
    """Entries, newest first, whose id is below `below`."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(limit)
    for column, value in (
        (col(AuditEntry.actor), narrow.actor),
        (col(AuditEntry.kind), narrow.kind),
        (col(AuditEntry.subject), narrow.subject),
    ):
        if value is not None:
            query = query.where(column == value)
    if below is not None:
        query = query.where(col(AuditEntry.id) < below)
    return (await session.scalars(query)).all()


async def latest(session: AsyncSession, action: str) -> AuditEntry | None:
    """The newest entry of that action."""
    found = await session.scalars(
        select(AuditEntry).where(col(AuditEntry.action) == action).order_by(col(AuditEntry.id).desc()).limit(1)
    )
    return found.first()
