"""Definitions of promotions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError, RevisionConflictError
from domain.i18n import sentence
from models import PromotionRow
from store.database.driver import Rows, Statement
from store.database.keyset import after_cursor


async def add(session: AsyncSession, row: PromotionRow) -> PromotionRow:
    """Keep a new promotion."""
    session.add(row)
    await session.flush()
    await session.refresh(row)
    return row


async def require(session: AsyncSession, promotion_id: UUID) -> PromotionRow:
    """The promotion.

    Raises:
        NotFoundError: there is none of that id.

    """
    found = await session.get(PromotionRow, promotion_id)
    if found is None:
        raise NotFoundError(sentence("no_promotion", promotion=str(promotion_id)))
    return found


async def change(session: AsyncSession, promotion_id: UUID, revision: int, values: dict[str, Any]) -> PromotionRow:
    """Change it, if it is still as it was read.

    Raises:
        NotFoundError: there is none of that id.
        RevisionConflictError: somebody changed it since.

    """
    row = await require(session, promotion_id)
    changed = await session.scalars(
        update(PromotionRow)
        .where(col(PromotionRow.id) == promotion_id, col(PromotionRow.revision) == revision)
        .values(**values, revision=revision + 1, updated_at=func.now())
        .returning(PromotionRow),
        execution_options={"populate_existing": True},
    )
    made = changed.one_or_none()
    if made is None:
        await session.refresh(row)
        raise RevisionConflictError(sentence("promotion_revised"), revision=row.revision)
    return made


async def page(session: AsyncSession, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[PromotionRow]:
    """Promotions, newest first, from behind `after`."""
    order = (col(PromotionRow.created_at), col(PromotionRow.id))
    query = select(PromotionRow).order_by(*(column.desc() for column in order)).limit(limit)
    if after:
        query = query.where(after_cursor(order, after, descending=True))
    return (await session.scalars(query)).all()


def asking_version() -> Statement[tuple[int, int]]:
    """What changes with any promotion: revisions only rise, and none is deleted."""

    def read(rows: Rows) -> tuple[int, int]:
        return int(rows[0][0]), int(rows[0][1])

    return Statement("SELECT count(*), coalesce(sum(revision), 0) FROM promotions", {}, read)


async def used(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[tuple[str, int, int]]]:
    """Of each promotion its budgets for all: (budget, taken, most) of the newest period."""
    rows = await session.execute(
        text("""
            SELECT DISTINCT ON (promotion_id, budget) promotion_id, budget, taken, most FROM promotion_counters
             WHERE promotion_id = ANY(:ids) AND entity = '' ORDER BY promotion_id, budget, period DESC
        """),
        {"ids": list(ids)},
    )
    found: dict[UUID, list[tuple[str, int, int]]] = {}
    for promotion_id, budget, taken, most in rows:
        found.setdefault(promotion_id, []).append((budget, taken, most))
    return found


async def active(session: AsyncSession) -> Sequence[PromotionRow]:
    """Those that may apply."""
    query = select(PromotionRow).where(col(PromotionRow.state) == "active").order_by(col(PromotionRow.id))
    return (await session.scalars(query)).all()


async def usable(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Literal["ready", "ended", "uncoded"]]:
    """How each of these promotions is for a journey that hands out its codes; those that do not exist are left out."""
    if not ids:
        return {}
    rows = await session.scalars(select(PromotionRow).where(col(PromotionRow.id).in_(ids)))

    def state(row: PromotionRow) -> Literal["ready", "ended", "uncoded"]:
        if row.state == "ended":
            return "ended"
        return "uncoded" if row.definition.get("codes", {}).get("kind", "none") == "none" else "ready"

    return {row.id: state(row) for row in rows}
