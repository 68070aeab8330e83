"""A condition as a sentence about a customer, for step logs: `has not done Signed In in the last 15 days`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.conditions import (
    ANY_EVENT,
    AllOf,
    AnyOf,
    AttributeIs,
    BetweenWindow,
    Comparison,
    Condition,
    DateIs,
    DidEvent,
    Engaged,
    HasTag,
    InSegment,
    LastWindow,
    Not,
    Operator,
    PropertyTest,
    RandomShare,
    Ref,
    ScoreIs,
    SinceEventWindow,
    TriggerIs,
    Value,
    Window,
)
from domain.conditions import Sequence as EventSequence
from domain.vocabulary import Channel, Engagement

_COMPARED = {
    "eq": "exactly",
    "ne": "other than",
    "gt": "over",
    "gte": "at least",
    "lt": "under",
    "lte": "at most",
}
_OPERATORS = {
    Operator.EQ: "is",
    Operator.NE: "is not",
    Operator.GT: "is over",
    Operator.GTE: "is at least",
    Operator.LT: "is under",
    Operator.LTE: "is at most",
    Operator.IN: "is one of",
    Operator.NOT_IN: "is none of",
    Operator.CONTAINS: "contains",
    Operator.STARTS_WITH: "starts with",
    Operator.EXISTS: "is known",
    Operator.MISSING: "is not known",
}
_MESSAGES = {
    Channel.EMAIL: "an e-mail",
    Channel.SMS: "an SMS",
    Channel.PUSH: "a push",
    Channel.SILENT_PUSH: "a silent push",
    Channel.IN_APP: "an in-app message",
}
_FATES = {
    Engagement.SENT: "was sent",
    Engagement.DELIVERED: "received",
    Engagement.OPENED: "opened",
    Engagement.CLICKED: "clicked in",
    Engagement.BOUNCED: "bounced on",
    Engagement.COMPLAINED: "complained about",
    Engagement.UNSUBSCRIBED: "unsubscribed from",
    Engagement.REPLIED: "replied to",
}
_NOT_FATES = {
    Engagement.SENT: "was not sent",
    Engagement.DELIVERED: "did not receive",
    Engagement.OPENED: "did not open",
    Engagement.CLICKED: "did not click in",
    Engagement.BOUNCED: "did not bounce on",
    Engagement.COMPLAINED: "did not complain about",
    Engagement.UNSUBSCRIBED: "did not unsubscribe from",
    Engagement.REPLIED: "did not reply to",
}


def say(condition: Condition, segments: Mapping[UUID, str] | None = None) -> str:
    """The condition as a sentence without its subject, e.g. `has done Order Completed in the last 30 days`.

    Args:
        condition: any condition.
        segments: names of the segments that it may mention; others are called by their id.

    """
    return _say(condition, segments or {}, holds=True)


def say_window(window: Window | None) -> str:
    """` in the last 15 days`, with its leading space; empty for no window."""
    match window:
        case None:
            return ""
        case LastWindow():
            return f" in the last {_span(window)}"
        case BetweenWindow():
            parts = [f"from {_moment(window.start)}"] if window.start is not None else []
            parts += [f"before {_moment(window.end)}"] if window.end is not None else []
            return "".join(f" {part}" for part in parts)
        case SinceEventWindow():
            return f" since the latest {window.event if window.event != ANY_EVENT else 'activity'}"
        case _:
            since = {"journey_start": "the journey started", "trigger": "the event that started the journey"}
            return f" since {since.get(window.anchor) or f'the step {window.node_id!r}'}"


def _say(condition: Condition, names: Mapping[UUID, str], *, holds: bool) -> str:
    match condition:
        case AllOf() | AnyOf():
            return _joined(condition, names, holds=holds)
        case Not():
            return _say(condition.condition, names, holds=not holds)
        case AttributeIs():
            return _attribute(condition, holds=holds)
        case DateIs():
            return _date(condition, holds=holds)
        case HasTag():
            return f"{_has(holds)} the tag {condition.tag!r}"
        case DidEvent():
            return _event(condition, holds=holds)
        case EventSequence():
            return _sequence(condition, holds=holds)
        case Engaged():
            return _engaged(condition, names, holds=holds)
        case InSegment():
            name = names.get(condition.segment_id, str(condition.segment_id))
            return f"is {'' if holds else 'not '}in the segment {name!r}"
        case ScoreIs():
            what = "a score" if condition.of == "value" else "a percentile of the score"
            return f"{_has(holds)} {what} {condition.score!r} of {_compared(condition.is_)}"
        case RandomShare():
            return f"is {'' if holds else 'not '}in a random {_number(condition.percent)} % of all customers"
        case TriggerIs():
            tests = _tests(condition.where) or " of any kind"
            return f"{'entered' if holds else 'did not enter'} by an event{tests}"


def _joined(condition: AllOf | AnyOf, names: Mapping[UUID, str], *, holds: bool) -> str:
    if not condition.of:
        return "is anybody" if isinstance(condition, AllOf) == holds else "is nobody"
    word = "and" if isinstance(condition, AllOf) == holds else "or"
    parts = []
    for part in condition.of:
        said = _say(part, names, holds=holds)
        nested = isinstance(_bare(part), AllOf | AnyOf) and len(condition.of) > 1
        parts.append(f"({said})" if nested else said)
    return f" {word} ".join(parts)


def _bare(condition: Condition) -> Condition:
    while isinstance(condition, Not):
        condition = condition.condition
    return condition


def _has(holds: bool) -> str:
    return "has" if holds else "does not have"


def _attribute(condition: AttributeIs, *, holds: bool) -> str:
    name = condition.name.removeprefix("attributes.").removeprefix("traits.")
    if condition.op is Operator.ANNIVERSARY:
        years = f"{condition.value} years ago today" if condition.value != 1 else "one year ago today"
        said = f"{name} was {years}" if condition.value is not None else f"{name} has its anniversary today"
    else:
        said = f"{name} {_OPERATORS[condition.op]}{_operand(condition.value)}"
    return f"has a profile whose {said}" if holds else f"does not have a profile whose {said}"


def _date(condition: DateIs, *, holds: bool) -> str:
    name = condition.name.removeprefix("attributes.").removeprefix("traits.")
    days, side = abs(condition.offset_days), "after" if condition.offset_days > 0 else "before"
    shift = f"{_number(days)} day{'' if days == 1 else 's'} {side} " if days else ""
    what = f"the yearly day of {name}" if condition.yearly else f"the day of {name}"
    clock = f" from {condition.time:%H:%M}" if condition.time.hour or condition.time.minute else ""
    return f"{'has' if holds else 'does not have'} today{clock} {shift}{what}"


def _happened(name: str) -> str:
    return "anything" if name == ANY_EVENT else name


def _event(condition: DidEvent, *, holds: bool) -> str:
    said = f"done {_happened(condition.event)}{_tests(condition.where)}"
    if condition.count is not None:
        said += f" {_compared(condition.count)} {'time' if condition.count.value == 1 else 'times'}"
    if condition.sum is not None:
        said += f" for a total {condition.sum.property} of {_compared(condition.sum.is_)}"
    return f"has {'' if holds else 'not '}{said}{say_window(condition.window)}"


def _sequence(condition: EventSequence, *, holds: bool) -> str:
    without = f" and no {_happened(condition.without)} in between" if condition.without else ""
    return (
        f"has {'' if holds else 'not '}done {_happened(condition.first)}{_tests(condition.first_where)}, then "
        f"{_happened(condition.then)}{_tests(condition.then_where)} within {_span(condition.within)}{without}"
        f"{say_window(condition.window)}"
    )


def _engaged(condition: Engaged, names: Mapping[UUID, str], *, holds: bool) -> str:
    message = _MESSAGES[condition.channel] if condition.channel else "a message"
    if condition.node_id is not None:
        message = f"the message of the step {condition.node_id!r}"
    if condition.campaign_id is not None:
        name = names.get(condition.campaign_id)
        message += f" of the campaign {name!r}" if name else " of that campaign"
    if condition.this_journey:
        message += " of this journey"
    machine = " (machines count)" if condition.machine else ""
    fate = (_FATES if holds else _NOT_FATES)[condition.action]
    return f"{fate} {message}{say_window(condition.window)}{machine}"


def _tests(where: Sequence[PropertyTest]) -> str:
    said = [f"{test.property}{_test_words(test.op)}{_operand(test.value)}" for test in where]
    return " with " + " and ".join(said) if said else ""


def _test_words(op: Operator) -> str:
    words = _OPERATORS[op].removeprefix("is").strip()
    return f" {words}" if words else ""


def _operand(value: Value | None) -> str:
    match value:
        case None:
            return ""
        case Ref():
            kind, _, name = value.ref.partition(".")
            return f" the journey's {kind} {name}"
        case list():
            return f" {', '.join(_scalar(each) for each in value)}"
        case _:
            return f" {_scalar(value)}"


def _scalar(value: bool | int | float | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, str) else _number(value)


def _compared(comparison: Comparison) -> str:
    return f"{_COMPARED[comparison.op]} {_number(comparison.value)}"


def _number(value: float) -> str:
    return f"{value:,.10g}"


def _span(window: LastWindow) -> str:
    parts = [(window.days, "day"), (window.hours, "hour"), (window.minutes, "minute")]
    said = [f"{_number(value)} {unit}{'' if value == 1 else 's'}" for value, unit in parts if value]
    return " ".join(said)


def _moment(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else str(moment)
