"""All members of a condition: from the events that make them members where there are any, else from everybody.

Most customers are in no segment at any moment, and a profile is a wide row: reading a million of them costs more than
all else. So where some event is required, and nothing of the profile is, members are taken from the events' index and
no profile is read; the few erased customers are taken off by an index of their own.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Uuid, except_, exists, func, literal_column, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.conditions import (
    AllOf,
    AttributeIs,
    Condition,
    DateIs,
    DidEvent,
    HasTag,
    InSegment,
    LastWindow,
    Not,
    PercentileIs,
    walk,
)
from models import Customer
from store.conditions.binds import Asking, Query
from store.conditions.compiler import expression, inside
from store.conditions.event_sql import doers

Part = tuple[Condition, Asking]
_OF_THE_PROFILE = (AttributeIs, DateIs, HasTag, PercentileIs)


def member_ids(condition: Condition, asking: Asking) -> Query:
    """Ids of the living customers that the condition holds for, each once: one column, `id`.

    Args:
        condition: any.
        asking: of `customers.id`.

    Raises:
        InvalidError: see `compile_condition`.

    """
    members, who = _members(condition, asking)
    return members.with_only_columns(who.label("id"))


def member_count(condition: Condition, asking: Asking) -> Query:
    """How many they are: one row, one column. As `member_ids`."""
    members, _ = _members(condition, asking)
    return members.with_only_columns(func.count(), maintain_column_froms=True)


def _members(condition: Condition, asking: Asking) -> tuple[Query, ColumnElement[Any]]:
    """(a row for each member, the column of their ids)."""
    parts = _required(condition, asking)
    for given, its in [] if _read_profiles(parts) else sorted(parts, key=_reach):
        found = doers(given, its) if isinstance(given, DidEvent) else None
        if found is not None:
            taken_off, others_asked = _taken_off([part for part in parts if part[0] is not given], (given, its))
            once = except_(found, *taken_off) if taken_off else found.distinct()
            who: ColumnElement[Any] = once.subquery().c[0]
            others = [expression(part, replace(each, who=who)) for part, each in others_asked]
            return select(who).where(*others, ~_erased(who)), who
    everybody = select(col(Customer.id)).where(col(Customer.erased_at).is_(None), expression(condition, asking))
    return everybody, literal_column("customers.id", Uuid())


def _taken_off(parts: list[Part], root: Part) -> tuple[list[Query], list[Part]]:
    """(who did what they must not have done, the other parts).

    Taking away a set is cheaper than an anti-join, unless that set is much larger than what it is taken from.
    """
    sets: list[Query] = []
    others = []
    for part, asking in parts:
        refused = part.condition if isinstance(part, Not) else None
        near = isinstance(refused, DidEvent) and _reach((refused, asking)) <= _reach(root)
        found = doers(refused, asking) if near and isinstance(refused, DidEvent) else None
        if found is None:
            others.append((part, asking))
        else:
            sets.append(found)
    return sets, others


def _erased(who: ColumnElement[Any]) -> ColumnElement[bool]:
    erased = aliased(Customer)
    return exists(select(1).where(col(erased.id) == who, col(erased.erased_at).is_not(None)))


def _required(condition: Condition, asking: Asking) -> list[Part]:
    """The conditions that must all hold, segments opened."""
    match condition:
        case AllOf():
            return [part for each in condition.of for part in _required(each, asking)]
        case InSegment():
            members = inside(condition.segment_id, asking)  # refuses a segment that is not there
            return _required(asking.segments[condition.segment_id], members)
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
