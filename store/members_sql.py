"""All members of a condition: from the events that make them members where there are any, else from everybody.

Most customers are in no segment at any moment, and a profile is a wide row: reading a million of them costs more than
all else. So where some event is required, and nothing of the profile is, members are taken from the events' index and
no profile is read; the few erased customers are taken off by an index of their own.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Uuid, exists, func, literal_column, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.conditions import AllOf, AttributeIs, Condition, DateIs, DidEvent, HasTag, InSegment, LastWindow, walk
from models import Customer
from store.condition_binds import Asking, Binds, Query
from store.condition_sql import expression, inside
from store.event_sql import doers
from store.scope import Scope

Part = tuple[Condition, Asking]
_OF_THE_PROFILE = (AttributeIs, DateIs, HasTag)


def member_ids(condition: Condition, scope: Scope) -> Query:
    """Ids of the living customers that the condition holds for, each once: one column, `id`.

    Raises:
        InvalidError: see `compile_condition`.

    """
    members, who, once = _members(condition, scope)
    ids = members.with_only_columns(who.label("id"))
    return ids if once else ids.distinct()


def member_count(condition: Condition, scope: Scope) -> Query:
    """How many they are: one row, one column. Raises as `member_ids` does."""
    members, who, once = _members(condition, scope)
    return members.with_only_columns(func.count() if once else func.count(who.distinct()))


def _members(condition: Condition, scope: Scope) -> tuple[Query, ColumnElement[Any], bool]:
    """(rows of members, the column of their ids, whether each is there once)."""
    asking = Asking(col(Customer.id), Binds(scope), scope.journey is not None, scope.segments)
    parts = _required(condition, asking)
    for given, its in [] if _read_profiles(parts) else sorted(parts, key=_reach):
        found = doers(given, its) if isinstance(given, DidEvent) else None
        if found is not None:
            who: ColumnElement[Any] = found.subquery().c.customer_id
            others = [expression(part, replace(each, who=who)) for part, each in parts if part is not given]
            return select(who).where(*others, ~_erased(who)), who, False
    everybody = select(col(Customer.id)).where(col(Customer.erased_at).is_(None), expression(condition, asking))
    return everybody, literal_column("customers.id", Uuid()), True


def _erased(who: ColumnElement[Any]) -> ColumnElement[bool]:
    erased = aliased(Customer)
    return exists(select(1).where(col(erased.id) == who, col(erased.erased_at).is_not(None)))


def _required(condition: Condition, asking: Asking) -> list[Part]:
    """The conditions that must all hold, segments opened."""
    match condition:
        case AllOf():
            return [part for each in condition.of for part in _required(each, asking)]
        case InSegment():
            return _required(asking.segments[condition.segment_id], inside(condition.segment_id, asking))
        case _:
            return [(condition, asking)]


def _read_profiles(parts: list[Part]) -> bool:
    for condition, asking in parts:
        for part in walk(condition):
            if isinstance(part, _OF_THE_PROFILE):
                return True
            if isinstance(part, InSegment):
                members = inside(part.segment_id, asking)
                if _read_profiles([(asking.segments[part.segment_id], members)]):
                    return True
    return False


def _reach(part: Part) -> float:
    """How far back it looks, in seconds: the event of the shortest time is likely that of the fewest customers."""
    window = part[0].window if isinstance(part[0], DidEvent) else None
    return window.seconds if isinstance(window, LastWindow) else float("inf")
