"""Comparisons with a profile, as SQL over one row of `customers`."""

from calendar import isleap
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, DateTime, SQLColumnExpression, and_, any_, cast, false, func, not_, or_
from sqlalchemy.types import TypeEngine
from sqlmodel import col

from domain.conditions import PROFILE_FIELDS, AttributeIs, Operator, PropertyTest, Ref
from domain.matching import wanted_values
from models import Customer
from store.conditions.binds import INSTANT, INSTANTS, TEXT, TEXTS, Asking, JsonPath
from store.conditions.event_sql import compare
from store.conditions.json_path import anniversary_path, json_path
from store.conditions.scope import Scope

_ORDER = {Operator.GT: "gt", Operator.GTE: "gte", Operator.LT: "lt", Operator.LTE: "lte"}


def attribute_is(condition: AttributeIs, asking: Asking) -> ColumnElement[bool]:
    """A comparison with a built-in field, an attribute or a trait. Never null."""
    home, dot, path = condition.name.partition(".")
    if dot:
        document = col(Customer.attributes) if home == "attributes" else col(Customer.traits)
        return func.jsonb_path_exists_tz(document, asking.binds.of(_document_path(condition, path), JsonPath()))
    field = col(getattr(Customer, condition.name))
    match condition.op:
        case Operator.EXISTS:
            return field.is_not(None)
        case Operator.MISSING:
            return field.is_(None)
        case Operator.ANNIVERSARY:
            return _anniversary(condition, field, asking)
        case _ if PROFILE_FIELDS[condition.name] == "text":
            return _compared(condition, field, TEXT, TEXTS, asking)
        case _:
            return _compared(condition, cast(field, DateTime(timezone=True)), INSTANT, INSTANTS, asking)


def month_days(scope: Scope) -> list[str]:
    """Today on the scope's calendar; see `returning`."""
    return returning(scope.now.astimezone(ZoneInfo(scope.timezone)).date())


def returning(day: date) -> list[str]:
    """The `MM-DD` of dates that have their anniversary on that day: 29 February too, where 28 stands in for it."""
    stands_in = (day.month, day.day) == (2, 28) and not isleap(day.year)
    return [f"{day:%m-%d}", "02-29"] if stands_in else [f"{day:%m-%d}"]


def anniversary_year(condition: AttributeIs, scope: Scope) -> int | None:
    """The one year that an anniversary asks for, None when any will do."""
    if not isinstance(condition.value, int):
        return None
    return scope.now.astimezone(ZoneInfo(scope.timezone)).year - condition.value


def _document_path(condition: AttributeIs, path: str) -> Callable[[Scope], str]:
    if condition.op is Operator.ANNIVERSARY:
        return lambda scope: anniversary_path(path, month_days(scope), anniversary_year(condition, scope))
    tests = [PropertyTest(property=path, op=condition.op, value=condition.value)]
    return lambda scope: json_path(tests, scope.refs)


def _anniversary(condition: AttributeIs, field: SQLColumnExpression[Any], asking: Asking) -> ColumnElement[bool]:
    day = func.to_char(field, "MM-DD") == any_(asking.binds.of(month_days, TEXTS))
    if condition.value is None:
        return and_(field.is_not(None), day)
    year = asking.binds.of(lambda scope: f"{anniversary_year(condition, scope):04d}", TEXT)
    return and_(field.is_not(None), day, func.to_char(field, "YYYY") == year)


def _compared(
    condition: AttributeIs,
    field: SQLColumnExpression[Any],
    one: TypeEngine[Any],
    many: TypeEngine[Any],
    asking: Asking,
) -> ColumnElement[bool]:
    """A nullable field against texts or instants. An operand unknown, or of another kind, satisfies nothing."""

    def operands(scope: Scope) -> list[Any]:
        wanted = wanted_values(condition, scope.refs) or []
        values = [_operand(each, one) for each in wanted]
        return [] if None in values else values

    def first(scope: Scope) -> Any:
        return (operands(scope) or [None])[0]

    # `= ANY(array)` for one value too: Postgres uses the same index for it
    if condition.op in {Operator.EQ, Operator.IN}:
        return and_(field.is_not(None), field == any_(asking.binds.of(operands, many)))
    if condition.op in {Operator.NE, Operator.NOT_IN}:
        array = asking.binds.of(operands, many)
        unknown_ref = func.cardinality(array) == 0 if isinstance(condition.value, Ref) else false()
        return and_(not_(unknown_ref), or_(field.is_(None), not_(field == any_(array))))
    value = asking.binds.of(first, one)
    return and_(field.is_not(None), value.is_not(None), _other(condition.op, field, value, one))


def _other(op: Operator, field: SQLColumnExpression[Any], value: Any, one: TypeEngine[Any]) -> ColumnElement[bool]:
    if op is Operator.CONTAINS:
        return func.strpos(field, value) > 0
    if op is Operator.STARTS_WITH:
        return func.starts_with(field, value)
    if one is TEXT:
        field = field.collate("C")
    ordered: ColumnElement[bool] = compare(field, _ORDER[op], value)
    return ordered


def _operand(value: Any, one: TypeEngine[Any]) -> Any:
    if not isinstance(value, str):
        return None
    if one is TEXT:
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
