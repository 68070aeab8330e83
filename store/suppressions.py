"""Addresses that nothing is sent to."""

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.vocabulary import Channel
from models import Device, Suppression


async def suppress(session: AsyncSession, channel: Channel, address: str, reason: str, *, source: str) -> None:
    """Send nothing to this address any more. A dead push token makes its device inactive; the first reason stays."""
    if channel in (Channel.PUSH, Channel.SILENT_PUSH):
        await session.execute(update(Device).where(col(Device.token) == address).values(active=False))
        return
    await session.execute(
        insert(Suppression)
        .values(channel=channel.value, address=address, reason=reason, source=source)
        .on_conflict_do_nothing()
    )
