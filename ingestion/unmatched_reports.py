"""A "no" that a provider tells of mail which we did not send, or can't find: it is about the person, not the message.

Somebody unsubscribed at the provider, complained about another system's mail by the same account, or an address is
dead: the call is verified, so that what it says of the address holds. The report itself is set aside all the same.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain import ids
from domain.addresses import normalise_email, normalise_phone
from domain.events import IncomingEvent, IncomingMessageEvent, message_event_name
from domain.vocabulary import PHONE_CHANNELS, Channel, ConsentStatus, MessageEventKind
from ingestion.pipeline import ingest
from store.messages import message_events as ledger
from store.messages import suppressions
from store.messages.message_events import ConsentChange

Owners = Mapping[UUID, Sequence[UUID]]
"""The report's event id -> the customers whose address it names."""


def normalised(channel: Channel, address: str) -> str:
    """The address in its one spelling; as it is, where it has none."""
    try:
        if channel is Channel.EMAIL:
            return normalise_email(address)
        return normalise_phone(address, None) if channel in PHONE_CHANNELS else address
    except ValueError:
        return address


def reason_for(report: IncomingMessageEvent) -> str | None:
    """Why the report's address gets nothing any more; None where the report is no "no"."""
    if report.suppress is not None:
        return report.suppress
    if report.engagement is MessageEventKind.COMPLAINED:
        return "complaint"
    if report.engagement is MessageEventKind.UNSUBSCRIBED:
        return "unsubscribed"
    return "hard_bounce" if report.engagement is MessageEventKind.BOUNCED and report.permanent else None


def _refusals(reports: Sequence[IncomingMessageEvent]) -> list[tuple[IncomingMessageEvent, Channel, str, str]]:
    """Those that say no, each with its channel, its address and the reason."""
    found = []
    for report in reports:
        reason = reason_for(report)
        if reason is not None and report.channel is not None and report.address:
            found.append((report, report.channel, normalised(report.channel, report.address), reason))
    return found


async def owners(session: AsyncSession, reports: Sequence[IncomingMessageEvent]) -> Owners:
    """Whose addresses these reports name, of those that say no. Lock their profiles before `heed`."""
    return {
        report.event_id: await ledger.customers_at(session, channel.value, address)
        for report, channel, address, _ in _refusals(reports)
    }


async def heed(
    session: AsyncSession,
    reports: Sequence[IncomingMessageEvent],
    theirs: Owners,
    *,
    now: datetime,
    time_scale: float = 1.0,
) -> None:
    """Suppress the addresses; take the consent of their owners back, where they said so themselves.

    Args:
        session: the transaction; the caller commits.
        reports: about no message of ours.
        theirs: what `owners` answered, their profiles locked.
        now: the present instant, UTC.
        time_scale: see `ingestion.pipeline.ingest`.

    """
    for report, channel, address, reason in _refusals(reports):
        said_by_them = reason in ("complaint", "unsubscribed")
        at = min(report.occurred_at, now)
        events = [_event(report, channel, customer, at) for customer in theirs[report.event_id]]
        if said_by_them and events:
            answers = await ingest(session, events, now=now, time_scale=time_scale)
            if all(answer.status == "repeat" for answer in answers):
                continue  # it must not undo what was said since
        source = f"webhook:{report.provider}"
        # an unsubscription is the owner's word, which they may take back; of nobody's address the list keeps it
        if reason != "unsubscribed" or report.suppress is not None or not events:
            await suppressions.suppress(session, channel, address, reason, source=source)
        if said_by_them:
            words = [
                ConsentChange(customer, channel.value, ConsentStatus.UNSUBSCRIBED, source, at)
                for customer in theirs[report.event_id]
            ]
            await ledger.save_words(session, words)


def _event(report: IncomingMessageEvent, channel: Channel, customer: UUID, at: datetime) -> IncomingEvent:
    complained = MessageEventKind.COMPLAINED
    kind = complained if reason_for(report) == "complaint" else MessageEventKind.UNSUBSCRIBED
    properties = {"channel": channel.value} | ({"reason": report.reason} if report.reason else {})
    return IncomingEvent(
        id=ids.event_id("unmatched", f"{report.event_id}:{customer}"),
        name=message_event_name(kind),
        customer_id=customer,
        occurred_at=at,
        properties=properties,
        source=f"webhook:{report.provider}",
    )
