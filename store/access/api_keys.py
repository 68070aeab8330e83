"""Who may call: keys by their hash."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import ApiKey
from store.database.keyset import after_cursor


async def find_live(session: AsyncSession, key_hash: str) -> ApiKey | None:
    """The key with that SHA-256 (64 hex digits), unless it is revoked."""
    found = await session.scalars(
        select(ApiKey).where(col(ApiKey.key_hash) == key_hash, col(ApiKey.revoked_at).is_(None))
    )
    return found.one_or_none()


async def add(session: AsyncSession, key: ApiKey) -> ApiKey:
    """Keep a new key."""
    session.add(key)
    await session.flush()
    await session.refresh(key)
    return key


async def page(session: AsyncSession, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[ApiKey]:
    """Keys, newest first, from behind `after` = (created_at, id)."""
    order = (col(ApiKey.created_at), col(ApiKey.id))
    query = select(ApiKey).order_by(*(column.desc() for column in order)).limit(limit)
    if after:
        query = query.where(after_cursor(order, after, descending=True))
    return (await session.scalars(query)).all()


async def revoke(session: AsyncSession, key_id: UUID) -> ApiKey | None:
    """Make a key worthless from now on; a second time changes nothing. None if there is none."""
    revoked = await session.scalars(
        update(ApiKey)
        .where(col(ApiKey.id) == key_id)
        .values(revoked_at=func.coalesce(col(ApiKey.revoked_at), func.now()))
        .returning(ApiKey)
    )
    return revoked.one_or_none()
