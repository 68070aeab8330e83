"""What became of our messages, as SQL over the ledger and what providers told of it."""

from sqlalchemy import ColumnElement, Uuid, and_, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.conditions import Engaged, SinceEventWindow
from domain.vocabulary import MessageEventKind
from models import Message, MessageEvent
from store.conditions.binds import Asking
from store.conditions.event_sql import journey_id, latest_event, window_tests


def engaged(condition: Engaged, asking: Asking) -> ColumnElement[bool]:
    """A message of ours to the customer was sent, delivered, opened, ...

    Raises:
        InvalidError: a journey's words outside a journey.

    """
    message, fate = aliased(Message), aliased(MessageEvent)
    found = (
        select(1)
        .select_from(message)
        .where(col(message.customer_id) == asking.who, *_meant(message, condition, asking))
    )
    if condition.action is MessageEventKind.SENT:
        at = col(message.sent_at)
        found = found.where(at.is_not(None))
    else:
        at = col(fate.occurred_at)
        kind = col(fate.kind) == asking.binds.constant(condition.action.value)
        found = found.join(fate, col(fate.message_id) == col(message.id)).where(kind)
        if not condition.machine:
            found = found.where(col(fate.machine).is_(False))
    if isinstance(condition.window, SinceEventWindow):
        latest = latest_event(condition.window, asking).subquery()
        found = found.join(latest, and_(latest.c.customer_id == col(message.customer_id), at > latest.c.at))
    return exists(found.where(*window_tests(condition.window, at, asking)))


def _meant(message: type[Message], condition: Engaged, asking: Asking) -> list[ColumnElement[bool]]:
    """Which messages are asked about."""
    binds, tests = asking.binds, []
    if condition.channel is not None:
        tests.append(col(message.channel) == binds.constant(condition.channel.value))
    if condition.node_id is not None:
        tests.append(col(message.node_id) == binds.constant(condition.node_id))
    if condition.campaign_id is not None:
        tests.append(col(message.campaign_id) == binds.constant(condition.campaign_id, Uuid()))
    if condition.this_journey or (condition.node_id is not None and condition.campaign_id is None):
        asking.need_journey("The messages of this journey")
        tests.append(col(message.journey_id) == journey_id(asking))
        if condition.node_id is not None:
            tests.append(col(message.visit) == _latest_visit(condition.node_id, asking))
    return tests


def _latest_visit(node_id: str, asking: Asking) -> ColumnElement[int]:
    earlier = aliased(Message)
    return (
        select(func.max(col(earlier.visit)))
        .where(col(earlier.journey_id) == journey_id(asking), col(earlier.node_id) == asking.binds.constant(node_id))
        .scalar_subquery()
    )
