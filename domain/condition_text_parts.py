"""The parts of a condition in words: windows, comparisons, tests of properties, and the values in them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import assert_never

from domain.conditions import (
    ANY_EVENT,
    BetweenWindow,
    Comparison,
    LastWindow,
    Operator,
    PropertyTest,
    Ref,
    SinceEventWindow,
    SinceWindow,
    Value,
    Window,
)
from domain.i18n import Day, Length, ListParam, MomentParam, Sentence, StepParam, quoted, sentence
from domain.i18n.values import Value as Named

_COMPARED = {
    "eq": "compared_eq",
    "ne": "compared_ne",
    "gt": "compared_gt",
    "gte": "compared_gte",
    "lt": "compared_lt",
    "lte": "compared_lte",
}
_TESTS = {
    Operator.EQ: "test_eq",
    Operator.NE: "test_ne",
    Operator.GT: "test_gt",
    Operator.GTE: "test_gte",
    Operator.LT: "test_lt",
    Operator.LTE: "test_lte",
    Operator.IN: "test_in",
    Operator.NOT_IN: "test_not_in",
    Operator.CONTAINS: "test_contains",
    Operator.STARTS_WITH: "test_starts_with",
}
NOTHING = ""
"""Said of what a condition does not ask."""


def window_words(window: Window | None) -> Named:
    """E.g. `in the last 15 days`; nothing without a window."""
    match window:
        case None:
            return NOTHING
        case LastWindow():
            return sentence("window_last", length=span_words(window))
        case BetweenWindow():
            return _between(window)
        case SinceEventWindow():
            if window.event == ANY_EVENT:
                return sentence("window_since_activity")
            return sentence("window_since_event", event=window.event)
        case SinceWindow():
            if window.node_id is not None:
                return sentence("window_since_step", step=StepParam(window.node_id))
            return sentence("window_since_start" if window.anchor == "journey_start" else "window_since_trigger")
        case _:
            assert_never(window)


def _between(window: BetweenWindow) -> Named:
    start, end = window.start, window.end
    if start is not None and end is not None:
        return sentence("window_between", start=_moment(start), end=_moment(end))
    if start is not None:
        return sentence("window_from", start=_moment(start))
    return sentence("window_before", end=_moment(end)) if end is not None else NOTHING


def tests_words(where: Sequence[PropertyTest]) -> Named:
    """E.g. `with city Milan and revenue over 100`; nothing without tests."""
    tests = [_test(each) for each in where]
    return sentence("with_tests", tests=ListParam(tests, "and")) if tests else NOTHING


def _test(test: PropertyTest) -> Sentence:
    if test.value is None:
        return sentence("test_exists" if test.op is Operator.EXISTS else "test_missing", property=test.property)
    return sentence(_TESTS[test.op], property=test.property, value=operand_words(test.value))


def operand_words(value: Value) -> Named:
    """What is compared with: a value, several, or what a reference stands for."""
    match value:
        case Ref():
            kind, _, name = value.ref.partition(".")
            return sentence("ref_coupon" if kind == "coupon" else "ref_trigger", name=name)
        case list():
            return ListParam([_scalar(each) for each in value], "comma")
        case _:
            return _scalar(value)


def _scalar(value: bool | int | float | str) -> Named:
    if isinstance(value, bool):
        return sentence("value_true" if value else "value_false")
    return quoted(value) if isinstance(value, str) else value


def compared_words(comparison: Comparison) -> Sentence:
    """E.g. `at least 3`."""
    return sentence(_COMPARED[comparison.op], value=comparison.value)


def span_words(window: LastWindow) -> Length:
    """E.g. `15 days`."""
    return Length({"days": window.days, "hours": window.hours, "minutes": window.minutes})


def _moment(moment: datetime | date) -> Named:
    if not isinstance(moment, datetime):
        return Day(moment)
    return MomentParam(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
