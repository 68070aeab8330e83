"""How a report moves a message in the ledger: forward only, in whatever order reports come."""

from datetime import datetime

from domain.events import IncomingMessageEvent
from domain.vocabulary import Channel, MessageEventKind, MessageState
from store.messages.message_events import MessageRecord

_OPEN = {MessageState.RESERVED, MessageState.DEFERRED, MessageState.UNKNOWN}
_SHOWS_DELIVERY = {
    MessageEventKind.DELIVERED,
    MessageEventKind.OPENED,
    MessageEventKind.CLICKED,
    MessageEventKind.COMPLAINED,
    MessageEventKind.UNSUBSCRIBED,
    MessageEventKind.REPLIED,
}


def moment_of(report: IncomingMessageEvent, entry: MessageRecord, now: datetime) -> datetime:
    """When it happened: not before the message existed (providers round to seconds), not in the future."""
    return min(max(report.occurred_at, entry.reserved_at), max(now, entry.reserved_at))


def apply(entry: MessageRecord, report: IncomingMessageEvent, at: datetime) -> bool:
    """Move the message on; whether this is the first time that this happened to it.

    Opens and clicks by machines prove delivery and nothing else. A bounce is final but for the proof that a person
    got the message after all; a message that was skipped was never sent, whatever anybody reports.
    """
    engagement = report.engagement
    if engagement is None or entry.state == MessageState.SKIPPED:
        return False
    entry.provider_message_id = entry.provider_message_id or report.provider_message_id
    if engagement is MessageEventKind.BOUNCED:
        first = entry.state != MessageState.BOUNCED
        entry.state = MessageState.BOUNCED
        entry.reason = report.reason or entry.reason or report.kind
        return first
    first = _is_first(entry, engagement)
    _settle(entry, engagement, at)
    if not report.machine:
        _note_person(entry, engagement, at)
    return first


def _is_first(entry: MessageRecord, engagement: MessageEventKind) -> bool:
    before = {
        MessageEventKind.DELIVERED: entry.delivered_at,
        MessageEventKind.OPENED: entry.opened_at,
        MessageEventKind.CLICKED: entry.clicked_at,
    }
    return before.get(engagement) is None


def _settle(entry: MessageRecord, engagement: MessageEventKind, at: datetime) -> None:
    entry.sent_at = min(entry.sent_at, at) if entry.sent_at else at
    if engagement in _SHOWS_DELIVERY:
        entry.delivered_at = min(entry.delivered_at, at) if entry.delivered_at else at
        if entry.state != MessageState.BOUNCED:
            entry.state, entry.reason = MessageState.DELIVERED, None
    elif entry.state in _OPEN:
        entry.state, entry.reason = MessageState.ACCEPTED, None


def _note_person(entry: MessageRecord, engagement: MessageEventKind, at: datetime) -> None:
    if engagement is MessageEventKind.OPENED:
        entry.opened_at = min(entry.opened_at, at) if entry.opened_at else at
    elif engagement is MessageEventKind.CLICKED:
        entry.clicked_at = min(entry.clicked_at, at) if entry.clicked_at else at


def implies_open(entry: MessageRecord, report: IncomingMessageEvent) -> bool:
    """A person who clicked has read it, though no picture was loaded to tell us."""
    clicked = report.engagement is MessageEventKind.CLICKED and not report.machine
    return clicked and entry.opened_at is None and entry.channel != Channel.SMS
