"""A person decides about an inbound SMS that may ask to stop."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain import ids
from domain.errors import ConflictError, NotFoundError
from domain.events import IncomingEvent, message_event_name
from domain.i18n import sentence
from domain.vocabulary import Channel, ConsentStatus, MessageEventKind
from ingestion.pipeline import ingest
from models import PossibleOptOut
from store.customers import customers
from store.messages import message_events as ledger
from store.messages import possible_opt_outs, suppressions
from store.messages.message_events import ConsentChange

REASON = "stop"
"""As for the keyword STOP: START takes it back."""
_SOURCE = "review"


async def confirm(
    session: AsyncSession, id_: UUID, *, by: str, now: datetime, time_scale: float = 1.0
) -> PossibleOptOut:
    """Take it for an opt-out, as if it had been STOP: the number is suppressed, its owners' consent is withdrawn.

    Args:
        session: the transaction; the caller commits.
        id_: of the entry.
        by: whose decision it is.
        now: the present instant, UTC.
        time_scale: see `ingestion.pipeline.ingest`.

    Raises:
        NotFoundError: there is no such entry.
        ConflictError: it was decided already.

    """
    found = await possible_opt_outs.find(session, id_)
    if found is None:
        raise NotFoundError(sentence("no_possible_opt_out"))
    # Danger: profiles are locked before entries, as where answers come in.
    owners = await ledger.owners_of(session, found.channel, found.address)
    await customers.lock_profiles(session, {customer for customer, _ in owners})
    entry = await _decide(session, id_, "opted_out", by=by, now=now)
    channel = Channel(entry.channel)
    if owners:
        await ingest(session, [_event(entry, *owners[0], now)], now=now, time_scale=time_scale)
    await suppressions.suppress(session, channel, entry.address, REASON, source=_SOURCE)
    words = [ConsentChange(customer, channel.value, ConsentStatus.UNSUBSCRIBED, _SOURCE, now) for customer, _ in owners]
    await ledger.save_words(session, words)
    return entry


async def dismiss(session: AsyncSession, id_: UUID, *, by: str, now: datetime) -> PossibleOptOut:
    """Take it for no opt-out. Nothing else changes.

    Raises:
        NotFoundError: there is no such entry.
        ConflictError: it was decided already.

    """
    return await _decide(session, id_, "dismissed", by=by, now=now)


async def _decide(
    session: AsyncSession, id_: UUID, state: possible_opt_outs.ReviewState, *, by: str, now: datetime
) -> PossibleOptOut:
    entry = await possible_opt_outs.lock(session, id_)
    if entry is None:
        raise NotFoundError(sentence("no_possible_opt_out"))
    if entry.state != "open":
        raise ConflictError(sentence("opt_out_decided"))
    entry.state, entry.decided_by, entry.decided_at = state, by, now
    await session.flush()
    return entry


def _event(entry: PossibleOptOut, customer_id: UUID, message_id: UUID | None, now: datetime) -> IncomingEvent:
    properties = {"channel": entry.channel} | ({"message_id": str(message_id)} if message_id else {})
    return IncomingEvent(
        id=ids.event_id("stop", str(entry.id)),
        name=message_event_name(MessageEventKind.UNSUBSCRIBED),
        customer_id=customer_id,
        occurred_at=now,
        properties=properties,
        source=_SOURCE,
    )
