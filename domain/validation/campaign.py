"""Rules about the campaign's settings and the single steps that depend on them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from domain.flow import EntryNode, RandomSplitNode, SendNode, UntilDate, UpdateProfileNode, WaitEventNode, WaitNode
from domain.moments import instant, occurrences
from domain.triggers import SegmentTrigger
from domain.validation.model import Drawing, Facts, Violation, name_of

_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_ADD_KEY = "give the entry event a key (such as cart_id), or leave that out."


def keys_exist(drawing: Drawing, _: Facts) -> Iterator[Violation]:
    """Nothing is matched by a key that journeys do not have."""
    if drawing.has_key:
        return
    settings = drawing.flow.settings
    if settings.reentry.mode == "per_key":
        message = f"Re-entry counts per key, but journeys have none: {_ADD_KEY}"
        yield Violation(None, None, "key_missing", message)
    if settings.goal and settings.goal.same_key:
        yield Violation(
            None, None, "key_missing", f"The goal asks for the same key, but journeys have none: {_ADD_KEY}"
        )
    for exit_event in settings.exit_events:
        if exit_event.same_key:
            message = (
                f"The exit event {exit_event.on.event!r} asks for the same key, but journeys have none: {_ADD_KEY}"
            )
            yield Violation(None, None, "key_missing", message)
    for node in drawing.nodes.values():
        if isinstance(node, WaitEventNode) and any(branch.same_key for branch in node.data.branches):
            message = f"{name_of(node)} asks for the same key, but journeys have none: {_ADD_KEY}"
            yield Violation(node.id, None, "key_missing", message)


def goal_coupon_is_given(drawing: Drawing, _: Facts) -> Iterator[Violation]:
    """A goal reached with our coupon needs a coupon."""
    goal = drawing.flow.settings.goal
    if goal and goal.with_coupon and not drawing.coupons:
        message = "The goal asks for a coupon of this journey, but no step gives one: add a coupon step."
        yield Violation(None, None, "coupon_unknown", message)


def cooldown_has_a_topic(drawing: Drawing, _: Facts) -> Iterator[Violation]:
    """A cool-down between messages of one topic needs messages that have one."""
    cooldown = drawing.flow.settings.limits.cooldown
    if cooldown is None or cooldown.between != "topic" or drawing.flow.settings.topic is not None:
        return
    if not any(node.data.topic for node in drawing.nodes.values() if isinstance(node, SendNode)):
        message = "The cool-down is between messages of one topic, but none has a topic: give the campaign one."
        yield Violation(None, None, "cooldown_without_topic", message)


def schedule_fits(drawing: Drawing, _: Facts) -> Iterator[Violation]:
    """A schedule belongs to a segment campaign, ends after it starts, and has at least one run."""
    schedule = drawing.flow.settings.schedule
    if schedule is None:
        return
    entry: EntryNode | None = next(iter(drawing.entries), None)
    if entry is not None and not isinstance(entry.data.trigger, SegmentTrigger):
        message = (
            "Only a campaign for a segment is launched by a schedule; this one starts by itself: remove the schedule."
        )
        yield Violation(None, None, "schedule_without_segment", message)
    if schedule.start is None and schedule.recurrence is None:
        message = (
            "The schedule says neither when to start nor how often: give it a start or a recurrence, or remove it."
        )
        yield Violation(None, None, "schedule_empty", message)
    if schedule.start is None or schedule.end is None:
        return
    start, end = instant(schedule.start, schedule.timezone), instant(schedule.end, schedule.timezone)
    if end <= start:
        yield Violation(
            None, None, "schedule_ends_early", "The schedule ends before it starts: exchange the two dates."
        )
    elif not occurrences(schedule, start - timedelta(microseconds=1), 1):
        message = "The schedule ends before its first run: move its end."
        yield Violation(None, None, "schedule_empty", message)


def dates_are_of_our_time(drawing: Drawing, _: Facts) -> Iterator[Violation]:
    """A date outside this century is a slip of the finger."""
    for node in drawing.nodes.values():
        if not (isinstance(node, WaitNode) and isinstance(node.data.until, UntilDate)):
            continue
        if not _EARLIEST <= instant(node.data.until.at, "UTC") < _LATEST:
            message = f"{name_of(node)} waits until a date outside 2000 to 2099: correct it."
            yield Violation(node.id, None, "date_implausible", message)


def splits_contact_somebody(drawing: Drawing, _: Facts) -> Iterator[Violation]:
    """A split of holdouts alone tests nothing."""
    for node in drawing.nodes.values():
        if isinstance(node, RandomSplitNode) and all(arm.holdout for arm in node.data.arms):
            message = f"Every arm of {name_of(node)} is a holdout: make at least one of them a real one."
            yield Violation(node.id, None, "split_all_holdout", message)


def updates_change_something(drawing: Drawing, _: Facts) -> Iterator[Violation]:
    """An update has something to do, and does not undo it at once."""
    for node in drawing.nodes.values():
        if not isinstance(node, UpdateProfileNode):
            continue
        data = node.data
        if not (data.set or data.add_tags or data.remove_tags):
            message = f"{name_of(node)} changes nothing: give it an attribute or a tag, or remove it."
            yield Violation(node.id, None, "update_empty", message)
        for tag in sorted(set(data.add_tags) & set(data.remove_tags)):
            message = f"{name_of(node)} both adds and removes the tag {tag!r}: keep one of the two."
            yield Violation(node.id, None, "update_contradicts", message)


RULES = (
    keys_exist,
    goal_coupon_is_given,
    cooldown_has_a_topic,
    schedule_fits,
    dates_are_of_our_time,
    splits_contact_somebody,
    updates_change_something,
)
