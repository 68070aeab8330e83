"""Whom time alone may have brought into a condition, or out of it, since an earlier moment.

A window of "the last 30 days" moves on: those leave it who did something 30 days ago. They are found in the index of
events by their time, so that a sweep every minute asks a few customers and not a million.
"""

from dataclasses import replace
from datetime import datetime
from typing import assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.condition_dependencies import all_parts, event_names
from domain.conditions import (
    AllOf,
    AnyOf,
    AttributeIs,
    BetweenWindow,
    Condition,
    DateIs,
    DidEvent,
    Engaged,
    HasTag,
    InSegment,
    LastWindow,
    Not,
    Operator,
    PercentileIs,
    RandomShare,
    ScoreIs,
    Sequence,
    TriggerIs,
)
from domain.vocabulary import MessageEventKind
from models import Event
from store.conditions.binds import INSTANT, Query
from store.conditions.calendar_sql import clocks_moved
from store.conditions.compiler import of_everybody
from store.conditions.event_sql import is_named, midnight, span_of
from store.conditions.scope import Scope

MOST = 20_000
"""Beyond so many, comparing everybody costs less."""
_Windowed = DidEvent | Sequence | Engaged


async def moved_by_time(
    session: AsyncSession, condition: Condition, scope: Scope, since: datetime
) -> list[UUID] | None:
    """Customers whose answer may differ from what it was at `since`, though nothing happened to them.

    Args:
        session: a transaction.
        condition: any; `scope.segments` holds the segments that it names.
        scope: the moment up to which.
        since: an earlier moment.

    Returns:
        Their ids; None where it may be anybody, or too many.

    """
    parts = all_parts(condition, scope.segments)
    if any(_moves_anybody(part, scope, since) for part in parts):
        return None
    left = [
        _left_behind(part, part.window, scope, since)
        for part in parts
        if isinstance(part, _Windowed) and isinstance(part.window, LastWindow)
    ]
    if not left:
        return []
    who = list(await session.scalars(union(*left).limit(MOST + 1)))
    return who if len(who) <= MOST else None


def _left_behind(part: _Windowed, window: LastWindow, scope: Scope, since: datetime) -> Query:
    """Who did what the part asks about, at a moment that its window held then and holds no more."""
    asking, event = of_everybody(scope), aliased(Event)
    span = span_of(window)
    return select(col(event.customer_id)).where(
        or_(*(is_named(event, name, asking) for name in sorted(event_names(part)))),
        col(event.occurred_at) >= asking.binds.constant(since - span, INSTANT),
        col(event.occurred_at) <= asking.binds.constant(scope.now - span, INSTANT),
    )


def _moves_anybody(part: Condition, scope: Scope, since: datetime) -> bool:
    """Whether the part may have changed its answer for any customer, with nothing to find them by."""
    match part:
        case ScoreIs() | PercentileIs():  # written by others, without an event; moved by what others do
            return True
        case Engaged(action=MessageEventKind.SENT) | Engaged(machine=True):  # known to the ledger alone
            return True
        case DateIs():
            return clocks_moved(part.time, replace(scope, now=since), scope)
        case AttributeIs(op=Operator.ANNIVERSARY):
            zone = ZoneInfo(scope.timezone)
            return since.astimezone(zone).date() != scope.now.astimezone(zone).date()
        case DidEvent(window=BetweenWindow() as window) | Sequence(window=BetweenWindow() as window):
            return _edge_passed(window, since, scope.now)
        case Engaged(window=BetweenWindow() as window):
            return _edge_passed(window, since, scope.now)
        case AllOf() | AnyOf() | Not() | InSegment() | DidEvent() | Sequence() | Engaged():
            return False
        case AttributeIs() | HasTag() | RandomShare() | TriggerIs():
            return False
        case _:
            assert_never(part)


def _edge_passed(window: BetweenWindow, since: datetime, now: datetime) -> bool:
    return any(edge is not None and since <= midnight(edge) <= now for edge in (window.start, window.end))
