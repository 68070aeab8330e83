"""Inbound SMS that a person should read: they may ask to stop."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.vocabulary import Channel
from models import PossibleOptOut
from store.database.keyset import after_cursor

ReviewState = Literal["open", "opted_out", "dismissed"]
MAX_TEXT = 1_600
"""Characters that are kept of an answer: as many as the longest SMS has."""
MOST_COUNTED = 1_000

_NOTE = text("""
    INSERT INTO possible_opt_outs (id, channel, address, customer_id, text, state, received_at)
    SELECT :id, :channel, :address, :customer, :text, 'open', :now
     WHERE NOT EXISTS (SELECT FROM possible_opt_outs WHERE id = :id)
    ON CONFLICT (channel, address) WHERE state = 'open' DO UPDATE
       SET text = excluded.text, received_at = excluded.received_at,
           customer_id = coalesce(excluded.customer_id, possible_opt_outs.customer_id)
""")


async def note(
    session: AsyncSession,
    id_: UUID,
    channel: Channel,
    address: str,
    said: str,
    *,
    customer_id: UUID | None,
    now: datetime,
) -> None:
    """List an answer for a person; of several answers of one number the newest."""
    values = {"id": id_, "channel": channel.value, "address": address, "customer": customer_id}
    await session.execute(_NOTE, {**values, "text": said[:MAX_TEXT], "now": now})


async def page(
    session: AsyncSession, after: tuple[datetime, UUID] | None, limit: int, *, state: ReviewState | None
) -> Sequence[PossibleOptOut]:
    """Entries, newest first, from behind `after` = (received_at, id); `state` None: all."""
    order = (col(PossibleOptOut.received_at), col(PossibleOptOut.id))
    query = select(PossibleOptOut).order_by(*(column.desc() for column in order)).limit(limit)
    if state is not None:
        query = query.where(col(PossibleOptOut.state) == state)
    return (await session.scalars(query.where(after_cursor(order, after, descending=True)) if after else query)).all()


async def lock(session: AsyncSession, id_: UUID) -> PossibleOptOut | None:
    """One entry, locked; None if there is none."""
    return (
        await session.scalars(
            select(PossibleOptOut).where(col(PossibleOptOut.id) == id_).with_for_update(),
            execution_options={"populate_existing": True},
        )
    ).one_or_none()


async def find(session: AsyncSession, id_: UUID) -> PossibleOptOut | None:
    """One entry; None if there is none."""
    return await session.get(PossibleOptOut, id_)


async def close(
    session: AsyncSession, channel: Channel, address: str, state: ReviewState, *, by: str, now: datetime
) -> None:
    """Decide what is open of that number: its owner said themselves what they want."""
    await session.execute(
        update(PossibleOptOut)
        .where(
            col(PossibleOptOut.channel) == channel.value,
            col(PossibleOptOut.address) == address,
            col(PossibleOptOut.state) == "open",
        )
        .values(state=state, decided_by=by, decided_at=now)
    )


async def count_open(session: AsyncSession) -> int:
    """How many wait for a person; counted up to `MOST_COUNTED`."""
    waiting = select(col(PossibleOptOut.id)).where(col(PossibleOptOut.state) == "open").limit(MOST_COUNTED)
    return await session.scalar(select(func.count()).select_from(waiting.subquery())) or 0
