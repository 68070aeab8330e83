"""A customer's own word, given on the unsubscribe page or by their mail program."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from domain import ids
from domain.events import MessageReport
from domain.vocabulary import ConsentStatus, Engagement
from ingestion.links import UnsubscribeTarget
from ingestion.reports import record_reports
from store import customers, fates
from store.fates import Word

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
    report = MessageReport(
        event_id=ids.event_id(_PAGE, uuid4().hex),
        message_id=target.message_id,
        provider=_PAGE,
        engagement=Engagement.UNSUBSCRIBED,
        kind="unsubscribed",
        occurred_at=now,
    )
    if await fates.find(session, [target.message_id], []):
        await record_reports(session, [report], now=now, time_scale=time_scale)
    elif await customers.lock_profiles(session, [target.customer_id]):
        # A test message that no ledger holds: the customer's word counts all the same.
        word = Word(target.customer_id, target.channel.value, ConsentStatus.UNSUBSCRIBED, _PAGE, now)
        await fates.save_words(session, [word])
