"""A condition as a sentence about a customer, for step logs: `has not done Signed In in the last 15 days`."""

from collections.abc import Mapping
from uuid import UUID

from domain.condition_text_parts import (
    NOTHING,
    compared_words,
    operand_words,
    span_words,
    tests_words,
    window_words,
)
from domain.conditions import (
    ANY_EVENT,
    AllOf,
    AnyOf,
    AttributeIs,
    Condition,
    DateIs,
    DidEvent,
    Engaged,
    HasTag,
    InSegment,
    Not,
    Operator,
    PercentileIs,
    RandomShare,
    ScoreIs,
    SumOf,
    TriggerIs,
)
from domain.conditions import Sequence as EventSequence
from domain.i18n import Length, ListParam, Sentence, StepParam, quoted, sentence
from domain.i18n.values import Value as Named
from domain.vocabulary import Channel, MessageEventKind

_ATTRIBUTES = {
    Operator.EQ: "attribute_eq",
    Operator.NE: "attribute_ne",
    Operator.GT: "attribute_gt",
    Operator.GTE: "attribute_gte",
    Operator.LT: "attribute_lt",
    Operator.LTE: "attribute_lte",
    Operator.IN: "attribute_in",
    Operator.NOT_IN: "attribute_not_in",
    Operator.CONTAINS: "attribute_contains",
    Operator.STARTS_WITH: "attribute_starts_with",
}
_MESSAGES = {
    None: "message_any",
    Channel.EMAIL: "message_email",
    Channel.SMS: "message_sms",
    Channel.WHATSAPP: "message_whatsapp",
    Channel.PUSH: "message_push",
    Channel.SILENT_PUSH: "message_silent_push",
    Channel.IN_APP: "message_in_app",
}
_FATES = {
    MessageEventKind.SENT: "engaged_sent",
    MessageEventKind.DELIVERED: "engaged_delivered",
    MessageEventKind.OPENED: "engaged_opened",
    MessageEventKind.CLICKED: "engaged_clicked",
    MessageEventKind.BOUNCED: "engaged_bounced",
    MessageEventKind.COMPLAINED: "engaged_complained",
    MessageEventKind.UNSUBSCRIBED: "engaged_unsubscribed",
    MessageEventKind.REPLIED: "engaged_replied",
}
_NOT_FATES = {
    MessageEventKind.SENT: "not_engaged_sent",
    MessageEventKind.DELIVERED: "not_engaged_delivered",
    MessageEventKind.OPENED: "not_engaged_opened",
    MessageEventKind.CLICKED: "not_engaged_clicked",
    MessageEventKind.BOUNCED: "not_engaged_bounced",
    MessageEventKind.COMPLAINED: "not_engaged_complained",
    MessageEventKind.UNSUBSCRIBED: "not_engaged_unsubscribed",
    MessageEventKind.REPLIED: "not_engaged_replied",
}


def say(condition: Condition, segments: Mapping[UUID, str] | None = None) -> Sentence:
    """The condition as a sentence without its subject, e.g. `has done Order Completed in the last 30 days`.

    Args:
        condition: any condition.
        segments: names of the segments that it may mention; others are called by their id.

    """
    return _say(condition, segments or {}, holds=True)


def _say(condition: Condition, names: Mapping[UUID, str], *, holds: bool) -> Sentence:
    match condition:
        case AllOf() | AnyOf():
            return _joined(condition, names, holds=holds)
        case Not():
            return _say(condition.condition, names, holds=not holds)
        case AttributeIs():
            return sentence("attribute_holds" if holds else "attribute_fails", test=_attribute(condition))
        case DateIs():
            return _date(condition, holds=holds)
        case HasTag():
            return sentence("tag_holds" if holds else "tag_fails", tag=quoted(condition.tag))
        case DidEvent():
            return _event(condition, holds=holds)
        case EventSequence():
            return _sequence(condition, holds=holds)
        case Engaged():
            return _engaged(condition, names, holds=holds)
        case InSegment():
            name = quoted(names.get(condition.segment_id, str(condition.segment_id)))
            return sentence("segment_holds" if holds else "segment_fails", segment=name)
        case ScoreIs() | PercentileIs():
            return _ranked(condition, holds=holds)
        case RandomShare():
            return sentence("random_holds" if holds else "random_fails", percent=condition.percent)
        case TriggerIs():
            tests = tests_words(condition.where) or sentence("of_any_kind")
            return sentence("trigger_holds" if holds else "trigger_fails", tests=tests)


def _joined(condition: AllOf | AnyOf, names: Mapping[UUID, str], *, holds: bool) -> Sentence:
    every = isinstance(condition, AllOf) == holds
    if not condition.of:
        return sentence("anybody" if every else "nobody")
    parts = []
    for part in condition.of:
        said = _say(part, names, holds=holds)
        nested = isinstance(_bare(part), AllOf | AnyOf) and len(condition.of) > 1
        parts.append(sentence("in_brackets", words=said) if nested else said)
    if len(parts) == 1:
        return parts[0]
    return sentence("joined", parts=ListParam(parts, "and" if every else "or"))


def _bare(condition: Condition) -> Condition:
    while isinstance(condition, Not):
        condition = condition.condition
    return condition


def _profile_name(name: str) -> str:
    return name.removeprefix("attributes.").removeprefix("traits.")


def _attribute(condition: AttributeIs) -> Sentence:
    name, years = _profile_name(condition.name), condition.value
    if condition.op is Operator.ANNIVERSARY:
        if years is None:
            return sentence("anniversary_today", name=name)
        return (
            sentence("anniversary_one", name=name)
            if years == 1
            else sentence("anniversary", name=name, years=operand_words(years))
        )
    if condition.value is None:
        return sentence("attribute_exists" if condition.op is Operator.EXISTS else "attribute_missing", name=name)
    return sentence(_ATTRIBUTES[condition.op], name=name, value=operand_words(condition.value))


def _date(condition: DateIs, *, holds: bool) -> Sentence:
    clock = condition.time
    from_ = sentence("from_clock", time=f"{clock:%H:%M}") if clock.hour or clock.minute else NOTHING
    return sentence("date_holds" if holds else "date_fails", clock=from_, day=_day(condition))


def _day(condition: DateIs) -> Sentence:
    name, yearly, offset = _profile_name(condition.name), condition.yearly, condition.offset_days
    length = Length({"days": abs(offset)})
    if offset == 0:
        return sentence("return_of" if yearly else "day_of", name=name)
    if offset < 0:
        return sentence("return_before" if yearly else "day_before", name=name, length=length)
    return sentence("return_after" if yearly else "day_after", name=name, length=length)


def _happened(name: str) -> Named:
    return sentence("anything") if name == ANY_EVENT else name


def _event(condition: DidEvent, *, holds: bool) -> Sentence:
    count, sum_ = condition.count, condition.sum
    times: Named = NOTHING
    if count is not None:
        times = sentence("times_one" if count.value == 1 else "times", compared=compared_words(count))
    total = NOTHING if sum_ is None else _total(sum_)
    return sentence(
        "event_holds" if holds else "event_fails",
        event=_happened(condition.event),
        where=tests_words(condition.where),
        times=times,
        total=total,
        window=window_words(condition.window),
    )


def _total(summed: SumOf) -> Sentence:
    compared = compared_words(summed.is_)
    if summed.currency is None:
        return sentence("total", property=summed.property, compared=compared)
    return sentence("total_in", property=summed.property, compared=compared, currency=summed.currency)


def _sequence(condition: EventSequence, *, holds: bool) -> Sentence:
    without = condition.without
    return sentence(
        "sequence_holds" if holds else "sequence_fails",
        first=_happened(condition.first),
        where=tests_words(condition.first_where),
        then=_happened(condition.then),
        then_where=tests_words(condition.then_where),
        length=span_words(condition.within),
        without=sentence("without", event=_happened(without)) if without else NOTHING,
        window=window_words(condition.window),
    )


def _engaged(condition: Engaged, names: Mapping[UUID, str], *, holds: bool) -> Sentence:
    message = sentence(_MESSAGES[condition.channel])
    if condition.node_id is not None:
        message = sentence("message_of_step", step=StepParam(condition.node_id))
    if condition.campaign_id is not None:
        name = names.get(condition.campaign_id)
        message = (
            sentence("message_of_campaign", message=message, campaign=quoted(name))
            if name
            else sentence("message_of_that_campaign", message=message)
        )
    if condition.this_journey:
        message = sentence("message_of_journey", message=message)
    return sentence(
        (_FATES if holds else _NOT_FATES)[condition.action],
        message=message,
        window=window_words(condition.window),
        machine=sentence("machines_count") if condition.machine else NOTHING,
    )


def _score(condition: ScoreIs, *, holds: bool) -> Sentence:
    score, compared = quoted(condition.score), compared_words(condition.is_)
    if condition.of == "value":
        return sentence("score_holds" if holds else "score_fails", score=score, compared=compared)
    return sentence("percentile_holds" if holds else "percentile_fails", score=score, compared=compared)


def _ranked(condition: ScoreIs | PercentileIs, *, holds: bool) -> Sentence:
    if isinstance(condition, ScoreIs):
        return _score(condition, holds=holds)
    return _percentile(condition, holds=holds)


def _percentile(condition: PercentileIs, *, holds: bool) -> Sentence:
    name, percent = _profile_name(condition.name), condition.percent
    if condition.of == "highest":
        return sentence("highest_holds" if holds else "highest_fails", name=name, percent=percent)
    return sentence("lowest_holds" if holds else "lowest_fails", name=name, percent=percent)
