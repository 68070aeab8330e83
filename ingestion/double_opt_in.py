"""Consent that is confirmed: the customer follows the signed link of a message that went to the address itself."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain import ids
from domain.events import SUBSCRIPTION_CONFIRMED, IncomingEvent
from domain.vocabulary import ConsentStatus
from ingestion.pipeline import ingest
from ingestion.preferences import locked
from ingestion.tracking_links import ConfirmationTarget
from store.customers import customer_queries

SOURCE = "double_opt_in"


async def confirm(session: AsyncSession, target: ConfirmationTarget, *, now: datetime, time_scale: float = 1.0) -> None:
    """Write down the customer's consent, and the event by which journeys go on. Doing so again changes nothing.

    What proves it: the consent's source names the message, whose row says what was sent, when and to which address; the
    event says when it was confirmed.

    Args:
        session: the transaction; the caller commits.
        target: what the signed link says.
        now: the present instant, UTC.
        time_scale: see `ingestion.pipeline.ingest`.

    Raises:
        NotFoundError: the customer was erased.

    """
    customer = await locked(session, target.customer_id)
    event = IncomingEvent(
        # one link, one event: an old mail that is opened again does not take back what was said since
        id=ids.event_id(SOURCE, f"{target.message_id}:{target.channel.value}:{target.topic}"),
        name=SUBSCRIPTION_CONFIRMED,
        customer_id=customer.id,
        occurred_at=now,
        properties={
            "channel": target.channel.value,
            "topic": target.topic,
            "message_id": str(target.message_id),
        },
        source=SOURCE,
    )
    [answer] = await ingest(session, [event], now=now, time_scale=time_scale)
    if answer.status == "taken":
        await customer_queries.set_consent(
            session,
            customer.id,
            target.channel,
            target.topic,
            status=ConsentStatus.SUBSCRIBED,
            source=f"{SOURCE}:{target.message_id}",
        )
