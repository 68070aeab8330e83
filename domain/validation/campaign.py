"""Rules about the campaign's settings and the single steps that depend on them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from domain.flow import (
    CouponNode,
    EntryNode,
    RandomSplitNode,
    SendNode,
    UntilDate,
    UpdateProfileNode,
    WaitEventNode,
    WaitNode,
)
from domain.occurrences import occurrences
from domain.scheduling import instant
from domain.triggers import SegmentTrigger
from domain.validation.model import Facts, FlowContext, Violation, wrong

_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def keys_exist(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """Nothing is matched by a key that journeys do not have."""
    if drawing.has_key:
        return
    settings = drawing.flow.settings
    if settings.reentry.mode == "per_key":
        yield wrong("key_missing", variant="reentry")
    if settings.goal and settings.goal.match_entry_key:
        yield wrong("key_missing", variant="goal")
    for exit_event in settings.exit_events:
        if exit_event.match_entry_key:
            yield wrong("key_missing", variant="exit", event=exit_event.on.event)
    for node in drawing.nodes.values():
        if isinstance(node, WaitEventNode) and any(branch.match_entry_key for branch in node.data.branches):
            yield wrong("key_missing", node, variant="wait")


def goal_coupon_is_given(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """A goal reached with our coupon needs a coupon."""
    goal = drawing.flow.settings.goal
    if goal and goal.require_coupon and not drawing.coupons:
        yield wrong("coupon_unknown", variant="goal")


def promotions_hand_out_codes(drawing: FlowContext, facts: Facts) -> Iterator[Violation]:
    """A coupon step's promotion is there, goes on, and has codes to give."""
    for node in drawing.nodes.values():
        if isinstance(node, CouponNode) and node.data.promotion_id is not None:
            promotion = facts.promotions.get(node.data.promotion_id, "missing")
            if promotion != "ready":
                yield wrong("promotion_unusable", node, variant=promotion)


def cooldown_has_a_topic(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """A cool-down between messages of one topic needs messages that have one."""
    cooldown = drawing.flow.settings.limits.cooldown
    if cooldown is None or cooldown.between != "topic" or drawing.flow.settings.topic is not None:
        return
    if not any(node.data.topic for node in drawing.nodes.values() if isinstance(node, SendNode)):
        yield wrong("cooldown_without_topic")


def schedule_fits(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """A schedule belongs to a segment campaign, ends after it starts, and has at least one run."""
    schedule = drawing.flow.settings.schedule
    if schedule is None:
        return
    entry: EntryNode | None = next(iter(drawing.entries), None)
    if entry is not None and not isinstance(entry.data.trigger, SegmentTrigger):
        yield wrong("schedule_without_segment")
    if schedule.start is None and schedule.recurrence is None:
        yield wrong("schedule_empty")
    if schedule.start is None or schedule.end is None:
        return
    start, end = instant(schedule.start, schedule.timezone), instant(schedule.end, schedule.timezone)
    if end <= start:
        yield wrong("schedule_ends_early")
    elif not occurrences(schedule, start - timedelta(microseconds=1), 1):
        yield wrong("schedule_empty", variant="ended")


def dates_are_of_our_time(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """A date outside this century is a slip of the finger."""
    for node in drawing.nodes.values():
        if not (isinstance(node, WaitNode) and isinstance(node.data.until, UntilDate)):
            continue
        if not _EARLIEST <= instant(node.data.until.at, "UTC") < _LATEST:
            yield wrong("date_implausible", node)


def splits_contact_somebody(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """A split of holdouts alone tests nothing."""
    for node in drawing.nodes.values():
        if isinstance(node, RandomSplitNode) and all(arm.holdout for arm in node.data.arms):
            yield wrong("split_all_holdout", node)


def updates_change_something(drawing: FlowContext, _: Facts) -> Iterator[Violation]:
    """An update has something to do, and does not undo it at once."""
    for node in drawing.nodes.values():
        if not isinstance(node, UpdateProfileNode):
            continue
        data = node.data
        if not (data.set or data.add_tags or data.remove_tags):
            yield wrong("update_empty", node)
        for tag in sorted(set(data.add_tags) & set(data.remove_tags)):
            yield wrong("update_contradicts", node, tag=tag)


RULES = (
    keys_exist,
    goal_coupon_is_given,
    promotions_hand_out_codes,
    cooldown_has_a_topic,
    schedule_fits,
    dates_are_of_our_time,
    splits_contact_somebody,
    updates_change_something,
)
