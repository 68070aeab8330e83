"""Codes that were made or imported together."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from domain.i18n import sentence
from models import PromotionCodeBatch

_MOST = 200


async def add(session: AsyncSession, row: PromotionCodeBatch) -> None:
    """Note a batch."""
    session.add(row)
    await session.flush()


async def of(session: AsyncSession, promotion_id: UUID) -> Sequence[PromotionCodeBatch]:
    """A promotion's newest batches."""
    query = select(PromotionCodeBatch).where(col(PromotionCodeBatch.promotion_id) == promotion_id)
    newest = (col(PromotionCodeBatch.created_at).desc(), col(PromotionCodeBatch.id).desc())
    return (await session.scalars(query.order_by(*newest).limit(_MOST))).all()


async def require(session: AsyncSession, promotion_id: UUID, batch_id: UUID) -> PromotionCodeBatch:
    """A batch of that promotion.

    Raises:
        NotFoundError: the promotion has no such batch.

    """
    found = await session.get(PromotionCodeBatch, batch_id)
    if found is None or found.promotion_id != promotion_id:
        raise NotFoundError(sentence("promotion_no_such_batch"))
    return found
