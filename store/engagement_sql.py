"""What became of our messages, as SQL over the ledger and what providers told of it."""

from sqlalchemy import ColumnElement, Uuid, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.conditions import Engaged, SinceEventWindow
from domain.errors import InvalidError
from domain.vocabulary import Engagement
from models import Message, MessageEvent
from store.condition_binds import Asking
from store.event_sql import journey_id, window_tests


def engaged(condition: Engaged, asking: Asking) -> ColumnElement[bool]:
    """A message of ours to the customer was sent, delivered, opened, ...

    Raises:
        InvalidError: a window that messages can't have; a journey's words outside a journey.

    """
    if isinstance(condition.window, SinceEventWindow):
        raise InvalidError("messages are asked about in the last ..., between dates, or since a moment of the journey")
    message, binds = aliased(Message), asking.binds
    found = select(1).select_from(message).where(col(message.customer_id) == asking.who)
    if condition.channel is not None:
        found = found.where(col(message.channel) == binds.constant(condition.channel.value))
    if condition.campaign_id is not None:
        found = found.where(col(message.campaign_id) == binds.constant(condition.campaign_id, Uuid()))
    if condition.node_id is not None or condition.this_journey:
        asking.need_journey("The messages of this journey")
        found = found.where(col(message.journey_id) == journey_id(asking))
    if condition.node_id is not None:
        found = found.where(col(message.node_id) == binds.constant(condition.node_id))
        found = found.where(col(message.visit) == _latest_visit(condition.node_id, asking))
    if condition.action is Engagement.SENT:
        sent = col(message.sent_at)
        return exists(found.where(sent.is_not(None), *window_tests(condition.window, sent, asking)))
    fate = aliased(MessageEvent)
    found = found.join(fate, col(fate.message_id) == col(message.id)).where(
        col(fate.kind) == binds.constant(condition.action.value),
        *window_tests(condition.window, col(fate.occurred_at), asking),
    )
    return exists(found if condition.machine else found.where(col(fate.machine).is_(False)))


def _latest_visit(node_id: str, asking: Asking) -> ColumnElement[int]:
    earlier = aliased(Message)
    return (
        select(func.max(col(earlier.visit)))
        .where(col(earlier.journey_id) == journey_id(asking), col(earlier.node_id) == asking.binds.constant(node_id))
        .scalar_subquery()
    )
