"""Broadcasts: each is a row beside the campaign that carries it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy import delete as delete_rows
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from domain.i18n import sentence
from models import BroadcastRow, Campaign, Experiment
from store.database.keyset import after_cursor


@dataclass(frozen=True)
class Found:
    """A broadcast and its campaign."""

    row: BroadcastRow
    campaign: Campaign


async def add(session: AsyncSession, campaign: Campaign, row: BroadcastRow) -> Found:
    """Keep a new broadcast with its campaign."""
    session.add(campaign)
    await session.flush()
    session.add(row)
    await session.flush()
    await session.refresh(campaign)
    return Found(row, campaign)


async def require(session: AsyncSession, broadcast_id: UUID, *, lock: bool = False) -> Found:
    """The broadcast of that id; with `lock`, nobody else changes it or its campaign until the transaction ends.

    Raises:
        NotFoundError: there is none.

    """
    query = (
        select(Campaign, BroadcastRow)
        .join(BroadcastRow, col(BroadcastRow.campaign_id) == col(Campaign.id))
        .where(col(Campaign.id) == broadcast_id)
    )
    if lock:
        # keys stay as they are: messages and journeys that name the campaign need not wait
        query = query.with_for_update(key_share=True)
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotFoundError(sentence("no_broadcast"))
    return Found(found[1], found[0])


async def page(
    session: AsyncSession, after: tuple[datetime, UUID] | None, limit: int, *, search: str | None = None
) -> list[Found]:
    """Broadcasts, newest first, from behind `after` = (created_at, id); with `search`, where the name has it."""
    order = (col(Campaign.created_at), col(Campaign.id))
    query = (
        select(Campaign, BroadcastRow)
        .join(BroadcastRow, col(BroadcastRow.campaign_id) == col(Campaign.id))
        .order_by(*(column.desc() for column in order))
        .limit(limit)
    )
    if search:
        query = query.where(col(Campaign.name).icontains(search, autoescape=True))
    if after:
        query = query.where(after_cursor(order, after, descending=True))
    return [Found(row[1], row[0]) for row in await session.execute(query)]


async def resends(session: AsyncSession, broadcast_id: UUID) -> Sequence[UUID]:
    """The broadcasts that went, or are to go, to this one's non-openers, in no order."""
    found = await session.scalars(
        select(col(BroadcastRow.campaign_id)).where(col(BroadcastRow.resend_of) == broadcast_id)
    )
    return found.all()


async def among(session: AsyncSession, campaign_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these campaigns carry out a broadcast."""
    found = await session.scalars(
        select(col(BroadcastRow.campaign_id)).where(col(BroadcastRow.campaign_id).in_(campaign_ids))
    )
    return set(found)


def none_of() -> ColumnElement[bool]:
    """The test that a campaign is a journey, and no broadcast."""
    return ~exists().where(col(BroadcastRow.campaign_id) == col(Campaign.id))


async def delete(session: AsyncSession, found: Found) -> None:
    """Delete a draft that never had a version, with its campaign."""
    await session.delete(found.row)
    await session.execute(delete_rows(Experiment).where(col(Experiment.campaign_id) == found.campaign.id))
    await session.flush()
    await session.delete(found.campaign)
    await session.flush()
