"""What a customer did, as SQL over `events`: written so that one customer is an index probe and millions are a join."""

import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, assert_never

from sqlalchemy import (
    ColumnElement,
    Interval,
    SQLColumnExpression,
    Uuid,
    all_,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    not_,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import col

from domain.conditions import (
    ANY_EVENT,
    BetweenWindow,
    Comparison,
    DidEvent,
    LastWindow,
    PropertyTest,
    Sequence,
    SinceEventWindow,
    SinceWindow,
    SumOf,
    Window,
)
from domain.events import CUSTOMER_ACTIVITY_EVENTS, MESSAGE_PREFIX, SYSTEM_EVENTS
from domain.orders import is_money
from models import Event, JourneyStep, ShopSettings
from store.conditions.binds import INSTANT, NUMBER, TEXTS, Asking, JsonPath, Query
from store.conditions.json_path import json_path, numbers_path
from store.conditions.scope import Scope

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_OPPOSITE = {"eq": "ne", "ne": "eq", "gt": "lte", "gte": "lt", "lt": "gte", "lte": "gt"}
_LONGEST = 36500 * 86400
"""Seconds: a window of more would leave the calendar."""


def compare(left: Any, op: str, right: Any) -> Any:
    """`left op right`, for numbers and for SQL alike."""
    return _COMPARE[op](left, right)


def did_event(condition: DidEvent, asking: Asking, *, holds: bool) -> ColumnElement[bool]:
    """The customer did (or, without `holds`, did not do) the event, so often or for such a sum."""
    tests: list[tuple[ColumnElement[bool], bool]] = []
    if condition.count is not None:
        tests.append(_count_test(condition, condition.count, asking))
    if condition.sum is not None:
        tests.append(_sum_test(condition, condition.sum, asking))
    if not tests:
        return _signed(_did(condition, asking), holds)
    anchor = _anchor_known(condition.window, asking)
    if anchor is not None and not all(positive for _, positive in tests):
        tests.append((anchor, True))  # nothing can be counted since a moment that never was
    signed = [_signed(test, positive == holds) for test, positive in tests]
    return and_(*signed) if holds else or_(*signed)


def sequence(condition: Sequence, asking: Asking, *, holds: bool) -> ColumnElement[bool]:
    """`first`, then `then` soon enough, with none of `without` strictly between them. Both lie in the window."""
    first, then = aliased(Event), aliased(Event)
    binds = asking.binds
    reach = binds.constant(span_of(condition.within), Interval())
    found = (
        select(1)
        .select_from(first)
        .join(then, col(then.customer_id) == col(first.customer_id))
        .where(
            col(first.customer_id) == asking.who,
            *_named(first, condition.first, condition.first_where, asking),
            *_named(then, condition.then, condition.then_where, asking),
            col(then.occurred_at) > col(first.occurred_at),
            col(then.occurred_at) <= col(first.occurred_at) + reach,
        )
    )
    found = _within(_within(found, condition.window, first, asking), condition.window, then, asking)
    if condition.without is not None:
        between = aliased(Event)
        found = found.where(
            ~exists(
                select(1).where(
                    col(between.customer_id) == col(first.customer_id),
                    is_named(between, condition.without, asking),
                    col(between.occurred_at) > col(first.occurred_at),
                    col(between.occurred_at) < col(then.occurred_at),
                )
            )
        )
    return _signed(exists(found), holds)


def events_found(condition: DidEvent, asking: Asking) -> ColumnElement[Any]:
    """What there is to say of the matching events, as JSON: `[how many, when the latest was, their sum or null]`."""
    event = aliased(Event)
    total = _total(event, condition.sum, asking) if condition.sum else null()
    facts = func.jsonb_build_array(func.count(), func.max(col(event.occurred_at)), total)
    found = matching(select(facts), event, condition, asking).where(col(event.customer_id) == asking.who)
    return found.scalar_subquery()


def window_tests(window: Window | None, at: SQLColumnExpression[Any], asking: Asking) -> list[ColumnElement[bool]]:
    """What a window says of an instant. Not for `since_event`, which needs a join: see `_within`."""
    binds = asking.binds
    match window:
        case LastWindow():
            span = span_of(window)
            return [at >= binds.of(lambda scope: scope.now - span, INSTANT)]
        case BetweenWindow():
            tests = []
            if window.start is not None:
                tests.append(at >= binds.constant(midnight(window.start), INSTANT))
            if window.end is not None:
                tests.append(at < binds.constant(midnight(window.end), INSTANT))
            return tests
        case SinceWindow(anchor="trigger"):
            return [at > binds.of(_trigger_at, INSTANT)]
        case SinceWindow(anchor="node"):
            return [at >= _node_entered(window, asking).scalar_subquery()]
        case SinceWindow():
            asking.need_journey("Since the start of the journey")
            return [at >= binds.of(lambda scope: scope.journey.started_at if scope.journey else None, INSTANT)]
        case SinceEventWindow() | None:
            return []
        case _:
            assert_never(window)


def _signed(test: ColumnElement[bool], holds: bool) -> ColumnElement[bool]:
    return test if holds else not_(test)


def _did(condition: DidEvent, asking: Asking) -> ColumnElement[bool]:
    event = aliased(Event)
    return exists(matching(select(1), event, condition, asking).where(col(event.customer_id) == asking.who))


def doers(condition: DidEvent, asking: Asking) -> Query | None:
    """Ids of the customers for whom the condition holds, some of them several times, found without looking at others.

    None where it can hold for somebody who never did the event.
    """
    event = aliased(Event)
    if condition.count is None and condition.sum is None:
        return matching(select(col(event.customer_id)), event, condition, asking)
    having = []
    if condition.count is not None:
        if compare(0, condition.count.op, condition.count.value):
            return None
        having.append(compare(func.count(), condition.count.op, _number(condition.count, asking)))
    if condition.sum is not None:
        if condition.count is None and compare(0, condition.sum.is_.op, condition.sum.is_.value):
            return None
        total = _total(event, condition.sum, asking)
        having.append(compare(total, condition.sum.is_.op, _number(condition.sum.is_, asking)))
    return _doing_enough(event, condition, asking).having(and_(*having))


def _number(comparison: Comparison, asking: Asking) -> ColumnElement[Any]:
    return asking.binds.constant(Decimal(repr(comparison.value)), NUMBER)


def _count_test(condition: DidEvent, wanted: Comparison, asking: Asking) -> tuple[ColumnElement[bool], bool]:
    """A test, and whether it must hold: a count that zero satisfies is asked by its opposite."""
    zero = compare(0, wanted.op, wanted.value)
    op = _OPPOSITE[wanted.op] if zero else wanted.op
    if (op, wanted.value) in {("gte", 1), ("gt", 0), ("ne", 0)}:
        return _did(condition, asking), not zero
    number = _number(wanted, asking)
    return _grouped(condition, asking, lambda _: compare(func.count(), op, number)), not zero


def _sum_test(condition: DidEvent, summed: SumOf, asking: Asking) -> tuple[ColumnElement[bool], bool]:
    wanted = summed.is_
    zero = compare(0, wanted.op, wanted.value)
    op = _OPPOSITE[wanted.op] if zero else wanted.op
    number = _number(wanted, asking)
    return _grouped(condition, asking, lambda event: compare(_total(event, summed, asking), op, number)), not zero


def _total(event: type[Event], summed: SumOf, asking: Asking) -> ColumnElement[Any]:
    counted = _in_currency(event, summed, asking)
    if summed.property == "revenue":  # kept in an index, so that no event is read for it
        return _summed(col(event.revenue), counted)
    numbers = asking.binds.constant(numbers_path(summed.property), JsonPath())
    properties = col(event.properties)
    found = func.jsonb_path_query(properties, numbers).column_valued()
    several = select(func.sum(cast(found, NUMBER))).scalar_subquery()
    # a plain number, which nearly every event has there, is read several times faster than a path is walked
    plain = func.jsonb_extract_path(properties, *(asking.binds.constant(key) for key in summed.property.split(".")))
    each = case((func.jsonb_typeof(plain) == "number", cast(plain, NUMBER)), else_=several)
    return _summed(each, counted)


def _summed(each: SQLColumnExpression[Any], counted: ColumnElement[bool] | None) -> ColumnElement[Any]:
    total = func.sum(each)
    return func.coalesce(total if counted is None else total.filter(counted), 0)


def _in_currency(event: type[Event], summed: SumOf, asking: Asking) -> ColumnElement[bool] | None:
    """Whether the event's amounts are in the currency that is asked for; None where all of them are."""
    if summed.currency is None and (asking.one_currency or not is_money(summed.property)):
        return None
    shop = select(col(ShopSettings.currency)).scalar_subquery()
    wanted = asking.binds.constant(summed.currency) if summed.currency else func.coalesce(shop, "")
    its = func.nullif(func.counter_currency(col(event.properties)), "")
    return func.coalesce(its, shop, "") == wanted


def _grouped(
    condition: DidEvent, asking: Asking, having: Callable[[type[Event]], ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Customers whose matching events, taken together, satisfy `having`: a derived table, so that it can be joined."""
    event = aliased(Event)
    members = _doing_enough(event, condition, asking).having(having(event))
    if asking.alone:
        return exists(members.where(col(event.customer_id) == asking.who))
    table = members.subquery()
    return exists(select(1).where(table.c.customer_id == asking.who))


def _doing_enough(event: type[Event], condition: DidEvent, asking: Asking) -> Query:
    customer_id = col(event.customer_id)
    return matching(select(customer_id), event, condition, asking).group_by(customer_id)


def matching(statement: Query, event: type[Event], condition: DidEvent, asking: Asking) -> Query:
    """`statement`, taken from those events that the condition counts: its name, properties and window."""
    named = statement.select_from(event).where(*_named(event, condition.event, condition.where, asking))
    return _within(named, condition.window, event, asking)


def _named(event: type[Event], name: str, where: list[PropertyTest], asking: Asking) -> list[ColumnElement[bool]]:
    tests = [is_named(event, name, asking)]
    if where:
        path = asking.binds.of(lambda scope: json_path(where, scope.refs), JsonPath())
        tests.append(func.jsonb_path_exists_tz(col(event.properties), path))
    return tests


def is_named(event: type[Event], name: str, asking: Asking) -> ColumnElement[bool]:
    """The event has that name; `*` stands for all that the customer did (`domain.events.is_activity`)."""
    found = col(event.name)
    if name != ANY_EVENT:
        return found == asking.binds.constant(name)
    told = asking.binds.constant(list(SYSTEM_EVENTS), TEXTS)
    return or_(
        and_(not_(func.starts_with(found, asking.binds.constant(MESSAGE_PREFIX))), found != all_(told)),
        found == any_(asking.binds.constant(list(CUSTOMER_ACTIVITY_EVENTS), TEXTS)),
    )


def _within(statement: Query, window: Window | None, event: type[Event], asking: Asking) -> Query:
    if not isinstance(window, SinceEventWindow):
        return statement.where(*window_tests(window, col(event.occurred_at), asking))
    latest = latest_event(window, asking).subquery()
    return statement.join(
        latest,
        and_(latest.c.customer_id == col(event.customer_id), col(event.occurred_at) > latest.c.at),
    )


def latest_event(window: SinceEventWindow, asking: Asking) -> Query:
    """When each customer (the one who is asked about, if alone) did the window's event last: `customer_id`, `at`."""
    anchor = aliased(Event)
    latest = (
        select(col(anchor.customer_id), func.max(col(anchor.occurred_at)).label("at"))
        .where(is_named(anchor, window.event, asking))
        .group_by(col(anchor.customer_id))
    )
    return latest.where(col(anchor.customer_id) == asking.who) if asking.alone else latest


def _anchor_known(window: Window | None, asking: Asking) -> ColumnElement[bool] | None:
    """A test that the window's anchor exists, for windows whose anchor may not."""
    match window:
        case SinceEventWindow():
            anchor = aliased(Event)
            return exists(
                select(1).where(
                    col(anchor.customer_id) == asking.who,
                    is_named(anchor, window.event, asking),
                )
            )
        case SinceWindow(anchor="node"):
            return _node_entered(window, asking).scalar_subquery().is_not(None)
        case SinceWindow(anchor="trigger"):
            return asking.binds.of(_trigger_at, INSTANT).is_not(None)
        case LastWindow() | BetweenWindow() | SinceWindow() | None:
            return None
        case _:
            assert_never(window)


def _node_entered(window: SinceWindow, asking: Asking) -> Query:
    asking.need_journey("Since the visit of a node")
    return select(func.max(col(JourneyStep.entered_at))).where(
        col(JourneyStep.journey_id) == journey_id(asking),
        col(JourneyStep.node_id) == asking.binds.constant(window.node_id),
    )


def journey_id(asking: Asking) -> ColumnElement[Any]:
    """The asking journey's id."""
    return asking.binds.of(lambda scope: scope.journey.journey_id if scope.journey else None, Uuid())


def _trigger_at(scope: Scope) -> datetime | None:
    return scope.journey.trigger_at if scope.journey else None


def span_of(window: LastWindow) -> timedelta:
    """Its length, cut where it would leave the calendar."""
    return timedelta(seconds=min(window.seconds, _LONGEST))


def midnight(moment: datetime | date) -> datetime:
    """The instant that an edge of a window names, in UTC where it names no zone."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
