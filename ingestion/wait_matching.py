"""Which open journeys an event ends or wakes.

Runs under the customer's lock, as journey steps do: a journey either has recorded its wait, and is found here, or
asks about the past after this transaction's event is committed, and sees it. What happened before a journey began
does not concern it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from domain.conditions import EventFilter
from domain.flow import Goal
from domain.i18n import as_row, sentence
from domain.matching import filter_matches, journey_refs, property_at
from domain.vocabulary import ExitReason, JourneyState
from ingestion.version_cache import EventSubscription
from store.campaigns.outbox import OutboxMessage
from store.campaigns.triggers import OpenJourney
from store.events.events import NewEvent


def key_text(value: object) -> str | None:
    """An entry key as text; None for what can't be one (missing, several, an object, a boolean)."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value)[:200] or None


class Happening(Protocol):
    """An event, stored or about to be."""

    @property
    def name(self) -> str:
        """What happened."""
        ...

    @property
    def properties(self) -> Mapping[str, Any]:
        """What it says."""
        ...


def concerns(
    wanted: EventFilter,
    event: Happening,
    *,
    journey_id: UUID,
    refs: Mapping[str, Any],
    key_path: str | None,
    entry_key: str | None,
) -> bool:
    """Does this event concern this journey? Asked of new events here, and of past ones when a wait is set up.

    Args:
        wanted: name and properties.
        event: one of the journey's customer.
        journey_id: a filter that names a node means this journey's message from there, not an earlier journey's.
        refs: what references stand for in this journey.
        key_path: where an event holds its key, when it must be the journey's own; None when any key will do.
        entry_key: the journey's key.

    """
    if not filter_matches(wanted, event.name, event.properties, refs):
        return False
    if key_path is not None and key_text(property_at(event.properties, key_path)) != entry_key:
        return False
    sender = event.properties.get("journey_id")
    if sender is None or not event.name.startswith("message_"):
        return True
    return sender == str(journey_id) or all(test.property != "node_id" for test in wanted.where)


@dataclass
class JourneyMatcher:
    """An open journey, followed through a batch of events."""

    journey: OpenJourney
    listening: EventSubscription
    since: datetime | None
    """Events from before don't concern it; None while its start is not known."""
    exit_signal: dict[str, Any] | None = None
    """Set by this batch."""
    woken: bool = False
    _refs: dict[str, Any] | None = field(default=None, init=False)

    @property
    def inside(self) -> bool:
        """Whether the journey goes on after what was seen so far."""
        return self.exit_signal is None and not self.journey.exit_signal

    def see(self, event: NewEvent) -> OutboxMessage | None:
        """Let an event concern the journey; what its workflow is to be told, if anything."""
        if not self.inside or (self.since is not None and event.occurred_at < self.since):
            return None
        reason = self._ended_by(event)
        if reason is not None:
            self.exit_signal = {
                "reason": reason.value,
                "event_id": str(event.id),
                **as_row(sentence("did_event", event=event.name)),
            }
            # A journey that has not started yet finds the exit_signal in its row when it does.
            return None if self.journey.state == JourneyState.STARTING else self._look(event)
        branch = self._branch(event)
        if branch is None:
            return None
        self.woken = True
        assert self.journey.step is not None
        return self._look(event, seq=self.journey.step["seq"], branch=branch)

    def _look(self, event: NewEvent, **answer: object) -> OutboxMessage:
        payload = {"id": str(event.id), "event_id": str(event.id), **answer}
        return OutboxMessage("signal_journey", self.journey.id, self.journey.workflow_id, payload)

    def _ended_by(self, event: NewEvent) -> ExitReason | None:
        settings = self.listening.settings
        if settings.goal is not None and self._reaches(settings.goal, event):
            return ExitReason.GOAL
        for exit_event in settings.exit_events:
            if self._hit(exit_event.on, event, match_entry_key=exit_event.match_entry_key):
                return ExitReason.EXIT_EVENT
        return None

    def _reaches(self, goal: Goal, event: NewEvent) -> bool:
        deadline = self.journey.goal_deadline
        if deadline is not None and event.occurred_at > deadline:
            return False
        if goal.require_coupon and event.properties.get("coupon") not in self.journey.coupons.values():
            return False
        return self._hit(goal.on, event, match_entry_key=goal.match_entry_key)

    def _branch(self, event: NewEvent) -> str | None:
        step = self.journey.step
        if self.woken or step is None or step.get("kind") != "wait":
            return None
        wait = self.listening.waits.get(step["node"])
        for branch in wait.branches if wait else []:
            if self._hit(branch.on, event, match_entry_key=branch.match_entry_key):
                return branch.id
        return None

    def _hit(self, wanted: EventFilter, event: NewEvent, *, match_entry_key: bool) -> bool:
        if wanted.event != event.name:
            return False
        if self._refs is None:
            self._refs = journey_refs(self.journey.trigger, self.journey.coupons)
        return concerns(
            wanted,
            event,
            journey_id=self.journey.id,
            refs=self._refs,
            key_path=self.listening.key_path if match_entry_key else None,
            entry_key=self.journey.entry_key,
        )


def interrupted(watchers: Iterable[JourneyMatcher]) -> dict[Any, dict[str, Any]]:
    """Journey -> what this batch ends it with."""
    return {watcher.journey.id: watcher.exit_signal for watcher in watchers if watcher.exit_signal is not None}
