"""The ledger."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.i18n import Words
from domain.vocabulary import MessageState
from models import Customer, Message

NOT_YET_KNOWN = (MessageState.RESERVED, MessageState.DEFERRED, MessageState.UNKNOWN)
"""States that what the provider answers may still change; a webhook's later word is never undone."""


def because(why: Words | None) -> dict[str, Any]:
    """The columns that say why: for people in English, and as JSON."""
    return {"reason": None, "said": None} if why is None else {"reason": str(why), "said": why.said()}


async def read(session: AsyncSession, message_id: UUID) -> Message | None:
    """A message, locked."""
    return (await session.scalars(select(Message).where(col(Message.id) == message_id).with_for_update())).one_or_none()


async def write(session: AsyncSession, message: dict[str, Any]) -> bool:
    """Write a message that is not in the ledger yet; False where its launch reached the address as another profile."""
    # the message's own id can't conflict: its customer is locked
    written = await session.execute(insert(Message).values(message).on_conflict_do_nothing().returning(col(Message.id)))
    return written.one_or_none() is not None


async def is_another_profiles(session: AsyncSession, message: Message, address: str) -> bool:
    """Whether this launch's message has gone to that address as another customer's."""
    if message.run_id is None:
        return False
    found = await session.scalars(
        select(col(Message.id)).where(
            col(Message.run_id) == message.run_id,
            # Danger: the key as sent, as of the unique index. By the name that a move gave it, a journey's own earlier
            # message would be taken for somebody else's.
            func.coalesce(col(Message.sent_node_id), col(Message.node_id)) == (message.sent_node_id or message.node_id),
            col(Message.visit) == message.visit,
            col(Message.address) == address,
            col(Message.state).not_in((MessageState.SKIPPED, MessageState.FAILED)),
            col(Message.id) != message.id,
        )
    )
    return found.first() is not None


async def reached_another_profile(
    session: AsyncSession, *, customer_id: UUID, campaign_id: UUID, node_id: str, address: str, since: datetime
) -> bool:
    """Whether another customer with this e-mail address or telephone number got the node's message since then.

    Of journeys outside launches; those who share an address ask one after another.
    """
    own = col(Customer.email) if "@" in address else col(Customer.phone)
    sharing = select(col(Customer.id)).where(own == address, col(Customer.id) != customer_id)
    others = (await session.scalars(sharing)).all()
    if not others:
        return False
    key = f"same-address:{campaign_id}:{node_id}:{address}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    found = await session.scalars(
        select(col(Message.id)).where(
            col(Message.customer_id).in_(others),
            col(Message.reserved_at) > since,
            col(Message.campaign_id) == campaign_id,
            col(Message.node_id) == node_id,
            col(Message.address) == address,
            col(Message.state).not_in((MessageState.SKIPPED, MessageState.FAILED)),
        )
    )
    return found.first() is not None


async def change(session: AsyncSession, message_id: UUID, values: dict[str, Any]) -> None:
    """Change a message that was read, and so locked, in this transaction."""
    await session.execute(update(Message).where(col(Message.id) == message_id).values(values))


async def settle(
    session: AsyncSession,
    message_id: UUID,
    state: MessageState,
    *,
    reason: Words | None = None,
    provider_message_id: str | None = None,
    sent_at: datetime | None = None,
) -> MessageState:
    """Record the provider's answer. A webhook that overtook it has said more: then only what was missing is added.

    Returns:
        The state that the message is in now.

    """
    open_ = col(Message.state).in_(NOT_YET_KNOWN)
    settled = await session.execute(
        update(Message)
        .where(col(Message.id) == message_id)
        .values(
            state=case((open_, state.value), else_=col(Message.state)),
            reason=case((open_, because(reason)["reason"]), else_=col(Message.reason)),
            said=case(
                (open_, bindparam("said", because(reason)["said"], JSONB(none_as_null=True))), else_=col(Message.said)
            ),
            provider_message_id=func.coalesce(provider_message_id, col(Message.provider_message_id)),
            sent_at=func.coalesce(col(Message.sent_at), sent_at),
        )
        .returning(col(Message.state))
        .execution_options(synchronize_session=False)
    )
    return MessageState(settled.scalar_one())
