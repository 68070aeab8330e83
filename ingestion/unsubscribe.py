"""A customer's own word, given on the unsubscribe page or by their mail program."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from domain import ids
from domain.contact import EVERY_TOPIC
from domain.errors import NotFoundError
from domain.events import IncomingMessageEvent
from domain.vocabulary import Channel, ConsentStatus, MessageEventKind
from ingestion.message_events import record_reports
from ingestion.tracking_links import UnsubscribeTarget
from store.customers import customer_queries, customers
from store.messages import message_events
from store.messages.message_events import ConsentChange

_PAGE = "page"


async def unsubscribe(
    session: AsyncSession, target: UnsubscribeTarget, *, now: datetime, time_scale: float = 1.0
) -> None:
    """Unsubscribe the customer from the channel of the message. Doing so again changes nothing.

    Args:
        session: the transaction; the caller commits.
        target: what the signed link says.
        now: the present instant, UTC.
        time_scale: see `ingestion.pipeline.ingest`.

    """
    report = IncomingMessageEvent(
        event_id=ids.event_id(_PAGE, uuid4().hex),
        message_id=target.message_id,
        provider=_PAGE,
        engagement=MessageEventKind.UNSUBSCRIBED,
        kind="unsubscribed",
        occurred_at=now,
    )
    found = await message_events.find(session, [target.message_id], [])
    owner = found[0].customer_id if found else await _now(session, target.customer_id)
    known = await customers.lock_profiles(session, [owner])
    if await _has_said_so(session, owner, target.channel):  # mail programs post more than once
        return
    if found:
        await record_reports(session, [report], now=now, time_scale=time_scale)
    elif known:
        # A test message that no ledger holds: the customer's word counts all the same.
        word = ConsentChange(owner, target.channel.value, ConsentStatus.UNSUBSCRIBED, _PAGE, now)
        await message_events.save_words(session, [word])


async def _now(session: AsyncSession, customer_id: UUID) -> UUID:
    """Who the customer is now that the link named."""
    try:
        return await customer_queries.current_id(session, customer_id)
    except NotFoundError:
        return customer_id


async def _has_said_so(session: AsyncSession, customer_id: UUID, channel: Channel) -> bool:
    words = await customer_queries.consents(session, customer_id)
    return any(
        (word.channel, word.topic, word.status) == (channel, EVERY_TOPIC, ConsentStatus.UNSUBSCRIBED) for word in words
    )
