"""The condition language once more, slowly and in plain Python: what the compiled SQL is held against."""

import operator
import re
from calendar import isleap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from domain.conditions import (
    ANY_EVENT,
    PROFILE_FIELDS,
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
    PercentileIs,
    PropertyTest,
    RandomShare,
    ScoreIs,
    Sequence,
    SinceEventWindow,
    SinceWindow,
    SumOf,
    Window,
)
from domain.events import is_activity
from domain.ids import hashed_share
from domain.matching import is_decimal, passes, values_at, wanted_values
from domain.vocabulary import MessageEventKind
from models import Customer, Event, JourneyStep, Message, MessageEvent, Score
from store.conditions.scope import JourneyScope, Scope

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


@dataclass
class World:
    """Everything that a condition can ask about."""

    customers: list[Customer] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    fates: list[MessageEvent] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    steps: list[JourneyStep] = field(default_factory=list)
    currency: str | None = None
    """The shop's."""


def number_of(who: Customer, name: str) -> float | None:
    """The first number at a path of the profile; texts that are plain decimals count."""
    home, _, path = name.partition(".")
    for value in values_at(who.attributes if home == "attributes" else who.traits, path):
        if isinstance(value, bool):
            continue
        if isinstance(value, int | float) or (isinstance(value, str) and is_decimal(value)):
            return float(value)
    return None


@dataclass
class Evaluator:
    """Asks conditions of the customers of a world, as they stand in `scope`."""

    world: World
    scope: Scope

    @property
    def _journey(self) -> JourneyScope:
        assert self.scope.journey is not None
        return self.scope.journey

    def members(self, condition: Condition) -> set[UUID]:
        living = [customer for customer in self.world.customers if customer.erased_at is None]
        return {customer.id for customer in living if self.holds(condition, customer)}

    def holds(self, condition: Condition, who: Customer) -> bool:
        match condition:
            case AllOf():
                return all(self.holds(part, who) for part in condition.of)
            case AnyOf():
                return any(self.holds(part, who) for part in condition.of)
            case Not():
                return not self.holds(condition.condition, who)
            case InSegment():
                return self.holds(self.scope.segments[condition.segment_id], who)
            case AttributeIs():
                return self._attribute(condition, who)
            case DateIs():
                return self._date(condition, who)
            case HasTag():
                return condition.tag in who.tags
            case DidEvent():
                return self._did(condition, who)
            case Sequence():
                return self._sequence(condition, who)
            case Engaged():
                return self._engaged(condition, who)
            case ScoreIs():
                mine = [
                    getattr(s, condition.of)
                    for s in self.world.scores
                    if (s.customer_id, s.name) == (who.id, condition.score)
                ]
                return any(COMPARE[condition.is_.op](value, condition.is_.value) for value in mine)
            case PercentileIs():
                return self._ranked(condition, who)
            case RandomShare():
                return hashed_share(condition.salt, str(who.id)) < condition.percent / 100
            case _:
                return passes(condition.where, self._journey.trigger, self.scope.refs)

    def _ranked(self, condition: PercentileIs, who: Customer) -> bool:
        """Out of all who have a number, the share of those on the other side of the customer's."""
        living = {each.id: number_of(each, condition.name) for each in self.world.customers if each.erased_at is None}
        numbers = [number for number in living.values() if number is not None]
        mine = living.get(who.id)
        if mine is None:
            return False
        beyond = operator.lt if condition.of == "highest" else operator.gt
        others = sum(beyond(number, mine) for number in numbers)
        return others * 1000 >= (1000 - round(condition.percent * 10)) * len(numbers)

    def _attribute(self, test: AttributeIs, who: Customer) -> bool:
        home, dot, path = test.name.partition(".")
        if test.op is Operator.ANNIVERSARY:
            return self._anniversary(test, who)
        if dot:
            return passes(
                [PropertyTest(property=path, op=test.op, value=test.value)], getattr(who, home), self.scope.refs
            )
        value = getattr(who, test.name)
        wanted: list[Any] | None = wanted_values(test, self.scope.refs)
        if wanted is None:
            return False
        if test.op in {Operator.EXISTS, Operator.MISSING}:
            return (value is not None) == (test.op is Operator.EXISTS)
        if PROFILE_FIELDS[test.name] != "text":
            value = value and instant(value)
            wanted = [instant(datetime.fromisoformat(str(each))) for each in wanted]
        if test.op in {Operator.NE, Operator.NOT_IN}:
            return value not in wanted
        if value is None:
            return False
        match test.op:
            case Operator.EQ | Operator.IN:
                return value in wanted
            case Operator.CONTAINS:
                return wanted[0] in value
            case Operator.STARTS_WITH:
                return value.startswith(wanted[0])
            case _:
                return COMPARE[test.op.value](value, wanted[0])

    def _anniversary(self, test: AttributeIs, who: Customer) -> bool:
        home, dot, path = test.name.partition(".")
        found = list(values_at(getattr(who, home), path)) if dot else [getattr(who, test.name)]
        today = self.scope.now.astimezone(ZoneInfo(self.scope.timezone)).date()
        for value in found:
            try:
                day = date.fromisoformat(str(value)[:10])
            except ValueError:
                continue
            if _in_year(day, today.year) == today and (test.value is None or today.year - day.year == test.value):
                return True
        return False

    def _date(self, condition: DateIs, who: Customer) -> bool:
        zone = who.timezone if who.timezone in available_timezones() else self.scope.timezone
        clock = self.scope.now.astimezone(ZoneInfo(zone))
        if clock.time() < condition.time:
            return False
        home, dot, path = condition.name.partition(".")
        found = values_at(getattr(who, home), path) if dot else [who.birth_date]
        meant = clock.date() - timedelta(days=condition.offset_days)
        for value in found:
            try:
                day = date.fromisoformat(str(value)[:10])
            except ValueError:
                continue
            if day == meant or (condition.yearly and _in_year(day, meant.year) == meant):
                return True
        return False

    def _events(self, who: Customer, name: str, where: Iterable[PropertyTest] = ()) -> list[Event]:
        return [
            event
            for event in self.world.events
            if event.customer_id == who.id
            and (is_activity(event.name) if name == ANY_EVENT else event.name == name)
            and passes(list(where), event.properties, self.scope.refs)
        ]

    def _did(self, condition: DidEvent, who: Customer) -> bool:
        if not self._has_anchor(condition.window, who):
            return False
        events = self._events(who, condition.event, condition.where)
        events = [event for event in events if self._inside(condition.window, event.occurred_at, who)]
        tests = []
        if condition.count is not None:
            tests.append(compared(len(events), condition.count))
        if condition.sum is not None:
            counted = [event for event in events if self._is_in_currency(event, condition.sum)]
            tests.append(compared(sum(total(event, condition.sum.property) for event in counted), condition.sum.is_))
        return all(tests) if tests else bool(events)

    def _is_in_currency(self, event: Event, summed: SumOf) -> bool:
        if summed.currency is None and summed.property not in ("revenue", "products.price"):
            return True
        shop = self.world.currency or ""
        said = event.properties.get("currency")
        code = said.strip().upper() if isinstance(said, str) else ""
        return (code if re.fullmatch("[A-Z]{3}", code) else shop) == (summed.currency or shop)

    def _sequence(self, condition: Sequence, who: Customer) -> bool:
        for first in self._events(who, condition.first, condition.first_where):
            for then in self._events(who, condition.then, condition.then_where):
                gap = then.occurred_at - first.occurred_at
                between = [
                    event
                    for event in (self._events(who, condition.without) if condition.without else [])
                    if first.occurred_at < event.occurred_at < then.occurred_at
                ]
                if (
                    timedelta() < gap <= timedelta(seconds=condition.within.seconds)
                    and not between
                    and all(self._inside(condition.window, event.occurred_at, who) for event in (first, then))
                ):
                    return True
        return False

    def _engaged(self, condition: Engaged, who: Customer) -> bool:
        return any(
            self._fate(condition, message, who)
            for message in self.world.messages
            if message.customer_id == who.id and self._meant(condition, message)
        )

    def _meant(self, condition: Engaged, message: Message) -> bool:
        if condition.channel is not None and message.channel != condition.channel:
            return False
        if condition.campaign_id is not None and message.campaign_id != condition.campaign_id:
            return False
        if condition.node_id is not None and message.node_id != condition.node_id:
            return False
        if not condition.this_journey and (condition.node_id is None or condition.campaign_id is not None):
            return True
        if message.journey_id != self._journey.journey_id:
            return False
        same_node = [
            other.visit
            for other in self.world.messages
            if (other.journey_id, other.node_id) == (message.journey_id, condition.node_id)
        ]
        return condition.node_id is None or message.visit == max(same_node, default=0)

    def _fate(self, condition: Engaged, message: Message, who: Customer) -> bool:
        if condition.action is MessageEventKind.SENT:
            return message.sent_at is not None and self._inside(condition.window, message.sent_at, who)
        return any(
            fate.message_id == message.id
            and fate.kind == condition.action
            and (condition.machine or not fate.machine)
            and self._inside(condition.window, fate.occurred_at, who)
            for fate in self.world.fates
        )

    def _has_anchor(self, window: Window | None, who: Customer) -> bool:
        return not isinstance(window, SinceEventWindow | SinceWindow) or self._anchor(window, who) is not None

    def _anchor(self, window: SinceEventWindow | SinceWindow, who: Customer) -> datetime | None:
        if isinstance(window, SinceEventWindow):
            return max((event.occurred_at for event in self._events(who, window.event)), default=None)
        journey = self._journey
        if window.anchor == "node":
            mine = [s for s in self.world.steps if (s.journey_id, s.node_id) == (journey.journey_id, window.node_id)]
            return max((step.entered_at for step in mine), default=None)
        return journey.trigger_at if window.anchor == "trigger" else journey.started_at

    def _inside(self, window: Window | None, at: datetime, who: Customer) -> bool:
        match window:
            case None:
                return True
            case LastWindow():
                return at >= self.scope.now - timedelta(seconds=window.seconds)
            case BetweenWindow():
                after = window.start is None or at >= instant(window.start)
                return after and (window.end is None or at < instant(window.end))
            case _:
                anchor = self._anchor(window, who)
                if anchor is None:
                    return False
                inclusive = isinstance(window, SinceWindow) and window.anchor != "trigger"
                return at >= anchor if inclusive else at > anchor


def _in_year(day: date, year: int) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(year, 2, 28) if leap_day and not isleap(year) else day.replace(year=year)


def compared(number: Decimal | int, wanted: Comparison) -> bool:
    return COMPARE[wanted.op](number, Decimal(repr(wanted.value)))


def total(event: Event, path: str) -> Decimal:
    counted = Decimal(0)
    for value in values_at(event.properties, path):
        if isinstance(value, int | float) and not isinstance(value, bool):
            counted += Decimal(repr(value))
        elif isinstance(value, str) and is_decimal(value):
            counted += Decimal(value)
    return counted


def instant(moment: datetime | date) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
