"""Rows of e-mails, kept under names."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.email_document import LayoutRow
from domain.errors import ConflictError, NotFoundError
from domain.i18n import sentence
from models import SavedBlock
from store.database.keyset import after_cursor


async def page(session: AsyncSession, after: tuple[str, UUID] | None, limit: int) -> Sequence[SavedBlock]:
    """Saved blocks by name, from behind `after` = (name, id)."""
    order = (col(SavedBlock.name), col(SavedBlock.id))
    query = select(SavedBlock).order_by(*order).limit(limit)
    if after:
        query = query.where(after_cursor(order, after, descending=False))
    return (await session.scalars(query)).all()


async def create(session: AsyncSession, name: str, row: LayoutRow) -> SavedBlock:
    """Keep a row.

    Raises:
        ConflictError: the name is taken.

    """
    statement = (
        insert(SavedBlock)
        .values(id=uuid4(), name=name, content=row.model_dump(mode="json"))
        .on_conflict_do_nothing(index_elements=["name"])
    )
    made = (await session.scalars(statement.returning(SavedBlock))).one_or_none()
    if made is None:
        raise ConflictError(sentence("saved_block_exists", name=name), name=name)
    return made


async def remove(session: AsyncSession, block_id: UUID) -> None:
    """Delete one; documents keep their copies.

    Raises:
        NotFoundError: there is none of that id.

    """
    gone = await session.scalars(delete(SavedBlock).where(col(SavedBlock.id) == block_id).returning(col(SavedBlock.id)))
    if gone.one_or_none() is None:
        raise NotFoundError(sentence("no_saved_block", id=str(block_id)))
