"""Addresses that nothing is sent to."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.addresses import email_spellings, spellings
from domain.vocabulary import PHONE_CHANNELS, Channel
from models import Device, Suppression
from store.database.keyset import after_cursor


def forgotten(address: str) -> str:
    """How an address stands on the list once its owner was erased: it is recognised, and can't be read.

    `store.customers.privacy` writes it in SQL.
    """
    return (
        "sha256:" + hashlib.sha256(f"campaign-flow:suppressed:{address}".encode("utf-8", "surrogatepass")).hexdigest()
    )


def listed(channel: Channel, address: str) -> list[str]:
    """Every way in which an address may stand on the list: in each of its spellings, in clear or as erasure left it."""
    written = spellings(address) if channel in PHONE_CHANNELS else email_spellings(address)
    return [*written, *map(forgotten, written)]


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


async def reason_of(session: AsyncSession, channel: Channel, address: str) -> str | None:
    """Why nothing is sent to an address; None where it is not on the list."""
    found = await session.scalars(
        select(col(Suppression.reason)).where(
            col(Suppression.channel) == channel, col(Suppression.address).in_(listed(channel, address))
        )
    )
    return found.first()


async def page(
    session: AsyncSession,
    after: tuple[str, str] | None,
    limit: int,
    *,
    channel: Channel | None = None,
    reason: str | None = None,
    address: str | None = None,
    search: str | None = None,
) -> Sequence[Suppression]:
    """The list by channel and address, from behind `after`; what is None does not narrow. `search`: part of it."""
    order = (col(Suppression.channel), col(Suppression.address))
    query = select(Suppression).order_by(*order).limit(limit)
    for column, value in (
        (col(Suppression.channel), channel),
        (col(Suppression.reason), reason),
        (col(Suppression.address), address),
    ):
        if value is not None:
            query = query.where(column == value)
    if search is not None:
        query = query.where(col(Suppression.address).icontains(search, autoescape=True))
    return (await session.scalars(query.where(after_cursor(order, after, descending=False)) if after else query)).all()


async def lift(session: AsyncSession, channel: Channel, address: str, *, reasons: Sequence[str] | None = None) -> bool:
    """Take an address off the list, where an erasure left it there too, if it is there for one of `reasons`.

    Returns:
        False when it was not.

    """
    named = delete(Suppression).where(
        col(Suppression.channel) == channel, col(Suppression.address).in_(listed(channel, address))
    )
    if reasons is not None:
        named = named.where(col(Suppression.reason).in_(reasons))
    return (await session.scalars(named.returning(col(Suppression.address)))).first() is not None
