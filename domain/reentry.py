"""Re-entry: whether a customer may enter a campaign again. One rule for events, launches, the API and explanations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.duration import Duration
from domain.entry_rejections import EntryRejection, RejectionCode
from domain.flow.settings import Reentry
from domain.triggers import EventTrigger


@dataclass(frozen=True)
class PastEntry:
    """A customer's journeys through a campaign so far, those of one entry key."""

    key: str | None
    is_open: bool
    """One of them is going on: it has neither ended nor been told to end by a goal or an exit event."""
    latest: datetime
    """When the newest of them was made."""


@dataclass(frozen=True)
class EntryRule:
    """What a campaign says about entering."""

    reentry: Reentry
    cooldown: Duration | None = None
    """Of the trigger: the least time between two entries, whatever their keys."""
    key_property: str | None = None
    """The event property that separates journeys of one customer, where the trigger names one."""

    @classmethod
    def of(cls, reentry: Reentry, trigger: EventTrigger | None) -> "EntryRule":
        """The rule of a version; `trigger` is the event that starts its journeys, where one does."""
        return cls(reentry) if trigger is None else cls(reentry, trigger.cooldown, trigger.key)


def check(
    rule: EntryRule, past: Iterable[PastEntry], key: str | None, *, now: datetime, time_scale: float
) -> EntryRejection | None:
    """Why a customer may not enter now; None where they may.

    Args:
        rule: the campaign's.
        past: the customer's earlier entries of it.
        key: what the customer would enter with; None where the campaign has no entry key.
        now: the present instant.
        time_scale: real seconds per business second.

    """
    entries = list(past)
    of_key = [entry for entry in entries if entry.key == key]
    before = entries if rule.key_property is None else of_key
    mode = rule.reentry.mode
    if mode in ("never", "per_key") and before:
        if key is None:
            return EntryRejection(RejectionCode.BEEN_BEFORE)
        return EntryRejection(RejectionCode.BEEN_BEFORE_WITH, rule.key_property)
    if mode == "after_exit" and any(entry.is_open for entry in before):
        return EntryRejection(RejectionCode.STILL_INSIDE)
    if _is_too_soon(rule.reentry.min_gap, of_key if mode == "per_key" else entries, now, time_scale):
        return EntryRejection(RejectionCode.TOO_SOON)
    if _is_too_soon(rule.cooldown, entries, now, time_scale):
        return EntryRejection(RejectionCode.TRIGGER_TOO_SOON)
    return None


def _is_too_soon(gap: Duration | None, entries: Sequence[PastEntry], now: datetime, time_scale: float) -> bool:
    if gap is None:
        return False
    since = now - timedelta(seconds=gap.total_seconds * time_scale)
    return any(entry.latest > since for entry in entries)
