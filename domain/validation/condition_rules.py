"""Rules about conditions and event filters: they ask only what can be answered where they stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from domain.conditions import (
    AnyOf,
    AttributeIs,
    BetweenWindow,
    Condition,
    DidEvent,
    Engaged,
    EventFilter,
    InSegment,
    PropertyTest,
    Ref,
    SinceWindow,
    TriggerIs,
    walk,
)
from domain.conditions import Sequence as EventSequence
from domain.flow import SEND_CHANNEL, CheckNode, ListeningNode, Node, SendNode
from domain.scheduling import instant
from domain.triggers import DateTrigger, EventTrigger, InactivityTrigger, SegmentChangeTrigger, SegmentTrigger
from domain.validation.issue_texts import Named, Place
from domain.validation.model import Facts, FlowContext, Violation, wrong
from domain.vocabulary import Channel, MessageEventKind

_NEVER_OPENED = frozenset({Channel.SMS, Channel.SILENT_PUSH})


@dataclass(frozen=True)
class ConditionUse:
    """A condition, or the tests of an event filter, and where it is asked."""

    place: Place
    node: Node | None = None
    branch: str = ""
    condition: Any = None
    tests: Sequence[PropertyTest] = ()
    before_journey: bool = False

    def wrong(self, code: str, *, variant: str = "", **named: Named) -> Violation:
        """A violation at this place."""
        at = self.node or ""
        return wrong(
            code, self.node, variant=variant, edge_id=None, place=self.place, at=at, branch=self.branch, **named
        )


def questions(drawing: FlowContext) -> Iterator[ConditionUse]:
    """Everything that a flow asks."""
    for entry in drawing.entries:
        trigger = entry.data.trigger
        if isinstance(trigger, SegmentTrigger) and trigger.condition is not None:
            yield ConditionUse("step", entry, condition=trigger.condition, before_journey=True)
        if isinstance(trigger, EventTrigger):
            where = trigger.on.where
            yield ConditionUse("step", entry, condition=trigger.customer, tests=where, before_journey=True)
        if isinstance(trigger, SegmentChangeTrigger | DateTrigger):
            yield ConditionUse("step", entry, condition=trigger.customer, before_journey=True)
        if isinstance(trigger, InactivityTrigger):
            where = trigger.where
            yield ConditionUse("step", entry, condition=trigger.customer, tests=where, before_journey=True)
    for node in drawing.nodes.values():
        if isinstance(node, CheckNode):
            for check in node.data.branches:
                yield ConditionUse("branch", node, check.label or check.id, condition=check.condition)
        if isinstance(node, ListeningNode):
            for branch in node.data.branches:
                yield ConditionUse("branch", node, branch.label or branch.id, tests=branch.on.where)
    settings = drawing.flow.settings
    filters: list[tuple[Place, EventFilter]] = [("exit_event", each.on) for each in settings.exit_events]
    if settings.goal:
        filters.append(("goal", settings.goal.on))
    for place, on in filters:
        yield ConditionUse(place, tests=on.where)


def _leaves(question: ConditionUse) -> Iterator[Condition]:
    if question.condition is not None:
        yield from walk(question.condition)


def _windows(question: ConditionUse) -> Iterator[Any]:
    for leaf in _leaves(question):
        if isinstance(leaf, DidEvent | EventSequence | Engaged) and leaf.window is not None:
            yield leaf.window


def _refs(question: ConditionUse) -> Iterator[str]:
    tests: list[PropertyTest | AttributeIs] = list(question.tests)
    for leaf in _leaves(question):
        match leaf:
            case AttributeIs():
                tests.append(leaf)
            case DidEvent() | TriggerIs():
                tests += leaf.where
            case EventSequence():
                tests += [*leaf.first_where, *leaf.then_where]
            case _:  # names no reference
                pass
    for test in tests:
        if isinstance(test.value, Ref):
            yield test.value.ref


def entry_asks_nothing_of_a_journey(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """Before the journey there is no journey to ask about."""
    for question in questions(drawing):
        if not question.before_journey:
            continue
        about = any(isinstance(window, SinceWindow) for window in _windows(question)) or any(_refs(question))
        for leaf in _leaves(question):
            about = about or isinstance(leaf, TriggerIs)
            about = about or (isinstance(leaf, Engaged) and (_step_here(leaf) is not None or leaf.this_journey))
        if about:
            yield question.wrong("journey_not_begun")


def segments_exist(drawing: FlowContext, facts: Facts) -> Iterator[Violation]:
    """Saved segments that are named are there."""
    for entry in drawing.entries:
        trigger = entry.data.trigger
        named = trigger.segment_id if isinstance(trigger, SegmentTrigger | SegmentChangeTrigger) else None
        if named is not None and named not in facts.segments:
            yield wrong("segment_unknown", entry)
    for question in questions(drawing):
        for leaf in _leaves(question):
            if isinstance(leaf, InSegment) and leaf.segment_id not in facts.segments:
                yield question.wrong("segment_unknown", variant="condition")


def named_nodes_exist(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """Steps that a condition or a wait names are there."""
    for question in questions(drawing):
        for window in _windows(question):
            if isinstance(window, SinceWindow) and window.node_id and window.node_id not in drawing.nodes:
                yield question.wrong("node_unknown", variant="since", id=window.node_id)
    for node in drawing.nodes.values():
        if isinstance(node, ListeningNode) and node.data.since_node and node.data.since_node not in drawing.nodes:
            yield wrong("node_unknown", node, variant="wait", id=node.data.since_node)


def _step_here(leaf: Engaged) -> str | None:
    """The step of this campaign whose message is asked about; with a `campaign_id` it is one of that campaign's."""
    return leaf.node_id if leaf.campaign_id is None else None


def engagement_can_happen(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """Engagement is asked of a step that sends, and only what its channel can tell."""
    for question in questions(drawing):
        for leaf in _leaves(question):
            if not isinstance(leaf, Engaged):
                continue
            channel = leaf.channel
            step = _step_here(leaf)
            if step is not None:
                node = drawing.nodes.get(step)
                if node is None:
                    yield question.wrong("node_unknown", variant="message", id=step)
                    continue
                if not isinstance(node, SendNode):
                    yield question.wrong("node_sends_nothing", step=node)
                    continue
                if channel not in (None, SEND_CHANNEL[node.type]):
                    yield question.wrong("engagement_impossible", variant="channel", step=node)
                channel = SEND_CHANNEL[node.type]
            if leaf.action is MessageEventKind.OPENED and channel in _NEVER_OPENED:
                yield question.wrong("engagement_impossible", variant="opened")


def references_have_values(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """Coupons and trigger properties that are referred to will be known."""
    for question in questions(drawing):
        if question.before_journey:
            continue
        for ref in dict.fromkeys(_refs(question)):
            root, _dot, name = ref.partition(".")
            if root == "coupon" and name not in drawing.coupons:
                yield question.wrong("coupon_unknown", coupon=name)
            if root == "trigger" and drawing.event_trigger is None:
                yield question.wrong("trigger_missing", variant="value", value=ref)
        asks_trigger = any(isinstance(leaf, TriggerIs) for leaf in _leaves(question))
        since_trigger = any(
            isinstance(window, SinceWindow) and window.anchor == "trigger" for window in _windows(question)
        )
        if (asks_trigger or since_trigger) and drawing.event_trigger is None:
            yield question.wrong("trigger_missing")


def answers_can_be_yes(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """A condition that no customer can ever meet is a mistake."""
    for question in questions(drawing):
        if any(isinstance(leaf, AnyOf) and not leaf.of for leaf in _leaves(question)):
            yield question.wrong("condition_empty")
        for window in _windows(question):
            if not (isinstance(window, BetweenWindow) and window.start and window.end):
                continue
            if instant(window.start, "UTC") >= instant(window.end, "UTC"):
                yield question.wrong("window_empty")


RULES = (
    entry_asks_nothing_of_a_journey,
    segments_exist,
    named_nodes_exist,
    engagement_can_happen,
    references_have_values,
    answers_can_be_yes,
)
