"""What can change a condition's answer for a customer: their events, their profile, or time alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from domain.conditions import (
    ANY_EVENT,
    AllOf,
    AnyOf,
    AttributeIs,
    BetweenWindow,
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
    RandomShare,
    ScoreIs,
    Sequence,
    SinceEventWindow,
    TriggerIs,
    Window,
    walk,
)
from domain.events import is_activity, message_event_name

_MOVED_BY_EVERY_EVENT = ("last_seen_at", "updated_at")


@dataclass(frozen=True)
class Mentions:
    """What a condition listens to."""

    events: frozenset[str]
    """Names; `*` for anything that the customer does."""
    profile: bool
    """Fields, attributes or tags."""
    every_event: bool
    """Something that any event may change, such as a computed trait."""
    time: bool
    """The answer changes by itself, as windows move on."""

    def touched(self, names: Collection[str], *, profile: bool) -> bool:
        """Whether these events, or a change of the profile, can change the answer."""
        if (self.every_event and (names or profile)) or (self.profile and profile):
            return True
        return any(name in self.events or (ANY_EVENT in self.events and is_activity(name)) for name in names)


def mentions(condition: Condition, segments: Mapping[UUID, Condition]) -> Mentions:
    """What the condition listens to; `segments` holds those that it names, and that they name."""
    parts = list(all_parts(condition, segments))
    windows = [part.window for part in parts if isinstance(part, DidEvent | Sequence | Engaged) and part.window]
    names = {name for part in parts for name in event_names(part)}
    names |= {window.event for window in windows if isinstance(window, SinceEventWindow)}
    attributes = [part for part in parts if isinstance(part, AttributeIs | DateIs | PercentileIs)]
    return Mentions(
        events=frozenset(names),
        profile=bool(attributes) or any(isinstance(part, HasTag) for part in parts),
        every_event=any(each.name.startswith("traits.") or each.name in _MOVED_BY_EVERY_EVENT for each in attributes),
        time=any(_moves(window) for window in windows) or any(_ages(part) for part in parts),
    )


def all_parts(condition: Condition, segments: Mapping[UUID, Condition]) -> list[Condition]:
    """The condition and everything nested in it, the conditions of the segments that it names included, each once."""
    found = walk(condition)
    opened: set[UUID] = set()
    for part in found:  # grows on the way
        if isinstance(part, InSegment) and part.segment_id in segments and part.segment_id not in opened:
            opened.add(part.segment_id)
            found += walk(segments[part.segment_id])
    return found


def event_names(part: Condition) -> set[str]:
    """Names of the events that a leaf asks about, `*` for anything; not those that its window counts from."""
    match part:
        case DidEvent():
            return {part.event}
        case Sequence():
            return {part.first, part.then} | ({part.without} if part.without else set())
        case Engaged():
            return {message_event_name(part.action)}
        case AllOf() | AnyOf() | Not() | InSegment():
            return set()
        case AttributeIs() | DateIs() | HasTag() | ScoreIs() | PercentileIs() | RandomShare() | TriggerIs():
            return set()
        case _:
            assert_never(part)


def _moves(window: Window) -> bool:
    return isinstance(window, LastWindow | BetweenWindow)


def _ages(part: Condition) -> bool:
    """Scores are written by others, without an event; a rank moves as others do something."""
    return isinstance(part, DateIs | PercentileIs | ScoreIs) or (
        isinstance(part, AttributeIs) and part.op is Operator.ANNIVERSARY
    )
