"""Lists of messages, one with its whole life, and the in-app inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.errors import NotFoundError
from domain.i18n import sentence
from domain.vocabulary import Channel, MessageState
from models import Campaign, Customer, Message, MessageEvent
from store.customers.names import full_name
from store.database.keyset import after_cursor


@dataclass(frozen=True)
class MessageFilter:
    """Which messages; what is None does not narrow."""

    campaign_id: UUID | None = None
    customer_id: UUID | None = None
    journey_id: UUID | None = None
    run_id: UUID | None = None
    node_id: str | None = None
    channel: Channel | None = None
    state: MessageState | None = None


@dataclass(frozen=True)
class MessageRow:
    """A message, with the names of what it points to."""

    message: Message
    campaign_slug: str | None
    external_id: str | None
    customer_name: str | None


_ROWS = (
    select(Message, col(Campaign.slug), col(Customer.external_id), full_name())
    .outerjoin(Campaign, col(Campaign.id) == col(Message.campaign_id))
    .outerjoin(Customer, col(Customer.id) == col(Message.customer_id))
)


async def page(
    session: AsyncSession, narrow: MessageFilter, after: tuple[datetime, UUID] | None, limit: int
) -> list[MessageRow]:
    """Messages, newest first, from behind `after` = (reserved_at, id)."""
    order = (col(Message.reserved_at), col(Message.id))
    query = _ROWS.order_by(*(column.desc() for column in order)).limit(limit)
    wanted = (
        (col(Message.campaign_id), narrow.campaign_id),
        (col(Message.customer_id), narrow.customer_id),
        (col(Message.journey_id), narrow.journey_id),
        (col(Message.run_id), narrow.run_id),
        (col(Message.node_id), narrow.node_id),
        (col(Message.channel), narrow.channel),
        (col(Message.state), narrow.state),
    )
    for column, value in wanted:
        if value is not None:
            query = query.where(column == value)
    if after:
        query = query.where(after_cursor(order, after, descending=True))
    return [MessageRow(*row) for row in await session.execute(query)]


async def require(session: AsyncSession, message_id: UUID) -> MessageRow:
    """One message.

    Raises:
        NotFoundError: there is none.

    """
    row = (await session.execute(_ROWS.where(col(Message.id) == message_id))).one_or_none()
    if row is None:
        raise NotFoundError(sentence("no_message", message=str(message_id)))
    return MessageRow(*row)


async def life(session: AsyncSession, message_id: UUID, *, limit: int = 500) -> Sequence[MessageEvent]:
    """What became of a message, in the order in which it happened."""
    found = await session.scalars(
        select(MessageEvent)
        .where(col(MessageEvent.message_id) == message_id)
        .order_by(col(MessageEvent.occurred_at), col(MessageEvent.id))
        .limit(limit)
    )
    return found.all()


_SHOWN = (MessageState.ACCEPTED, MessageState.DELIVERED)


async def inbox(
    session: AsyncSession,
    customer_id: UUID,
    after: tuple[datetime, UUID] | None,
    limit: int,
    *,
    unread: bool = False,
) -> Sequence[Message]:
    """The customer's in-app messages, newest first, from behind `after` = (reserved_at, id)."""
    order = (col(Message.reserved_at), col(Message.id))
    query = (
        select(Message)
        .where(
            col(Message.customer_id) == customer_id,
            col(Message.channel) == Channel.IN_APP,
            col(Message.state).in_(_SHOWN),
        )
        .order_by(*(column.desc() for column in order))
        .limit(limit)
    )
    if unread:
        query = query.where(col(Message.read_at).is_(None))
    if after:
        query = query.where(after_cursor(order, after, descending=True))
    return (await session.scalars(query)).all()


async def mark_read(session: AsyncSession, customer_id: UUID, message_id: UUID) -> Message:
    """Note that the app showed an in-app message; the first time counts.

    Raises:
        NotFoundError: the customer's inbox holds no such message.

    """
    marked = await session.scalars(
        update(Message)
        .where(
            col(Message.id) == message_id,
            col(Message.customer_id) == customer_id,
            col(Message.channel) == Channel.IN_APP,
            col(Message.state).in_(_SHOWN),
        )
        .values(read_at=func.coalesce(col(Message.read_at), func.now()))
        .returning(Message)
    )
    found = marked.one_or_none()
    if found is None:
        raise NotFoundError(sentence("no_in_app_message", message=str(message_id)))
    return found
